import Engine
import GRDB

/// One shard as stored: its extent, and the two ends of its chain.
struct ShardRow {
    var id: Int64
    var shard: StreamShard
    var first: Int64 = 1
    var last: Int64 = 0
    var received: Int64 = 0
    /// The link before the oldest record held.
    var base: Int64 = 0
    /// The link of the newest record.
    var link: Int64 = 0

    var extent: ShardExtent { ShardExtent(shard: shard, first: first, last: last, lastReceived: received) }

    private var sum: Int64 {
        var sum = RowChecksum("shard")
        sum.add(shard.stream)
        for number in [id, Int64(shard.index), first, last, received, base, link] { sum.add(number) }
        return sum.value
    }

    private static let columns = "id, stream, number, first, last, received, base, link, sum"

    static func load(_ database: Database, _ shard: StreamShard) throws -> ShardRow? {
        try database.rows(
            "SELECT \(columns) FROM shards WHERE stream = ? AND number = ?", shard.stream, shard.index, make: decode
        ).first
    }

    static func all(_ database: Database) throws -> [ShardRow] {
        try database.rows("SELECT \(columns) FROM shards ORDER BY stream, number", make: decode)
    }

    /// A shard never appended to, with a number of its own.
    static func create(_ database: Database, _ shard: StreamShard) throws -> ShardRow {
        let ids = try database.rows("SELECT coalesce(max(id), 0) + 1 FROM shards", make: { $0.int(0) })
        return ShardRow(id: ids.first ?? 1, shard: shard)
    }

    private static func decode(_ cells: BoundStatement) throws -> ShardRow {
        let row = ShardRow(
            id: cells.int(0), shard: StreamShard(cells.text(1), Int(cells.int(2))), first: cells.int(3),
            last: cells.int(4), received: cells.int(5), base: cells.int(6), link: cells.int(7))
        guard row.sum == cells.int(8) else {
            throw EngineError(
                .damaged, "the stream's shard is not what was written", at: "stream \(row.shard)",
                remedy: "run `kintsugi verify`")
        }
        return row
    }

    func save(_ database: Database) throws {
        try database.perform(
            "REPLACE INTO shards (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", id, shard.stream, shard.index,
            first, last, received, base, link, sum)
    }
}

extension ShardRow {
    private func place(_ sequence: Int64) -> Int64 { id << 40 | sequence }

    private func sum(of entry: StreamEntry, _ sequence: Int64) -> Int64 {
        var sum = RowChecksum("record")
        sum.add(shard.stream)
        sum.add(Int64(shard.index))
        sum.add(sequence)
        sum.add(entry.key)
        sum.add(entry.received)
        sum.add(entry.payload)
        return sum.value
    }

    mutating func append(_ entries: [StreamEntry], to database: Database) throws {
        var insert = try BoundStatement(
            database, "INSERT INTO records (place, key, received, payload, sum, link) VALUES (?, ?, ?, ?, ?, ?)")
        for entry in entries {
            last += 1
            let sum = sum(of: entry, last)
            link = RowChecksum.link(link, sum)
            received = max(received, entry.received)
            insert.bind(place(last))
            insert.bind(entry.key)
            insert.bind(entry.received)
            insert.bind(entry.payload)
            insert.bind(sum)
            insert.bind(link)
            try insert.run()
        }
    }

    func read(_ database: Database, after sequence: Int64, limit: Int) throws -> [SequencedEntry] {
        guard sequence < last, limit > 0 else { return [] }
        let start = max(sequence + 1, first)
        let end = limit > last - start ? last : start + Int64(limit) - 1
        guard start <= end else { return [] }
        var expected = start
        var previous: Int64?
        let entries = try database.rows(
            "SELECT place, key, received, payload, sum, link FROM records WHERE place BETWEEN ? AND ? ORDER BY place",
            place(start), place(end)
        ) { cells in
            let found = decode(cells)
            let follows = previous.map { RowChecksum.link($0, cells.int(4)) == cells.int(5) } ?? true
            guard found.sequence == expected, isWell(found, cells), follows else { throw damaged(expected) }
            expected += 1
            previous = cells.int(5)
            return found
        }
        guard expected == end + 1 else { throw damaged(expected) }
        return entries
    }

    mutating func trim(_ database: Database, through sequence: Int64) throws {
        let through = min(sequence, last)
        guard through >= first else { return }
        let links = try database.rows("SELECT link FROM records WHERE place = ?", place(through), make: { $0.int(0) })
        guard let link = links.first else { throw damaged(through) }
        try database.perform("DELETE FROM records WHERE place BETWEEN ? AND ?", place(0), place(through))
        base = link
        first = through + 1
    }

    mutating func skip(_ database: Database, to sequence: Int64) throws {
        guard sequence > last else { return }
        try database.perform("DELETE FROM records WHERE place BETWEEN ? AND ?", place(0), place(sequence))
        (first, last, base, link) = (sequence + 1, sequence, 0, 0)
    }

    /// One sentence for each record that is not what was written.
    func damage(_ database: Database) throws -> [String] {
        var walk = ChainWalk(noun: "stream \(shard), record", next: first, link: base)
        _ = try database.rows(
            "SELECT place, key, received, payload, sum, link FROM records WHERE place BETWEEN ? AND ? ORDER BY place",
            place(0), place(1 << 40 - 1)
        ) { cells in
            let found = decode(cells)
            walk.visit(found.sequence, contentIsWell: isWell(found, cells), sum: cells.int(4), link: cells.int(5))
        }
        walk.end(last: last, link: link)
        return walk.damage
    }

    private func decode(_ cells: BoundStatement) -> SequencedEntry {
        SequencedEntry(
            sequence: cells.int(0) & (1 << 40 - 1),
            entry: StreamEntry(key: cells.text(1), received: cells.int(2), payload: cells.blob(3)))
    }

    private func isWell(_ found: SequencedEntry, _ cells: BoundStatement) -> Bool {
        sum(of: found.entry, found.sequence) == cells.int(4)
    }

    private func damaged(_ sequence: Int64) -> EngineError {
        EngineError(
            .damaged, "a record of the stream is not what was written", at: "stream \(shard), record \(sequence)",
            remedy: "run `kintsugi verify`")
    }
}
