import Engine
import GRDB

/// Writes one change within its transaction. Rows go in the order of their keys: the live order, minute by minute, costs
/// nine times as much.
struct CuratedWriter {
    private let database: Database
    private var symbols: [String: Int64] = [:]
    private var origins: [Origin: Int64] = [:]

    init(_ database: Database) {
        self.database = database
    }

    mutating func write(_ change: CuratedChange, version: Int64) throws {
        try write(change.bars, into: "bars")
        try write(change.revisions, into: "revisions")
        try write(masks: change.masks, version: version)
        try write(notes: change.notes)
        try write(quarantine: change.quarantine)
    }

    mutating func write(_ bars: [BarRow], into table: String) throws {
        let ordered = try inKeyOrder(bars, symbol: \.symbol, time: \.minute)
        var insert = try BoundStatement(
            database,
            """
            REPLACE INTO \(table) (symbol, minute, open, high, low, close, volume, sampled, revision, origin, received)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (symbol, bar) in ordered {
            let origin = try origin(of: bar.provenance)
            insert.bind(symbol)
            insert.bind(bar.minute)
            insert.bind(bar.open)
            insert.bind(bar.high)
            insert.bind(bar.low)
            insert.bind(bar.close)
            insert.bind(bar.volume)
            insert.bind(bar.sampled)
            insert.bind(bar.revision)
            insert.bind(origin)
            insert.bind(bar.provenance.received)
            try insert.run()
        }
    }

    private mutating func write(masks: [MaskRow], version: Int64) throws {
        let ordered = try inKeyOrder(masks, symbol: \.symbol, time: \.hour)
        var insert = try BoundStatement(
            database,
            """
            REPLACE INTO masks (symbol, hour, present, sampled, quiet, one_witness, unrepairable, healed, settled,
                revised, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (symbol, mask) in ordered {
            insert.bind(symbol)
            insert.bind(mask.hour)
            insert.bind(mask.present)
            insert.bind(mask.sampled)
            insert.bind(mask.quiet)
            insert.bind(mask.oneWitness)
            insert.bind(mask.unrepairable)
            insert.bind(mask.healed)
            insert.bind(mask.settled)
            insert.bind(mask.revised)
            insert.bind(version)
            try insert.run()
        }
    }

    private mutating func write(notes: [SlotNote]) throws {
        for (symbol, note) in try inKeyOrder(notes, symbol: \.symbol, time: \.minute) {
            try database.perform(
                """
                REPLACE INTO notes (symbol, minute, witnessed, witness_execution, attempts, reason, object)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, symbol, note.minute, note.witnessed, note.witnessExecution, note.attempts, note.reason,
                note.object)
        }
    }

    private mutating func write(quarantine: [QuarantineRow]) throws {
        for row in quarantine {
            try database.perform(
                """
                INSERT INTO quarantine (symbol, minute, reason, detail, origin, received) VALUES (?, ?, ?, ?, ?, ?)
                """, symbol(row.symbol), row.minute, row.reason, row.detail, origin(of: row.provenance),
                row.provenance.received)
        }
    }

    mutating func write(derived rows: [DerivedRow]) throws {
        for (symbol, row) in try inKeyOrder(rows, symbol: \.symbol, time: \.start) {
            try database.perform(
                """
                REPLACE INTO derived (span, symbol, start, "end", open, high, low, close, volume, vwap,
                    realized_variance, expected, present, quiet, sampled, healed, revised, completeness, digest,
                    mean_log_return, rose, fell)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, row.span.code, symbol, row.start, row.end, row.open, row.high, row.low, row.close, row.volume,
                row.vwap, row.realizedVariance, row.expected, row.present, row.quiet, row.sampled, row.healed,
                row.revised, row.completeness, row.digest, row.meanLogReturn, row.rose, row.fell)
        }
    }
}

extension CuratedWriter {
    mutating func write(_ expectation: Expectation) throws {
        try database.perform(
            "UPDATE clock SET grace = ? WHERE id = 1 AND grace <> ?", expectation.grace, expectation.grace)
        try database.perform("DELETE FROM members")
        for member in expectation.members {
            try database.perform(
                "INSERT INTO members (symbol, calendar, first, \"end\") VALUES (?, ?, ?, ?)", symbol(member.symbol),
                member.calendar, member.minutes.lowerBound, member.minutes.upperBound)
        }
        // Most are there already, and what is as it was is not written.
        var insert = try BoundStatement(
            database,
            """
            INSERT INTO calendar_hours (calendar, hour, slots) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET slots = excluded.slots WHERE slots <> excluded.slots
            """)
        for hour in expectation.hours {
            insert.bind(hour.calendar)
            insert.bind(hour.hour)
            insert.bind(hour.slots)
            try insert.run()
        }
    }

    /// Rows with their symbols' numbers, by number and time; rows of one key keep their order, so that the last counts.
    private mutating func inKeyOrder<Value>(
        _ rows: [Value], symbol: KeyPath<Value, String>, time: KeyPath<Value, Int64>
    ) throws -> [(Int64, Value)] {
        var keyed: [(symbol: Int64, time: Int64, place: Int)] = []
        keyed.reserveCapacity(rows.count)
        for (place, row) in rows.enumerated() {
            keyed.append((try self.symbol(row[keyPath: symbol]), row[keyPath: time], place))
        }
        keyed.sort { $0 < $1 }
        return keyed.map { ($0.symbol, rows[$0.place]) }
    }

    private mutating func symbol(_ name: String) throws -> Int64 {
        if let known = symbols[name] { return known }
        let find = { [database] in
            try database.rows("SELECT id FROM symbols WHERE name = ?", name, make: { $0.int(0) }).first
        }
        if try find() == nil { try database.perform("INSERT INTO symbols (name) VALUES (?)", name) }
        let id = try find() ?? 0
        symbols[name] = id
        return id
    }

    private mutating func origin(of provenance: Provenance) throws -> Int64 {
        let origin = Origin(provenance)
        if let known = origins[origin] { return known }
        if try origin.find(database) == nil { try origin.insert(database) }
        let id = try origin.find(database) ?? 0
        origins[origin] = id
        return id
    }
}

/// A provenance without its moment: what the bars of one answer share.
struct Origin: Hashable {
    private var source: String
    private var purpose: String
    private var execution: String
    private var attempt: Int
    private var object: String

    init(_ provenance: Provenance) {
        source = provenance.source
        purpose = provenance.purpose
        execution = provenance.execution
        attempt = provenance.attempt
        object = provenance.object
    }

    init(_ cells: BoundStatement) {
        object = cells.text(0)
        execution = cells.text(1)
        attempt = Int(cells.int(2))
        purpose = cells.text(3)
        source = cells.text(4)
    }

    func provenance(received: Int64) -> Provenance {
        Provenance(
            source: source, purpose: purpose, execution: execution, attempt: attempt, object: object,
            received: received)
    }

    func find(_ database: Database) throws -> Int64? {
        try database.rows(
            """
            SELECT id FROM origins
            WHERE object = ? AND execution = ? AND attempt = ? AND purpose = ? AND source = ?
            """, object, execution, attempt, purpose, source, make: { $0.int(0) }
        ).first
    }

    func insert(_ database: Database) throws {
        try database.perform(
            "INSERT INTO origins (object, execution, attempt, purpose, source) VALUES (?, ?, ?, ?, ?)", object,
            execution, attempt, purpose, source)
    }

    static func load(_ database: Database, id: Int64) throws -> Origin? {
        try database.rows(
            "SELECT object, execution, attempt, purpose, source FROM origins WHERE id = ?", id,
            make: { Origin($0) }
        ).first
    }
}

extension DerivedSpan {
    /// The span's number in the tables.
    var code: Int {
        switch self {
        case .hourly: 0
        case .session: 1
        case .market: 2
        }
    }
}
