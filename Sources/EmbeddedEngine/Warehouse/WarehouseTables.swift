package import Engine
import GRDB

/// What owner and observer of the warehouse read alike.
package protocol WarehouseTables: WarehouseReader {
    var store: SQLiteStore { get }
}

extension WarehouseTables {
    package func bars(_ symbol: String, minutes: Range<Int64>) async throws(EngineError) -> [BarRow] {
        try await store.read("read bars") { database in
            var reader = CuratedReader(database)
            return try reader.bars(symbol, minutes, from: "bars", order: "minute")
        }
    }

    package func revisions(_ symbol: String, minutes: Range<Int64>) async throws(EngineError) -> [BarRow] {
        try await store.read("read revisions") { database in
            var reader = CuratedReader(database)
            return try reader.bars(symbol, minutes, from: "revisions", order: "minute, revision")
        }
    }

    package func symbols() async throws(EngineError) -> [String] {
        try await store.read("read symbols") { try CuratedReader($0).symbols([]).map(\.name) }
    }

    package func masks(_ symbols: [String], hours: Range<Int64>) async throws(EngineError) -> [MaskRow] {
        try await store.read("read masks") { database in
            let reader = CuratedReader(database)
            return try reader.symbols(symbols).flatMap { try reader.masks($0, hours) }
        }
    }

    package func masks(changedSince version: Int64, hours: Range<Int64>) async throws(EngineError) -> [MaskRow] {
        try await store.read("read masks") { try CuratedReader($0).masks(changedSince: version, hours) }
    }

    package func notes(_ symbol: String, minutes: Range<Int64>) async throws(EngineError) -> [SlotNote] {
        try await store.read("read notes") { try CuratedReader($0).notes(symbol, minutes) }
    }

    package func derived(
        _ span: DerivedSpan, symbol: String?, minutes: Range<Int64>
    ) async throws(EngineError) -> [DerivedRow] {
        try await store.read("read derived rows") { database in
            let reader = CuratedReader(database)
            return try reader.symbols(symbol.map { [$0] } ?? []).flatMap { try reader.derived(span, $0, minutes) }
        }
    }

    package func quarantine(minutes: Range<Int64>, limit: Int) async throws(EngineError) -> [QuarantineRow] {
        try await store.read("read the quarantine") { database in
            var reader = CuratedReader(database)
            return try reader.quarantine(minutes, limit: limit)
        }
    }

    package func quarantine(id: Int64) async throws(EngineError) -> QuarantineRow? {
        try await store.read("read the quarantine") { database in
            var reader = CuratedReader(database)
            return try reader.quarantine(id: id)
        }
    }

    package func quarantined() async throws(EngineError) -> Int64 {
        try await store.read("count the quarantine") { try CuratedReader($0).quarantined() }
    }

    package func applied() async throws(EngineError) -> Int64 {
        try await store.read("read the warehouse's position") { try WarehousePosition.load($0).applied }
    }

    package func version() async throws(EngineError) -> Int64 {
        try await store.read("read the warehouse's version") { try WarehousePosition.load($0).version }
    }

    /// SQLite's view of the file's structure; the truth of its content is told by recomputing it from raw.
    package func verifyStructure() async throws(EngineError) -> [String] {
        try await store.structuralDamage()
    }
}

/// Reads within one transaction.
private struct CuratedReader {
    let database: Database
    private var origins: [Int64: Origin] = [:]

    init(_ database: Database) {
        self.database = database
    }

    /// The symbols asked for, or all, with their numbers, in order of their names.
    func symbols(_ names: [String]) throws -> [(id: Int64, name: String)] {
        guard !names.isEmpty else {
            return try database.rows("SELECT id, name FROM symbols ORDER BY name") { ($0.int(0), $0.text(1)) }
        }
        let wanted = Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return try wanted.flatMap { name in
            try database.rows("SELECT id FROM symbols WHERE name = ?", name) { ($0.int(0), name) }
        }
    }

    mutating func bars(_ symbol: String, _ minutes: Range<Int64>, from table: String, order: String) throws -> [BarRow]
    {
        guard let id = try symbols([symbol]).first?.id else { return [] }
        var known = origins
        let bars = try database.rows(
            """
            SELECT minute, open, high, low, close, volume, sampled, revision, origin, received FROM \(table)
            WHERE symbol = ? AND minute >= ? AND minute < ? ORDER BY \(order)
            """, id, minutes.lowerBound, minutes.upperBound
        ) { cells in
            BarRow(
                symbol: symbol, minute: cells.int(0), open: cells.optionalReal(1), high: cells.optionalReal(2),
                low: cells.optionalReal(3), close: cells.real(4), volume: cells.optionalReal(5),
                sampled: cells.int(6) != 0, revision: Int(cells.int(7)),
                provenance: try provenance(cells.int(8), received: cells.int(9), known: &known))
        }
        origins = known
        return bars
    }

    func masks(_ symbol: (id: Int64, name: String), _ hours: Range<Int64>) throws -> [MaskRow] {
        try database.rows(
            """
            SELECT hour, present, sampled, quiet, one_witness, unrepairable, healed, settled, revised, version
            FROM masks WHERE symbol = ? AND hour >= ? AND hour < ? ORDER BY hour
            """, symbol.id, hours.lowerBound, hours.upperBound
        ) { mask(symbol.name, $0) }
    }

