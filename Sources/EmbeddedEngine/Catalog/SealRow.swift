import Engine
import GRDB

/// How a seal is stored, and where the entries begin that it left.
enum SealRow {
    private static let columns =
        "first, last, key, hour_from, hour_to, bytes, sha256, received, at, dropped, sum"

    static let tables = """
        -- One row stands for the entries first to last, which are no longer there. `dropped`: their objects neither.
        CREATE TABLE seals (
            first INTEGER NOT NULL, last INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, hour_from INTEGER NOT NULL,
            hour_to INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, received INTEGER NOT NULL,
            at INTEGER NOT NULL, dropped INTEGER NOT NULL, sum INTEGER NOT NULL);
        -- The ordinal before the oldest entry held, and that entry's link.
        CREATE TABLE base (
            id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL, link INTEGER NOT NULL, sum INTEGER NOT NULL);
        CREATE INDEX entries_received ON entries (stream, shard, received);
        """

    /// Enters a seal in the place of its entries. The same again changes nothing. A catalogue that ends before the seal,
    /// because it was begun anew, goes on after it.
    static func retire(_ seal: SealEntry, in database: Database) throws {
        let known = try all(database)
        if let same = known.first(where: { $0.entry.last == seal.last }) {
            guard same.entry == seal else { throw conflict(seal, "another seal ends there") }
            return
        }
        guard seal.first == (known.last?.entry.last ?? 0) + 1, seal.first <= seal.last else {
            throw conflict(seal, "it does not begin after the one before")
        }
        var head = try ChainHead.load(database, store: "catalog")
        var base = CatalogBase(last: seal.last)
        if seal.last <= head.last {
            let links = try database.rows("SELECT link FROM entries WHERE ordinal = ?", seal.last, make: { $0.int(0) })
            guard let link = links.first else { throw conflict(seal, "the entry it ends with is gone") }
            base.link = link
        } else {
            guard try database.rows("SELECT 1 FROM entries LIMIT 1", make: { $0.int(0) }).isEmpty else {
                throw conflict(seal, "the catalogue ends within it")
            }
            (head.last, head.link) = (seal.last, 0)
            try head.save(database)
        }
        try database.perform("DELETE FROM entries WHERE ordinal <= ?", seal.last)
        try base.save(database)
        try save(seal, dropped: false, database)
    }

    static func noteDropped(through ordinal: Int64, in database: Database) throws {
        for row in try all(database) where row.entry.last <= ordinal && !row.isDropped {
            try save(row.entry, dropped: true, database)
        }
    }

    static func all(_ database: Database) throws -> [(entry: SealEntry, isDropped: Bool)] {
        try database.rows("SELECT \(columns) FROM seals ORDER BY last") { cells in
            let (entry, dropped, isWell) = decode(cells)
            guard isWell else {
                throw EngineError(
                    .damaged, "a seal of the catalogue is not what was written", at: "catalog, seal \(entry.last)",
                    remedy: "run `kintsugi verify`")
            }
            return (entry, dropped)
        }
    }

    static func damage(_ database: Database) throws -> [String] {
        var next: Int64 = 1
        return try database.rows("SELECT \(columns) FROM seals ORDER BY last") { cells -> String? in
            let (entry, _, isWell) = decode(cells)
            defer { next = entry.last + 1 }
            if !isWell { return "catalog, seal \(entry.last): not what was written" }
            return entry.first == next
                ? nil : "catalog, seal \(entry.last): begins at \(entry.first), and not at \(next)"
        }.compactMap { $0 }
    }

    private static func save(_ seal: SealEntry, dropped: Bool, _ database: Database) throws {
        try database.perform(
            "REPLACE INTO seals (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", seal.first, seal.last, seal.key,
            seal.hours.lowerBound, seal.hours.upperBound, seal.bytes, seal.sha256, seal.received, seal.at, dropped,
            sum(of: seal, dropped))
    }

    private static func decode(_ cells: BoundStatement) -> (entry: SealEntry, isDropped: Bool, isWell: Bool) {
        let hours = cells.int(3)..<max(cells.int(3), cells.int(4))
        let entry = SealEntry(
            key: cells.text(2), first: cells.int(0), last: cells.int(1), hours: hours, bytes: cells.int(5),
            sha256: cells.text(6), received: cells.int(7), at: cells.int(8))
        let isDropped = cells.int(9) != 0
        return (entry, isDropped, sum(of: entry, isDropped) == cells.int(10))
    }

    private static func sum(of seal: SealEntry, _ dropped: Bool) -> Int64 {
        var sum = RowChecksum("seal")
        for text in [seal.key, seal.sha256] { sum.add(text) }
        let numbers = [
            seal.first, seal.last, seal.hours.lowerBound, seal.hours.upperBound, seal.bytes, seal.received, seal.at,
            dropped ? 1 : 0,
        ]
        for number in numbers { sum.add(number) }
        return sum.value
    }

    private static func conflict(_ seal: SealEntry, _ why: String) -> EngineError {
        EngineError(
            .conflict, "the seal cannot be entered: \(why)", at: seal.key, remedy: "run `kintsugi verify`")
    }
}

/// Where the catalogue's entries begin: after the last that was sealed.
struct CatalogBase {
    var last: Int64 = 0
    var link: Int64 = 0

    static func load(_ database: Database) throws -> CatalogBase {
        let rows = try database.rows("SELECT last, link, sum FROM base") { row in
            (CatalogBase(last: row.int(0), link: row.int(1)), row.int(2))
        }
        guard let (base, sum) = rows.first else { return CatalogBase() }
        guard base.sum == sum else {
            throw EngineError(
                .damaged, "the catalogue's base is not what was written", at: "catalog",
                remedy: "run `kintsugi verify`")
        }
        return base
    }

    func save(_ database: Database) throws {
        try database.perform("REPLACE INTO base (id, last, link, sum) VALUES (1, ?, ?, ?)", last, link, sum)
    }

    private var sum: Int64 {
        var sum = RowChecksum("base")
        sum.add(last)
        sum.add(link)
        return sum.value
    }
}
