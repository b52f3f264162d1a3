import Pipeline
import Terminal

extension ConsoleState {
    mutating func askRepair(_ selections: [SlotSelection]) { ask("Repair", .repair(selections)) }
    mutating func askResynthesis(_ selections: [SlotSelection]) { ask("Resynthesize", .resynthesize(selections)) }

    mutating func askAudit() {
        let selections = viewSelections
        guard !selections.isEmpty else { return say("nothing is in view") }
        ask("Audit", .audit(selections))
    }

    /// Cancels the execution that is chosen in its list, or the first live one.
    mutating func askCancel() {
        let executions = status?.executions ?? []
        let live = chosenExecution.flatMap { $0.state.isEnd ? nil : $0 } ?? executions.first { !$0.state.isEnd }
        guard let live else { return say("no execution is live") }
        ask("Cancel", .cancel(execution: live.id))
    }

    /// Takes up the execution that is chosen in its list, or the latest that failed.
    mutating func askRedrive() {
        let executions = status?.executions ?? []
        guard let ended = chosenExecution ?? executions.first(where: { $0.state == .failed }) else {
            return say("no execution failed")
        }
        ask("Continue", .redrive(execution: ended.id))
    }

    /// Takes back the latest acknowledgement or snooze, whoever made it: the question says whose it is.
    mutating func askUndo() {
        guard let last = status?.decisions.first else { return say("nothing is acknowledged or snoozed") }
        ask("Undo", .undo(decision: last.id))
    }

    var chosenExecution: ExecutionStatus? {
        focus == .audit ? status?.executions.dropFirst(listLine[.audit] ?? 0).first : nil
    }

    mutating func ask(_ verb: String, _ command: PipelineCommand) {
        guard !readOnly else { return _ = refuseReadOnly() }
        switch living.figures(command) {
        case .failure(let nothing): say(nothing.text, role: nothing.role)
        case .success(let figures):
            overlay = .asking(
                Confirmation(verb: verb, command: command, lines: figures.lines, typedCount: figures.typedCount))
        }
    }

    /// What stands in an open question follows the live state; a question about nothing closes.
    mutating func refreshQuestion() {
        guard case .asking(var question) = overlay else { return }
        switch living.figures(question.command) {
        case .success(let figures):
            question.lines = figures.lines
            question.typedCount = figures.typedCount
            overlay = .asking(question)
        case .failure(let nothing):
            overlay = .nothing
            say("\(question.verb.lowercased()): \(nothing.text)", role: nothing.role)
        }
    }

    /// A key while something is asked: yes is deliberate, all else is no.
    mutating func answer(_ question: Confirmation, _ key: Key) -> [ConsoleEffect] {
        guard let count = question.typedCount else {
            if key == .character("y") { return give(question) }
            return keepsAsking(key) ? [] : decline(question)
        }
        switch key {
        case .character(let digit) where digit.isASCII && digit.isNumber && question.typed.count < 9:
            overlay = .asking(question.typing(question.typed + String(digit)))
        case .backspace: overlay = .asking(question.typing(String(question.typed.dropLast())))
        case .enter: return question.typed == String(count) ? give(question) : decline(question)
        case .paste, .character(","): break
        default: return keepsAsking(key) ? [] : decline(question)
        }
        return []
    }

    /// A stray arrow or paste neither says yes nor takes the question away.
    private func keepsAsking(_ key: Key) -> Bool {
        switch key {
        case .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .paste, .function, .insert, .tab, .backTab:
            true
        case .character, .control, .enter, .escape, .backspace, .delete: false
        }
    }

    private mutating func give(_ question: Confirmation) -> [ConsoleEffect] {
        order(question.command, verb: question.verb)
    }

    /// Gives an order; what was marked for it is spent.
    mutating func order(_ command: PipelineCommand, verb: String) -> [ConsoleEffect] {
        overlay = .nothing
        marks = MarkedSlots()
        rangeAnchor = nil
        say("\(verb.lowercased()) ordered", role: .busy)
        return [.order(OperatorOrder(command, by: operatorName))]
    }

    private mutating func decline(_ question: Confirmation) -> [ConsoleEffect] {
        overlay = .nothing
        say("\(question.verb.lowercased()): not done")
        return []
    }
}

extension Confirmation {
    func typing(_ text: String) -> Confirmation {
        var copy = self
        copy.typed = text
        return copy
    }
}
