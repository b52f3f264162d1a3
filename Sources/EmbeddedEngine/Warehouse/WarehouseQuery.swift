package import Engine
import GRDB
import GRDBSQLite

/// One value of an answer to a query, as SQLite holds it.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// The answer to a query in SQL.
package struct SQLAnswer: Hashable, Sendable {
    /// Names of the columns, in order.
    package var columns: [String]
    package var rows: [[SQLValue]]
    /// Whether there was more than was asked for.
    package var isCut: Bool
}

extension WarehouseTables {
    /// Runs one reading statement over the tables and views (`bars_v1`, `hourly_v1`, `session_v1`, `market_v1`,
    /// `revisions_v1`) and gives at most `rowsMax` rows. A statement that is no query is a conflict.
    package func query(_ sql: String, rowsMax: Int) async throws(EngineError) -> SQLAnswer {
        try await store.read("run the query") { database in
            do { return try answer(sql, rowsMax: rowsMax, database) } catch let error as DatabaseError
                where [.SQLITE_ERROR, .SQLITE_MISUSE, .SQLITE_READONLY].contains(error.resultCode)
            {
                throw EngineError(.conflict, "the query was refused: \(error.message ?? "not SQL")", at: sql)
            }
        }
    }

    private func answer(_ sql: String, rowsMax: Int, _ database: Database) throws -> SQLAnswer {
        let statement = try database.makeStatement(sql: sql)
        guard statement.columnCount > 0, statement.isReadonly else {
            throw EngineError(.conflict, "only a query may be run here", at: sql, remedy: "write a SELECT")
        }
        var answer = SQLAnswer(columns: statement.columnNames, rows: [], isCut: false)
        var cursor = BoundStatement(prepared: statement, sql, database)
        defer { cursor.reset() }
        while try cursor.step() {
            guard answer.rows.count < rowsMax else {
                answer.isCut = true
                break
            }
            answer.rows.append((0..<Int32(answer.columns.count)).map { cursor.value($0) })
        }
        return answer
    }
}

extension BoundStatement {
    fileprivate func value(_ column: Int32) -> SQLValue {
        switch type(column) {
        case SQLITE_INTEGER: .integer(int(column))
        case SQLITE_FLOAT: .real(real(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }
}
