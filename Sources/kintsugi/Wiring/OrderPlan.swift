import Engine
import Pipeline

/// What an order would touch, told without doing anything.
struct OrderPlan {
    struct Part {
        var symbol: SymbolName
        var calls = 0
        var slots = 0
        var partitions = 0
        /// A market hour is a row of each of its members, and one row of all of them.
        var rows: Set<DerivedTarget> = []
        var derived: Int { rows.count }
    }

    let kind: AuditExecution.Kind
    private(set) var parts: [Part] = []

    init(_ kind: AuditExecution.Kind, _ selection: SlotSelection, _ reading: Reading) async throws {
        self.kind = kind
        let coverage = try await reading.coverage()
        for symbol in selection.symbols {
            guard let member = reading.universe.member(symbol) else { continue }
            var part = Part(symbol: symbol)
            let wanted = kind == .resynthesize ? [] : wanted(member, selection.minutes, coverage, reading)
            let units = RepairPlanner.plan(
                member, wanted: wanted, rangeMax: Self.candleRange(reading), coverage: coverage, now: reading.now,
                asksForQuiet: false)
            part.calls = units.count
            part.slots = units.reduce(0) { $0 + $1.slotCount }
            part.partitions = wanted.count
            part.rows = targets(wanted, member, selection, reading)
            parts.append(part)
        }
    }

    /// The range limit of one call, as the pipeline has it.
    private static func candleRange(_ reading: Reading) -> MarketSpan {
        PipelineSettings(
            source: "", sourceTitle: "", simulated: true, universe: reading.universe, capture: .quotes
        ).candleRange
    }

    private func wanted(
        _ member: UniverseMember, _ minutes: Range<Minute>, _ coverage: CoverageIndex, _ reading: Reading
    ) -> [HourSlots] {
        var result: [HourSlots] = []
        let range = minutes.clamped(to: member.lifetime).clamped(to: reading.universe.minutes(until: reading.now))
        TradingCalendar.named(member.calendar).eachExpectedHour(in: range.hours) { hour, _ in
            let verdicts = coverage.verdicts(member, hour, in: reading.universe, now: reading.now)
                .within(hour.mask(of: range))
            let lost = kind == .repair ? verdicts.missing | verdicts.unrepairable : verdicts.missing
            if lost != 0 { result.append(HourSlots(hour: hour, slots: lost)) }
        }
        return result
    }

    /// The derived rows that depend on what would change: of a resynthesis, on the whole window.
    private func targets(
        _ wanted: [HourSlots], _ member: UniverseMember, _ selection: SlotSelection, _ reading: Reading
    ) -> Set<DerivedTarget> {
        guard kind != .resynthesize else {
            let own = SlotSelection(symbols: [member.symbol], minutes: selection.minutes)
            return Set(DerivedDependence.targets([own], in: reading.universe, begunBy: reading.now))
        }
        let targets = wanted.flatMap {
            DerivedDependence.targets(member.symbol, Hour($0.hour), in: reading.universe)
        }
        return Set(targets)
    }

    private var total: Part? {
        guard let first = parts.first else { return nil }
        return parts.dropFirst().reduce(first) { sum, part in
            Part(
                symbol: sum.symbol, calls: sum.calls + part.calls, slots: sum.slots + part.slots,
                partitions: sum.partitions + part.partitions, rows: sum.rows.union(part.rows))
        }
    }

    var json: JSONValue {
        func members(_ part: Part) -> [(String, JSONValue)] {
            [
                ("calls", .integer(part.calls)), ("slots", .integer(part.slots)),
                ("partitions", .integer(part.partitions)), ("derived", .integer(part.derived)),
            ]
        }
        return .object([
            ("order", .text(kind.rawValue)), ("total", .object(total.map(members) ?? [])),
            ("symbols", .array(parts.map { .object([("symbol", .text($0.symbol.text))] + members($0)) })),
        ])
    }

    func show(_ output: inout Output) {
        var table = TextTable(["symbol", ">calls", ">slots", ">partitions", ">derived rows"])
        func add(_ name: String, _ part: Part) {
            table.add([name] + [part.calls, part.slots, part.partitions, part.derived].map { String($0) })
        }
        for part in parts { add(part.symbol.text, part) }
        if let total { add("total", total) }
        output.table(table)
        output.line("nothing was done (--dry-run)")
    }
}
