import Codec
import Engine
import Pipeline

/// Every raw object of a lake, found by listing it, and the order in which they were registered: told by the objects
/// themselves, without a catalogue.
///
/// A process registers its objects in the order of their places, and takes up first what one before it had begun. Objects
/// written before there were places lie in the order of what they received last.
struct RawListing {
    private static let objectBytesMax = 1 << 30
    private static let page = 1_000

    let objects: any ObjectStore
    /// Takes a copy of everything in the lake; nil where it stays where it is.
    let copies: (any ObjectStore)?
    /// What stands for raw objects that are deleted, in order; the records of those are not looked for.
    private(set) var seals: [SealEntry] = []
    /// The last record of each shard that is sealed.
    private(set) var sealedEnds: [StreamShard: Int64] = [:]
    /// Keys of raw objects that are sealed, and may be there still.
    private var sealedKeys: Set<String> = []
    /// In the order of registering.
    private(set) var entries: [CatalogEntry] = []
    /// What is left out and why, one sentence each.
    private(set) var passedOver: [String] = []
    /// Shards of which the first records are not in the lake, and when the first one held was received.
    private(set) var begins: [(shard: StreamShard, first: Int64, received: MarketTime)] = []
    /// The greatest number of a process that wrote an object.
    private(set) var incarnation: Int64 = 0

    init(_ objects: any ObjectStore, copies: (any ObjectStore)?) {
        self.objects = objects
        self.copies = copies
    }

    /// One object that can be read.
    private struct Found {
        var entry: CatalogEntry
        /// When its first record was received.
        var begins: Int64
        var incarnation: Int64
        var place: Int64

        var order: (Int64, Int64, Int64) { (incarnation, place, entry.received) }
    }

    /// Looks at everything; `watch` is told how many of how many objects.
    mutating func read(_ watch: (Int, Int) -> Void) async throws(EngineError) {
        try await readSeals()
        let keys = try await keys("raw/").filter { !sealedKeys.contains($0) }
        var found: [Found] = []
        for (count, key) in keys.enumerated() {
            watch(count, keys.count)
            let bytes = try await objects.get(key)
            try await copies?.put(bytes, at: key)
            do throws(DecodeFault) {
                found.append(try Self.judge(bytes, key))
            } catch {
                passedOver.append("lake \(harmless(key)): passed over: \(error.detail)")
            }
        }
        if let copies {
            for key in try await self.keys("answers/") { try await copies.put(try await objects.get(key), at: key) }
        }
        found.sort { $0.order == $1.order ? $0.entry.key < $1.entry.key : $0.order < $1.order }
        incarnation = found.map(\.incarnation).max() ?? 0
        take(found)
    }

    /// One that cannot be read is named; what it stood for is then missing, unless raw is there still.
    private mutating func readSeals() async throws(EngineError) {
        var found: [(sealed: SealedObject, entry: SealEntry)] = []
        for key in try await keys(SealedObject.prefix) {
            let packed = try await objects.get(key)
            try await copies?.put(packed, at: key)
            do throws(EngineError) {
                var sealed = try SealedObject.read(packed, at: key)
                sealed.state = CuratedChange(ordinal: sealed.last)
                found.append((sealed, sealed.entry(packed)))
            } catch {
                passedOver.append("lake \(harmless(key)): passed over: \(error.what)")
            }
        }
        for (sealed, entry) in Self.chain(found) {
            seals.append(entry)
            for object in sealed.objects {
                sealedKeys.insert(object.key)
                let shard = StreamShard(object.stream, object.shard)
                sealedEnds[shard] = max(sealedEnds[shard] ?? 0, object.last)
            }
        }
    }

    /// Those that follow one another from the first object on, and reach furthest: a crash may have left another one beside
    /// them that begins where one of them does, and that says the same of fewer or of more objects.
    private static func chain(
        _ found: [(sealed: SealedObject, entry: SealEntry)]
    ) -> [(sealed: SealedObject, entry: SealEntry)] {
        var reach: [Int64: (end: Int64, place: Int)] = [:]
        for (place, one) in found.enumerated().sorted(by: { $0.element.entry.first > $1.element.entry.first }) {
            let end = reach[one.entry.last + 1]?.end ?? one.entry.last
            if reach[one.entry.first].map({ $0.end < end }) ?? true { reach[one.entry.first] = (end, place) }
        }
        var chain: [(sealed: SealedObject, entry: SealEntry)] = []
        while let next = reach[(chain.last?.entry.last ?? 0) + 1] { chain.append(found[next.place]) }
        return chain
    }

    private func keys(_ prefix: String) async throws(EngineError) -> [String] {
        var keys: [String] = []
        while true {
            let more = try await objects.list(prefix: prefix, after: keys.last ?? "", limit: Self.page)
            guard !more.isEmpty else { return keys }
            keys += more
        }
    }

    // MARK: One object

    /// What an object says of itself; what does not agree with its name was not written under it.
    private static func judge(_ packed: [UInt8], _ key: String) throws(DecodeFault) -> Found {
        guard let batch = DeliveryBatch(key: key, comment: Gzip.comment(of: packed)) else {
            throw DecodeFault("name", "it is not named as a raw object is")
        }
        guard let bytes = try? Gzip.decompress(packed, limit: objectBytesMax) else {
            throw DecodeFault("damaged", "it cannot be unpacked")
        }
        let lines = NDJSON.lines(bytes)
        guard Int64(lines.count) == batch.last - batch.first + 1, let first = lines.first, let last = lines.last else {
            throw DecodeFault("damaged", "it holds \(lines.count) records")
        }
        let (begins, ends) = (try received(first, 1), try received(last, lines.count))
        guard begins.hour.index == batch.hour, ends.hour.index == batch.hour, begins <= ends else {
            throw DecodeFault("damaged", "its records are of another hour")
        }
        let entry = CatalogEntry(
            key: key, shard: batch.streamShard, hour: batch.hour, first: batch.first, last: batch.last,
            bytes: Int64(packed.count), sha256: SHA256Digest.hex(packed), received: ends.microseconds)
        return Found(
            entry: entry, begins: begins.microseconds, incarnation: batch.incarnation, place: batch.place ?? 0)
    }

    private static func received(_ line: ArraySlice<UInt8>, _ number: Int) throws(DecodeFault) -> MarketTime {
        do { return try StreamRecord.decode(Array(line)).received } catch {
            throw DecodeFault("damaged", "line \(number) is no record (\(error.detail))")
        }
    }

    // MARK: All of them

    /// Takes each record once: what an object repeats is passed over, what none holds is named.
    private mutating func take(_ found: [Found]) {
        var ends = sealedEnds
        for one in found {
            let (entry, shard) = (one.entry, one.entry.shard)
            let end = ends[shard] ?? 0
            guard entry.first > end else {
                passedOver.append("lake \(entry.key): passed over: other objects hold \(shard) through \(end)")
                continue
            }
            if ends[shard] == nil, entry.first > 1 {
                begins.append((shard, entry.first, MarketTime(microseconds: one.begins)))
            } else if entry.first > end + 1 {
                passedOver.append("lake \(shard): no object holds its records \(end + 1) to \(entry.first - 1)")
            }
            ends[shard] = entry.last
            entries.append(entry)
        }
    }
}