    func masks(changedSince version: Int64, _ hours: Range<Int64>) throws -> [MaskRow] {
        try database.rows(
            """
            SELECT m.hour, m.present, m.sampled, m.quiet, m.one_witness, m.unrepairable, m.healed, m.settled,
                m.revised, m.version, s.name
            FROM masks m JOIN symbols s ON s.id = m.symbol
            WHERE m.version > ? AND m.hour >= ? AND m.hour < ? ORDER BY s.name, m.hour
            """, version, hours.lowerBound, hours.upperBound
        ) { mask($0.text(10), $0) }
    }

    private func mask(_ symbol: String, _ cells: BoundStatement) -> MaskRow {
        MaskRow(
            symbol: symbol, hour: cells.int(0), present: cells.word(1), sampled: cells.word(2), quiet: cells.word(3),
            oneWitness: cells.word(4), unrepairable: cells.word(5), healed: cells.word(6), settled: cells.word(7),
            revised: cells.word(8), version: cells.int(9))
    }

    func notes(_ symbol: String, _ minutes: Range<Int64>) throws -> [SlotNote] {
        guard let id = try symbols([symbol]).first?.id else { return [] }
        return try database.rows(
            """
            SELECT minute, witnessed, witness_execution, attempts, reason, object FROM notes
            WHERE symbol = ? AND minute >= ? AND minute < ? ORDER BY minute
            """, id, minutes.lowerBound, minutes.upperBound
        ) { cells in
            SlotNote(
                symbol: symbol, minute: cells.int(0), witnessed: cells.int(1), witnessExecution: cells.text(2),
                attempts: Int(cells.int(3)), reason: cells.text(4), object: cells.text(5))
        }
    }

    func derived(
        _ span: DerivedSpan, _ symbol: (id: Int64, name: String), _ minutes: Range<Int64>
    ) throws -> [DerivedRow] {
        try database.rows(
            """
            SELECT start, "end", open, high, low, close, volume, vwap, realized_variance, expected, present, quiet,
                sampled, healed, revised, completeness, digest, mean_log_return, rose, fell FROM derived
            WHERE span = ? AND symbol = ? AND start >= ? AND start < ? ORDER BY start
            """, span.code, symbol.id, minutes.lowerBound, minutes.upperBound
        ) { cells in
            DerivedRow(
                span: span, symbol: symbol.name, start: cells.int(0), end: cells.int(1), open: cells.optionalReal(2),
                high: cells.optionalReal(3), low: cells.optionalReal(4), close: cells.optionalReal(5),
                volume: cells.optionalReal(6), vwap: cells.optionalReal(7), realizedVariance: cells.optionalReal(8),
                expected: Int(cells.int(9)), present: Int(cells.int(10)), quiet: Int(cells.int(11)),
                sampled: Int(cells.int(12)), healed: Int(cells.int(13)), revised: Int(cells.int(14)),
                completeness: cells.text(15), digest: cells.text(16), meanLogReturn: cells.optionalReal(17),
                rose: cells.optionalInt(18), fell: cells.optionalInt(19))
        }
    }

    func quarantined() throws -> Int64 {
        try database.rows("SELECT count(*) FROM quarantine") { $0.int(0) }.first ?? 0
    }

    private static let quarantine = """
        SELECT s.name, q.minute, q.reason, q.detail, q.origin, q.received, q.id
        FROM quarantine q JOIN symbols s ON s.id = q.symbol
        """

    mutating func quarantine(_ minutes: Range<Int64>, limit: Int) throws -> [QuarantineRow] {
        var known = origins
        let rows = try database.rows(
            "\(Self.quarantine) WHERE q.minute >= ? AND q.minute < ? ORDER BY q.received DESC, q.id DESC LIMIT ?",
            minutes.lowerBound, minutes.upperBound, limit
        ) { try quarantined($0, &known) }
        origins = known
        return rows
    }

    mutating func quarantine(id: Int64) throws -> QuarantineRow? {
        var known = origins
        return try database.rows("\(Self.quarantine) WHERE q.id = ?", id) { try quarantined($0, &known) }.first
    }

    private func quarantined(_ cells: BoundStatement, _ known: inout [Int64: Origin]) throws -> QuarantineRow {
        var row = QuarantineRow(
            symbol: cells.text(0), minute: cells.int(1), reason: cells.text(2), detail: cells.text(3),
            provenance: try provenance(cells.int(4), received: cells.int(5), known: &known))
        row.id = cells.int(6)
        return row
    }

    /// Bars of one answer share an origin, so each is looked up once.
    private func provenance(_ id: Int64, received: Int64, known: inout [Int64: Origin]) throws -> Provenance {
        if let origin = known[id] { return origin.provenance(received: received) }
        guard let origin = try Origin.load(database, id: id) else {
            throw EngineError(
                .damaged, "a bar's origin is gone", at: "warehouse, origin \(id)", remedy: "run `kintsugi rebuild`")
        }
        known[id] = origin
        return origin.provenance(received: received)
    }
}
