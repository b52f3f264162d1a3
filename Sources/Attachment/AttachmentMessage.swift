import Foundation
package import Pipeline

/// One line between the owner of a data directory and who attached to it: a JSON object with one key, ended by a line feed.
/// Each side says hello first, the owner unasked.
package enum AttachmentMessage: Hashable, Sendable, Codable {
    /// Who speaks, and in which protocol.
    case hello(Greeting)
    /// From the owner: what changed since the status before; the first is whole.
    case status(StatusPatch)
    /// To the owner: carry this out. Its id comes back with the outcome.
    case order(OperatorOrder)
    /// From the owner: what became of an order, once that is on disk.
    case outcome(OrderOutcome)
    /// From the owner: the line ends, and why, in words.
    case farewell(String)

    /// The first line of each side.
    package struct Greeting: Hashable, Sendable, Codable {
        /// Both sides must speak the same.
        package var `protocol`: Int
        /// The program's version.
        package var version: String
        /// The speaker's process.
        package var process: Int32
        /// The operator's name; `owner` for the owner.
        package var name: String

        package init(version: String, process: Int32, name: String) {
            self.protocol = AttachmentMessage.protocolNow
            self.version = version
            self.process = process
            self.name = name
        }
    }

    /// Changes whenever a message, or a value within one, changes its form.
    package static let protocolNow = 4
    /// No line is longer. The whole status of 500 symbols takes about a tenth of it.
    package static let bytesMax = 4 << 20

    /// The line, its end included.
    package var line: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every value within is a number, a word or a list of them: nothing of it can fail to be written.
        guard let data = try? encoder.encode(self) else { preconditionFailure("a message cannot be written") }
        return Array(data) + [UInt8(ascii: "\n")]
    }

    /// Reads a line without its end; nil where it is no message.
    package init?(line: [UInt8]) {
        guard line.count <= Self.bytesMax,
            let message = try? JSONDecoder().decode(AttachmentMessage.self, from: Data(line))
        else { return nil }
        self = message
    }
}

/// Cuts what arrives into lines; more than the bound without an end is no line of ours.
package struct LineSplitter: Sendable {
    private var rest: [UInt8] = []
    package private(set) var isOverrun = false

    package init() {}

    /// The lines that are whole now, without their ends.
    package mutating func take(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
        guard !isOverrun else { return [] }
        rest += bytes
        var lines: [[UInt8]] = []
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(Array(rest[start..<end]))
            start = end + 1
        }
        rest.removeSubrange(..<start)
        if rest.count > AttachmentMessage.bytesMax {
            isOverrun = true
            rest = []
        }
        return lines
    }
}
