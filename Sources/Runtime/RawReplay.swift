import Engine
import Pipeline

/// Applies raw objects again, in the order of the catalogue, to a warehouse that begins empty: what the real one must hold.
/// Where the oldest are sealed and deleted, it begins with what the seals say.
struct RawReplay {
    let catalog: any PartitionCatalog
    let reader: RawObjectReader
    let universe: Universe
    /// Begins empty, and is nobody else's.
    let scratch: any Warehouse
    /// Ordinal of the last object applied.
    private(set) var applied: Int64 = 0
    /// Objects read, the damaged ones among them.
    private(set) var objects = 0
    private(set) var damagedObjects = 0
    /// Sealed objects read, the damaged ones among them, and when the newest record was received that they stand for.
    private(set) var sealedObjects = 0
    private(set) var speaksFrom: MarketTime?
    /// One sentence each.
    private(set) var damage: [String] = []
    /// The last record of each shard so far.
    private var ends: [StreamShard: Int64] = [:]

    init(catalog: any PartitionCatalog, reader: RawObjectReader, universe: Universe, scratch: any Warehouse) {
        self.catalog = catalog
        self.reader = reader
        self.universe = universe
        self.scratch = scratch
    }

    /// Applies every object through an ordinal; `each` is told after each.
    mutating func advance(to ordinal: Int64, _ each: (Int64) -> Void = { _ in }) async throws(EngineError) {
        try await beginFromSeals()
        while applied < ordinal {
            let page = try await catalog.list(after: applied, limit: Int(min(500, ordinal - applied)))
            guard !page.isEmpty else {
                throw EngineError(
                    .damaged, "the warehouse has applied object \(ordinal), and the catalogue ends at \(applied)",
                    at: "catalogue", remedy: "run `kintsugi rebuild`")
            }
            guard page.first?.ordinal == applied + 1 else {
                try await passSealed(before: page.first?.ordinal ?? 0)
                continue
            }
            for (number, entry) in page {
                let (before, known) = (damage.count, damagedObjects)
                let records = await checked(entry)
                if records == nil, try await isSealed(number) {
                    // Its owner sealed and deleted it meanwhile: it is told by the seal.
                    damage.removeSubrange(before...)
                    damagedObjects = known
                    break
                }
                var change = CuratedChange(ordinal: number)
                if let records {
                    let held = try await scratch.held(for: Curation.footprint(records))
                    change =
                        Curation.curate(
                            records, object: entry.key, ordinal: number, held: held, universe: universe
                        ).change
                }
                _ = try await scratch.apply(change)
                applied = number
                each(number)
            }
        }
    }

    /// Takes over what is sealed and not applied yet. A sealed object that is damaged counts, and changes nothing.
    mutating func beginFromSeals() async throws(EngineError) {
        for (seal, _) in try await catalog.seals() where seal.last > applied {
            sealedObjects += 1
            do throws(EngineError) {
                _ = try await scratch.adopt(try await reader.sealed(seal).state)
            } catch {
                damagedObjects += 1
                damage.append("lake \(seal.key): \(error.what)")
                _ = try await scratch.adopt(CuratedChange(ordinal: seal.last))
            }
            applied = seal.last
            speaksFrom = MarketTime(microseconds: seal.received)
        }
    }

    private func isSealed(_ ordinal: Int64) async throws(EngineError) -> Bool {
        try await catalog.seals().last.map { $0.entry.last >= ordinal } ?? false
    }

    /// The next entry does not follow what is applied: what lies between was sealed meanwhile, or is gone.
    private mutating func passSealed(before ordinal: Int64) async throws(EngineError) {
        try await beginFromSeals()
        guard applied + 1 >= ordinal else {
            throw EngineError(
                .damaged, "the catalogue goes from object \(applied) to \(ordinal), and no seal stands between",
                at: "catalogue", remedy: "run `kintsugi rebuild`")
        }
    }

    /// Looks at the objects that are registered and not applied yet; they count, and change nothing.
    mutating func lookAhead() async throws(EngineError) {
        var after = applied
        while true {
            let page = try await catalog.list(after: after, limit: 500)
            guard let last = page.last else { return }
            for (_, entry) in page { _ = await checked(entry) }
            after = last.ordinal
        }
    }

    /// The records of an object; nil, and a sentence, where it is not what was written.
    private mutating func checked(_ entry: CatalogEntry) async -> [StreamRecord]? {
        objects += 1
        if let end = ends[entry.shard], entry.first != end + 1 {
            damage.append("catalogue \(entry.key): begins at \(entry.first), though the one before ends at \(end)")
        }
        ends[entry.shard] = entry.last
        do throws(EngineError) {
            return try await reader.records(entry.key)
        } catch {
            damagedObjects += 1
            damage.append("lake \(entry.key): \(error.what)")
            return nil
        }
    }
}
