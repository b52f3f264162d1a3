package import Engine

/// The warehouse of a simulated world; answers without suspending.
package final class MemoryWarehouse: Warehouse {
    private let world: MemoryWorld
    private let faults: any FaultPlan

    package init(world: MemoryWorld, faults: any FaultPlan = NoFaults()) {
        self.world = world
        self.faults = faults
    }

    package func apply(_ change: CuratedChange) throws(EngineError) -> Int64 {
        try faults.around(EngineCall(.warehouse, "apply", writes: true)) { () throws(EngineError) in
            try world.withWarehouse { (table) throws(EngineError) in try table.apply(change) }
        }
    }

    package func adopt(_ state: CuratedChange) throws(EngineError) -> Int64 {
        try faults.around(EngineCall(.warehouse, "adopt", writes: true)) { () throws(EngineError) in
            try world.withWarehouse { (table) throws(EngineError) in table.adopt(state) }
        }
    }

    package func replace(_ rows: [DerivedRow]) throws(EngineError) {
        try faults.around(EngineCall(.warehouse, "replace", writes: true)) { () throws(EngineError) in
            try world.withWarehouse { (table) throws(EngineError) in table.replace(rows) }
        }
    }

    /// Nobody asks it in SQL.
    package func expect(_ expectation: Expectation) throws(EngineError) {
        try faults.around(EngineCall(.warehouse, "expect", writes: true)) { () throws(EngineError) in }
    }

    package func bars(_ symbol: String, minutes: Range<Int64>) throws(EngineError) -> [BarRow] {
        try reading("bars") { $0.bars[symbol]?[minutes] ?? [] }
    }

    package func revisions(_ symbol: String, minutes: Range<Int64>) throws(EngineError) -> [BarRow] {
        try reading("revisions") { $0.revisions[symbol]?[minutes].flatMap { $0 } ?? [] }
    }

    package func symbols() throws(EngineError) -> [String] {
        try reading("symbols") { $0.masks.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }

    package func masks(_ symbols: [String], hours: Range<Int64>) throws(EngineError) -> [MaskRow] {
        try reading("masks") { table in
            table.masks.inOrder(of: symbols).flatMap { $0[hours] }
        }
    }

    package func masks(changedSince version: Int64, hours: Range<Int64>) throws(EngineError) -> [MaskRow] {
        try reading("masks") { table in
            table.masks.inOrder(of: []).flatMap { $0[hours] }.filter { $0.version > version }
        }
    }

    package func notes(_ symbol: String, minutes: Range<Int64>) throws(EngineError) -> [SlotNote] {
        try reading("notes") { $0.notes[symbol]?[minutes] ?? [] }
    }

    package func derived(
        _ span: DerivedSpan, symbol: String?, minutes: Range<Int64>
    ) throws(EngineError) -> [DerivedRow] {
        try reading("derived") { table in
            (table.derived[span] ?? [:]).inOrder(of: symbol.map { [$0] } ?? []).flatMap { $0[minutes] }
        }
    }

    package func quarantine(minutes: Range<Int64>, limit: Int) throws(EngineError) -> [QuarantineRow] {
        try reading("quarantine") { $0.quarantine(minutes, limit: limit) }
    }

    package func quarantine(id: Int64) throws(EngineError) -> QuarantineRow? {
        try reading("quarantine") { $0.quarantined.first { $0.id == id } }
    }

    package func quarantined() throws(EngineError) -> Int64 {
        try reading("quarantined") { Int64($0.quarantined.count) }
    }

    package func applied() throws(EngineError) -> Int64 {
        try reading("applied") { $0.applied }
    }

    package func version() throws(EngineError) -> Int64 {
        try reading("version") { $0.version }
    }

    private func reading<Value: Sendable>(
        _ method: String, _ body: (WarehouseTable) -> Value
    ) throws(EngineError) -> Value {
        try faults.around(EngineCall(.warehouse, method, writes: false)) { () throws(EngineError) in
            try world.withWarehouse { (table) throws(EngineError) in body(table) }
        }
    }
}
