/// What the lake holds: one entry for each raw object.
package struct CatalogEntry: Hashable, Sendable {
    /// `raw/<stream>/hour=YYYY-MM-DDTHH/<incarnation>.<shard>-<first>-<last>.ndjson.gz`
    package var key: String
    package var shard: StreamShard
    /// The ingestion hour, hours since 1970-01-01T00 UTC.
    package var hour: Int64
    /// Sequence numbers within, inclusive.
    package var first: Int64
    package var last: Int64
    /// Size of the stored object in bytes.
    package var bytes: Int64
    /// Lower-case hexadecimal SHA-256 of the stored object.
    package var sha256: String
    /// The greatest `received` within, UTC microseconds.
    package var received: Int64

    package init(
        key: String, shard: StreamShard, hour: Int64, first: Int64, last: Int64, bytes: Int64, sha256: String,
        received: Int64
    ) {
        self.key = key
        self.shard = shard
        self.hour = hour
        self.first = first
        self.last = last
        self.bytes = bytes
        self.sha256 = sha256
        self.received = received
    }

    package var count: Int64 { last - first + 1 }
}

/// The register of raw objects, and how far each shard has been delivered.
package protocol PartitionCatalog: Sendable {
    /// Registers an object; the same entry again is success, another entry under the same key a conflict.
    /// Returns its ordinal: from 1, in the order of registering, without gaps.
    func register(_ entry: CatalogEntry) async throws(EngineError) -> Int64
    /// The entry under the key, with its ordinal.
    func lookup(_ key: String) async throws(EngineError) -> (ordinal: Int64, entry: CatalogEntry)?
    /// At most `limit` entries after an ordinal, in order, those that are sealed left out; the caller asks again after the
    /// last.
    func list(after ordinal: Int64, limit: Int) async throws(EngineError) -> [(ordinal: Int64, entry: CatalogEntry)]
    /// The sequence number through which a shard has been delivered and registered; 0 at first.
    func checkpoint(_ shard: StreamShard) async throws(EngineError) -> Int64
    /// Moves the checkpoint; it never goes back (a smaller number is ignored).
    func moveCheckpoint(_ shard: StreamShard, to sequence: Int64) async throws(EngineError)
    /// The greatest sequence number of a shard among the entries through an ordinal whose records were all received before
    /// a moment, UTC microseconds; 0 where there is none.
    func delivered(
        _ shard: StreamShard, before received: Int64, through ordinal: Int64
    ) async throws(EngineError) -> Int64
    /// Enters a seal in the place of the entries it stands for, which are then gone; ordinals go on. The same seal again is
    /// success; one that does not begin after the seal before is a conflict. An empty catalogue goes on after the seal.
    func retire(_ seal: SealEntry) async throws(EngineError)
    /// Every seal, in order, and whether its raw objects are known to be deleted.
    func seals() async throws(EngineError) -> [(entry: SealEntry, isDropped: Bool)]
    /// Notes that the raw objects of the seals through an ordinal are deleted.
    func noteDropped(through ordinal: Int64) async throws(EngineError)
}
