import EmbeddedEngine
import Engine
import Foundation
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
        let bars = try await warehouse.answer(
            "SELECT symbol, time, close, volume, quality, source, received_us FROM bars_v1")
        #expect(bars.columns == ["symbol", "time", "close", "volume", "quality", "source", "received_us"])
        #expect(
            bars.rows == [
                [
                    .text("AAPL"), .integer(600), .real(1.5), .real(100), .text("candle"), .text("simulated"),
                    .integer(5_000_000),
                ]
            ])
        let earlier = try await warehouse.answer("SELECT quality, open FROM revisions_v1")
        #expect(earlier.rows == [[.text("sampled"), .null]])
        let hourly = try await warehouse.answer("SELECT symbol, time, end_time, completeness FROM hourly_v1")
        #expect(hourly.rows == [[.text("AAPL"), .integer(0), .integer(3600), .text("whole")]])
        let session = try await warehouse.answer("SELECT completeness FROM session_v1")
        #expect(session.rows == [[.text("holed")]])
        let market = try await warehouse.answer("SELECT calendar, mean_log_return, rose FROM market_v1")
        #expect(market.rows == [[.text("XNYS"), .real(0.25), .integer(3)]])
    }

    /// Nothing but one reading statement is run, and the file is as it was.
    @Test(
        arguments: [
            (
                "DELETE FROM bars",
                "only reading is allowed here, and this would write to the table bars: write a SELECT"
            ),
            ("INSERT INTO symbols (name) VALUES ('X')", "this would write to the table symbols"),
            ("UPDATE clock SET stamp = 0", "this would write to the table clock"),
            ("DROP TABLE bars", "only reading is allowed"), ("CREATE TEMP TABLE x (y)", "only reading is allowed"),
            ("ATTACH ':memory:' AS x", "this would open another file"),
            ("VACUUM INTO 'copy.sqlite'", "only reading is allowed"),
            ("PRAGMA journal_mode = DELETE", "this would use PRAGMA journal_mode"),
            ("PRAGMA wal_checkpoint", "this would use PRAGMA wal_checkpoint"),
            ("BEGIN", "this would hold a transaction open"), ("SAVEPOINT a", "this would hold a transaction open"),
            ("SELECT load_extension('x')", "load"), ("EXPLAIN DELETE FROM bars", "only reading is allowed"),
            ("", "there is no statement"), ("-- nothing", "there is no statement"),
            ("SELECT 1; SELECT 2", "another begins at line 1, column 11"),
            ("SELECT 1;\n  nonsense", "another begins at line 2, column 3"),
            ("SELECT *\nFRM bars_v1", "the query is wrong at line 2, column 1: near \"FRM\": syntax error"),
            ("SELECT * FROM nowhere", "no such table: nowhere"),
            ("SELECT nope FROM bars_v1", "the query is wrong at line 1, column 8: no such column: nope"),
            ("SELECT zeroblob(1000000000)", "too large"),
        ])
    func whatIsNoQueryIsRefusedWithASentence(_ sql: String, _ sentence: String) async throws {
        let folder = try TemporaryFolder()
        let warehouse = try await filled(folder)
        let error = await engineError { _ = try await warehouse.answer(sql) }
        #expect(error?.kind == .conflict, "\(sql)")
        #expect(error?.description.contains(sentence) == true, "\(sql): \(error?.description ?? "no error")")
        #expect(try await warehouse.bars("AAPL", minutes: 0..<99).count == 1)
        #expect(try folder.names().allSatisfy { !$0.contains("copy") })
    }

    @Test func oneStatementMayEndInACommentAndTellHowTablesLook() async throws {
        let folder = try TemporaryFolder()
        let warehouse = try await filled(folder)
        #expect(try await warehouse.answer("SELECT 1; -- that is all\n ;").rows == [[.integer(1)]])
        #expect(try await warehouse.answer("PRAGMA table_info(bars_v1)").rows.count == 15)
        let values = try await warehouse.answer("SELECT x'00FF', 'é', 0.1, NULL, 9223372036854775807")
        #expect(values.rows == [[.blob([0, 255]), .text("é"), .real(0.1), .null, .integer(.max)]])
    }

    @Test func longAnswersAreCutAndRunawaysAreEnded() async throws {
        let folder = try TemporaryFolder()
        let warehouse = try await filled(folder)
        let cut = try await warehouse.query("VALUES (1), (2), (3)", QueryLimits(rows: 2), into: SQLAnswer())
        #expect(cut.sink.rows.count == 2)
        #expect(cut.isCut)
        #expect(try await !warehouse.query("VALUES (1), (2)", QueryLimits(rows: 2), into: SQLAnswer()).isCut)
        let runaway = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
        let error = await engineError {
            _ = try await warehouse.query(runaway, QueryLimits(seconds: 0.2), into: SQLAnswer())
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.description.hasPrefix("the query took longer than 0.2 s and was ended") == true)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "sqlite3 is not installed"))
    func anOlderStoreIsCopiedBeforeItIsMigrated() async throws {
        let folder = try TemporaryFolder()
        let old = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await old.warehouse.apply(CuratedChange(ordinal: 1))
        await old.close()
        // As a program of the first version left it.
        let undo = """
            DROP VIEW gaps_v1; DROP TABLE calendar_hours; DROP TABLE members; DROP TABLE clock; DROP TABLE offsets;
            DELETE FROM grdb_migrations WHERE identifier <> 'warehouse-1';
            """
        #expect(try run("/usr/bin/sqlite3", ["\(folder.path)/warehouse.sqlite", undo]).code == 0)
        let again = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(try folder.names().contains("warehouse.sqlite.version-1"))
        #expect(try await again.warehouse.applied() == 1)
        #expect(try await again.warehouse.answer("SELECT * FROM gaps_v1").rows.isEmpty)
        await again.close()
    }
}

extension WarehouseTables {
    /// The whole answer.
    func answer(_ sql: String) async throws -> SQLAnswer { try await query(sql, into: SQLAnswer()).sink }
}

/// Runs a program to its end.
func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}
