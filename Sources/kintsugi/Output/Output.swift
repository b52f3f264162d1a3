import Foundation
import Pipeline
import Platform

/// Standard output of a command, gathered and written in large pieces. A reader that went away ends the command quietly.
struct Output {
    private var bytes: [UInt8] = []

    mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0x0A)
        if bytes.count > 1 << 16 { flush() }
    }

    mutating func table(_ table: TextTable) { for line in table.lines { self.line(line) } }

    /// One JSON value on one line.
    mutating func json(_ value: JSONValue) {
        value.write(to: &bytes)
        bytes.append(0x0A)
    }

    mutating func flush() {
        Descriptor.output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// A file descriptor to write to.
struct Descriptor {
    let number: Int32

    static let output = Descriptor(number: 1)
    static let errors = Descriptor(number: 2)

    /// Writes all bytes. Ends the process quietly where nobody reads any more, and says so where the device refuses.
    func write(_ bytes: [UInt8]) {
        guard let code = tryWrite(bytes) else { return }
        if code == EPIPE { exit(Exit.well) }
        Failure.end(Failure.couldNot("the output cannot be written: \(String(cString: strerror(code)))"))
    }

    /// Writes all bytes; the system's error number where it cannot.
    func tryWrite(_ bytes: [UInt8]) -> Int32? {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = Foundation.write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(written)
            }
            return nil
        }
    }
}

/// Columns of text, each as wide as its widest cell. A heading that begins with `>` sets its column to the right.
struct TextTable {
    private let headings: [String]
    private let toTheRight: [Bool]
    private var rows: [[String]] = []

    init(_ headings: [String]) {
        self.headings = headings.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
        toTheRight = headings.map { $0.hasPrefix(">") }
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    var lines: [String] {
        let widths = headings.indices.map { column in ([headings] + rows).map { $0[column].count }.max() ?? 0 }
        return ([headings] + rows).map { row in
            let cells = row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return toTheRight[column] ? padding + row[column] : row[column] + padding
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
