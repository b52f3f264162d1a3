import Engine
import GRDB

/// How a line of the journal is stored.
enum JournalRow {
    static let columns = "ordinal, subject, at, event, payload, closes, sum, link"

    static func append(_ line: JournalLine, to database: Database, head: inout ChainHead) throws {
        head.last += 1
        let sum = sum(of: JournalEntry(ordinal: head.last, line: line))
        head.link = RowChecksum.link(head.link, sum)
        try database.perform(
            "INSERT INTO lines (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", head.last, line.subject, line.at,
            line.event, line.payload, line.closes, sum, head.link)
        var subject = try SubjectRow.load(database, line.subject)
        SubjectRow.touch(&subject, line, ordinal: head.last)
        try subject?.save(database)
    }

    static func load(_ database: Database, ordinal: Int64) throws -> JournalEntry {
        let found = try database.rows("SELECT \(columns) FROM lines WHERE ordinal = ?", ordinal, make: verified)
        guard let entry = found.first else { throw damaged(ordinal) }
        return entry
    }

    static func verified(_ cells: BoundStatement) throws -> JournalEntry {
        let entry = decode(cells)
        guard sum(of: entry) == cells.int(6) else { throw damaged(entry.ordinal) }
        return entry
    }

    static func damage(_ database: Database) throws -> [String] {
        let head = try ChainHead.load(database, store: "journal")
        var walk = ChainWalk(noun: "journal, line", next: 1, link: 0)
        var subjects: [String: SubjectRow] = [:]
        _ = try database.rows("SELECT \(columns) FROM lines ORDER BY ordinal") { cells in
            let entry = decode(cells)
            let isWell = sum(of: entry) == cells.int(6)
            walk.visit(entry.ordinal, contentIsWell: isWell, sum: cells.int(6), link: cells.int(7))
            SubjectRow.touch(&subjects[entry.line.subject], entry.line, ordinal: entry.ordinal)
        }
        walk.end(last: head.last, link: head.link)
        let stored = try database.rows("SELECT \(SubjectRow.columns) FROM subjects ORDER BY subject") { cells in
            (SubjectRow(cells), cells.int(4))
        }
        let strayed = stored.filter { row, sum in subjects[row.subject] != row || row.sum != sum }
            .map { "journal, subject \($0.0.subject): is not what its lines say" }
        let forgotten = Set(subjects.keys).subtracting(stored.map(\.0.subject)).sorted()
            .map { "journal, subject \($0): is forgotten though its lines are there" }
        return walk.damage + strayed + forgotten
    }

    private static func decode(_ cells: BoundStatement) -> JournalEntry {
        JournalEntry(
            ordinal: cells.int(0),
            line: JournalLine(
                subject: cells.text(1), at: cells.int(2), event: cells.text(3), payload: cells.blob(4),
                closes: cells.int(5) != 0))
    }

    private static func sum(of entry: JournalEntry) -> Int64 {
        var sum = RowChecksum("line")
        sum.add(entry.ordinal)
        sum.add(entry.line.subject)
        sum.add(entry.line.at)
        sum.add(entry.line.event)
        sum.add(entry.line.payload)
        sum.add(entry.line.closes ? 1 : 0)
        return sum.value
    }

    private static func damaged(_ ordinal: Int64) -> EngineError {
        EngineError(
            .damaged, "a line of the journal is not what was written", at: "journal, line \(ordinal)",
            remedy: "run `kintsugi verify`")
    }
}

/// Where one subject of the journal stands.
struct SubjectRow: Hashable {
    var subject: String
    /// Ordinal of the line that opened it last.
    var opened: Int64
    /// Ordinal of its last line.
    var last: Int64
    var closed: Bool

    static let columns = "subject, opened, last, closed, sum"

    var sum: Int64 {
        var sum = RowChecksum("subject")
        sum.add(subject)
        for number in [opened, last, closed ? 1 : 0] { sum.add(number) }
        return sum.value
    }

    /// What a line does to its subject.
    static func touch(_ row: inout SubjectRow?, _ line: JournalLine, ordinal: Int64) {
        let opened = row.flatMap { $0.closed ? nil : $0.opened } ?? ordinal
        row = SubjectRow(subject: line.subject, opened: opened, last: ordinal, closed: line.closes)
    }

    static func load(_ database: Database, _ subject: String) throws -> SubjectRow? {
        try database.rows("SELECT \(columns) FROM subjects WHERE subject = ?", subject, make: verified).first
    }

    func save(_ database: Database) throws {
        try database.perform(
            "REPLACE INTO subjects (\(Self.columns)) VALUES (?, ?, ?, ?, ?)", subject, opened, last, closed, sum)
    }

    static func verified(_ cells: BoundStatement) throws -> SubjectRow {
        let row = SubjectRow(cells)
        guard row.sum == cells.int(4) else {
            throw EngineError(
                .damaged, "a subject of the journal is not what was written", at: "journal, subject \(row.subject)",
                remedy: "run `kintsugi verify`")
        }
        return row
    }
}

extension SubjectRow {
    init(_ cells: BoundStatement) {
        self.init(subject: cells.text(0), opened: cells.int(1), last: cells.int(2), closed: cells.int(3) != 0)
    }
}
