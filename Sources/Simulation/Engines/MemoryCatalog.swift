package import Engine

/// The catalogue of a simulated world; answers without suspending.
package final class MemoryCatalog: PartitionCatalog {
    private let world: MemoryWorld
    private let faults: any FaultPlan

    package init(world: MemoryWorld, faults: any FaultPlan = NoFaults()) {
        self.world = world
        self.faults = faults
    }

    package func register(_ entry: CatalogEntry) throws(EngineError) -> Int64 {
        try faults.around(EngineCall(.catalog, "register", writes: true)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in try table.register(entry) }
        }
    }

    package func lookup(_ key: String) throws(EngineError) -> (ordinal: Int64, entry: CatalogEntry)? {
        try faults.around(EngineCall(.catalog, "lookup", writes: false)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in table.lookup(key) }
        }
    }

    package func list(
        after ordinal: Int64, limit: Int
    ) throws(EngineError) -> [(ordinal: Int64, entry: CatalogEntry)] {
        try faults.around(EngineCall(.catalog, "list", writes: false)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in table.list(after: ordinal, limit: limit) }
        }
    }

    package func checkpoint(_ shard: StreamShard) throws(EngineError) -> Int64 {
        try faults.around(EngineCall(.catalog, "checkpoint", writes: false)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in table.checkpoints[shard] ?? 0 }
        }
    }

    package func moveCheckpoint(_ shard: StreamShard, to sequence: Int64) throws(EngineError) {
        try faults.around(EngineCall(.catalog, "moveCheckpoint", writes: true)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in
                table.checkpoints[shard] = max(table.checkpoints[shard] ?? 0, sequence)
            }
        }
    }
}

/// Entries in the order of registering.
struct CatalogTable: Sendable {
    var checkpoints: [StreamShard: Int64] = [:]
    private var entries: [CatalogEntry] = []
    private var ordinals: [String: Int64] = [:]

    var lastReceived: Int64 { entries.map(\.received).max() ?? 0 }

    mutating func register(_ entry: CatalogEntry) throws(EngineError) -> Int64 {
        if let known = lookup(entry.key) {
            guard known.entry == entry else {
                throw EngineError(
                    .conflict, "an object is registered under this key with other properties", at: entry.key,
                    remedy: "run `kintsugi verify`")
            }
            return known.ordinal
        }
        entries.append(entry)
        ordinals[entry.key] = Int64(entries.count)
        return Int64(entries.count)
    }

    func lookup(_ key: String) -> (ordinal: Int64, entry: CatalogEntry)? {
        ordinals[key].map { ($0, entries[Int($0) - 1]) }
    }

    func list(after ordinal: Int64, limit: Int) -> [(ordinal: Int64, entry: CatalogEntry)] {
        let start = Int(max(0, min(ordinal, Int64(entries.count))))
        return entries[start...].prefix(limit).enumerated().map { (Int64(start + $0.offset + 1), $0.element) }
    }
}
