package import Engine

/// Brings records into the stream: gives each its `received`, routes it to a shard, and appends in groups.
package struct StreamStateMachine: Sendable {
    /// Says whose record a draft is, so that an execution learns its position.
    package struct Tag: Hashable, Sendable {
        package var execution: String
        package var unit: Int

        package init(execution: String, unit: Int) {
            self.execution = execution
            self.unit = unit
        }
    }

    /// A record and its place.
    package struct Landed: Hashable, Sendable {
        package var tag: Tag
        package var shard: StreamShard
        package var sequence: Int64

        package init(tag: Tag, shard: StreamShard, sequence: Int64) {
            self.tag = tag
            self.shard = shard
            self.sequence = sequence
        }
    }

    private struct Waiting: Hashable, Sendable {
        var draft: RecordDraft
        var tag: Tag?
    }

    /// One shard: what waits, what is being appended, what is on disk.
    private struct Shard: Hashable, Sendable {
        let shard: StreamShard
        var waiting: [Waiting] = []
        var appending: (id: EffectID, records: [Waiting])? = nil
        var appended: Int64 = 0
        var records: Int64 = 0
        var bytes: Int64 = 0

        /// Takes the oldest records; all copies of one answer among them, as it is forgotten once it is appended.
        mutating func nextGroup(max: Int) -> [Waiting] {
            var count = min(max, waiting.count)
            while count < waiting.count, let answer = waiting[count].draft.answer,
                waiting[count - 1].draft.answer == answer
            { count += 1 }
            defer { waiting.removeFirst(count) }
            return Array(waiting[..<count])
        }

        static func == (left: Self, right: Self) -> Bool { left.shard == right.shard }
        func hash(into hasher: inout Hasher) { hasher.combine(shard) }
    }

    /// Records waiting in memory at most; past it live records are refused, and the audit finds their slots.
    package static let waitingMax = 20_000
    /// Records in one append at most.
    private static let groupMax = 500

    private var shards: [Shard] = []
    private let quoteShards: Int
    private var lastReceived: MarketTime
    /// Appends a minute of market time, newest last.
    private var minutes: [(minute: Minute, count: Int)] = []

    package init(quoteShards: Int) {
        self.quoteShards = max(1, quoteShards)
        lastReceived = .distantPast
    }

    package mutating func recover(_ recovery: PipelineRecovery) {
        lastReceived = max(lastReceived, MarketTime(microseconds: recovery.lastReceived))
        for found in recovery.shards { shards[place(of: found.shard)].appended = found.appended }
    }

    /// The next `received`: the clock, or the last plus 1 µs; the only order among answers.
    package mutating func stamp(at now: MarketTime) -> MarketTime {
        lastReceived = max(now, lastReceived + MarketSpan(microseconds: 1))
        return lastReceived
    }

    /// The shard a key belongs to.
    package func route(_ stream: StreamName, _ key: String) -> StreamShard {
        StreamShard(stream.rawValue, stream == .quotes ? Int(fnv1a(key) % UInt64(quoteShards)) : 0)
    }

    private mutating func place(of shard: StreamShard) -> Int {
        if let place = shards.firstIndex(where: { $0.shard == shard }) { return place }
        let place = shards.firstIndex { shard < $0.shard } ?? shards.endIndex
        shards.insert(Shard(shard: shard), at: place)
        return place
    }

    /// Takes a record in; false where memory is full and the record is refused.
    package mutating func add(_ draft: RecordDraft, key: String, to stream: StreamName, tag: Tag? = nil) -> Bool {
        let place = place(of: route(stream, key))
        guard shards[place].waiting.count < Self.waitingMax else { return false }
        shards[place].waiting.append(Waiting(draft: draft, tag: tag))
        return true
    }

    /// Starts an append on every shard that has records and none under way.
    package mutating func flush(_ ids: inout EffectIDs) -> [PipelineEffect] {
        var effects: [PipelineEffect] = []
        for place in shards.indices where shards[place].appending == nil && !shards[place].waiting.isEmpty {
            let group = shards[place].nextGroup(max: Self.groupMax)
            let id = ids.next()
            shards[place].appending = (id, group)
            effects.append(PipelineEffect(id: id, action: .append(shards[place].shard, group.map(\.draft))))
        }
        return effects
    }

    /// Records are on disk: the segment for delivery, and the positions of tagged records. Nil for a stale outcome.
    package mutating func appended(
        _ id: EffectID, _ sequences: ClosedRange<Int64>, bytes: Int64, at now: MarketTime
    ) -> (shard: StreamShard, segments: [StreamSegment], landed: [Landed])? {
        guard let place = shards.firstIndex(where: { $0.appending?.id == id }),
            let group = shards[place].appending?.records
        else { return nil }
        let shard = shards[place].shard
        shards[place].appending = nil
        shards[place].appended = sequences.upperBound
        shards[place].records += Int64(group.count)
        shards[place].bytes += bytes
        count(group.count, at: now.minute)
        var landed: [Landed] = []
        for (offset, record) in group.enumerated() {
            guard let tag = record.tag else { continue }
            landed.append(Landed(tag: tag, shard: shard, sequence: sequences.lowerBound + Int64(offset)))
        }
        return (shard, segments(of: group, from: sequences.lowerBound, bytes: bytes), landed)
    }

    /// An append failed for good: its shard stands still, as nothing may pass it; nil if the id was not an append's.
    package func failed(_ id: EffectID) -> StreamShard? { shards.first { $0.appending?.id == id }?.shard }

    /// Cuts a group at the ingestion hours its records were received in.
    private func segments(of group: [Waiting], from first: Int64, bytes: Int64) -> [StreamSegment] {
        var segments: [StreamSegment] = []
        for (offset, record) in group.enumerated() {
            let sequence = first + Int64(offset)
            let received = record.draft.received
            let share = bytes / Int64(group.count)
            if var last = segments.last, last.hour == received.hour {
                last.last = sequence
                last.bytes += share
                segments[segments.count - 1] = last
            } else {
                segments.append(
                    StreamSegment(
                        first: sequence, last: sequence, hour: received.hour, oldest: received, bytes: share))
            }
        }
        return segments
    }

    private mutating func count(_ records: Int, at minute: Minute) {
        if minutes.last?.minute == minute {
            minutes[minutes.count - 1].count += records
        } else {
            minutes.append((minute, records))
            if minutes.count > 120 { minutes.removeFirst() }
        }
    }

    /// Whether nothing waits and nothing is under way.
    package var isIdle: Bool { shards.allSatisfy { $0.waiting.isEmpty && $0.appending == nil } }
    package var waiting: Int { shards.reduce(0) { $0 + $1.waiting.count + ($1.appending?.records.count ?? 0) } }

    /// Records a minute over the last hour of complete minutes, oldest first.
    package func perMinute(until now: MarketTime) -> [Int] {
        let last = now.minute.advanced(by: -1)
        return (0..<60).map { back in
            let minute = last.advanced(by: back - 59)
            return minutes.last { $0.minute == minute }?.count ?? 0
        }
    }

    package var status: [ShardStatus] {
        shards.map {
            ShardStatus(
                stream: $0.shard.stream, shard: $0.shard.index, appended: $0.appended, records: $0.records,
                bytes: $0.bytes)
        }
    }

    /// The newest position of each shard.
    package var tips: [(shard: StreamShard, sequence: Int64)] { shards.map { ($0.shard, $0.appended) } }
}
