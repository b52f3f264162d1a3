import Codec
import Engine
import Pipeline
import Runtime

/// What the auditor who knows the truth looks at.
extension SimulatedWorld {
    private var truth: TruthAuditor { TruthAuditor(scenario: scenario, market: market) }

    /// At a checkpoint: nothing held is wrong.
    func auditBars() {
        violations += truth.complaints(memory.warehouseTable, final: false)
        guard let life else { return }
        let counts = life.coverage.counts(in: scenario.universe, now: clock.now())
        let sum = counts.present + counts.pending + counts.missing + counts.quiet + counts.unrepairable
        if sum != counts.expected { violate("the five verdicts add up to \(sum) and not to \(counts.expected)") }
    }

    /// At the end: nothing is wrong, lost, doubled or left over.
    func auditAtTheEnd() async {
        let table = memory.warehouseTable
        violations += truth.complaints(table, final: true)
        violations += LakeAuditor(
            stream: memory.streamTable, objects: memory.objectTable, catalog: memory.catalogTable, damaged: wasDamaged
        ).complaints(watch)
        let journal = JournalAuditor(journal: memory.journalTable, starts: watch.starts.map(\.journalled))
        let (arrows, complaints) = journal.executions()
        occurred.arrows.formUnion(arrows)
        violations += complaints + journal.doubledAlarms
        violations +=
            OrderAuditor(
                journal: memory.journalTable, queue: memory.queueTable, decisions: await decisions(),
                areWhole: !wasDamaged.contains { $0.hasPrefix("raw/operator/") }, given: given, dropped: dropped
            ).complaints
        occurred.orders = memory.journalTable.subjects(OrderJournal.prefix).count
        await auditFacts()
        await auditRebuild(table)
        auditLiveness(table)
    }

    /// Every record of the stream of decisions: those sealed, those in raw objects, and those in the stream.
    private func decisions() async -> [StreamRecord] {
        let start = SealedStart(catalog: MemoryCatalog(world: memory), objects: MemoryObjectStore(world: memory))
        var decisions: [StreamRecord] = []
        do { decisions = try await start.decisions() } catch { violate("what is sealed cannot be read: \(error)") }
        let shard = StreamShard(StreamName.orders.rawValue, 0)
        for (_, entry) in memory.catalogTable.list(after: 0, limit: .max) where entry.shard == shard {
            guard let packed = try? memory.objectTable.get(entry.key),
                let lines = try? Gzip.decompress(packed, limit: 1 << 28)
            else { continue }
            decisions += NDJSON.lines(lines).compactMap { try? StreamRecord.decode(Array($0)) }
        }
        decisions += memory.streamTable.read(shard, after: 0, limit: .max).compactMap {
            try? StreamRecord.decode($0.entry.payload)
        }
        return decisions
    }

    private func auditLiveness(_ table: WarehouseTable) {
        guard let life else { return violate("no process is there at the end") }
        let now = clock.now()
        violations += truth.unhealed(life.coverage, table, at: now)
        for execution in watch.executions { violate("execution \(execution.id) is still \(execution.state)") }
        for symbol in scenario.universe.members.map(\.symbol) {
            for row in table.masks[symbol.text]?[allTime] ?? []
            where PartitionMasks(row) != life.coverage[symbol, Hour(row.hour)] {
                violate("the coverage index and the stored masks of \(symbol) \(Hour(row.hour)) differ")
            }
        }
        let standing = life.machine.status(life.coverage, at: now).alarms.filter { $0.cleared == nil }
        for alarm in standing where alarm.mustClear {
            violate("the alarm \(alarm.key) still stands since \(alarm.raised): \(alarm.reason)")
        }
    }

    /// Every derived row whose time is over equals what is recomputed.
    private func auditFacts() async {
        let now = clock.now()
        let over = scenario.universe.members.compactMap { member -> SlotSelection? in
            let last = now.minute.advanced(by: -10)
            guard member.lifetime.lowerBound < last else { return nil }
            return SlotSelection(symbols: [member.symbol], minutes: member.lifetime.lowerBound..<last)
        }
        let targets = DerivedDependence.targets(over, in: scenario.universe, begunBy: now)
            .filter { $0.minutes.upperBound.end + .minutes(10) <= now }
        let builder = FactBuilder(MemoryWarehouse(world: memory), scenario.universe)
        guard let stale = try? await builder.stale(targets, now: now) else { return violate("facts cannot be built") }
        for target in stale { violate("a derived row is not what is recomputed: \(target)") }
    }

    func report() -> RunReport {
        occurred.exchangeFaults = transport.struck
        occurred.storeFaults = faults.struckKinds
        occurred.crashPoints = faults.struckPoints
        occurred.damagedObjects = wasDamaged.count
        occurred.trimmedRecords = memory.streamTable.extents.reduce(0) { $0 + $1.first - 1 }
        occurred.sealedObjects = memory.catalogTable.seals.last?.entry.last ?? 0
        occurred.flaws = Set(scenario.flaws.map { String($0.text.prefix { $0 != ":" }) })
        let counts = life.map { $0.coverage.counts(in: scenario.universe, now: clock.now()) } ?? SlotCounts()
        return RunReport(
            seed: scenario.seed, digest: trace.digest, lines: trace.count, ended: clock.now(), violations: violations,
            tail: trace.tail, occurred: occurred, slots: counts)
    }

    /// The values of every expected slot and every derived row whose time is over, as an export without provenance writes
    /// them. Bars outside the expected slots are extras, and depend on what was asked for.
    package func exportedValues() -> [UInt8] {
        let table = memory.warehouseTable
        let style = ExportStyle(columns: .values)
        let last = scenario.end.minute.advanced(by: -20).index
        var bytes: [UInt8] = []
        for member in scenario.universe.members {
            let symbol = member.symbol.text
            for bar in table.bars[symbol]?[allTime] ?? []
            where bar.minute < last && scenario.universe.isExpected(member, Minute(bar.minute)) {
                BarExport(style).append(bar, healed: false, to: &bytes)
            }
            for span in [DerivedSpan.hourly, .session] {
                for row in table.derived[span]?[symbol]?[allTime] ?? [] where row.end < last {
                    FactExport(span, style).append(row, to: &bytes)
                }
            }
        }
        for calendar in scenario.universe.calendars {
            for row in table.derived[.market]?[calendar.rawValue]?[allTime] ?? [] where row.end < last {
                FactExport(.market, style).append(row, to: &bytes)
            }
        }
        return bytes
    }
}

extension AlarmStatus {
    /// Whether the alarm must be over some time after its cause is: damage stands until a person has looked.
    fileprivate var mustClear: Bool {
        key.hasPrefix("source/") || key.hasPrefix("capture/") || key.hasSuffix("/unavailable")
            || key.hasPrefix("slots/") || key.hasPrefix("orders/")
    }
}
