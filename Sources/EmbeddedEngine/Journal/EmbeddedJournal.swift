package import Engine
import GRDB

/// The journal in one SQLite file, for its owner.
package struct EmbeddedJournal: ExecutionJournal, JournalTables {
    package let store: SQLiteStore

    package func append(_ lines: [JournalLine]) async throws(EngineError) -> Int64 {
        try await store.write("append to the journal") { database in
            var head = try ChainHead.load(database, store: "journal")
            for line in lines { try JournalRow.append(line, to: database, head: &head) }
            try head.save(database)
            return head.last
        }
    }
}

/// The journal for everybody else.
package struct EmbeddedJournalReader: JournalTables {
    package let store: SQLiteStore
}

/// What owner and observer read alike.
package protocol JournalTables: JournalReader {
    var store: SQLiteStore { get }
}

extension JournalTables {
    package func lines(
        prefix: String, after ordinal: Int64, limit: Int
    ) async throws(EngineError) -> [JournalEntry] {
        try await store.read("read the journal") { database in
            try database.rows(
                """
                SELECT \(JournalRow.columns) FROM lines
                WHERE ordinal > ?1 AND substr(subject, 1, length(?2)) = ?2 ORDER BY ordinal LIMIT ?3
                """, ordinal, prefix, limit, make: JournalRow.verified)
        }
    }

    package func lines(of subject: String) async throws(EngineError) -> [JournalEntry] {
        try await store.read("read the journal") { database in
            try database.rows(
                "SELECT \(JournalRow.columns) FROM lines WHERE subject = ? ORDER BY ordinal", subject,
                make: JournalRow.verified)
        }
    }

    package func open(prefix: String) async throws(EngineError) -> [String] {
        try await store.read("read the journal") { database in
            try database.rows(
                """
                SELECT \(SubjectRow.columns) FROM subjects
                WHERE closed = 0 AND substr(subject, 1, length(?1)) = ?1 ORDER BY opened
                """, prefix, make: SubjectRow.verified
            ).map(\.subject)
        }
    }

    package func latest(
        prefix: String, before ordinal: Int64, limit: Int
    ) async throws(EngineError) -> [JournalEntry] {
        try await store.read("read the journal") { database in
            let subjects = try database.rows(
                """
                SELECT \(SubjectRow.columns) FROM subjects
                WHERE last < ?1 AND substr(subject, 1, length(?2)) = ?2 ORDER BY last DESC LIMIT ?3
                """, ordinal, prefix, limit, make: SubjectRow.verified)
            return try subjects.map { try JournalRow.load(database, ordinal: $0.last) }
        }
    }

    /// Walks the chain from the first line to the head, and compares what is remembered of each subject with its lines.
    package func verifyChain() async throws(EngineError) -> [String] {
        let structure = try await store.structuralDamage()
        return structure + (try await store.read("verify the journal", JournalRow.damage))
    }
}

extension EmbeddedJournal {
    /// The moment of the newest line, unix microseconds, read on the calling thread; 0 where there is none.
    func lastStampNow() throws(EngineError) -> Int64 {
        try store.readNow("read the journal") { database in
            try database.rows("SELECT at FROM lines ORDER BY ordinal DESC LIMIT 1", make: { $0.int(0) }).first ?? 0
        }
    }

    /// Whether any subject begins with the prefix, read on the calling thread.
    func knowsNow(prefix: String) throws(EngineError) -> Bool {
        try store.readNow("read the journal") { database in
            try !database.rows(
                "SELECT 1 FROM subjects WHERE substr(subject, 1, length(?1)) = ?1 LIMIT 1", prefix, make: { $0.int(0) }
            ).isEmpty
        }
    }

    static let schema = StoreSchema(
        name: "journal",
        versions: [
            ChainHead.table + """

                CREATE TABLE lines (
                    ordinal INTEGER PRIMARY KEY, subject TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
                    payload BLOB NOT NULL, closes INTEGER NOT NULL, sum INTEGER NOT NULL, link INTEGER NOT NULL);
                CREATE INDEX lines_subject ON lines (subject, ordinal);
                -- Where each subject stands: told by its lines, kept so that a long history costs nothing at start.
                CREATE TABLE subjects (
                    subject TEXT PRIMARY KEY, opened INTEGER NOT NULL, last INTEGER NOT NULL, closed INTEGER NOT NULL,
                    sum INTEGER NOT NULL) WITHOUT ROWID;
                CREATE INDEX subjects_open ON subjects (opened) WHERE closed = 0;
                CREATE INDEX subjects_last ON subjects (last);
                """
        ])
}
