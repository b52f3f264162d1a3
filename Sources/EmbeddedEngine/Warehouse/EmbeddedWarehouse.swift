package import Engine
import GRDB

/// Curated bars, masks, notes and derived facts in one SQLite file, for the owner.
package struct EmbeddedWarehouse: Warehouse, WarehouseTables {
    package let store: SQLiteStore

    package func apply(_ change: CuratedChange) async throws(EngineError) -> Int64 {
        try await store.write("apply an object to the warehouse") { database in
            var position = try WarehousePosition.load(database)
            guard try position.takes(change) else { return position.version }
            var writer = CuratedWriter(database)
            try writer.write(change, version: position.version)
            try position.save(database)
            try WarehouseClock.pass(change.stamp, database)
            return position.version
        }
    }

    package func adopt(_ state: CuratedChange) async throws(EngineError) -> Int64 {
        try await store.write("take over what is sealed") { database in
            var position = try WarehousePosition.load(database)
            guard position.skips(to: state) else { return position.version }
            var writer = CuratedWriter(database)
            try writer.write(state, version: position.version)
            try position.save(database)
            try WarehouseClock.pass(state.stamp, database)
            return position.version
        }
    }

    package func replace(_ rows: [DerivedRow]) async throws(EngineError) {
        try await store.write("replace derived rows") { database in
            var writer = CuratedWriter(database)
            try writer.write(derived: rows)
        }
    }

    package func expect(_ expectation: Expectation) async throws(EngineError) {
        try await store.write("tell the warehouse what is expected") { database in
            var writer = CuratedWriter(database)
            try writer.write(expectation)
        }
    }
}

/// The warehouse for everybody else.
package struct EmbeddedWarehouseReader: WarehouseTables {
    package let store: SQLiteStore
}

extension EmbeddedWarehouse {
    static let schema = StoreSchema(name: "warehouse", versions: [WarehouseTablesV1.script, WarehouseTablesV2.script])

    /// How far the warehouse has come, read on the calling thread.
    func appliedNow() throws(EngineError) -> Int64 {
        try store.readNow("read the warehouse") { try WarehousePosition.load($0).applied }
    }
}

/// The moment of which gaps are told in SQL.
enum WarehouseClock {
    /// Goes on to a stamp, unix microseconds; never back.
    static func pass(_ stamp: Int64, _ database: Database) throws {
        guard stamp > 0 else { return }
        try database.perform("UPDATE clock SET stamp = ? WHERE id = 1 AND stamp < ?", stamp, stamp)
    }
}

extension EmbeddedWarehouse {
    /// Goes on to a stamp of another store, on the calling thread.
    func passNow(_ stamp: Int64) throws(EngineError) {
        try store.writeNow("note the time") { try WarehouseClock.pass(stamp, $0) }
    }
}

/// The warehouse's place in the order of objects, and the version of its masks.
struct WarehousePosition {
    var applied: Int64
    var version: Int64

    static func load(_ database: Database) throws -> WarehousePosition {
        let found = try database.rows("SELECT applied, version FROM progress WHERE id = 1") { cells in
            WarehousePosition(applied: cells.int(0), version: cells.int(1))
        }
        return found.first ?? WarehousePosition(applied: 0, version: 0)
    }

    /// Moves on to a change; false where it was applied before.
    mutating func takes(_ change: CuratedChange) throws(EngineError) -> Bool {
        guard change.ordinal > applied else { return false }
        guard change.ordinal == applied + 1 else {
            throw EngineError(
                .conflict, "object \(change.ordinal) comes after object \(applied), so one is skipped",
                at: "warehouse", remedy: "")
        }
        applied = change.ordinal
        if !change.masks.isEmpty { version += 1 }
        return true
    }

    /// Moves on to a state that holds everything up to its ordinal; false where that was applied before.
    mutating func skips(to state: CuratedChange) -> Bool {
        guard state.ordinal > applied else { return false }
        applied = state.ordinal
        if !state.masks.isEmpty { version += 1 }
        return true
    }

    func save(_ database: Database) throws {
        try database.perform("REPLACE INTO progress (id, applied, version) VALUES (1, ?, ?)", applied, version)
    }
}
