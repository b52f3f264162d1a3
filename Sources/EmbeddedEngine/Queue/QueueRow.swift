import Engine
import GRDB

/// What a queue remembers of all its items. They change and go, so they make no chain: the head holds how many there are
/// and the sum of their checksums, and no item can be put in, changed or taken away beside it.
struct QueueHead {
    /// Ordinal of the item sent last.
    var last: Int64 = 0
    var count: Int64 = 0
    /// The checksums of all items, added up and wrapping.
    var total: Int64 = 0

    private var sum: Int64 {
        var sum = RowChecksum("queue head")
        for number in [last, count, total] { sum.add(number) }
        return sum.value
    }

    static func load(_ database: Database) throws -> QueueHead {
        let rows = try database.rows("SELECT last, count, total, sum FROM head") { row in
            (QueueHead(last: row.int(0), count: row.int(1), total: row.int(2)), row.int(3))
        }
        guard let (head, sum) = rows.first else { return QueueHead() }
        guard head.sum == sum else {
            throw EngineError(
                .damaged, "the head of the work queue is not what was written", at: "queue",
                remedy: "run `kintsugi verify`")
        }
        return head
    }

    func save(_ database: Database) throws {
        try database.perform(
            "REPLACE INTO head (id, last, count, total, sum) VALUES (1, ?, ?, ?, ?)", last, count, total, sum)
    }

    mutating func add(_ sum: Int64) {
        count += 1
        total &+= sum
    }

    mutating func remove(_ sum: Int64) {
        count -= 1
        total &-= sum
    }
}

/// How an item is stored.
enum QueueRow {
    private static let columns = "ordinal, id, sent, body, state, receives, holder, until, error, sum"

    static func insert(_ work: QueuedWork, to database: Database, head: inout QueueHead) throws {
        try write("INSERT", work, database)
        head.add(sum(of: work))
    }

    static func update(_ work: QueuedWork, in database: Database) throws {
        var head = try QueueHead.load(database)
        for sum in try database.rows("SELECT sum FROM items WHERE ordinal = ?", work.ordinal, make: { $0.int(0) }) {
            head.remove(sum)
        }
        try write("REPLACE", work, database)
        head.add(sum(of: work))
        try head.save(database)
    }

    private static func write(_ verb: String, _ work: QueuedWork, _ database: Database) throws {
        try database.perform(
            "\(verb) INTO items (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", work.ordinal, work.item.id,
            work.item.sent, work.item.body, work.state.rawValue, work.receives, work.holder, work.until, work.error,
            sum(of: work))
    }

    static func find(_ database: Database, _ id: String) throws -> QueuedWork? {
        try database.rows("SELECT \(columns) FROM items WHERE id = ?", id, make: verified).first
    }

    static func list(
        _ database: Database, _ states: Set<QueuedWork.State>, after ordinal: Int64, limit: Int
    ) throws -> [QueuedWork] {
        let found = try states.sorted { $0.rawValue < $1.rawValue }.flatMap { state in
            try database.rows(
                "SELECT \(columns) FROM items WHERE state = ? AND ordinal > ? ORDER BY ordinal LIMIT ?",
                state.rawValue, ordinal, limit, make: verified)
        }
        return Array(found.sorted { $0.ordinal < $1.ordinal }.prefix(limit))
    }

    /// Of what is done only the newest are remembered.
    static func forgetOldest(_ database: Database) throws {
        let old = try database.rows(
            "SELECT ordinal, sum FROM items WHERE state = 'done' ORDER BY ordinal DESC LIMIT -1 OFFSET ?",
            QueuedWork.doneKept, make: { ($0.int(0), $0.int(1)) })
        guard !old.isEmpty else { return }
        var head = try QueueHead.load(database)
        for (ordinal, sum) in old {
            try database.perform("DELETE FROM items WHERE ordinal = ?", ordinal)
            head.remove(sum)
        }
        try head.save(database)
    }

    static func damage(_ database: Database) throws -> [String] {
        let head = try QueueHead.load(database)
        var all = QueueHead(last: head.last)
        var damage: [String] = []
        _ = try database.rows("SELECT \(columns) FROM items ORDER BY ordinal") { cells in
            let stored = cells.int(9)
            if decode(cells).map(sum) != stored {
                damage.append("queue, item \(cells.int(0)): not what was written")
            } else if cells.int(0) > head.last {
                damage.append("queue, item \(cells.int(0)): comes after the last that was sent")
            }
            all.add(stored)
        }
        if damage.isEmpty, (all.count, all.total) != (head.count, head.total) {
            damage.append("queue: holds \(all.count) items that are not the \(head.count) it remembers")
        }
        return damage
    }

    private static func verified(_ cells: BoundStatement) throws -> QueuedWork {
        guard let work = decode(cells), sum(of: work) == cells.int(9) else {
            throw EngineError(
                .damaged, "an item of the work queue is not what was written", at: "queue, item \(cells.int(0))",
                remedy: "run `kintsugi verify`; the order in it has to be given again")
        }
        return work
    }

    private static func decode(_ cells: BoundStatement) -> QueuedWork? {
        guard let state = QueuedWork.State(rawValue: cells.text(4)) else { return nil }
        var work = QueuedWork(
            ordinal: cells.int(0), item: WorkItem(id: cells.text(1), sent: cells.int(2), body: cells.blob(3)))
        work.state = state
        work.receives = Int(cells.int(5))
        work.holder = cells.int(6)
        work.until = cells.int(7)
        work.error = cells.text(8)
        return work
    }

    private static func sum(of work: QueuedWork) -> Int64 {
        var sum = RowChecksum("item")
        sum.add(work.ordinal)
        sum.add(work.item.id)
        sum.add(work.item.sent)
        sum.add(work.item.body)
        sum.add(work.state.rawValue)
        for number in [Int64(work.receives), work.holder, work.until] { sum.add(number) }
        sum.add(work.error)
        return sum.value
    }
}
