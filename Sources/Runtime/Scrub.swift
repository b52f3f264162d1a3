package import Engine
package import Pipeline

/// What a scrub found.
package struct ScrubReport: Sendable {
    /// Raw objects read and compared with their checksums.
    package var objects = 0
    /// Curated bars compared with what the raw lake says.
    package var bars = 0
    /// Derived rows recomputed.
    package var derived = 0
    /// Sealed objects read: what they stand for is told by their rows, no longer by raw.
    package var sealed = 0
    /// The newest moment that is told by a seal: what was received later is told by raw. Nil where nothing is sealed.
    package var speaksFrom: MarketTime?
    /// One sentence each, naming store and key.
    package var damage: [String] = []

    package init() {}
}

/// Reads everything and builds it again beside what is held: raw objects against their checksums, the warehouse against
/// the raw lake, derived rows against the warehouse. It writes nothing but its scratch, and stands beside a running owner:
/// what moves while it looks is looked at again.
package struct Scrub {
    /// How far it has come: what it does, how much is done, of how much, of what.
    package typealias Watcher = (String, Int, Int, String) -> Void

    private static let rechecksMax = 100
    /// Half seconds: a market hour waits for its members' neighbours, and a minute of market time may be a real one.
    private static let roundsBesideOwner = 60
    private let stores: Stored
    private let universe: Universe
    private let now: MarketTime
    private var replay: RawReplay

    /// What is read.
    package struct Stored: Sendable {
        package let objects: any ObjectStore
        package let catalog: any PartitionCatalog
        package let warehouse: any WarehouseReader
        package let journal: any JournalReader
        /// Whether a process owns the directory: then rows may be on their way.
        package let ownerLives: Bool

        package init(
            objects: any ObjectStore, catalog: any PartitionCatalog, warehouse: any WarehouseReader,
            journal: any JournalReader, ownerLives: Bool
        ) {
            self.objects = objects
            self.catalog = catalog
            self.warehouse = warehouse
            self.journal = journal
            self.ownerLives = ownerLives
        }
    }

    /// `scratch` is an empty warehouse, and is filled.
    package init(_ stores: Stored, universe: Universe, now: MarketTime, scratch: any Warehouse) {
        self.stores = stores
        self.universe = universe
        self.now = now
        replay = RawReplay(
            catalog: stores.catalog, reader: RawObjectReader(stores.objects, stores.catalog), universe: universe,
            scratch: scratch)
    }

    /// Looks at everything; `quick` leaves out what is built again, and compares checksums and masks alone.
    package mutating func run(quick: Bool, _ watch: Watcher) async -> ScrubReport {
        var report = ScrubReport()
        do throws(EngineError) {
            if quick {
                try await replay.beginFromSeals()
                try await replay.lookAhead()
            } else {
                try await replayAll(watch)
                try await compare(&report, watch)
                try await checkFacts(&report, watch)
                try await replay.lookAhead()
            }
            report.damage += try await maskDamage()
        } catch {
            report.damage.append(error.description)
        }
        report.objects = replay.objects
        report.sealed = replay.sealedObjects
        report.speaksFrom = replay.speaksFrom
        report.damage = replay.damage + report.damage
        return report
    }

    // MARK: Raw against curated

    private mutating func replayAll(_ watch: Watcher) async throws(EngineError) {
        let applied = try await stores.warehouse.applied()
        try await replay.advance(to: applied) { watch("reading raw objects", Int($0), Int(applied), "objects") }
    }

    private mutating func compare(_ report: inout ScrubReport, _ watch: Watcher) async throws(EngineError) {
        var differences: [String] = []
        let symbols = try await symbols()
        for (place, symbol) in symbols.enumerated() {
            let finding = try await settled(symbol)
            report.bars += finding.bars
            differences += finding.differences
            watch("comparing bars", place + 1, symbols.count, "symbols")
        }
        if replay.damagedObjects > 0, !differences.isEmpty {
            // What a damaged object said cannot be told any more, so nothing is said of what came from it.
            report.damage.append(
                "warehouse: \(differences.count) rows cannot be confirmed, because \(replay.damagedObjects) raw objects "
                    + "are damaged")
        } else {
            report.damage += differences
        }
    }

    /// Compares one symbol at an instant: what was applied meanwhile is applied here too, and all is compared again.
    private mutating func settled(_ symbol: String) async throws(EngineError) -> WarehouseComparison.Finding {
        let comparison = WarehouseComparison(stored: stores.warehouse, replayed: replay.scratch)
        for _ in 0..<Self.rechecksMax {
            let before = try await stores.warehouse.applied()
            try await replay.advance(to: before)
            let finding = try await comparison.compare(symbol)
            if finding.differences.isEmpty { return finding }
            if try await stores.warehouse.applied() == before { return finding }
        }
        throw EngineError(
            .unavailable, "the warehouse moves on too fast to be compared", at: symbol,
            remedy: "slow the market clock down, or stop the owner, and verify again")
    }

    /// Every symbol that either side knows of, in order.
    private func symbols() async throws(EngineError) -> [String] {
        var names = Set(universe.members.map(\.symbol.text))
        names.formUnion(try await stores.warehouse.symbols())
        names.formUnion(try await replay.scratch.symbols())
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    // MARK: Curated against derived

    private func checkFacts(_ report: inout ScrubReport, _ watch: Watcher) async throws(EngineError) {
        let scrub = FactScrub(warehouse: stores.warehouse, universe: universe, now: now)
        let names = universe.members.map(\.symbol) + universe.calendars.compactMap { SymbolName($0.rawValue) }
        var doubts: [FactScrub.Doubt] = []
        for (place, name) in names.enumerated() {
            let finding = try await scrub.check(name)
            report.derived += finding.rows
            doubts += finding.doubts
            watch("recomputing facts", place + 1, names.count, "symbols")
        }
        // Beside a running owner a row may be on its way: it is given some time.
        var rounds = stores.ownerLives ? Self.roundsBesideOwner : 0
        while !doubts.isEmpty, rounds > 0 {
            try? await Task.sleep(for: .milliseconds(500))
            doubts = try await scrub.recheck(doubts)
            rounds -= 1
        }
        let pending = try await isPending()
        report.damage += doubts.filter { !$0.isStale || !pending }.map(\.sentence)
    }

    /// Whether something is under way that will build rows again.
    private func isPending() async throws(EngineError) -> Bool {
        let applied = try await stores.warehouse.applied()
        if try await !stores.catalog.list(after: applied, limit: 1).isEmpty { return true }
        return try await !stores.journal.open(prefix: AuditJournal.prefix).isEmpty
    }

    // MARK: Verdicts

    /// Every expected slot has exactly one verdict, and no mask says what cannot be.
    private func maskDamage() async throws(EngineError) -> [String] {
        var damage: [String] = []
        for row in try await stores.warehouse.masks([], hours: Int64.min / 4..<Int64.max / 4) {
            let name = "warehouse masks \(row.symbol) \(Hour(row.hour))"
            let known =
                row.present | row.quiet | row.oneWitness | row.unrepairable | row.settled | row.sampled | row.healed
                | row.revised
            if known >> 60 != 0 { damage.append("\(name): a minute beyond the sixtieth") }
            if (row.sampled | row.healed | row.revised) & ~row.present != 0 {
                damage.append("\(name): sampled, healed or revised, and not present")
            }
            let verdicts = PartitionMasks(row).verdicts(expected: (1 << 60) - 1, young: 0).counts
            let sum =
                verdicts.present + verdicts.pending + verdicts.missing + verdicts.quiet + verdicts.unrepairable
            if sum != verdicts.expected { damage.append("\(name): \(verdicts.expected) slots have \(sum) verdicts") }
        }
        return damage
    }
}
