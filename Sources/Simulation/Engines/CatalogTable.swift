import Engine

/// Entries in the order of registering, and the seals in the place of the oldest.
struct CatalogTable: Sendable {
    var checkpoints: [StreamShard: Int64] = [:]
    private(set) var seals: [(entry: SealEntry, isDropped: Bool)] = []
    /// The ordinal before the first entry held.
    private var base: Int64 = 0
    private var entries: [CatalogEntry] = []
    private var ordinals: [String: Int64] = [:]

    var lastReceived: Int64 { max(entries.map(\.received).max() ?? 0, seals.map(\.entry.received).max() ?? 0) }

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
        let ordinal = base + Int64(entries.count)
        ordinals[entry.key] = ordinal
        return ordinal
    }

    func lookup(_ key: String) -> (ordinal: Int64, entry: CatalogEntry)? {
        ordinals[key].map { ($0, entries[Int($0 - base) - 1]) }
    }

    func list(after ordinal: Int64, limit: Int) -> [(ordinal: Int64, entry: CatalogEntry)] {
        let start = Int(max(0, min(ordinal - base, Int64(entries.count))))
        return entries[start...].prefix(limit).enumerated().map { (base + Int64(start + $0.offset + 1), $0.element) }
    }

    func delivered(_ shard: StreamShard, before received: Int64, through ordinal: Int64) -> Int64 {
        list(after: 0, limit: .max).filter {
            $0.entry.shard == shard && $0.entry.received < received && $0.ordinal <= ordinal
        }.map(\.entry.last).max() ?? 0
    }

    mutating func retire(_ seal: SealEntry) throws(EngineError) {
        if let same = seals.first(where: { $0.entry.last == seal.last }) {
            guard same.entry == seal else { throw Self.conflict(seal, "another seal ends there") }
            return
        }
        guard seal.first == (seals.last?.entry.last ?? 0) + 1, seal.first <= seal.last else {
            throw Self.conflict(seal, "it does not begin after the one before")
        }
        let count = Int(seal.last - base)
        guard count <= entries.count || entries.isEmpty else {
            throw Self.conflict(seal, "the catalogue ends within it")
        }
        for entry in entries.prefix(count) { ordinals[entry.key] = nil }
        entries.removeFirst(min(count, entries.count))
        base = seal.last
        seals.append((seal, false))
    }

    mutating func noteDropped(through ordinal: Int64) {
        for place in seals.indices where seals[place].entry.last <= ordinal { seals[place].isDropped = true }
    }

    private static func conflict(_ seal: SealEntry, _ why: String) -> EngineError {
        EngineError(
            .conflict, "the seal cannot be entered: \(why)", at: seal.key, remedy: "run `kintsugi verify`")
    }
}
