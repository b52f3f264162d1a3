package import Engine

/// How the console reads cells and facts: a reader that cannot write.
package protocol CellReader: Sendable {
    /// Stored masks of some symbols within a range of hours; partitions nobody touched are absent.
    func masks(_ symbols: [SymbolName], hours: Range<Hour>) async throws(EngineError) -> [MaskRow]
    /// Stored masks, of all symbols, within a range of hours that changed since a version of the warehouse.
    func masks(changedSince version: Int64, hours: Range<Hour>) async throws(EngineError) -> [MaskRow]
    /// The words of why slots of some hours were lost, by symbol; a symbol that lost none is absent.
    func reasons(_ symbols: [SymbolName], hours: Range<Hour>) async throws(EngineError) -> [SymbolName: [String]]
    /// All that is known of some minutes of one symbol, for the inspector.
    func inspection(_ symbol: SymbolName, minutes: Range<Minute>) async throws(EngineError) -> Inspection
    /// What was worked out of the bars of some minutes: of these symbols, and of their calendar's market.
    func facts(
        _ symbols: [SymbolName], calendar: CalendarName, minutes: Range<Minute>
    ) async throws(EngineError) -> FactSheet
    /// The journal of an execution of the auditor, oldest line first; empty where there is none.
    func journal(execution: String) async throws(EngineError) -> [JournalLine]
}

/// Derived rows, in the order of their time.
package struct FactSheet: Hashable, Sendable {
    package var hours: [SymbolName: [DerivedRow]] = [:]
    package var sessions: [SymbolName: [DerivedRow]] = [:]
    package var market: [DerivedRow] = []

    package init() {}
}

/// All that is known of some minutes of one symbol.
package struct Inspection: Hashable, Sendable {
    /// Values that count now, ordered by minute.
    package var bars: [BarRow]
    /// Earlier values.
    package var revisions: [BarRow]
    /// Reasons, witnesses, attempts.
    package var notes: [SlotNote]
    /// Derived rows that depend on these minutes.
    package var derived: [DerivedRow]
    /// Expected, present, quiet, healed and sampled slots of the whole calendar's market in the first of these hours, as they
    /// are held now; nil where none is expected.
    package var market: SlotCounts?
    /// What arrived about these minutes and is not data, newest first.
    package var quarantine: [QuarantineRow] = []

    package init(bars: [BarRow] = [], revisions: [BarRow] = [], notes: [SlotNote] = [], derived: [DerivedRow] = []) {
        self.bars = bars
        self.revisions = revisions
        self.notes = notes
        self.derived = derived
    }
}
