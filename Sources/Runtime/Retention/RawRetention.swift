import Codec
import Engine
import Pipeline

/// Seals the oldest raw objects and deletes them, step by step; each step is safe to do again.
struct RawRetention {
    /// Raw objects in one seal, and their stored bytes, at most: all of them are held in memory at once.
    private static let objectsMax = 500
    private static let bytesMax: Int64 = 2 << 20
    private let stores: Stores
    private let universe: Universe

    init(_ stores: Stores, _ universe: Universe) {
        self.stores = stores
        self.universe = universe
    }

    // MARK: Seal

    /// Puts the object that says what the oldest raw objects had come to; nil where none is old enough. Refuses, with
    /// `.damaged`, where a raw object cannot be read or says otherwise than the warehouse.
    func seal(before cut: MarketTime, at now: MarketTime) async throws(EngineError) -> SealEntry? {
        let seals = try await stores.catalog.seals()
        let entries = try await due(after: seals.last?.entry.last ?? 0, before: cut)
        guard let first = entries.first, let last = entries.last else { return nil }
        let batch = try await read(entries)
        let partitions = Set(batch.flatMap { Curation.footprint($0.records) }.flatMap(Self.partitions))
        let hours = Self.hours(partitions)
        var state = SealedState()
        // A seal holds whole what it touched, so the newest that knows a partition is the only one to read for it.
        var unknown = partitions
        for seal in seals.reversed().map(\.entry) where seal.hours.overlaps(Self.hours(unknown)) {
            let sealed = try await SealedObject.read(seal, from: stores.objects).state
            unknown.subtract(state.begin(from: sealed, unknown))
        }
        for (ordinal, entry, records) in batch {
            let held = state.held(for: Curation.footprint(records))
            state.apply(
                Curation.curate(records, object: entry.key, ordinal: ordinal, held: held, universe: universe).change)
        }
        var sealed = SealedObject(
            first: first.ordinal, last: last.ordinal, hours: hours,
            received: entries.map(\.entry.received).max() ?? 0, at: now.microseconds,
            objects: entries.map { Self.stood($0.entry) },
            state: state.whole(through: last.ordinal))
        sealed.decisions = batch.flatMap(\.records).compactMap(Self.decision)
        try await confirm(sealed.state)
        let packed = sealed.packed()
        try await put(packed, at: sealed.key)
        return sealed.entry(packed)
    }

    /// The oldest objects, in the order of the catalogue, that were all received before the moment, are applied, and will
    /// not be delivered again.
    private func due(
        after sealed: Int64, before cut: MarketTime
    ) async throws(EngineError) -> [(ordinal: Int64, entry: CatalogEntry)] {
        let applied = try await stores.warehouse.applied()
        var due: [(ordinal: Int64, entry: CatalogEntry)] = []
        var bytes: Int64 = 0
        for (ordinal, entry) in try await stores.catalog.list(after: sealed, limit: Self.objectsMax) {
            bytes += entry.bytes
            guard entry.last <= (try await stores.catalog.checkpoint(entry.shard)) else { break }
            guard ordinal <= applied, entry.received < cut.microseconds, due.isEmpty || bytes <= Self.bytesMax else {
                break
            }
            due.append((ordinal, entry))
        }
        return due
    }

    private func read(
        _ entries: [(ordinal: Int64, entry: CatalogEntry)]
    ) async throws(EngineError) -> [(ordinal: Int64, entry: CatalogEntry, records: [StreamRecord])] {
        let reader = RawObjectReader(stores.objects, stores.catalog)
        var batch: [(ordinal: Int64, entry: CatalogEntry, records: [StreamRecord])] = []
        for (ordinal, entry) in entries {
            do {
                batch.append((ordinal, entry, try await reader.records(entry.key)))
            } catch let error where error.kind == .missing {
                throw EngineError(.damaged, error.what, at: entry.key, remedy: error.remedy)
            }
        }
        return batch
    }

