/// Some symbols over some minutes: what a person marks, what an order names.
package struct SlotSelection: Hashable, Sendable, Codable {
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
package enum PipelineCommand: Hashable, Sendable, Codable {
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
package struct OperatorOrder: Hashable, Sendable, Codable {
    package var command: PipelineCommand
    /// The operator's name as shown in the log.
    package var by: String
    /// Given by whoever waits for its outcome, unlike any other order's; empty where nobody does.
    package var id: String

    package init(_ command: PipelineCommand, by: String, id: String = "") {
        self.command = command
        self.by = by
        self.id = id
    }
}

/// What became of an order at once; an execution it began goes on after that.
package struct OrderOutcome: Hashable, Sendable, Codable {
    /// `OperatorOrder.id`.
    package var order: String
    /// Whether it was taken.
    package var isTaken: Bool
    /// What was taken, or why it was refused, in words.
    package var text: String
    /// The execution it began; nil where it began none.
    package var execution: String?

    package init(order: String, isTaken: Bool, text: String, execution: String? = nil) {
        self.order = order
        self.isTaken = isTaken
        self.text = text
        self.execution = execution
    }
}

extension PipelineCommand {
    /// One word, as records and the command line have it.
    package var verb: String {
        switch self {
        case .audit: "audit"
        case .repair: "repair"
        case .resynthesize: "resynthesize"
        case .cancel: "cancel"
        case .setSpeed: "speed"
        case .setFlaws: "flaws"
        case .stop: "stop"
        }
    }

    /// Whether it makes the auditor begin an execution.
    package var beginsExecution: Bool {
        switch self {
        case .audit, .repair, .resynthesize: true
        case .cancel, .setSpeed, .setFlaws, .stop: false
        }
    }

    /// What is asked, in words.
    package var about: String {
        switch self {
        case .audit(let selections), .repair(let selections), .resynthesize(let selections):
            "\(verb) \(Self.words(selections))"
        case .cancel(let execution): "cancel execution \(execution)"
        case .setSpeed(let speed): "market speed ×\(speed)"
        case .setFlaws(let flaws): flaws.isEmpty ? "no flaws" : "flaws " + flaws.map(\.text).joined(separator: ", ")
        case .stop: "stop"
        }
    }

    private static func words(_ selections: [SlotSelection]) -> String {
        let symbols = selections.flatMap(\.symbols)
        let from = selections.map(\.minutes.lowerBound).min()
        let to = selections.map(\.minutes.upperBound).max()
        let names = symbols.count > 3 ? "\(symbols.count) symbols" : symbols.map(\.text).joined(separator: ", ")
        guard let from, let to else { return names }
        return "\(names) \(from) to \(to)"
    }
}
