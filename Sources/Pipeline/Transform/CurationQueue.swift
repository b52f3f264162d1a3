package import Engine

/// Raw objects on their way into the warehouse, in the order of their ordinals, one at a time.
package struct CurationQueue: Sendable {
    private var waiting: [RecoveredObject] = []
    private var curating: (id: EffectID, object: RecoveredObject)?
    /// Per shard, the sequence through which records are in the warehouse.
    private var landed: [(shard: StreamShard, through: Int64)] = []

    package init() {}

    package mutating func recover(_ recovery: PipelineRecovery) {
        waiting = recovery.uncurated
        for found in recovery.shards {
            // What was delivered and does not wait here was applied before.
            let firstWaiting = waiting.filter { $0.shard == found.shard }.map(\.first).min()
            note(found.shard, through: min(found.delivered, (firstWaiting ?? .max) - 1))
        }
    }

    package mutating func add(ordinal: Int64, _ entry: CatalogEntry) {
        guard !waiting.contains(where: { $0.ordinal == ordinal }), curating?.object.ordinal != ordinal else { return }
        let object = RecoveredObject(ordinal: ordinal, entry)
        waiting.insert(object, at: waiting.firstIndex { $0.ordinal > ordinal } ?? waiting.endIndex)
    }

    /// Starts the next object where none is under way.
    package mutating func advance(_ ids: inout EffectIDs) -> PipelineEffect? {
        guard curating == nil, !waiting.isEmpty else { return nil }
        let object = waiting.removeFirst()
        let id = ids.next()
        curating = (id, object)
        return PipelineEffect(id: id, action: .curate(ordinal: object.ordinal, key: object.key))
    }

    /// An object is applied; false for an outcome nobody waits for.
    package mutating func curated(_ id: EffectID) -> Bool {
        guard let curating, curating.id == id else { return false }
        self.curating = nil
        note(curating.object.shard, through: curating.object.last)
        return true
    }

    /// The change cannot be applied: the object's key, or nil where the id is not this queue's. Nothing may pass it.
    package func failed(_ id: EffectID) -> String? {
        guard let curating, curating.id == id else { return nil }
        return curating.object.key
    }

    private mutating func note(_ shard: StreamShard, through sequence: Int64) {
        if let place = landed.firstIndex(where: { $0.shard == shard }) {
            landed[place].through = max(landed[place].through, sequence)
        } else {
            landed.append((shard, sequence))
        }
    }

    /// Whether a position is in the warehouse.
    package func hasLanded(_ shard: StreamShard, _ sequence: Int64) -> Bool {
        (landed.first { $0.shard == shard }?.through ?? 0) >= sequence
    }

    package var count: Int { waiting.count + (curating == nil ? 0 : 1) }
    package var isIdle: Bool { count == 0 }
}
