import ArgumentParser
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform

/// SQL over what is curated and derived.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask in SQL: bars, facts, gaps and revisions.",
        discussion: """
            One reading statement in SQLite's SQL, over the views below; beside a running owner too. Whatever would write, \
            open another file or change a setting is refused, and a query that takes longer than --timeout is ended. \
            Exit code 2 where the SQL is wrong, 3 where it cannot be run.

            The same views are there for sqlite3 (open warehouse.sqlite in the data directory with -readonly) and for \
            DuckDB with its SQLite extension. Their names and columns stay; what changes gets a new number.

            VIEWS
              bars_v1       symbol, time, open, high, low, close, volume, source, quality, revision, received_us,
                            purpose, execution, attempt, object: the values that count, extra bars among them
              revisions_v1  the same columns: values that were replaced or outranked
              hourly_v1     symbol, time, end_time, open, high, low, close, volume, vwap, realized_variance, expected,
                            present, quiet, sampled, healed, revised, completeness, digest
              session_v1    the same columns, a row a session
              market_v1     calendar, time, end_time, mean_log_return, rose, fell, expected, present, quiet, sampled,
                            healed, revised, completeness, digest: a row a clock hour
              gaps_v1       symbol, time, end_time, slots, verdict, reason, as_of_us: as kintsugi gaps tells them,
                            of the moment as_of_us

            UNITS
              time, end_time          unix seconds, UTC, half-open; datetime(time, 'unixepoch') makes them readable
              received_us, as_of_us   unix microseconds
              open … close, vwap      the source's price, unadjusted
              volume                  shares or units; null where an input is a quote sample
              expected … revised      slots (minutes)
              quality                 candle or sampled; a sample has a close and nothing else
              completeness            open, holed, whole or settled
              verdict                 missing or unrepairable

            EXAMPLES
              kintsugi query "SELECT symbol, count(*) AS bars, max(time) FROM bars_v1 GROUP BY symbol"
              kintsugi query "SELECT * FROM gaps_v1 ORDER BY symbol, time" --format ndjson
              kintsugi query - --format csv --limit 0 < report.sql > report.csv
              sqlite3 -readonly "$DIR/warehouse.sqlite" "SELECT * FROM session_v1 WHERE completeness = 'holed'"
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, csv, ndjson, json }

    @OptionGroup var data: DataOptions

    @Argument(help: ArgumentHelp("One statement, or - to read it from standard input.", valueName: "SQL"))
    var sql: String

    @Option(name: .long, help: "table (usual), csv, ndjson or json.")
    var format: Format?

    @Option(
        name: .long,
        help: ArgumentHelp("Rows at most; 0 for all. Usual: 1000 of a table, all otherwise.", valueName: "N"))
    var limit: Int?

    @Option(name: .long, help: ArgumentHelp("Real seconds it may take.", valueName: "SECONDS"))
    var timeout = 60.0

    /// A statement longer than this is none.
    private static let sqlBytesMax = 1 << 20

    func run() async throws {
        let form = format ?? (data.json ? .json : .table)
        if let limit, limit < 0 { throw Failure.usage("--limit \(limit): write how many rows, or 0 for all") }
        guard timeout.isFinite, timeout > 0 else {
            throw Failure.usage("--timeout \(timeout): write how many seconds it may take, such as 60")
        }
        let rows = limit.map { $0 == 0 ? Int.max : $0 } ?? (form == .table ? 1_000 : .max)
        let statement = try statement()
        let reading = try await Reading.open(data)
        if reading.isSimulated, Tty.isTerminal(.errors) { Descriptor.errors.write(Array("SIMULATED data\n".utf8)) }
        var (text, isCut) = try await answer(statement, QueryLimits(rows: rows, seconds: timeout), form, reading)
        Descriptor.output.write(text.finish())
        if isCut {
            Descriptor.errors.write(
                Array("kintsugi: cut after \(text.rows) rows; --limit says how many, 0 asks for all\n".utf8))
        }
    }

    /// What is wrong with the statement is the caller's to mend; the rest could not be done.
    private func answer(
        _ sql: String, _ limits: QueryLimits, _ form: Format, _ reading: Reading
    ) async throws -> (QueryText, Bool) {
        do throws(EngineError) {
            return try await reading.directory.warehouse.query(sql, limits, into: QueryText(form))
        } catch  where error.kind == .conflict {
            throw Failure.usage(harmless(error.description, limit: 600))
        }
    }

    private func statement() throws -> String {
        guard sql == "-" else { return sql }
        let data = try FileHandle.standardInput.read(upToCount: Self.sqlBytesMax + 1) ?? Data()
        guard data.count <= Self.sqlBytesMax, let text = String(data: data, encoding: .utf8) else {
            throw Failure.usage("standard input holds no SQL: at most 1 MB of UTF-8 text is read")
        }
        return text
    }
}
