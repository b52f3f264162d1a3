import EmbeddedEngine
import Engine
import Pipeline

/// The answer to a query on its way out, row by row, in one of the forms scripts and people read.
struct QueryText: SQLSink {
    /// Bytes of an answer that is gathered before any of it is written: the store is never read at the pace of a pipe.
    private static let bytesMax = 256 << 20

    let format: QueryCommand.Format
    private(set) var bytes: [UInt8] = []
    private(set) var rows = 0
    private var columns: [String] = []
    /// Rows of a table, which is as wide as its widest cell.
    private var cells: [[String]] = []
    /// Whether a column of a table has held nothing but numbers.
    private var isNumeric: [Bool] = []
    private var cellBytes = 0

    init(_ format: QueryCommand.Format) { self.format = format }

    mutating func begin(_ columns: [String]) {
        self.columns = columns
        isNumeric = columns.map { _ in true }
        switch format {
        case .table, .ndjson: break
        case .csv:
            for (place, column) in columns.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.appendField(harmless(column))
            }
            bytes.append(0x0A)
        case .json: bytes.append(UInt8(ascii: "["))
        }
    }

    mutating func add(_ row: [SQLValue]) throws(EngineError) {
        rows += 1
        switch format {
        case .table: addCells(row)
        case .csv:
            for (place, value) in row.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.field(value, &bytes)
            }
            bytes.append(0x0A)
        case .ndjson:
            object(row).write(to: &bytes)
            bytes.append(0x0A)
        case .json:
            if rows > 1 { bytes.append(UInt8(ascii: ",")) }
            object(row).write(to: &bytes)
        }
        guard bytes.count + cellBytes <= Self.bytesMax else {
            throw EngineError(
                .conflict, "the answer is larger than \(Self.bytesMax >> 20) MB",
                remedy: "narrow it down, cut it with --limit, or use kintsugi export")
        }
    }

    /// The whole answer, complete.
    mutating func finish() -> [UInt8] {
        switch format {
        case .csv, .ndjson: break
        case .json: bytes.append(contentsOf: "]\n".utf8)
        case .table:
            let headings = zip(columns, isNumeric).map { $1 && rows > 0 ? ">" + harmless($0) : harmless($0) }
            var table = TextTable(headings)
            for row in cells { table.add(row) }
            for line in table.lines { bytes.append(contentsOf: (line + "\n").utf8) }
        }
        return bytes
    }

    private mutating func addCells(_ row: [SQLValue]) {
        var texts: [String] = []
        for (place, value) in row.enumerated() {
            var text: [UInt8] = []
            switch value {
            case .null: text = Array("-".utf8)
            case .text(let words):
                isNumeric[place] = false
                text = Array(harmless(words).utf8)
            case .blob:
                isNumeric[place] = false
                Self.field(value, &text)
            case .integer, .real: Self.field(value, &text)
            }
            cellBytes += text.count + 48
            texts.append(String(decoding: text, as: UTF8.self))
        }
        cells.append(texts)
    }

    private func object(_ row: [SQLValue]) -> JSONValue {
        .object(zip(columns, row).map { ($0, Self.json($1)) })
    }

    private static func json(_ value: SQLValue) -> JSONValue {
        switch value {
        case .null: .null
        case .integer(let value): .integer(value)
        case .real(let value): .number(value)
        case .text(let text): .text(text)
        case .blob(let bytes): .text(hex(bytes))
        }
    }

    /// One value of a line of csv. Whatever a text holds, it sends nothing to a terminal but what can be seen.
    private static func field(_ value: SQLValue, _ bytes: inout [UInt8]) {
        switch value {
        case .null: break
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .real(let value) where value.isFinite: bytes.appendShortest(value)
        case .real(let value): bytes.append(contentsOf: (value > 0 ? "inf" : "-inf").utf8)
        case .text(let text): bytes.appendField(harmless(text, limit: .max))
        case .blob(let blob): bytes.append(contentsOf: hex(blob).utf8)
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
