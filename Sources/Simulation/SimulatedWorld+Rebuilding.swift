import Engine
import Pipeline
import Runtime

/// What comes of the lake alone, compared with what a long life of faults and crashes has made of it.
extension SimulatedWorld {
    /// A catalogue and a warehouse built from nothing but raw objects are the ones that are held: the same objects in the
    /// same order, the same values, revisions, notes and quarantine, the same facts.
    func auditRebuild(_ table: WarehouseTable) async {
        let fresh = MemoryWorld()
        let rebuild = Rebuild(
            Rebuild.Places(
                objects: MemoryObjectStore(world: memory), catalog: MemoryCatalog(world: fresh),
                warehouse: MemoryWarehouse(world: fresh)),
            universe: scenario.universe, now: clock.now())
        let report: RebuildReport
        do { report = try await rebuild.run { _, _, _, _ in } } catch {
            return violate("the lake cannot be rebuilt: \(error)")
        }
        let named = report.damage.filter { sentence in !wasDamaged.contains { isAbout(sentence, $0) } }
        if let complaint = named.first { violate("a rebuild complains: \(complaint)") }
        auditOrder(fresh.catalogTable)
        // What is put and not yet applied is in the lake, and not in the warehouse.
        let held =
            memory.catalogTable.list(after: 0, limit: .max).last?.ordinal
            ?? memory.catalogTable.seals.last?.entry.last ?? 0
        guard fresh.warehouseTable.applied + Int64(wasDamaged.count) == held, table.applied == held else { return }
        occurred.rebuilt += 1
        let again = fresh.warehouseTable
        for symbol in scenario.universe.members.map(\.symbol.text) {
            let same =
                again.bars[symbol]?[allTime] == table.bars[symbol]?[allTime]
                && again.revisions[symbol]?[allTime] == table.revisions[symbol]?[allTime]
                && again.notes[symbol]?[allTime] == table.notes[symbol]?[allTime]
                && withoutVersion(again.masks[symbol]?[allTime]) == withoutVersion(table.masks[symbol]?[allTime])
            if !same { violate("rebuilt from raw, \(symbol) is not what is held") }
        }
        if again.quarantined != table.quarantined { violate("rebuilt from raw, the quarantine is not what is held") }
        auditRebuiltFacts(again, table)
    }

    /// A damaged object is named itself, and so is the hole that it leaves.
    private func isAbout(_ sentence: String, _ key: String) -> Bool {
        guard let batch = DeliveryBatch(key: key, comment: nil) else { return sentence.contains(key) }
        return sentence.contains(key)
            || sentence.contains("\(batch.streamShard): no object holds its records \(batch.first) to \(batch.last)")
            || sentence.hasSuffix("begins at \(batch.last + 1), though the one before ends at \(batch.first - 1)")
    }

    private func withoutVersion(_ rows: [MaskRow]?) -> [MaskRow] {
        (rows ?? []).map { row in
            var row = row
            row.version = 0
            return row
        }
    }

    /// Every object has the place in the new catalogue that it has in the old one; only those that no process has yet
    /// registered follow, and of the damaged ones nothing is known.
    private func auditOrder(_ fresh: CatalogTable) {
        // A crash may have left a seal in the lake that its catalogue does not know of yet.
        let wanted = memory.catalogTable.list(after: fresh.seals.last?.entry.last ?? 0, limit: .max).map(\.entry)
            .filter { !wasDamaged.contains($0.key) }
        let found = fresh.list(after: 0, limit: .max).map(\.entry)
        guard Array(found.prefix(wanted.count)) == wanted else {
            let place = zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }
            return violate(
                "rebuilt from raw, the catalogue differs from place \((place?.offset ?? found.count) + 1) on: "
                    + "\(place?.element.0.key ?? "nothing") instead of \(place?.element.1.key ?? "another")")
        }
        guard found.count == wanted.count, wasDamaged.isEmpty else { return }
        for (shard, sequence) in memory.catalogTable.checkpoints where fresh.checkpoints[shard] ?? 0 < sequence {
            violate("rebuilt from raw, \(shard) is delivered through \(fresh.checkpoints[shard] ?? 0), not \(sequence)")
        }
    }

    /// Rows whose time is over: those of the present move with it.
    private func auditRebuiltFacts(_ again: WarehouseTable, _ table: WarehouseTable) {
        let last = clock.now().minute.advanced(by: -20).index
        let names = scenario.universe.members.map(\.symbol.text) + scenario.universe.calendars.map(\.rawValue)
        for span in DerivedSpan.allCases {
            for name in names {
                let held = (table.derived[span]?[name]?[allTime] ?? []).filter { $0.end < last }
                let built = (again.derived[span]?[name]?[allTime] ?? []).filter { $0.end < last }
                if held != built {
                    violate("rebuilt from raw, the \(span.rawValue) rows of \(name) are not what is held")
                }
            }
        }
    }
}
