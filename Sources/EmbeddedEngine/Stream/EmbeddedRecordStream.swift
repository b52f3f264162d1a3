package import Engine
import GRDB

/// The stream in one SQLite file. Every record carries a checksum over its content and its link to the one before.
package struct EmbeddedRecordStream: RecordStream {
    package let store: SQLiteStore

    package func append(_ entries: [StreamEntry], to shard: StreamShard) async throws(EngineError) -> ClosedRange<Int64>
    {
        precondition(!entries.isEmpty, "an append brings at least one record")
        return try await store.write("append to the stream") { database in
            var row = try ShardRow.load(database, shard) ?? ShardRow.create(database, shard)
            let first = row.last + 1
            try row.append(entries, to: database)
            try row.save(database)
            return first...row.last
        }
    }

    package func read(
        _ shard: StreamShard, after sequence: Int64, limit: Int
    ) async throws(EngineError) -> [SequencedEntry] {
        try await store.read("read the stream") { database in
            guard let row = try ShardRow.load(database, shard) else { return [] }
            return try row.read(database, after: sequence, limit: limit)
        }
    }

    package func trim(_ shard: StreamShard, through sequence: Int64) async throws(EngineError) {
        try await store.write("trim the stream") { database in
            guard var row = try ShardRow.load(database, shard) else { return }
            try row.trim(database, through: sequence)
            try row.save(database)
        }
    }

    package func extents() async throws(EngineError) -> [ShardExtent] {
        try await store.read("read the stream's extents") { try ShardRow.all($0).map(\.extent) }
    }

    /// Walks every chain from its oldest record to its head; one sentence for each damage, none where all is well.
    package func verifyChain() async throws(EngineError) -> [String] {
        let structure = try await store.structuralDamage()
        return structure
            + (try await store.read("verify the stream") { database in
                try ShardRow.all(database).flatMap { try $0.damage(database) }
            })
    }
}

extension EmbeddedRecordStream {
    static let schema = StoreSchema(
        name: "stream",
        versions: [
            """
            -- `base` is the link before the oldest record held, `link` that of the newest.
            CREATE TABLE shards (
                id INTEGER PRIMARY KEY, stream TEXT NOT NULL, number INTEGER NOT NULL, first INTEGER NOT NULL,
                last INTEGER NOT NULL, received INTEGER NOT NULL, base INTEGER NOT NULL, link INTEGER NOT NULL,
                sum INTEGER NOT NULL, UNIQUE (stream, number));
            -- `place` is the shard's id times 2^40 plus the sequence number: one tree, appended at few places.
            CREATE TABLE records (
                place INTEGER PRIMARY KEY, key TEXT NOT NULL, received INTEGER NOT NULL, payload BLOB NOT NULL,
                sum INTEGER NOT NULL, link INTEGER NOT NULL);
            """
        ])

    /// What every shard holds, on the calling thread.
    func extentsNow() throws(EngineError) -> [ShardExtent] {
        try store.readNow("read the stream's extents") { try ShardRow.all($0).map(\.extent) }
    }

    /// Sets a shard that lost records forward to a position known to be in the lake, so that no number is given twice.
    func skipNow(_ shard: StreamShard, to sequence: Int64) throws(EngineError) {
        try store.writeNow("set the stream forward") { database in
            var row = try ShardRow.load(database, shard) ?? ShardRow.create(database, shard)
            try row.skip(database, to: sequence)
            try row.save(database)
        }
    }
}
