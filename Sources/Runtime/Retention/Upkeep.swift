import Engine
import Pipeline

/// Performs what is done beside the way of the data.
struct Upkeep {
    /// Records forgotten in one step, so that no transaction is long.
    private static let trimMax: Int64 = 20_000
    private let stores: Stores
    private let universe: Universe

    init(_ stores: Stores, _ universe: Universe) {
        self.stores = stores
        self.universe = universe
    }

    func perform(_ task: UpkeepTask) async throws(EngineError) -> UpkeepOutcome {
        do {
            switch task {
            case .tendStores: return .storesTended(try await stores.upkeep?.tend() ?? [])
            case .trimStream(let shard, let cut): return try await trim(shard, before: cut)
            case .seal(let cut, let now):
                return .sealed(try await RawRetention(stores, universe).seal(before: cut, at: now))
            case .retire(let seal):
                try await stores.catalog.retire(seal)
                return .retired
            case .dropRaw(let seal): return .rawDropped(objects: try await RawRetention(stores, universe).drop(seal))
            }
        } catch let error where error.kind == .damaged || error.kind == .missing {
            return .refused(error)
        }
    }

    /// Forgets what is in the lake, in the warehouse and past the checkpoint, so that nobody will read it any more.
    private func trim(_ shard: StreamShard, before cut: MarketTime) async throws(EngineError) -> UpkeepOutcome {
        let applied = try await stores.warehouse.applied()
        let delivered = try await stores.catalog.delivered(shard, before: cut.microseconds, through: applied)
        let through = min(delivered, try await stores.catalog.checkpoint(shard))
        guard let first = try await stores.stream.extents().first(where: { $0.shard == shard })?.first, first <= through
        else { return .streamTrimmed(records: 0, isMore: false) }
        let end = min(through, first + Self.trimMax - 1)
        try await stores.stream.trim(shard, through: end)
        return .streamTrimmed(records: end - first + 1, isMore: end < through)
    }
}
