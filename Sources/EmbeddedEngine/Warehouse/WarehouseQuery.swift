package import Engine
import GRDBSQLite

/// One value of an answer to a query, as SQLite holds it.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// Takes the rows of an answer, one after another.
package protocol SQLSink: Sendable {
    /// Comes first and once, with the names of the columns.
    mutating func begin(_ columns: [String])
    /// Takes one row; what it throws ends the query.
    mutating func add(_ row: [SQLValue]) throws(EngineError)
}

/// The answer to a query, whole.
package struct SQLAnswer: Hashable, Sendable, SQLSink {
    /// Names of the columns, in order.
    package var columns: [String] = []
    package var rows: [[SQLValue]] = []

    package init() {}
    package mutating func begin(_ columns: [String]) { self.columns = columns }
    package mutating func add(_ row: [SQLValue]) { rows.append(row) }
}

/// What a query may cost.
package struct QueryLimits: Hashable, Sendable {
    /// Rows at most; the rest is cut off.
    package var rows: Int
    /// Real seconds at most; then the query is ended with an error, so that it never stands in the way of the owner's log.
    package var seconds: Double

    package init(rows: Int = .max, seconds: Double = 60) {
        self.rows = rows
        self.seconds = seconds
    }
}

extension WarehouseTables {
    /// Runs one reading statement over the tables and views (`bars_v1`, `hourly_v1`, `session_v1`, `market_v1`, `gaps_v1`,
    /// `revisions_v1`), and says whether there was more than asked for. A statement that is wrong, or that would do more
    /// than read, is a conflict; one that takes too long is unavailable.
    package func query<Sink: SQLSink>(
        _ sql: String, _ limits: QueryLimits = QueryLimits(), into sink: Sink
    ) async throws(EngineError) -> (sink: Sink, isCut: Bool) {
        try await store.readApart { (path) throws(EngineError) in
            let connection = try ReadingConnection(path: path, seconds: limits.seconds)
            let statement = try connection.prepare(sql)
            var sink = sink
            sink.begin(statement.columns)
            var count = 0
            while try statement.step() {
                guard count < limits.rows else { return (sink, true) }
                count += 1
                try sink.add(statement.row)
            }
            return (sink, false)
        }
    }
}
