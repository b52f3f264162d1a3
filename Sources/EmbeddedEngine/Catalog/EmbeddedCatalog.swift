package import Engine
import GRDB

/// The register of raw objects in one SQLite file, with how far each shard has been delivered.
package struct EmbeddedCatalog: PartitionCatalog {
    package let store: SQLiteStore

    package func register(_ entry: CatalogEntry) async throws(EngineError) -> Int64 {
        try await store.write("register an object") { database in
            if let known = try CatalogRow.load(database, key: entry.key) {
                guard known.entry == entry else { throw CatalogRow.conflict(entry.key) }
                return known.ordinal
            }
            return try CatalogRow.append(entry, to: database)
        }
    }

    package func lookup(_ key: String) async throws(EngineError) -> (ordinal: Int64, entry: CatalogEntry)? {
        try await store.read("look an object up") { try CatalogRow.load($0, key: key) }
    }

    package func list(
        after ordinal: Int64, limit: Int
    ) async throws(EngineError) -> [(ordinal: Int64, entry: CatalogEntry)] {
        try await store.read("list the catalogue") { try CatalogRow.list($0, after: ordinal, limit: limit) }
    }

    package func checkpoint(_ shard: StreamShard) async throws(EngineError) -> Int64 {
        try await store.read("read a checkpoint") { try CheckpointRow.load($0, shard) }
    }

    package func moveCheckpoint(_ shard: StreamShard, to sequence: Int64) async throws(EngineError) {
        try await store.write("move a checkpoint") { try CheckpointRow.move($0, shard, to: sequence) }
    }

    package func delivered(
        _ shard: StreamShard, before received: Int64, through ordinal: Int64
    ) async throws(EngineError) -> Int64 {
        try await store.read("read how far a shard is delivered") { database in
            try database.rows(
                """
                SELECT coalesce(max(last), 0) FROM entries
                WHERE stream = ? AND shard = ? AND received < ? AND ordinal <= ?
                """, shard.stream, shard.index, received, ordinal, make: { $0.int(0) }
            ).first ?? 0
        }
    }

    package func retire(_ seal: SealEntry) async throws(EngineError) {
        try await store.write("enter a seal") { try SealRow.retire(seal, in: $0) }
    }

    package func seals() async throws(EngineError) -> [(entry: SealEntry, isDropped: Bool)] {
        try await store.read("read the seals") { try SealRow.all($0) }
    }

    package func noteDropped(through ordinal: Int64) async throws(EngineError) {
        try await store.write("note that raw objects are deleted") { try SealRow.noteDropped(through: ordinal, in: $0) }
    }

    /// Walks the chain from the first entry to the head, and every checkpoint; one sentence for each damage.
    package func verifyChain() async throws(EngineError) -> [String] {
        let structure = try await store.structuralDamage()
        return structure
            + (try await store.read("verify the catalogue") { database in
                let entries = try CatalogRow.damage(database)
                return try entries + SealRow.damage(database) + CheckpointRow.damage(database)
            })
    }
}

extension EmbeddedCatalog {
    static let schema = StoreSchema(
        name: "catalog",
        versions: [
            ChainHead.table + """

                CREATE TABLE entries (
                    ordinal INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, shard INTEGER NOT NULL,
                    hour INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, bytes INTEGER NOT NULL,
                    sha256 TEXT NOT NULL, received INTEGER NOT NULL, sum INTEGER NOT NULL, link INTEGER NOT NULL);
                CREATE TABLE checkpoints (
                    stream TEXT NOT NULL, shard INTEGER NOT NULL, sequence INTEGER NOT NULL, sum INTEGER NOT NULL,
                    PRIMARY KEY (stream, shard)) WITHOUT ROWID;
                -- What is remembered on behalf of others, such as the directory's incarnation.
                CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                """,
            SealRow.tables,
        ])

    /// What the catalogue knows of its neighbours, read on the calling thread.
    func highWaterNow() throws(EngineError) -> CatalogHighWater {
        try store.readNow("read the catalogue") { database in
            let delivered = try database.rows(
                """
                SELECT stream, shard, max(last), max(received) FROM
                    (SELECT stream, shard, last, received FROM entries
                    UNION ALL SELECT stream, shard, sequence, 0 FROM checkpoints)
                GROUP BY stream, shard ORDER BY stream, shard
                """
            ) { (StreamShard($0.text(0), Int($0.int(1))), $0.int(2), $0.int(3)) }
            let marks = try database.rows("SELECT value FROM marks WHERE name = 'incarnation'", make: { $0.int(0) })
            let sealed = try SealRow.all(database).last?.entry.received ?? 0
            return CatalogHighWater(
                last: try ChainHead.load(database, store: "catalog").last,
                received: max(sealed, delivered.map(\.2).max() ?? 0),
                incarnation: marks.first ?? 0, delivered: delivered.map { ($0.0, $0.1) })
        }
    }

    func markNow(incarnation: Int64) throws(EngineError) {
        try store.writeNow("note the incarnation") { database in
            try database.perform("REPLACE INTO marks (name, value) VALUES ('incarnation', ?)", incarnation)
        }
    }
}

/// How far the neighbours of the catalogue had come when it last heard of them.
struct CatalogHighWater: Sendable {
    /// Ordinal of the last entry: no warehouse can have applied more.
    var last: Int64
    /// The greatest `received` registered.
    var received: Int64
    var incarnation: Int64
    /// The last record of each shard that is in the lake, in order of the shards: no stream can end before it.
    var delivered: [(shard: StreamShard, sequence: Int64)]
}
