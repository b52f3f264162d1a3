import Engine
import GRDB
import GRDBSQLite

/// Keeping a store's write-ahead log short.
extension SQLiteStore {
    /// After a long reader is gone, the log is begun again at its start and its file cut to this many bytes.
    static let logBytesKept = 4 << 20

    /// Bytes of the log on disk.
    var logBytes: Int64 { Files.size(path + "-wal") ?? 0 }

    /// Where the log is longer than `limit`, moves what it holds into the file and cuts it, without waiting for a reader.
    /// Gives its bytes after that.
    func shortenLog(above limit: Int64) async throws(EngineError) -> Int64 {
        guard logBytes > limit else { return logBytes }
        try await writeApart("shorten the log") { database in
            sqlite3_busy_timeout(database.sqliteConnection, 0)
            defer { sqlite3_busy_timeout(database.sqliteConnection, Self.busyMilliseconds) }
            // Moves as much as the oldest reader lets it; what is then left is that reader's.
            _ = try database.checkpoint(.passive)
            do { _ = try database.checkpoint(.truncate) } catch let error as DatabaseError
                where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
            {}
        }
        return logBytes
    }
}
