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

    package func delivered(
        _ shard: StreamShard, before received: Int64, through ordinal: Int64
    ) throws(EngineError) -> Int64 {
        try faults.around(EngineCall(.catalog, "delivered", writes: false)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in
                table.delivered(shard, before: received, through: ordinal)
            }
        }
    }

    package func retire(_ seal: SealEntry) throws(EngineError) {
        try faults.around(EngineCall(.catalog, "retire", writes: true)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in try table.retire(seal) }
        }
    }

    package func seals() throws(EngineError) -> [(entry: SealEntry, isDropped: Bool)] {
        try faults.around(EngineCall(.catalog, "seals", writes: false)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in table.seals }
        }
    }

    package func noteDropped(through ordinal: Int64) throws(EngineError) {
        try faults.around(EngineCall(.catalog, "noteDropped", writes: true)) { () throws(EngineError) in
            try world.withCatalog { (table) throws(EngineError) in table.noteDropped(through: ordinal) }
        }
    }
}
