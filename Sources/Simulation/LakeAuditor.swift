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
            complaints += delivered(entries, extent)
        }
        return complaints + acknowledged(watch) + overRestarts(watch)
    }

    private func order(
        of entries: [SequencedEntry], _ extent: ShardExtent, _ received: inout Set<Int64>
    ) -> [String] {
        var complaints: [String] = []
        for (place, entry) in entries.enumerated() {
            let due = extent.first + Int64(place)
            if entry.sequence != due { complaints.append("\(extent.shard) has no \(due)") }
            if place > 0, entries[place - 1].entry.received >= entry.entry.received {
                complaints.append("\(extent.shard) \(entry.sequence) was not received after the one before")
            }
            if !received.insert(entry.entry.received).inserted {
                complaints.append("\(extent.shard) \(entry.sequence) was received when another was")
            }
        }
        return complaints
    }

    /// The raw objects of a shard hold its records once, in order, byte for byte, up to the checkpoint. What the stream
    /// has let go of cannot be compared any more; what the lake has sealed is compared by the rebuilding.
    private func delivered(_ entries: [SequencedEntry], _ extent: ShardExtent) -> [String] {
        let held = catalog.list(after: 0, limit: .max).map(\.entry).filter { $0.shard == extent.shard }
            .sorted { $0.first < $1.first }
        let checkpoint = catalog.checkpoints[extent.shard] ?? 0
        if extent.first > checkpoint + 1 { return ["\(extent.shard) let go of records that are not in the lake"] }
        var next = catalog.seals.isEmpty ? 1 : held.first?.first ?? checkpoint + 1
        for entry in held {
            guard entry.first == next, entry.last <= extent.last else {
                return ["\(entry.key) does not begin at \(next)"]
            }
            next = entry.last + 1
            guard entry.first >= extent.first else { continue }
            let records = entries[Int(entry.first - extent.first)...Int(entry.last - extent.first)]
            if let complaint = complaint(about: entry, records) { return [complaint] }
        }
        return checkpoint < next ? [] : ["the checkpoint \(checkpoint) of \(extent.shard) passes what is in the lake"]
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
            let first = stream.extents.first { $0.shard == append.shard }?.first ?? 1
            let gone = Int(max(0, min(first, append.sequences.upperBound + 1) - append.sequences.lowerBound))
            let held = stream.read(
                append.shard, after: append.sequences.lowerBound - 1, limit: append.sequences.count - gone)
            guard held.map(\.entry.received) == Array(append.received.dropFirst(gone)) else {
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
