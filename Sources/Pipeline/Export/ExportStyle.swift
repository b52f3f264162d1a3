/// How exported rows are written.
package struct ExportStyle: Hashable, Sendable {
    package enum Format: String, Hashable, Sendable, CaseIterable { case csv, ndjson }
    package enum Columns: String, Hashable, Sendable, CaseIterable {
        case all
        /// Without what differs between a healed and an unbroken history.
        case values
    }
    package enum TimeForm: String, Hashable, Sendable, CaseIterable {
        /// `2019-02-11T14:30:00Z`
        case iso
        /// Seconds since 1970-01-01T00:00:00Z.
        case epoch
    }

    package var format: Format
    package var columns: Columns
    package var time: TimeForm

    package init(format: Format = .csv, columns: Columns = .all, time: TimeForm = .iso) {
        self.format = format
        self.columns = columns
        self.time = time
    }

    /// The header line with its line feed; empty for ndjson.
    func header(_ names: [ExportColumn]) -> [UInt8] {
        guard format == .csv else { return [] }
        return Array((chosen(names).map(\.name).joined(separator: ",") + "\n").utf8)
    }

    func chosen(_ names: [ExportColumn]) -> [ExportColumn] { columns == .all ? names : names.filter(\.isValue) }
}

/// One column of an export.
struct ExportColumn {
    var name: String
    /// Whether the column is the same for a healed and an unbroken history.
    var isValue = true
}

/// One cell of an export.
enum ExportCell {
    case text(String)
    case integer(Int64)
    case number(Double?)
    case time(Minute)
    case moment(MarketTime)
    /// Empty in csv, null in ndjson.
    case none
}

/// Writes rows of one shape into bytes that grow; no locale, no clock.
struct ExportWriter {
    let style: ExportStyle
    let names: [ExportColumn]

    /// Appends one row; there is one cell for each column.
    func append(_ cells: [ExportCell], to bytes: inout [UInt8]) {
        var first = true
        for (column, cell) in zip(names, cells) where style.columns == .all || column.isValue {
            let json = style.format == .ndjson
            if first { if json { bytes.append(UInt8(ascii: "{")) } } else { bytes.append(UInt8(ascii: ",")) }
            first = false
            if json {
                bytes.append(contentsOf: "\"\(column.name)\":".utf8)
                appendJSON(cell, to: &bytes)
            } else {
                appendCSV(cell, to: &bytes)
            }
        }
        if style.format == .ndjson { bytes.append(UInt8(ascii: "}")) }
        bytes.append(0x0A)
    }

    private func appendCSV(_ cell: ExportCell, to bytes: inout [UInt8]) {
        switch cell {
        case .text(let text): bytes.appendField(text)
        case .integer(let value): bytes.appendDecimal(value)
        case .number(let value): if let value { bytes.appendShortest(value) }
        case .time(let minute): append(minute.start, to: &bytes)
        case .moment(let time): append(time, to: &bytes)
        case .none: break
        }
    }

    private func appendJSON(_ cell: ExportCell, to bytes: inout [UInt8]) {
        switch cell {
        case .text(let text):
            var writer = JSONWriter(capacity: text.utf8.count + 2)
            writer.string(text)
            bytes += writer.bytes
        case .integer(let value): bytes.appendDecimal(value)
        case .number(let value?): bytes.appendShortest(value)
        case .time(let minute): appendJSON(minute.start, to: &bytes)
        case .moment(let time): appendJSON(time, to: &bytes)
        case .number, .none: bytes.append(contentsOf: "null".utf8)
        }
    }

    private func appendJSON(_ time: MarketTime, to bytes: inout [UInt8]) {
        if style.time == .iso { bytes.append(UInt8(ascii: "\"")) }
        append(time, to: &bytes)
        if style.time == .iso { bytes.append(UInt8(ascii: "\"")) }
    }

    private func append(_ time: MarketTime, to bytes: inout [UInt8]) {
        switch style.time {
        case .iso: bytes.append(contentsOf: time.iso8601.utf8)
        case .epoch: bytes.appendDecimal(time.seconds)
        }
    }
}

extension [UInt8] {
    /// RFC 4180: a field with a comma, a quotation mark or a line end stands in quotation marks.
    package mutating func appendField(_ text: String) {
        guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            return append(contentsOf: text.utf8)
        }
        append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { append(0x22) }
            append(byte)
        }
        append(0x22)
    }

    /// The shortest text that reads back to the same double: `171`, `171.14`, `1e16`, `5e-324`.
    package mutating func appendShortest(_ value: Double) {
        // Most volumes are whole; zero takes the long way for the sake of its sign.
        if value.magnitude < 1e15, value != 0, let whole = Int64(exactly: value) { return appendDecimal(whole) }
        var text = value.description
        if text.hasSuffix(".0") { text.removeLast(2) }
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return append(contentsOf: text.utf8) }
        append(contentsOf: text.utf8[...mark])
        var exponent = text.utf8[text.utf8.index(after: mark)...]
        if exponent.first == UInt8(ascii: "-") { append(UInt8(ascii: "-")) }
        exponent = exponent.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "0") }
        append(contentsOf: exponent)
    }
}
