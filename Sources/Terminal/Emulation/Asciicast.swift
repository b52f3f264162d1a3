/// A recording of a terminal in the form asciicast, version 2: one line of JSON about it, then one for each thing that was
/// written or done. Pieces are cut where characters end, whatever the pieces the bytes came in.
package struct Asciicast: Sendable {
    private var lines: [String]
    private var rest: [UInt8] = []

    /// Begins a recording. Pauses longer than `pauseMax` seconds are to be shortened by who plays it.
    package init(columns: Int, rows: Int, title: String, pauseMax: Int = 2) {
        lines = [
            "{\"version\":2,\"width\":\(columns),\"height\":\(rows),\"idle_time_limit\":\(pauseMax),"
                + "\"title\":\(Self.quoted(title)),\"env\":{\"TERM\":\"xterm-256color\"}}"
        ]
    }

    /// What the program wrote, so many milliseconds after the beginning.
    package mutating func write(_ bytes: some Sequence<UInt8>, at milliseconds: Int64) {
        rest += bytes
        let whole = rest.count - Self.unfinished(rest)
        guard whole > 0 else { return }
        add("o", String(decoding: rest[..<whole], as: UTF8.self), at: milliseconds)
        rest.removeFirst(whole)
    }

    /// The file, with a line end after each line.
    package var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func add(_ kind: String, _ text: String, at milliseconds: Int64) {
        let thousandths = String(1_000 + max(0, milliseconds) % 1_000).dropFirst()
        lines.append("[\(max(0, milliseconds) / 1_000).\(thousandths),\"\(kind)\",\(Self.quoted(text))]")
    }

    /// How many bytes at the end begin a character that is not whole.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\r": result += "\\r"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
