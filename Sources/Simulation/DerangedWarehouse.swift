package import Engine
import Synchronization

/// A warehouse that, where told to, writes one derived row otherwise than it was given: a fault that only confirming
/// finds.
package final class DerangedWarehouse: Warehouse {
    private let warehouse: MemoryWarehouse
    private struct Wish {
        /// A row written next is written wrongly where it ended by this minute.
        var endedBy: Int64?
        var isFulfilled = false
    }

    private let wish = Mutex(Wish())

    package init(_ warehouse: MemoryWarehouse) { self.warehouse = warehouse }

    /// The next rows written are deranged where one of them ended by the minute given.
    package func derangeNext(endedBy minute: Int64) { wish.withLock { $0 = Wish(endedBy: minute) } }

    /// Whether a row was deranged since the last wish, which is forgotten.
    package func hasDeranged() -> Bool {
        wish.withLock { wish in
            defer { wish = Wish() }
            return wish.isFulfilled
        }
    }

    package func replace(_ rows: [DerivedRow]) throws(EngineError) {
        var rows = rows
        let limit = wish.withLock { $0.endedBy }
        let place = limit.flatMap { limit in rows.firstIndex { $0.end <= limit } }
        if let place { rows[place].close = (rows[place].close ?? 0) + 1 }
        try warehouse.replace(rows)
        if place != nil { wish.withLock { $0 = Wish(endedBy: nil, isFulfilled: true) } }
    }

    package func adopt(_ state: CuratedChange) throws(EngineError) -> Int64 { try warehouse.adopt(state) }
    package func expect(_ expectation: Expectation) throws(EngineError) { try warehouse.expect(expectation) }
    package func apply(_ change: CuratedChange) throws(EngineError) -> Int64 { try warehouse.apply(change) }
    package func bars(_ symbol: String, minutes: Range<Int64>) throws(EngineError) -> [BarRow] {
        try warehouse.bars(symbol, minutes: minutes)
    }
    package func revisions(_ symbol: String, minutes: Range<Int64>) throws(EngineError) -> [BarRow] {
        try warehouse.revisions(symbol, minutes: minutes)
    }
    package func symbols() throws(EngineError) -> [String] { try warehouse.symbols() }
    package func masks(_ symbols: [String], hours: Range<Int64>) throws(EngineError) -> [MaskRow] {
        try warehouse.masks(symbols, hours: hours)
    }
    package func masks(changedSince version: Int64, hours: Range<Int64>) throws(EngineError) -> [MaskRow] {
        try warehouse.masks(changedSince: version, hours: hours)
    }
    package func notes(_ symbol: String, minutes: Range<Int64>) throws(EngineError) -> [SlotNote] {
        try warehouse.notes(symbol, minutes: minutes)
    }
    package func derived(
        _ span: DerivedSpan, symbol: String?, minutes: Range<Int64>
    ) throws(EngineError) -> [DerivedRow] {
        try warehouse.derived(span, symbol: symbol, minutes: minutes)
    }
    package func quarantine(minutes: Range<Int64>, limit: Int) throws(EngineError) -> [QuarantineRow] {
        try warehouse.quarantine(minutes: minutes, limit: limit)
    }
    package func quarantine(id: Int64) throws(EngineError) -> QuarantineRow? { try warehouse.quarantine(id: id) }
    package func quarantined() throws(EngineError) -> Int64 { try warehouse.quarantined() }
    package func applied() throws(EngineError) -> Int64 { try warehouse.applied() }
    package func version() throws(EngineError) -> Int64 { try warehouse.version() }
}
