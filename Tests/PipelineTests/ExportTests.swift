import Engine
import Pipeline
import Testing

private typealias World = TransformWorld

@Suite struct ExportTests {
    private let bar = BarRow(
        symbol: "AAPL", minute: World.open.index, open: 171.14, high: 171.2, low: 170.7, close: 171, volume: 619_925,
        sampled: false, revision: 2,
        provenance: Provenance(
            source: "simulated", purpose: "repair", execution: "e1", attempt: 1, object: "o",
            received: World.at(2).microseconds))

    private func lines(_ style: ExportStyle, healed: Bool = false) -> [String] {
        let export = BarExport(style)
        var bytes = export.header
        export.append(bar, healed: healed, to: &bytes)
        export.appendGap(SymbolName("AAPL")!, World.open.advanced(by: 1), .missing, to: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func barsAsCSV() {
        #expect(
            lines(ExportStyle(), healed: true) == [
                "symbol,time,open,high,low,close,volume,source,quality,revision,received",
                "AAPL,2019-02-11T14:30:00Z,171.14,171.2,170.7,171,619925,simulated,repaired,2,2019-02-11T14:32:00Z",
                "AAPL,2019-02-11T14:31:00Z,,,,,,,missing,,",
            ])
        #expect(
            lines(ExportStyle(columns: .values, time: .epoch)) == [
                "symbol,time,open,high,low,close,volume", "AAPL,1549895400,171.14,171.2,170.7,171,619925",
                "AAPL,1549895460,,,,,",
            ])
    }

    @Test func barsAsNDJSON() {
        #expect(
            lines(ExportStyle(format: .ndjson, columns: .values)) == [
                "{\"symbol\":\"AAPL\",\"time\":\"2019-02-11T14:30:00Z\",\"open\":171.14,\"high\":171.2,\"low\":170.7,\"close\":171,\"volume\":619925}",
                "{\"symbol\":\"AAPL\",\"time\":\"2019-02-11T14:31:00Z\",\"open\":null,\"high\":null,\"low\":null,\"close\":null,\"volume\":null}",
            ])
    }

    @Test func valuesDoNotTellAHealedHistoryFromAnUnbrokenOne() {
        for format in ExportStyle.Format.allCases {
            let style = ExportStyle(format: format, columns: .values)
            #expect(lines(style, healed: true) == lines(style, healed: false))
        }
        var row = DerivedRow(span: .hourly, symbol: "A", start: 0, end: 60, expected: 60, present: 60)
        var healed = row
        (healed.healed, healed.sampled, healed.revised) = (3, 1, 2)
        row.digest = "d"
        healed.digest = "d"
        func text(_ row: DerivedRow, _ columns: ExportStyle.Columns) -> [UInt8] {
            var bytes: [UInt8] = []
            FactExport(.hourly, ExportStyle(columns: columns)).append(row, to: &bytes)
            return bytes
        }
        #expect(text(row, .values) == text(healed, .values))
        #expect(text(row, .all) != text(healed, .all))
    }

    @Test func everyHeaderHasAsManyColumnsAsItsRows() {
        for span in DerivedSpan.allCases {
            for columns in ExportStyle.Columns.allCases {
                let export = FactExport(span, ExportStyle(columns: columns))
                var bytes: [UInt8] = []
                export.append(DerivedRow(span: span, symbol: "A", start: 0, end: 60), to: &bytes)
                #expect(bytes.count { $0 == 0x2C } == export.header.count { $0 == 0x2C })
            }
        }
    }

    @Test func numbersAreTheShortestTextThatReadsBackTheSame() {
        func text(_ value: Double) -> String {
            var row = bar
            row.close = value
            var bytes: [UInt8] = []
            BarExport(ExportStyle()).append(row, healed: false, to: &bytes)
            return String(String(decoding: bytes, as: UTF8.self).split(separator: ",")[5])
        }
        let known: [(Double, String)] = [
            (171, "171"), (0.1, "0.1"), (1e16, "1e16"), (.leastNonzeroMagnitude, "5e-324"), (0.00001, "1e-5"),
            (1e15, "1000000000000000"),
            (-0.0, "-0"), (0, "0"), (.greatestFiniteMagnitude, "1.7976931348623157e308"),
        ]
        for (value, expected) in known { #expect(text(value) == expected) }
        var random = TransformSeed(11)
        for _ in 0..<20_000 {
            let value = random.chance(50) ? Double(bitPattern: random.next()) : Double(random.below(1 << 30)) / 10_000
            guard value.isFinite else { continue }
            #expect(Double(text(value))?.bitPattern == value.bitPattern)
        }
    }
}
