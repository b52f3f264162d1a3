package import Engine

/// Records of one shard and one ingestion hour that become one raw object.
package struct DeliveryBatch: Hashable, Sendable, Codable {
    package var stream: String
    package var shard: Int
    /// Inclusive.
    package var first: Int64
    package var last: Int64
    /// The ingestion hour, hours since 1970-01-01T00 UTC.
    package var hour: Int64
    /// The process that set the boundaries; part of the key, so that a repeated delivery writes the same object.
    package var incarnation: Int64
    /// Its place among the batches that process began, from 1: objects are registered in this order, and it stands in the
    /// object, so that a catalogue can be built again from the lake alone. Nil of a batch begun before there were places.
    package var place: Int64?

    package init(
        shard: StreamShard, first: Int64, last: Int64, hour: Hour, incarnation: Int64, place: Int64? = nil
    ) {
        self.place = place
        stream = shard.stream
        self.shard = shard.index
        self.first = first
        self.last = last
        self.hour = hour.index
        self.incarnation = incarnation
    }

    package var streamShard: StreamShard { StreamShard(stream, shard) }

    /// `raw/<stream>/hour=YYYY-MM-DDTHH/<incarnation>.<shard>-<first>-<last>.ndjson.gz`
    package var key: String {
        "raw/\(stream)/hour=\(Hour(hour).description.prefix(13))/\(incarnation).\(shard)-\(first)-\(last).ndjson.gz"
    }

    /// What stands beside the records within the object.
    package var comment: String { place.map { "place \($0)" } ?? "" }
}

extension DeliveryBatch {
    /// Reads the key of a raw object back, and the comment within it; nil where the key is none that a delivery writes.
    package init?(key: String, comment: String?) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, let time = MarketTime(parsing: parts[2].dropFirst(5) + ":00:00Z") else { return nil }
        let name = parts[3].split(whereSeparator: { $0 == "." || $0 == "-" })
        guard name.count >= 4, let incarnation = Int64(name[0]), let shard = Int(name[1]), let first = Int64(name[2]),
            let last = Int64(name[3]), first > 0, last >= first, incarnation > 0
        else { return nil }
        var words = (comment ?? "").split(separator: " ")[...]
        let place = words.popFirst() == "place" ? words.popFirst().flatMap { Int64($0) } : nil
        self.init(
            shard: StreamShard(String(parts[1]), shard), first: first, last: last, hour: time.hour,
            incarnation: incarnation, place: place)
        // What is written otherwise than a delivery writes it was not written by one.
        guard self.key == key else { return nil }
    }
}