    /// A seal that a crash kept out of the catalogue may have its place with other bytes: nobody relies on it.
    private func put(_ packed: [UInt8], at key: String) async throws(EngineError) {
        do {
            try await stores.objects.put(packed, at: key)
        } catch let error where error.kind == .conflict {
            try await stores.objects.delete(key)
            try await stores.objects.put(packed, at: key)
        }
    }

    // MARK: Comparison

    /// While raw is still there it could tell: what is about to be sealed must be what the warehouse holds, or once held.
    private func confirm(_ state: CuratedChange) async throws(EngineError) {
        for bars in Self.runs(state.bars, { "\($0.symbol) \($0.minute / 1_440)" }) {
            guard let symbol = bars.first?.symbol, let first = bars.first?.minute, let last = bars.last?.minute else {
                continue
            }
            let held = try await stores.warehouse.bars(symbol, minutes: first..<last + 1)
            let earlier = try await stores.warehouse.revisions(symbol, minutes: first..<last + 1)
            let known = Set((held + earlier).map(Self.withoutRevision))
            for bar in bars where !known.contains(Self.withoutRevision(bar)) {
                throw Self.differs("bar \(symbol) \(Minute(bar.minute))")
            }
        }
        for masks in Self.runs(state.masks, \.symbol) {
            guard let symbol = masks.first?.symbol, let first = masks.first?.hour, let last = masks.last?.hour else {
                continue
            }
            let held = try await stores.warehouse.masks([symbol], hours: first..<last + 1)
            let present = Dictionary(held.map { ($0.hour, $0.present) }) { first, _ in first }
            for row in masks where row.present & ~(present[row.hour] ?? 0) != 0 {
                throw Self.differs("masks \(symbol) \(Hour(row.hour))")
            }
        }
    }

    /// A value that was outranked later keeps everything but its number.
    private static func withoutRevision(_ row: BarRow) -> BarRow {
        var row = row
        row.revision = 0
        return row
    }

    private static func differs(_ what: String) -> EngineError {
        EngineError(
            .damaged, "raw says otherwise than the warehouse of the \(what), so nothing older is deleted",
            at: "warehouse", remedy: "run `kintsugi verify`")
    }

    /// Rows that follow one another and share a name.
    private static func runs<Row>(_ rows: [Row], _ name: (Row) -> String) -> [[Row]] {
        var runs: [[Row]] = []
        var last: String?
        for row in rows {
            let own = name(row)
            if own == last { runs[runs.count - 1].append(row) } else { runs.append([row]) }
            last = own
        }
        return runs
    }

    // MARK: Parts

    private static func partitions(_ footprint: Footprint) -> [PartitionKey] {
        footprint.minutes.hours.map { PartitionKey(symbol: footprint.symbol, hour: $0) }
    }

    private static func hours(_ partitions: Set<PartitionKey>) -> Range<Int64> {
        guard let first = partitions.map(\.hour.index).min(), let last = partitions.map(\.hour.index).max() else {
            return 0..<0
        }
        return first..<last + 1
    }

    private static func stood(_ entry: CatalogEntry) -> SealedObject.Stood {
        SealedObject.Stood(
            key: entry.key, stream: entry.shard.stream, shard: entry.shard.index, first: entry.first, last: entry.last,
            sha256: entry.sha256)
    }

    private static func decision(_ record: StreamRecord) -> String? {
        guard case .decision = record else { return nil }
        return String(decoding: record.encoded(), as: UTF8.self)
    }

    // MARK: Delete

    /// Deletes the objects a seal stands for, and seals that a crash left behind without a place in the catalogue.
    func drop(_ seal: SealEntry) async throws(EngineError) -> Int {
        let sealed = try await SealedObject.read(seal, from: stores.objects)
        for object in sealed.objects { try await stores.objects.delete(object.key) }
        let known = Set(try await stores.catalog.seals().map(\.entry.key))
        for key in try await stores.objects.list(prefix: SealedObject.prefix, after: "", limit: .max)
        where !known.contains(key) {
            try await stores.objects.delete(key)
        }
        try await stores.catalog.noteDropped(through: seal.last)
        return sealed.objects.count
    }
}
