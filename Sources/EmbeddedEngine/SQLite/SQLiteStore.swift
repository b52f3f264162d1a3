import Dispatch
package import Engine
import Foundation
import GRDB
import GRDBSQLite

/// The tables of one store, as the scripts that lead from one version of them to the next.
struct StoreSchema: Sendable {
    /// The store's name in sentences and the file's name without its ending.
    var name: String
    /// One script a version, from the first; never changed, only added to.
    var versions: [String]

    var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, script) in versions.enumerated() {
            migrator.registerMigration("\(name)-\(index + 1)") { try $0.execute(sql: script) }
        }
        return migrator
    }
}

/// One SQLite file: a writer and readers beside it for its owner, readers alone for everybody else. Nothing runs on the
/// cooperative pool, and nothing that has begun is cut short by the cancellation of a task.
package final class SQLiteStore: Sendable {
    package let path: String
    private let name: String
    private let reader: any DatabaseReader
    private let pool: DatabasePool?
    /// The file as it was opened for writing.
    private let identity: FileIdentity?
    private let writes: DispatchQueue
    private let reads: DispatchQueue

    private init(path: String, name: String, reader: any DatabaseReader, pool: DatabasePool?) {
        self.path = path
        self.name = name
        self.reader = reader
        self.pool = pool
        identity = pool == nil ? nil : FileIdentity(path)
        writes = DispatchQueue(label: "kintsugi.\(name).writes")
        reads = DispatchQueue(label: "kintsugi.\(name).reads", attributes: .concurrent)
    }

    /// Opens the file for its owner, and creates or migrates it where need be.
    static func own(_ path: String, schema: StoreSchema) throws(EngineError) -> SQLiteStore {
        do {
            var configuration = configuration(schema)
            configuration.maximumReaderCount = 4
            let pool = try DatabasePool(path: path, configuration: configuration)
            let migrator = schema.migrator
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw newer(path, schema) }
            try copyBeforeMigrating(pool, migrator, path, schema)
            try migrator.migrate(pool)
            // GRDB sets NORMAL when it opens the writer; a commit that is acknowledged has to be on disk.
            try pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = \(logBytesKept)")
            }
            return SQLiteStore(path: path, name: schema.name, reader: pool, pool: pool)
        } catch {
            throw opening(error, path: path)
        }
    }

    /// A store of an older version is copied first, once: whoever needs the older program again has its file.
    private static func copyBeforeMigrating(
        _ pool: DatabasePool, _ migrator: DatabaseMigrator, _ path: String, _ schema: StoreSchema
    ) throws {
        let applied = try pool.read { try migrator.appliedIdentifiers($0) }.count
        let copy = "\(path).version-\(applied)"
        guard applied > 0, applied < schema.versions.count, !Files.exists(copy) else { return }
        try Files.remove(copy + ".new")
        try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy + ".new"]) }
        try Files.sync(file: copy + ".new")
        guard rename(copy + ".new", copy) == 0 else { throw Files.failure("keep a copy of a store", copy) }
        try Files.sync(directory: Files.parent(of: copy))
    }

    /// Opens the file for reading only, beside its owner if there is one; creates nothing.
    static func observe(_ path: String, schema: StoreSchema, ownerLives: Bool) throws(EngineError) -> SQLiteStore {
        guard Files.exists(path) else {
            throw EngineError(.missing, "there is no \(schema.name)", at: path, remedy: "let the owner run once")
        }
        do {
            return try observed(path, schema: schema)
        } catch  where SQLiteFailure.needsRecovery(error) && !ownerLives {
            // Its owner died and left a log that only a writer may recover: be that writer for a moment.
            do {
                let queue = try DatabaseQueue(path: path, configuration: configuration(schema))
                try queue.read { _ = try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
                try queue.close()
                return try observed(path, schema: schema)
            } catch {
                throw opening(error, path: path)
            }
        } catch {
            throw opening(error, path: path)
        }
    }

    private static func observed(_ path: String, schema: StoreSchema) throws -> SQLiteStore {
        var configuration = configuration(schema)
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { _ = try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
        return SQLiteStore(path: path, name: schema.name, reader: queue, pool: nil)
    }

    /// How long a lock is waited for.
    static let busyMilliseconds: Int32 = 5_000

    private static func configuration(_ schema: StoreSchema) -> Configuration {
        var configuration = Configuration()
        configuration.label = schema.name
        configuration.busyMode = .timeout(Double(busyMilliseconds) / 1_000)
        // Each store has up to five connections. With SQLite's usual two megabytes apiece their caches alone would grow for
        // days, as the files do; what is read again soon is small.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -512") }
        // A more urgent class asks for a priority that only root has, and libdispatch complains to standard error.
        configuration.qos = .default
        return configuration
    }

    private static func newer(_ path: String, _ schema: StoreSchema) -> EngineError {
        EngineError(
            .newer, "the \(schema.name) was written by a newer version, or is another store's file", at: path,
            remedy: "use the newer version of kintsugi")
    }

    private static func opening(_ error: any Error, path: String) -> EngineError {
        var failure = SQLiteFailure.engineError(error, doing: "could not open the store", path: path)
        if failure.kind == .unavailable, (error as? DatabaseError)?.resultCode == .SQLITE_BUSY {
            failure.kind = .locked
        }
        return failure
    }
}

extension SQLiteStore {
    /// Reads in one transaction.
    func read<Value: Sendable>(
        _ doing: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(EngineError) -> Value {
        try await offPool(reads) { () throws(EngineError) in try self.readNow(doing, body) }
    }

    /// Writes in one transaction, which is on disk when this returns.
    func write<Value: Sendable>(
        _ doing: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(EngineError) -> Value {
        try await offPool(writes) { () throws(EngineError) in try self.writeNow(doing, body) }
    }

    /// Does something with the writing connection outside of a transaction.
    func writeApart(_ doing: String, _ body: @escaping @Sendable (Database) throws -> Void) async throws(EngineError) {
        try await offPool(writes) { () throws(EngineError) in
            do { try self.pool?.writeWithoutTransaction(body) } catch {
                throw SQLiteFailure.engineError(error, doing: "could not \(doing)", path: self.path)
            }
        }
    }

    /// Reads through a connection of its own, which `body` opens and closes.
    func readApart<Value: Sendable>(
        _ body: @escaping @Sendable (String) throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        let path = path
        return try await offPool(reads) { () throws(EngineError) in try body(path) }
    }

    /// Reads on the calling thread, which must not be one of the cooperative pool.
    func readNow<Value>(_ doing: String, _ body: (Database) throws -> Value) throws(EngineError) -> Value {
        do { return try pool == nil ? bounded(body) : reader.read(body) } catch {
            throw SQLiteFailure.engineError(error, doing: "could not \(doing)", path: path)
        }
    }

    /// Reads as somebody else than the owner: never so long that the owner's log grows without end.
    private func bounded<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let guardian = ReadingGuardian(seconds: Self.observingSecondsMax)
        return try withExtendedLifetime(guardian) {
            try reader.read { database in
                guardian.watch(database.sqliteConnection)
                defer { sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil) }
                return try body(database)
            }
        }
    }

    private static let observingSecondsMax = 600.0

    /// Writes on the calling thread, which must not be one of the cooperative pool.
    func writeNow<Value>(_ doing: String, _ body: (Database) throws -> Value) throws(EngineError) -> Value {
        guard let pool else {
            throw EngineError(.readOnly, "could not \(doing): opened for reading only", at: path)
        }
        try identity?.confirm(at: path, doing: doing)
        do { return try pool.write(body) } catch {
            throw SQLiteFailure.engineError(error, doing: "could not \(doing)", path: path)
        }
    }

    /// SQLite's own view of the file's structure; empty where it sees nothing wrong. It sees few flipped bits: checksums
    /// do the rest.
    func structuralDamage() async throws(EngineError) -> [String] {
        let name = name
        return try await read("check the structure of the \(name)") { database in
            try database.rows("PRAGMA integrity_check(20)", make: { $0.text(0) }).filter { $0 != "ok" }
                .map { "\(name): \($0)" }
        }
    }

    /// The level of `PRAGMA synchronous` on the writer: 2 is FULL.
    package func writerSynchronous() throws(EngineError) -> Int64 {
        guard let pool else { return -1 }
        do {
            return try pool.writeWithoutTransaction {
                try $0.rows("PRAGMA synchronous", make: { $0.int(0) }).first ?? -1
            }
        } catch {
            throw SQLiteFailure.engineError(error, doing: "could not read the setting", path: path)
        }
    }

    /// Moves the log into the file, ends it, and leaves the file in the mode in which reading creates nothing beside it.
    /// Where an observer holds the file open it stays a file with an empty log, which is as good.
    func closeNow() {
        guard let pool else { return }
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        // Opened again by its name, which must still be its own.
        guard (try? pool.close()) != nil, identity == FileIdentity(path) else { return }
        var configuration = Configuration()
        configuration.busyMode = .timeout(0.2)
        guard let queue = try? DatabaseQueue(path: path, configuration: configuration) else { return }
        _ = try? queue.writeWithoutTransaction { _ = try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
        try? queue.close()
    }
}

/// Runs blocking work on a queue of its own, so that the cooperative pool stays free.
func offPool<Value: Sendable>(
    _ queue: DispatchQueue, _ work: @escaping @Sendable () throws(EngineError) -> Value
) async throws(EngineError) -> Value {
    let result: Result<Value, EngineError> = await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: Result { () throws(EngineError) in try work() }) }
    }
    return try result.get()
}
