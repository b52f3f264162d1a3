import Codec
import Engine
import Pipeline

/// Checks that every acknowledged record is in the stream and, once delivered, in exactly one raw object.
struct LakeAuditor {
    let stream: StreamTable
    let objects: ObjectTable
    let catalog: CatalogTable
    /// Objects that were damaged at rest.
    let damaged: [String]

    func complaints(_ watch: SafetyWatch) -> [String] {
        var complaints: [String] = []
        var received: Set<Int64> = []
        for extent in stream.extents {
            let entries = stream.read(extent.shard, after: 0, limit: .max)
            complaints += order(of: entries, extent, &received)
            complaints += delivered(entries, extent.shard)
        }
        return complaints + acknowledged(watch) + overRestarts(watch)
    }

    private func order(
        of entries: [SequencedEntry], _ extent: ShardExtent, _ received: inout Set<Int64>
    ) -> [String] {
        var complaints: [String] = []
        for (place, entry) in entries.enumerated() {
            if entry.sequence != Int64(place + 1) { complaints.append("\(extent.shard) has no \(place + 1)") }
            if place > 0, entries[place - 1].entry.received >= entry.entry.received {
                complaints.append("\(extent.shard) \(entry.sequence) was not received after the one before")
            }
            if !received.insert(entry.entry.received).inserted {
                complaints.append("\(extent.shard) \(entry.sequence) was received when another was")
            }
        }
        return complaints
    }

    /// The raw objects of a shard hold its records once, in order, byte for byte, up to the checkpoint.
    private func delivered(_ entries: [SequencedEntry], _ shard: StreamShard) -> [String] {
        let held = catalog.list(after: 0, limit: .max).map(\.entry).filter { $0.shard == shard }
            .sorted { $0.first < $1.first }
        var next: Int64 = 1
        for entry in held {
            guard entry.first == next, entry.last <= entries.count else {
                return ["\(entry.key) does not begin at \(next)"]
            }
            next = entry.last + 1
            if let complaint = complaint(about: entry, entries[Int(entry.first) - 1...Int(entry.last) - 1]) {
                return [complaint]
            }
        }
        let checkpoint = catalog.checkpoints[shard] ?? 0
        return checkpoint < next ? [] : ["the checkpoint \(checkpoint) of \(shard) passes what is in the lake"]
    }

    private func complaint(about entry: CatalogEntry, _ records: ArraySlice<SequencedEntry>) -> String? {
        guard !damaged.contains(entry.key) else { return nil }
        guard let packed = try? objects.get(entry.key), SHA256Digest.hex(packed) == entry.sha256,
            let lines = try? Gzip.decompress(packed, limit: 1 << 28)
        else { return "\(entry.key) cannot be read" }
        let wanted = records.flatMap { $0.entry.payload + [UInt8(ascii: "\n")] }
        guard lines == wanted else { return "\(entry.key) does not hold its records" }
        let hours = Set(records.map { MarketTime(microseconds: $0.entry.received).hour.index })
        return hours == [entry.hour] ? nil : "\(entry.key) mixes ingestion hours"
    }

    private func acknowledged(_ watch: SafetyWatch) -> [String] {
        watch.acknowledged.compactMap { append in
            let held = stream.read(append.shard, after: append.sequences.lowerBound - 1, limit: append.sequences.count)
            guard held.map(\.entry.received) == append.received else {
                return "an acknowledged append is not in the stream: \(append.shard) \(append.sequences)"
            }
            return nil
        }
    }

    /// What a process receives comes after everything that was durable when it began.
    private func overRestarts(_ watch: SafetyWatch) -> [String] {
        watch.starts.compactMap { start in
            let since = watch.acknowledged.dropFirst(start.acknowledged).flatMap(\.received).min()
            guard let since, since <= start.lastReceived else { return nil }
            return "process \(start.incarnation) received something at \(since), before \(start.lastReceived)"
        }
    }
}
