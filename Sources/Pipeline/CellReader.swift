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
    /// What arrived about these minutes and is not data, newest first.
    package var quarantine: [QuarantineRow] = []

    package init(bars: [BarRow] = [], revisions: [BarRow] = [], notes: [SlotNote] = [], derived: [DerivedRow] = []) {
        self.bars = bars
        self.revisions = revisions
        self.notes = notes
        self.derived = derived
    }
}
