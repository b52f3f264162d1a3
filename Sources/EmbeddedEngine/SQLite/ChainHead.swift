import Engine
import GRDB

/// How far a store with one chain of rows has come: the ordinal of its last row and that row's link.
struct ChainHead {
    var last: Int64 = 0
    var link: Int64 = 0

    static let table = """
        CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL, link INTEGER NOT NULL, sum INTEGER NOT NULL);
        """

    private var sum: Int64 {
        var sum = RowChecksum("head")
        sum.add(last)
        sum.add(link)
        return sum.value
    }

    static func load(_ database: Database, store: String) throws -> ChainHead {
        let rows = try database.rows("SELECT last, link, sum FROM head") { row in
            (ChainHead(last: row.int(0), link: row.int(1)), row.int(2))
        }
        guard let (head, sum) = rows.first else { return ChainHead() }
        guard head.sum == sum else {
            throw EngineError(
                .damaged, "the \(store)'s head is not what was written", at: store,
                remedy: store == DataStore.catalog.rawValue ? "run `kintsugi rebuild`" : "run `kintsugi verify`")
        }
        return head
    }

    func save(_ database: Database) throws {
        try database.perform("REPLACE INTO head (id, last, link, sum) VALUES (1, ?, ?, ?)", last, link, sum)
    }
}
