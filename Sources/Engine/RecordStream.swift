/// One ordered log within a stream: records of one partition key always share a shard.
package struct StreamShard: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The stream's name: `quotes`, `repairs`, `failures` or `operator`.
    package var stream: String
    /// The shard's number within its stream, from 0.
    package var index: Int

    package init(_ stream: String, _ index: Int) {
        self.stream = stream
        self.index = index
    }

    package var description: String { "\(stream)-\(index)" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.stream, left.index) < (right.stream, right.index)
    }
}

/// One record before it has a sequence number.
package struct StreamEntry: Hashable, Sendable {
    /// The partition key: the symbol, or a word for what concerns none.
    package var key: String
    /// When the answer was received, UTC microseconds; strictly increasing over all records of a data directory.
    package var received: Int64
    /// One JSON object without a line feed.
    package var payload: [UInt8]

    package init(key: String, received: Int64, payload: [UInt8]) {
        self.key = key
        self.received = received
        self.payload = payload
    }
}

/// One record with its place in its shard.
package struct SequencedEntry: Hashable, Sendable {
    /// From 1, without gaps, per shard; never reused, also after trimming.
    package var sequence: Int64
    package var entry: StreamEntry

    package init(sequence: Int64, entry: StreamEntry) {
        self.sequence = sequence
        self.entry = entry
    }
}

/// What a shard holds.
package struct ShardExtent: Hashable, Sendable {
    package var shard: StreamShard
    /// The oldest sequence number still held; `last + 1` where nothing is held.
    package var first: Int64
    /// The newest sequence number ever given; 0 where none was.
    package var last: Int64
    /// The newest `received` ever appended to this shard, UTC microseconds; 0 where none was.
    package var lastReceived: Int64

    package init(shard: StreamShard, first: Int64, last: Int64, lastReceived: Int64) {
        self.shard = shard
        self.first = first
        self.last = last
        self.lastReceived = lastReceived
    }
}

/// An append-only log, ordered per shard.
package protocol RecordStream: Sendable {
    /// Appends in the order given and returns the sequence numbers; when it returns the records are on disk.
    /// All of them are appended or none. An empty array is not allowed.
    func append(_ entries: [StreamEntry], to shard: StreamShard) async throws(EngineError) -> ClosedRange<Int64>
    /// At most `limit` records after `sequence` (0 for the oldest held), in order; the caller asks again after the last.
    func read(_ shard: StreamShard, after sequence: Int64, limit: Int) async throws(EngineError) -> [SequencedEntry]
    /// Forgets the records up to and including `sequence`; sequence numbers go on.
    func trim(_ shard: StreamShard, through sequence: Int64) async throws(EngineError)
    /// Every shard ever appended to, in order.
    func extents() async throws(EngineError) -> [ShardExtent]
}
