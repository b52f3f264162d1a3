import EmbeddedEngine
import Engine
import Testing

/// What people and other programs may ask in SQL.
@Suite struct WarehouseViewTests {
    private func filled(_ folder: TemporaryFolder) async throws -> EmbeddedWarehouse {
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let provenance = Provenance(
            source: "simulated", purpose: "repair", execution: "e1", attempt: 1, object: "raw/1", received: 5_000_000)
        let candle = BarRow(
            symbol: "AAPL", minute: 10, open: 1, high: 2, low: 0.5, close: 1.5, volume: 100, sampled: false,
            revision: 1,
            provenance: provenance)
        let sample = BarRow(
            symbol: "AAPL", minute: 10, open: nil, high: nil, low: nil, close: 1.4, volume: nil, sampled: true,
            revision: 0, provenance: provenance)
        _ = try await owned.warehouse.apply(CuratedChange(ordinal: 1, bars: [candle], revisions: [sample]))
        let spans = [
            DerivedRow(span: .hourly, symbol: "AAPL", start: 0, end: 60, open: 1, completeness: "whole"),
            DerivedRow(span: .session, symbol: "AAPL", start: 0, end: 390, completeness: "holed"),
            DerivedRow(span: .market, symbol: "XNYS", start: 0, end: 60, meanLogReturn: 0.25, rose: 3, fell: 2),
        ]
        try await owned.warehouse.replace(spans)
        return owned.warehouse
    }

    @Test func everyViewAnswersInReadableColumns() async throws {
        let folder = try TemporaryFolder()
        let warehouse = try await filled(folder)
        let bars = try await warehouse.query(
            "SELECT symbol, time, close, volume, quality, source, received_us FROM bars_v1", rowsMax: 10)
        #expect(bars.columns == ["symbol", "time", "close", "volume", "quality", "source", "received_us"])
        #expect(
            bars.rows == [
                [
                    .text("AAPL"), .integer(600), .real(1.5), .real(100), .text("candle"), .text("simulated"),
                    .integer(5_000_000),
                ]
            ])
        let earlier = try await warehouse.query("SELECT quality, open FROM revisions_v1", rowsMax: 10)
        #expect(earlier.rows == [[.text("sampled"), .null]])
        let hourly = try await warehouse.query("SELECT symbol, time, end_time, completeness FROM hourly_v1", rowsMax: 9)
        #expect(hourly.rows == [[.text("AAPL"), .integer(0), .integer(3600), .text("whole")]])
        let session = try await warehouse.query("SELECT completeness FROM session_v1", rowsMax: 9)
        #expect(session.rows == [[.text("holed")]])
        let market = try await warehouse.query("SELECT calendar, mean_log_return, rose FROM market_v1", rowsMax: 9)
        #expect(market.rows == [[.text("XNYS"), .real(0.25), .integer(3)]])
    }

    @Test func onlyQueriesAreRunAndLongAnswersAreCut() async throws {
        let folder = try TemporaryFolder()
        let warehouse = try await filled(folder)
        for sql in [
            "DELETE FROM bars", "ATTACH ':memory:' AS x", "nonsense", "SELECT * FROM nothing", "", "SELECT 1; SELECT 2",
        ] {
            #expect(await engineError { _ = try await warehouse.query(sql, rowsMax: 9) }?.kind == .conflict, "\(sql)")
        }
        let cut = try await warehouse.query("VALUES (1), (2), (3)", rowsMax: 2)
        #expect(cut.rows.count == 2)
        #expect(cut.isCut)
        #expect(try await !warehouse.query("VALUES (1), (2)", rowsMax: 2).isCut)
        #expect(try await warehouse.bars("AAPL", minutes: 0..<99).count == 1)
    }
}
