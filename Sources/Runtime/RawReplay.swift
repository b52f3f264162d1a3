import Engine
import Pipeline

/// Applies raw objects again, in the order of the catalogue, to a warehouse that begins empty: what the real one must hold.
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
        while applied < ordinal {
            let page = try await catalog.list(after: applied, limit: Int(min(500, ordinal - applied)))
            guard !page.isEmpty else {
                throw EngineError(
                    .damaged, "the warehouse has applied object \(ordinal), and the catalogue ends at \(applied)",
                    at: "catalogue", remedy: "run `kintsugi rebuild`")
            }
            for (number, entry) in page {
                let records = await checked(entry)
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
