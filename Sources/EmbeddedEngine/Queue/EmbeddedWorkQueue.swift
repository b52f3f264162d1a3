package import Engine
import GRDB

/// The work queue in one SQLite file, for its owner.
package struct EmbeddedWorkQueue: WorkQueue, WorkQueueTables {
    package let store: SQLiteStore

    package func send(_ item: WorkItem) async throws(EngineError) -> QueuedWork {
        try await store.write("send to the work queue") { database in
            if let known = try QueueRow.find(database, item.id) { return known }
            var head = try QueueHead.load(database)
            head.last += 1
            let work = QueuedWork(ordinal: head.last, item: item)
            try QueueRow.insert(work, to: database, head: &head)
            try head.save(database)
            return work
        }
    }

    package func receive(_ limit: Int, by lease: WorkLease) async throws(EngineError) -> WorkDelivery {
        try await store.write("receive from the work queue") { database in
            var delivery = WorkDelivery()
            for var work in try QueueRow.list(database, [.waiting, .leased], after: 0, limit: .max)
            where work.isFree(for: lease) {
                guard delivery.takesMore(work, limit: limit) else { break }
                delivery.take(&work, by: lease)
                try QueueRow.update(work, in: database)
            }
            return delivery
        }
    }

    package func extend(_ ids: [String], by lease: WorkLease) async throws(EngineError) {
        try await change(ids, "hold work for longer") { $0.extend(by: lease) }
    }

    package func acknowledge(_ ids: [String], by holder: Int64) async throws(EngineError) {
        try await change(ids, "acknowledge work") { $0.acknowledge(by: holder) }
    }

    package func release(_ ids: [String], by holder: Int64, error: String?) async throws(EngineError) {
        try await change(ids, "give work back") { $0.release(by: holder, error: error) }
    }

    package func bury(_ id: String, by holder: Int64, error: String) async throws(EngineError) {
        try await change([id], "bury work") { $0.bury(by: holder, error: error) }
    }

    package func redrive(_ id: String) async throws(EngineError) -> Bool {
        try await changeOne(id, "redrive work") { $0.redrive() }
    }

    package func drop(_ id: String) async throws(EngineError) -> Bool {
        try await changeOne(id, "drop work") { $0.drop() }
    }

    private func changeOne(
        _ id: String, _ doing: String, _ body: @escaping @Sendable (inout QueuedWork) -> Bool
    ) async throws(EngineError) -> Bool {
        try await store.write(doing) { database in
            guard var work = try QueueRow.find(database, id), body(&work) else { return false }
            try QueueRow.update(work, in: database)
            try QueueRow.forgetOldest(database)
            return true
        }
    }

    private func change(
        _ ids: [String], _ doing: String, _ body: @escaping @Sendable (inout QueuedWork) -> Void
    ) async throws(EngineError) {
        try await store.write(doing) { database in
            for id in ids {
                guard let before = try QueueRow.find(database, id) else { continue }
                var work = before
                body(&work)
                if work != before { try QueueRow.update(work, in: database) }
            }
            try QueueRow.forgetOldest(database)
        }
    }
}

/// The work queue for everybody else.
package struct EmbeddedWorkQueueReader: WorkQueueTables {
    package let store: SQLiteStore
}

/// What owner and observer read alike.
package protocol WorkQueueTables: WorkQueueReader {
    var store: SQLiteStore { get }
}

extension WorkQueueTables {
    package func list(
        _ states: Set<QueuedWork.State>, after ordinal: Int64, limit: Int
    ) async throws(EngineError) -> [QueuedWork] {
        try await store.read("read the work queue") { try QueueRow.list($0, states, after: ordinal, limit: limit) }
    }

    package func find(_ id: String) async throws(EngineError) -> QueuedWork? {
        try await store.read("read the work queue") { try QueueRow.find($0, id) }
    }

    /// Compares every item with its checksum, and all of them with what the head remembers.
    package func verifyChain() async throws(EngineError) -> [String] {
        let structure = try await store.structuralDamage()
        return structure + (try await store.read("verify the work queue", QueueRow.damage))
    }
}

extension EmbeddedWorkQueue {
    static let schema = StoreSchema(
        name: "queue",
        versions: [
            """
            CREATE TABLE head (
                id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL, count INTEGER NOT NULL,
                total INTEGER NOT NULL, sum INTEGER NOT NULL);
            CREATE TABLE items (
                ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sent INTEGER NOT NULL, body BLOB NOT NULL,
                state TEXT NOT NULL, receives INTEGER NOT NULL, holder INTEGER NOT NULL, until INTEGER NOT NULL,
                error TEXT NOT NULL, sum INTEGER NOT NULL);
            CREATE INDEX items_state ON items (state, ordinal);
            """
        ])
}
