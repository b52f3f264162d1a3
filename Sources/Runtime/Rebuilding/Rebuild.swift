package import Engine
package import Pipeline

/// What a rebuild came to.
package struct RebuildReport: Sendable {
    /// Raw objects registered, and the records within.
    package var objects = 0
    package var records: Int64 = 0
    /// Sealed objects taken over.
    package var sealed = 0
    /// Derived rows built.
    package var derived = 0
    /// What could not be read and was passed over, one sentence each, naming the object.
    package var damage: [String] = []
    /// From when on it speaks, where the lake does not hold everything any more; nil where it does.
    package var from: MarketTime?
    /// The greatest number of a process that wrote to the lake.
    package var incarnation: Int64 = 0
    /// The greatest `received` in the lake.
    package var received = MarketTime(microseconds: 0)

    package init() {}
}

/// Builds the catalogue and the warehouse again, from the raw lake and nothing else: lists it, registers its objects in the
/// order in which they once were, applies them, and builds the derived rows.
package struct Rebuild {
    private static let everything = Int64.min / 4..<Int64.max / 4

    /// Where from, and where to.
    package struct Places: Sendable {
        package let objects: any ObjectStore
        /// Takes a copy of the lake; nil where it stays where it is.
        package let copies: (any ObjectStore)?
        /// Begin empty, and are nobody else's.
        package let catalog: any PartitionCatalog
        package let warehouse: any Warehouse

        package init(
            objects: any ObjectStore, copies: (any ObjectStore)? = nil, catalog: any PartitionCatalog,
            warehouse: any Warehouse
        ) {
            self.objects = objects
            self.copies = copies
            self.catalog = catalog
            self.warehouse = warehouse
        }
    }

    private let places: Places
    private let universe: Universe
    private let now: MarketTime

    /// `now` is the last moment the directory has seen, as far as its other stores know.
    package init(_ places: Places, universe: Universe, now: MarketTime) {
        self.places = places
        self.universe = universe
        self.now = now
    }

    package func run(_ watch: Scrub.Watcher) async throws(EngineError) -> RebuildReport {
        var report = RebuildReport()
        var listing = RawListing(places.objects, copies: places.copies)
        try await listing.read { watch("reading raw objects", $0, $1, "objects") }
        report.damage = listing.passedOver
        report.from = listing.begins.map(\.received).max()
        report.sealed = listing.seals.count
        report.incarnation = listing.incarnation
        report.received = MarketTime(
            microseconds: (listing.entries.map(\.received) + listing.seals.map(\.received)).max() ?? 0)
        for seal in listing.seals { try await places.catalog.retire(seal) }
        try await register(listing.entries, listing.sealedEnds, &report, watch)
        try await apply(Int(listing.seals.last?.last ?? 0) + listing.entries.count, &report, watch)
        let end = max(now, report.received)
        try await buildFacts(at: end, &report, watch)
        try await places.warehouse.expect(universe.expectation(until: end + Universe.expectationAhead))
        return report
    }

    private func register(
        _ entries: [CatalogEntry], _ sealed: [StreamShard: Int64], _ report: inout RebuildReport, _ watch: Scrub.Watcher
    ) async throws(EngineError) {
        var ends = sealed.map { (shard: $0.key, last: $0.value) }
            .sorted { $0.shard < $1.shard }
        for entry in entries {
            _ = try await places.catalog.register(entry)
            report.objects += 1
            report.records += entry.count
            if let place = ends.firstIndex(where: { $0.shard == entry.shard }) {
                ends[place].last = entry.last
            } else {
                ends.append((entry.shard, entry.last))
            }
            watch("registering", report.objects, entries.count, "objects")
        }
        for end in ends { try await places.catalog.moveCheckpoint(end.shard, to: end.last) }
    }

    private func apply(_ count: Int, _ report: inout RebuildReport, _ watch: Scrub.Watcher) async throws(EngineError) {
        var replay = RawReplay(
            catalog: places.catalog, reader: RawObjectReader(places.objects, places.catalog), universe: universe,
            scratch: places.warehouse)
        try await replay.advance(to: Int64(count)) { watch("applying", Int($0), count, "objects") }
        report.damage += replay.damage
    }

    // MARK: Derived rows

    /// The rows an owner has: those whose time is over, and those of which anything is known.
    private func buildFacts(
        at now: MarketTime, _ report: inout RebuildReport, _ watch: Scrub.Watcher
    ) async throws(EngineError) {
        var known = Set<DerivedTarget>()
        for row in try await places.warehouse.masks([], hours: Self.everything)
        where row.present | row.quiet | row.settled != 0 {
            guard let symbol = SymbolName(row.symbol) else { continue }
            known.formUnion(DerivedDependence.targets(symbol, Hour(row.hour), in: universe))
        }
        let lives = universe.members.map { member in
            let (begin, end) = (member.lifetime.lowerBound, member.lifetime.upperBound)
            let known = max(begin, min(end, now.minute.advanced(by: 1)))
            return SlotSelection(symbols: [member.symbol], minutes: begin..<known)
        }
        let targets = DerivedDependence.targets(lives, in: universe, begunBy: now).filter { target in
            target.minutes.upperBound.start + CoverageIndex.grace <= now || known.contains(target)
        }
        let builder = FactBuilder(places.warehouse, universe)
        var left = targets[...]
        while !left.isEmpty {
            let group = DerivedDependence.group(left, in: universe)
            let rows = try await builder.build(group, now: now)
            try await places.warehouse.replace(rows)
            report.derived += rows.count
            left = left.dropFirst(group.count)
            watch("building facts", targets.count - left.count, targets.count, "rows")
        }
    }
}
