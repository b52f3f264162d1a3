package import Engine

/// Curated bars as csv or ndjson, ordered as they are given: by symbol and time.
package struct BarExport: Sendable {
    private let style: ExportStyle
    private let writer: ExportWriter

    private static let columns = [
        ExportColumn(name: "symbol"), ExportColumn(name: "time"), ExportColumn(name: "open"),
        ExportColumn(name: "high"), ExportColumn(name: "low"), ExportColumn(name: "close"),
        ExportColumn(name: "volume"), ExportColumn(name: "source", isValue: false),
        ExportColumn(name: "quality", isValue: false), ExportColumn(name: "revision", isValue: false),
        ExportColumn(name: "received", isValue: false),
    ]

    package init(_ style: ExportStyle) {
        self.style = style
        writer = ExportWriter(style: style, names: Self.columns)
    }

    /// The header line with its line feed; empty for ndjson.
    package var header: [UInt8] { style.header(Self.columns) }

    /// Appends one bar. Its quality is `sample`, `candle`, or `repaired` where a repair filled a lost slot.
    package func append(_ bar: BarRow, healed: Bool, to bytes: inout [UInt8]) {
        writer.append(
            [
                .text(bar.symbol), .time(Minute(bar.minute)), .number(bar.open), .number(bar.high), .number(bar.low),
                .number(bar.close), .number(bar.volume), .text(bar.provenance.source),
                .text(Self.quality(bar, healed: healed)), .integer(Int64(bar.revision)),
                .moment(MarketTime(microseconds: bar.provenance.received)),
            ], to: &bytes)
    }

    /// Appends a row for an expected slot without a bar: no values, and the verdict as its quality.
    package func appendGap(_ symbol: SymbolName, _ minute: Minute, _ verdict: Verdict, to bytes: inout [UInt8]) {
        writer.append(
            [
                .text(symbol.text), .time(minute), .none, .none, .none, .none, .none, .none, .text(verdict.rawValue),
                .none, .none,
            ], to: &bytes)
    }

    package static func quality(_ bar: BarRow, healed: Bool) -> String {
        if bar.sampled { return "sample" }
        return healed ? "repaired" : "candle"
    }
}
