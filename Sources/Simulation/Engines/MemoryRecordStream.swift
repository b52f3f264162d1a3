package import Engine

/// The stream of a simulated world; answers without suspending.
package final class MemoryRecordStream: RecordStream {
    private let world: MemoryWorld
    private let faults: any FaultPlan

    package init(world: MemoryWorld, faults: any FaultPlan = NoFaults()) {
        self.world = world
        self.faults = faults
    }

    package func append(_ entries: [StreamEntry], to shard: StreamShard) throws(EngineError) -> ClosedRange<Int64> {
        precondition(!entries.isEmpty, "an append brings at least one record")
        return try faults.around(EngineCall(.stream, "append", writes: true)) { () throws(EngineError) in
            try world.withStream { (table) throws(EngineError) in table.append(entries, to: shard) }
        }
    }

    package func read(_ shard: StreamShard, after sequence: Int64, limit: Int) throws(EngineError) -> [SequencedEntry] {
        try faults.around(EngineCall(.stream, "read", writes: false)) { () throws(EngineError) in
            try world.withStream { (table) throws(EngineError) in table.read(shard, after: sequence, limit: limit) }
        }
    }

    package func trim(_ shard: StreamShard, through sequence: Int64) throws(EngineError) {
        try faults.around(EngineCall(.stream, "trim", writes: true)) { () throws(EngineError) in
            try world.withStream { (table) throws(EngineError) in table.trim(shard, through: sequence) }
        }
    }

    package func extents() throws(EngineError) -> [ShardExtent] {
        try faults.around(EngineCall(.stream, "extents", writes: false)) { () throws(EngineError) in
            try world.withStream { (table) throws(EngineError) in table.extents }
        }
    }
}

/// The shards of a stream.
struct StreamTable: Sendable {
    private var shards: [StreamShard: (extent: ShardExtent, entries: [StreamEntry])] = [:]

    var extents: [ShardExtent] { shards.values.map(\.extent).sorted { $0.shard < $1.shard } }
    var lastReceived: Int64 { extents.map(\.lastReceived).max() ?? 0 }

    mutating func append(_ entries: [StreamEntry], to shard: StreamShard) -> ClosedRange<Int64> {
        let fresh = ShardExtent(shard: shard, first: 1, last: 0, lastReceived: 0)
        var (extent, held) = shards[shard] ?? (fresh, [])
        let first = extent.last + 1
        held.append(contentsOf: entries)
        extent.last += Int64(entries.count)
        extent.lastReceived = entries.reduce(extent.lastReceived) { max($0, $1.received) }
        shards[shard] = (extent, held)
        return first...extent.last
    }

    func read(_ shard: StreamShard, after sequence: Int64, limit: Int) -> [SequencedEntry] {
        guard let (extent, held) = shards[shard], sequence < extent.last, limit > 0 else { return [] }
        let start = max(sequence + 1, extent.first)
        guard start <= extent.last else { return [] }
        let end = limit > extent.last - start ? extent.last : start + Int64(limit) - 1
        return (start...end).map { SequencedEntry(sequence: $0, entry: held[Int($0 - extent.first)]) }
    }

    mutating func trim(_ shard: StreamShard, through sequence: Int64) {
        guard var (extent, held) = shards[shard] else { return }
        let count = min(sequence, extent.last) - extent.first + 1
        guard count > 0 else { return }
        held.removeFirst(Int(count))
        extent.first += count
        shards[shard] = (extent, held)
    }
}
