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
    /// Take up an execution that failed, waits or was cancelled where it stopped: what it settled is not asked again.
    case redrive(execution: String)
    /// Acknowledge gaps or an alarm: they stay what they are, and call for nobody.
    case acknowledge(AcknowledgementSubject, note: String)
    /// Silence an alarm for a while; it comes back by itself.
    case snooze(alarm: String, SnoozeEnd, note: String)
    /// Take an acknowledgement or a snooze back, by its id.
    case undo(decision: String)
    /// Set the speed of a virtual market clock; 0 holds it.
    case setSpeed(Double)
    /// Choose the flaws of the capture anew.
    case setFlaws([CaptureFlaw])
    /// Let the simulated source not answer for so many minutes of market time. Whoever runs the source does it; the pipeline
    /// notes whose order it was.
    case startOutage(minutes: Int)
    /// Let an order that lies aside in the work queue be tried again.
    case redriveOrder(String)
    /// Take an order out of the work queue.
    case dropOrder(String)
    /// Finish what is under way, flush, and end.
    case stop
}

/// What is acknowledged.
package enum AcknowledgementSubject: Hashable, Sendable, Codable {
    /// The gaps in some slots.
    case slots([SlotSelection])
    /// Every gap the rule fits, now and to come.
    case rule(SlotRule)
    /// The alarm of this key.
    case alarm(String)
}

/// A command with who gave it.
package struct OperatorOrder: Hashable, Sendable, Codable {
    package var command: PipelineCommand
    /// The operator's name as shown in the log.
    package var by: String
    /// Unlike any other order's that was ever given, for it is carried out once; empty where nobody waits for its outcome.
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
        case .redrive: "redrive"
        case .acknowledge: "acknowledge"
        case .snooze: "snooze"
        case .undo: "undo"
        case .setSpeed: "speed"
        case .setFlaws: "flaws"
        case .startOutage: "outage"
        case .redriveOrder: "redrive order"
        case .dropOrder: "drop order"
        case .stop: "stop"
        }
    }

    /// Whether the order outlives the process it was given to: it lies in the work queue until it is carried out. What is
    /// about the process itself, or about the queue, ends with it.
    package var outlivesProcess: Bool {
        switch self {
        case .audit, .repair, .resynthesize, .cancel, .redrive, .acknowledge, .snooze, .undo: true
        case .setSpeed, .setFlaws, .startOutage, .redriveOrder, .dropOrder, .stop: false
        }
    }

    /// Whether it makes the auditor begin an execution.
    package var beginsExecution: Bool {
        switch self {
        case .audit, .repair, .resynthesize, .redrive: true
        case .cancel, .acknowledge, .snooze, .undo, .setSpeed, .setFlaws, .startOutage, .redriveOrder, .dropOrder,
            .stop:
            false
        }
    }

    /// Whether it makes a decision that stands until it is undone.
    package var makesDecision: Bool {
        switch self {
        case .acknowledge, .snooze: true
        case .audit, .repair, .resynthesize, .cancel, .redrive, .undo, .setSpeed, .setFlaws, .startOutage,
            .redriveOrder, .dropOrder, .stop:
            false
        }
    }

    /// What is asked, in words.
    package var about: String {
        switch self {
        case .audit(let selections), .repair(let selections), .resynthesize(let selections):
            "\(verb) \(SlotSelection.words(selections))"
        case .cancel(let execution): "cancel execution \(harmless(execution, limit: 40))"
        case .redrive(let execution): "redrive execution \(harmless(execution, limit: 40))"
        case .acknowledge(.slots(let selections), let note):
            "acknowledge \(SlotSelection.words(selections))\(Self.quoted(note))"
        case .acknowledge(.rule(let rule), let note): "acknowledge \(rule.text)\(Self.quoted(note))"
        case .acknowledge(.alarm(let key), let note): "acknowledge alarm \(harmless(key))\(Self.quoted(note))"
        case .snooze(let key, let end, let note): "snooze alarm \(harmless(key)) \(end.words)\(Self.quoted(note))"
        case .undo(let decision): "undo \(harmless(decision, limit: 40))"
        case .setSpeed(let speed): "market speed ×\(speed)"
        case .setFlaws(let flaws): flaws.isEmpty ? "no flaws" : "flaws " + flaws.map(\.text).joined(separator: ", ")
        case .startOutage(let minutes): "an outage of \(minutes) minute\(minutes == 1 ? "" : "s")"
        case .redriveOrder(let id): "redrive order \(harmless(id, limit: 40))"
        case .dropOrder(let id): "drop order \(harmless(id, limit: 40))"
        case .stop: "stop"
        }
    }

    private static func quoted(_ note: String) -> String { note.isEmpty ? "" : ": \(harmless(note))" }
}
