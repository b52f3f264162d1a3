package import Engine

/// Derived rows of one span as csv or ndjson, ordered as they are given: by symbol and time.
///
/// The digest stays among the values: it depends on inputs alone, never on where they came from.
package struct FactExport: Sendable {
    private let span: DerivedSpan
    private let style: ExportStyle
    private let writer: ExportWriter

    package init(_ span: DerivedSpan, _ style: ExportStyle) {
        self.span = span
        self.style = style
        writer = ExportWriter(style: style, names: Self.columns(of: span))
    }

    /// The header line with its line feed; empty for ndjson.
    package var header: [UInt8] { style.header(Self.columns(of: span)) }

    package func append(_ row: DerivedRow, to bytes: inout [UInt8]) {
        let figures: [ExportCell] =
            switch span {
            case .hourly, .session:
                [
                    .number(row.open), .number(row.high), .number(row.low), .number(row.close), .number(row.volume),
                    .number(row.vwap), .number(row.realizedVariance),
                ]
            case .market:
                [.number(row.meanLogReturn), Self.count(row.rose), Self.count(row.fell)]
            }
        let counts = [row.expected, row.present, row.quiet, row.sampled, row.healed, row.revised]
        writer.append(
            [.text(row.symbol), .time(Minute(row.start)), .time(Minute(row.end))] + figures
                + counts.map { .integer(Int64($0)) } + [.text(row.completeness), .text(row.digest)], to: &bytes)
    }

    private static func count(_ value: Int?) -> ExportCell { value.map { .integer(Int64($0)) } ?? .none }

    private static func columns(of span: DerivedSpan) -> [ExportColumn] {
        let figures =
            switch span {
            case .hourly, .session: ["open", "high", "low", "close", "volume", "vwap", "realized_variance"]
            case .market: ["mean_log_return", "rose", "fell"]
            }
        let scope = span == .market ? "calendar" : "symbol"
        return ([scope, "start", "end"] + figures + ["expected", "present", "quiet"]).map { ExportColumn(name: $0) }
            + ["sampled", "healed", "revised"].map { ExportColumn(name: $0, isValue: false) }
            + ["completeness", "digest"].map { ExportColumn(name: $0) }
    }
}
