import Engine
import Pipeline

/// Recomputes every derived row from what is curated.
struct FactScrub {
    private static let everything = Int64.min / 4..<Int64.max / 4
    /// Rows that ended less than this long ago may still be on their way.
    private static let patience = MarketSpan.minutes(20)
    let warehouse: any WarehouseReader
    let universe: Universe
    let now: MarketTime

    /// A row that is not what would be built now.
    struct Doubt {
        var target: DerivedTarget
        /// True where the row's inputs changed since it was built; false where its figures do not follow from them.
        var isStale: Bool
        var sentence: String
    }

    struct Finding {
        var rows = 0
        var doubts: [Doubt] = []
    }

    /// All rows of one symbol, or of one calendar.
    func check(_ symbol: SymbolName) async throws(EngineError) -> Finding {
        var finding = Finding()
        for span in DerivedSpan.allCases {
            let stored = try await warehouse.derived(span, symbol: symbol.text, minutes: Self.everything)
            let part = try await check(stored, of: symbol)
            finding.rows += part.rows
            finding.doubts += part.doubts
        }
        finding.doubts += try await absent(symbol)
        return finding
    }

    /// The doubts that are still there.
    func recheck(_ doubts: [Doubt]) async throws(EngineError) -> [Doubt] {
        var left: [Doubt] = []
        for doubt in doubts {
            let target = doubt.target
            let start = target.minutes.lowerBound.index
            let stored = try await warehouse.derived(
                target.span, symbol: target.symbol.text, minutes: start..<start + 1)
            left += stored.isEmpty ? [doubt] : try await check(stored, of: target.symbol).doubts
        }
        return left
    }

    private func check(_ stored: [DerivedRow], of symbol: SymbolName) async throws(EngineError) -> Finding {
        var finding = Finding(rows: stored.count)
        for isOpen in [false, true] {
            // What a row says of its own time decides which form of it is recomputed; a row whose time is not over is
            // provisional and may be behind its inputs.
            let rows = stored.filter { ($0.completeness == Completeness.open.rawValue) == isOpen }
            guard !rows.isEmpty else { continue }
            let targets = rows.map { Self.target($0, symbol) }
            let built = try await FactBuilder(warehouse, universe).build(
                targets, now: isOpen ? .distantPast : .distantFuture)
            let wanted = Dictionary(built.map { (FactBuilder.Place($0), $0) }) { first, _ in first }
            for (row, target) in zip(rows, targets) {
                let place = FactBuilder.Place(row)
                guard let doubt = Self.doubt(row, target, wanted[place], isOpen: isOpen) else { continue }
                finding.doubts.append(doubt)
            }
        }
        return finding
    }

    private static func target(_ row: DerivedRow, _ symbol: SymbolName) -> DerivedTarget {
        // A damaged row may end anywhere: what is built again is bounded by its span.
        let longest: Int64 = row.span == .session ? 1440 : 60
        let end = min(max(row.end, row.start + 1), row.start + longest)
        return DerivedTarget(span: row.span, symbol: symbol, minutes: Minute(row.start)..<Minute(end))
    }

    private static func doubt(
        _ row: DerivedRow, _ target: DerivedTarget, _ wanted: DerivedRow?, isOpen: Bool
    ) -> Doubt? {
        guard let wanted else {
            return Doubt(target: target, isStale: false, sentence: "derived \(target): no such row can be")
        }
        guard row != wanted else { return nil }
        guard row.digest == wanted.digest else {
            if isOpen { return nil }
            return Doubt(
                target: target, isStale: true,
                sentence: "derived \(target): stale, its digest is not that of its inputs")
        }
        let contrast = WarehouseComparison.contrast(fields(row), fields(wanted))
        return Doubt(target: target, isStale: false, sentence: "derived \(target): \(contrast)")
    }

    /// Rows that should be there: of partitions that hold anything and whose time is long over.
    private func absent(_ name: SymbolName) async throws(EngineError) -> [Doubt] {
        let members =
            universe.member(name).map { [$0] } ?? universe.members.filter { $0.calendar.rawValue == name.text }
        var lives: [SlotSelection] = []
        var held: Set<Int64> = []
        for member in members where member.lifetime.lowerBound < now.minute {
            let life = member.lifetime.lowerBound..<min(member.lifetime.upperBound, now.minute)
            lives.append(SlotSelection(symbols: [member.symbol], minutes: life))
            for row in try await warehouse.masks([member.symbol.text], hours: Self.everything) where row.present != 0 {
                held.insert(row.hour)
            }
        }
        var stored: Set<FactBuilder.Place> = []
        for span in DerivedSpan.allCases {
            for row in try await warehouse.derived(span, symbol: name.text, minutes: Self.everything) {
                stored.insert(FactBuilder.Place(row))
            }
        }
        let missing = DerivedDependence.targets(lives, in: universe, begunBy: now).filter { target in
            target.symbol == name && target.minutes.upperBound.start + Self.patience < now
                && !stored.contains(FactBuilder.Place(target))
                && target.minutes.hours.contains { held.contains($0.index) }
        }
        if let first = missing.first, first.span == .market, stored.isEmpty {
            // Written before there were market hours: the next start finds and builds them.
            return [
                Doubt(
                    target: first, isStale: true,
                    sentence:
                        "derived market \(name): none of its \(missing.count) rows is there, the next run builds them")
            ]
        }
        return missing.map { Doubt(target: $0, isStale: true, sentence: "derived \($0): the row is gone") }
    }

    private static func fields(_ row: DerivedRow) -> [(String, String)] {
        func count(_ value: Int?) -> String { value.map { String($0) } ?? "none" }
        let figures = [
            ("open", row.open), ("high", row.high), ("low", row.low), ("close", row.close), ("volume", row.volume),
            ("vwap", row.vwap), ("realised variance", row.realizedVariance), ("mean log return", row.meanLogReturn),
        ].map { ($0.0, WarehouseComparison.text($0.1)) }
        return [("end", Minute(row.end).description)] + figures + [
            ("expected", count(row.expected)), ("present", count(row.present)), ("quiet", count(row.quiet)),
            ("sampled", count(row.sampled)), ("healed", count(row.healed)), ("revised", count(row.revised)),
            ("completeness", row.completeness), ("rose", count(row.rose)), ("fell", count(row.fell)),
        ]
    }
}
