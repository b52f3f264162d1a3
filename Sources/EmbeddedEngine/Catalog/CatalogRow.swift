import Engine
import GRDB

/// How an entry of the catalogue is stored.
enum CatalogRow {
    private static let columns =
        "ordinal, key, stream, shard, hour, first, last, bytes, sha256, received, sum, link"

    static func append(_ entry: CatalogEntry, to database: Database) throws -> Int64 {
        var head = try ChainHead.load(database, store: "catalog")
        head.last += 1
        let sum = sum(of: entry, head.last)
        head.link = RowChecksum.link(head.link, sum)
        try database.perform(
            "INSERT INTO entries (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", head.last, entry.key,
            entry.shard.stream, entry.shard.index, entry.hour, entry.first, entry.last, entry.bytes, entry.sha256,
            entry.received, sum, head.link)
        try head.save(database)
        return head.last
    }

    static func load(_ database: Database, key: String) throws -> (ordinal: Int64, entry: CatalogEntry)? {
        try database.rows("SELECT \(columns) FROM entries WHERE key = ?", key, make: verified).first
    }

    static func list(
        _ database: Database, after ordinal: Int64, limit: Int
    ) throws -> [(ordinal: Int64, entry: CatalogEntry)] {
        let head = try ChainHead.load(database, store: "catalog")
        guard ordinal < head.last, limit > 0 else { return [] }
        let start = max(ordinal, try CatalogBase.load(database).last) + 1
        let found = try database.rows(
            "SELECT \(columns) FROM entries WHERE ordinal >= ? ORDER BY ordinal LIMIT ?", start, limit, make: verified)
        // A hole would otherwise read like the end of the list.
        let expected = max(0, min(Int64(limit), head.last - start + 1))
        guard Int64(found.count) == expected, zip(found, start...).allSatisfy({ $0.0.ordinal == $0.1 }) else {
            let gone = zip(found, start...).first { $0.0.ordinal != $0.1 }?.1 ?? start + Int64(found.count)
            throw damaged(gone)
        }
        return found
    }

    static func damage(_ database: Database) throws -> [String] {
        let head = try ChainHead.load(database, store: "catalog")
        let base = try CatalogBase.load(database)
        var walk = ChainWalk(noun: "catalog, entry", next: base.last + 1, link: base.link)
        _ = try database.rows("SELECT \(columns) FROM entries ORDER BY ordinal") { cells in
            let (ordinal, entry) = decode(cells)
            let isWell = sum(of: entry, ordinal) == cells.int(10)
            walk.visit(ordinal, contentIsWell: isWell, sum: cells.int(10), link: cells.int(11))
        }
        walk.end(last: head.last, link: head.link)
        return walk.damage
    }

    static func conflict(_ key: String) -> EngineError {
        EngineError(
            .conflict, "an object is registered under this key with other properties", at: key,
            remedy: "run `kintsugi verify`")
    }

    private static func decode(_ cells: BoundStatement) -> (ordinal: Int64, entry: CatalogEntry) {
        let entry = CatalogEntry(
            key: cells.text(1), shard: StreamShard(cells.text(2), Int(cells.int(3))), hour: cells.int(4),
            first: cells.int(5), last: cells.int(6), bytes: cells.int(7), sha256: cells.text(8),
            received: cells.int(9))
        return (cells.int(0), entry)
    }

    private static func verified(_ cells: BoundStatement) throws -> (ordinal: Int64, entry: CatalogEntry) {
        let (ordinal, entry) = decode(cells)
        guard sum(of: entry, ordinal) == cells.int(10) else { throw damaged(ordinal) }
        return (ordinal, entry)
    }

    private static func sum(of entry: CatalogEntry, _ ordinal: Int64) -> Int64 {
        var sum = RowChecksum("entry")
        for text in [entry.key, entry.shard.stream, entry.sha256] { sum.add(text) }
        let numbers = [
            ordinal, Int64(entry.shard.index), entry.hour, entry.first, entry.last, entry.bytes, entry.received,
        ]
        for number in numbers { sum.add(number) }
        return sum.value
    }

    private static func damaged(_ ordinal: Int64) -> EngineError {
        EngineError(
            .damaged, "an entry of the catalogue is not what was written", at: "catalog, entry \(ordinal)",
            remedy: "run `kintsugi rebuild`")
    }
}

/// How the delivered position of a shard is stored.
enum CheckpointRow {
    static func load(_ database: Database, _ shard: StreamShard) throws -> Int64 {
        try database.rows(
            "SELECT stream, shard, sequence, sum FROM checkpoints WHERE stream = ? AND shard = ?", shard.stream,
            shard.index, make: verified
        ).first?.sequence ?? 0
    }

    static func move(_ database: Database, _ shard: StreamShard, to sequence: Int64) throws {
        guard try load(database, shard) < sequence else { return }
        try database.perform(
            "REPLACE INTO checkpoints (stream, shard, sequence, sum) VALUES (?, ?, ?, ?)", shard.stream, shard.index,
            sequence, sum(of: shard, sequence))
    }

    static func damage(_ database: Database) throws -> [String] {
        try database.rows("SELECT stream, shard, sequence, sum FROM checkpoints ORDER BY stream, shard") { cells in
            let shard = StreamShard(cells.text(0), Int(cells.int(1)))
            return sum(of: shard, cells.int(2)) == cells.int(3)
                ? nil : "catalog, checkpoint of \(shard): not what was written"
        }.compactMap { $0 }
    }

    private static func verified(_ cells: BoundStatement) throws -> (shard: StreamShard, sequence: Int64) {
        let shard = StreamShard(cells.text(0), Int(cells.int(1)))
        guard sum(of: shard, cells.int(2)) == cells.int(3) else {
            throw EngineError(
                .damaged, "a checkpoint is not what was written", at: "catalog, checkpoint of \(shard)",
                remedy: "run `kintsugi rebuild`")
        }
        return (shard, cells.int(2))
    }

    private static func sum(of shard: StreamShard, _ sequence: Int64) -> Int64 {
        var sum = RowChecksum("checkpoint")
        sum.add(shard.stream)
        sum.add(Int64(shard.index))
        sum.add(sequence)
        return sum.value
    }
}
