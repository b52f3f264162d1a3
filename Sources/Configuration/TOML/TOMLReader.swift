import Pipeline

/// Reads TOML: tables, dotted and quoted keys, texts on one line, numbers, lists and tables in one line. Texts over several
/// lines and lists of tables are refused with a sentence; nothing this program reads needs them.
///
/// A reader of our own, because the file may be anything: every complaint and every value has its line, all complaints are
/// told and not the first alone, and no text whatever ends the process.
package struct TOMLReader {
    private var cursor: TOMLCursor
    private var section: [String] = []
    /// Lines on which values, sections and tables around them were first named.
    private var values: [[String]: Int] = [:]
    private var sections: [[String]: Int] = [:]
    private var tables: [[String]: Int] = [:]
    private var entries: [TOMLEntry] = []

    private init(_ bytes: [UInt8]) { cursor = TOMLCursor(bytes) }

    /// Everything the bytes, which must be UTF-8, say, and everything that is wrong with them in the order of lines.
    package static func read(_ bytes: [UInt8]) -> (entries: [TOMLEntry], problems: [TOMLProblem]) {
        var reader = TOMLReader(bytes)
        var problems: [TOMLProblem] = []
        while !reader.cursor.isAtEnd {
            let line = reader.cursor.line
            do throws(TOMLProblem) {
                try reader.statement()
            } catch {
                problems.append(error)
                // Where a list over several lines is broken nobody knows where the next key begins.
                guard reader.cursor.line == line else { break }
                reader.cursor.skipLine()
            }
        }
        return (reader.entries, problems)
    }

    /// One line, or the lines of one list.
    private mutating func statement() throws(TOMLProblem) {
        cursor.skipBlanks()
        if cursor.next == UInt8(ascii: "[") {
            try header()
        } else if !cursor.isAtLineEnd {
            try pair(in: section, depth: 0)
        }
        try cursor.endLine()
    }

    private mutating func header() throws(TOMLProblem) {
        cursor.advance()
        guard cursor.next != UInt8(ascii: "[") else {
            throw cursor.problem("lists of tables ([[…]]) are not read here")
        }
        let path = try key()
        guard cursor.take(UInt8(ascii: "]")) else { throw cursor.problem("a ] is missing after the section's name") }
        let name = path.joined(separator: ".")
        if let line = sections[path] { throw cursor.problem("[\(shown(name))] stands twice, first on line \(line)") }
        try claim(path, asTable: true)
        sections[path] = cursor.line
        section = path
    }

    private mutating func pair(in table: [String], depth: Int) throws(TOMLProblem) {
        let line = cursor.line
        let path = table + (try key())
        guard cursor.take(UInt8(ascii: "=")) else { throw cursor.problem("an = is missing after the key") }
        cursor.skipBlanks()
        if cursor.next == UInt8(ascii: "{") {
            try claim(path, asTable: true)
            try inlineTable(path, depth: depth + 1)
        } else {
            let value = try value(depth: depth)
            try claim(path, asTable: false)
            entries.append(TOMLEntry(path: path, value: value, line: line))
        }
    }

    /// Nothing is said twice, and nothing is both a value and a table.
    private mutating func claim(_ path: [String], asTable: Bool) throws(TOMLProblem) {
        for count in 1..<(path.count + 1) {
            let around = Array(path[..<count])
            let name = shown(around.joined(separator: "."))
            if let line = values[around] {
                throw cursor.problem(
                    count == path.count && !asTable
                        ? "\(name) stands twice, first on line \(line)" : "\(name) has a value already, on line \(line)"
                )
            }
            if count == path.count, !asTable {
                if let line = tables[around] { throw cursor.problem("\(name) is a section already, on line \(line)") }
                values[around] = cursor.line
            } else if tables[around] == nil {
                tables[around] = cursor.line
            }
        }
    }

    private func shown(_ name: String) -> String { harmless(name, limit: 60) }

    // MARK: Keys

    private static let partsMax = 8

    private mutating func key() throws(TOMLProblem) -> [String] {
        var parts: [String] = []
        repeat {
            cursor.skipBlanks()
            guard parts.count < Self.partsMax else { throw cursor.problem("a key of more than \(Self.partsMax) parts") }
            parts.append(try keyPart())
            cursor.skipBlanks()
        } while cursor.take(UInt8(ascii: "."))
        return parts
    }

    private mutating func keyPart() throws(TOMLProblem) -> String {
        if cursor.next == UInt8(ascii: "\"") || cursor.next == UInt8(ascii: "'") { return try cursor.quoted() }
        let word = cursor.word { TOMLCursor.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        guard !word.isEmpty else { throw cursor.unexpected("a key") }
        return word
    }

    // MARK: Values

    /// Lists and tables within each other.
    private static let depthMax = 16

    private mutating func value(depth: Int) throws(TOMLProblem) -> TOMLValue {
        switch cursor.next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try cursor.quoted())
        case UInt8(ascii: "["): return .list(try list(depth: depth + 1))
        case UInt8(ascii: "{"): throw cursor.problem("a table within a list is not read here")
        default:
            let word = cursor.word { TOMLCursor.isAlphanumeric($0) || "+-_.:".utf8.contains($0) }
            guard !word.isEmpty else { throw cursor.unexpected("a value") }
            guard let value = TOMLNumeral.value(word) else {
                throw cursor.problem("\(shown(word)) is no value: a text stands in quotes, and a number within 64 bits")
            }
            return value
        }
    }

    private mutating func list(depth: Int) throws(TOMLProblem) -> [TOMLValue] {
        guard depth <= Self.depthMax else { throw cursor.problem("lists within lists, more than \(Self.depthMax)") }
        cursor.advance()
        var values: [TOMLValue] = []
        while true {
            try cursor.skipLines()
            if cursor.take(UInt8(ascii: "]")) { return values }
            values.append(try value(depth: depth))
            try cursor.skipLines()
            if cursor.take(UInt8(ascii: ",")) { continue }
            guard cursor.take(UInt8(ascii: "]")) else { throw cursor.unexpected("a comma or a ]") }
            return values
        }
    }

    private mutating func inlineTable(_ path: [String], depth: Int) throws(TOMLProblem) {
        guard depth <= Self.depthMax else { throw cursor.problem("tables within tables, more than \(Self.depthMax)") }
        cursor.advance()
        cursor.skipBlanks()
        if cursor.take(UInt8(ascii: "}")) { return }
        repeat {
            try pair(in: path, depth: depth)
            cursor.skipBlanks()
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")) else { throw cursor.unexpected("a comma or a }") }
    }
}
