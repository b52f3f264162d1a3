/// Some symbols over some minutes: what a person marks, what an order names.
package struct SlotSelection: Hashable, Sendable {
    /// Sorted, without repetition; never empty.
    package var symbols: [SymbolName]
    /// Half-open, UTC.
    package var minutes: Range<Minute>

    package init(symbols: [SymbolName], minutes: Range<Minute>) {
        self.symbols = symbols
        self.minutes = minutes
    }
}

/// All that a person may ask of the pipeline.
package enum PipelineCommand: Hashable, Sendable {
    /// Check the selections against the calendar, and mend what is missing in them.
    case audit([SlotSelection])
    /// Fetch again what is missing or unrepairable in the selections.
    case repair([SlotSelection])
    /// Rebuild the derived rows that depend on the selections, current or not.
    case resynthesize([SlotSelection])
    /// End an execution at its next step; what it has landed stays.
    case cancel(execution: String)
    /// Set the speed of a virtual market clock; 0 holds it.
    case setSpeed(Double)
    /// Choose the flaws of the capture anew.
    case setFlaws([CaptureFlaw])
    /// Finish what is under way, flush, and end.
    case stop
}

/// A command with who gave it.
package struct OperatorOrder: Hashable, Sendable {
    package var command: PipelineCommand
    /// The operator's name as shown in the log.
    package var by: String

    package init(_ command: PipelineCommand, by: String) {
        self.command = command
        self.by = by
    }
}
