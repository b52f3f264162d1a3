import Pipeline
import Terminal

extension ConsoleState {
    mutating func askRepair(_ selections: [SlotSelection]) {
        let estimate = estimate(selections)
        guard estimate.slots > 0 else {
            let reason = estimate.unknownHours > 0 ? "not loaded yet" : "nothing is missing there"
            return say(reason, role: .good)
        }
        var lines = [
            scope(selections, estimate),
            "\(Wording.count(estimate.slots, "slot")) missing in \(Wording.count(estimate.hours, "hour"))",
            "at most \(Wording.count(estimate.calls, "call")), \(callTime(estimate.calls))",
        ]
        lines += unknownLine(estimate)
        ask("Repair", .repair(selections), lines: lines, count: estimate.isLarge ? estimate.slots : nil)
    }

    mutating func askResynthesis(_ selections: [SlotSelection]) {
        let estimate = estimate(selections)
        guard estimate.expected > 0 || estimate.unknownHours > 0 else { return say("no slot is expected there") }
        var lines = [
            scope(selections, estimate),
            "rebuilds the hourly and session rows of \(Wording.count(estimate.expected, "slot"))",
            "no calls; a few seconds",
        ]
        lines += unknownLine(estimate)
        let large = estimate.expected > 2_000 || estimate.symbols > 20
        ask("Resynthesize", .resynthesize(selections), lines: lines, count: large ? estimate.expected : nil)
    }

    mutating func askAudit() {
        let selections = viewSelections
        let estimate = estimate(selections)
        guard !selections.isEmpty else { return say("nothing is in view") }
        var lines = [
            scope(selections, estimate),
            "checks \(Wording.count(estimate.expected, "slot")), mends \(Wording.count(estimate.slots)) known to be lost",
            "at most \(Wording.count(estimate.calls, "call")), \(callTime(estimate.calls))",
        ]
        lines += unknownLine(estimate)
        ask("Audit", .audit(selections), lines: lines, count: estimate.isLarge ? max(1, estimate.slots) : nil)
    }

    mutating func askCancel() {
        let executions = status?.executions ?? []
        let chosen = focus == .audit ? executions.dropFirst(listLine[.audit] ?? 0).first : nil
        let live = chosen.flatMap { $0.state.isEnd ? nil : $0 } ?? executions.first { !$0.state.isEnd }
        guard let live else { return say("no execution is live") }
        ask(
            "Cancel", .cancel(execution: live.id),
            lines: [
                "execution \(live.id), \(live.trigger): \(live.state.title)",
                "\(Wording.count(live.settledSlots)) of \(Wording.count(live.slots, "slot")) settled; what has landed stays",
                "\(Wording.count(max(0, live.callsPlanned - live.callsDone), "call")) will not be made",
            ], count: nil)
    }

    private mutating func ask(_ verb: String, _ command: PipelineCommand, lines: [String], count: Int?) {
        guard !readOnly else { return _ = refuseReadOnly() }
        overlay = .asking(
            Confirmation(
                verb: verb, command: command, lines: lines.map { harmless($0) }, typedCount: count))
    }

    private func unknownLine(_ estimate: OrderEstimate) -> [String] {
        estimate.unknownHours > 0 ? ["\(Wording.count(estimate.unknownHours, "hour")) not loaded: not counted"] : []
    }

    /// `AAPL, MSFT and 3 more · Mon 11 Feb 11:00 – 12:00 ET`
    private func scope(_ selections: [SlotSelection], _ estimate: OrderEstimate) -> String {
        var names: [SymbolName] = []
        for selection in selections {
            for symbol in selection.symbols where names.count < 4 && !names.contains(symbol) { names.append(symbol) }
        }
        var text = names.prefix(3).map(\.text).joined(separator: ", ")
        if estimate.symbols > 3 { text += " and \(estimate.symbols - 3) more" }
        let from = selections.map(\.minutes.lowerBound).min() ?? Minute(0)
        let to = selections.map(\.minutes.upperBound).max() ?? from
        let days = clock.day(from) == clock.day(Minute(to.index - 1))
        let end = (days ? "" : clock.day(Minute(to.index - 1)) + " ") + clock.clock(to)
        return text + " · \(clock.day(from)) \(clock.clock(from)) – \(end) \(clock.zone)"
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
        overlay = .nothing
        marks = MarkedSlots()
        rangeAnchor = nil
        say("\(question.verb.lowercased()) ordered", role: .busy)
        return [.order(OperatorOrder(question.command, by: operatorName))]
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
