import Pipeline
import Terminal

/// What a question says before something is done.
struct Figures: Hashable, Sendable {
    /// What will happen, line by line; harmless.
    var lines: [String]
    /// The number that must be typed; nil where `y` is enough.
    var typedCount: Int?
}

/// Why there is nothing to ask.
struct NothingToDo: Error {
    var text: String
    var role = Role.hint
}

extension ConsoleState {
    /// What an order is about and costs, from the live state: looked up when it is asked and as long as the question
    /// stands.
    func figures(_ command: PipelineCommand) -> Result<Figures, NothingToDo> {
        let found: Result<Figures, NothingToDo>
        switch command {
        case .repair(let selections): found = repairFigures(selections)
        case .resynthesize(let selections): found = resynthesisFigures(selections)
        case .audit(let selections): found = auditFigures(selections)
        case .cancel(let execution): found = cancelFigures(execution)
        case .redrive(let execution): found = redriveFigures(execution)
        case .undo(let decision): found = undoFigures(decision)
        case .startOutage(let minutes):
            let span = Wording.count(minutes, "minute")
            found = .success(Figures(lines: ["the simulated source does not answer for \(span) of market time"]))
        case .stop:
            found = .success(
                Figures(lines: [
                    "capture stops, for everybody who looks on", "what is on disk stays; kintsugi starts it again",
                ]))
        case .acknowledge, .snooze, .setSpeed, .setFlaws, .redriveOrder, .dropOrder:
            found = .success(Figures(lines: [command.about]))
        }
        return found.map { figures in
            Figures(lines: figures.lines.map { harmless($0) }, typedCount: figures.typedCount)
        }
    }

    private func repairFigures(_ selections: [SlotSelection]) -> Result<Figures, NothingToDo> {
        let estimate = estimate(selections)
        guard estimate.slots > 0 else {
            let reason = estimate.unknownHours > 0 ? "not loaded yet" : "nothing is missing there"
            return .failure(NothingToDo(text: reason, role: .good))
        }
        let lines = [
            scope(selections, estimate),
            "\(Wording.count(estimate.slots, "slot")) missing in \(Wording.count(estimate.hours, "hour"))"
                + vainWords(estimate),
            "at most \(Wording.count(estimate.calls, "call")), \(callTime(estimate.calls))",
        ]
        return .success(
            Figures(lines: lines + unknownLine(estimate), typedCount: estimate.isLarge ? estimate.slots : nil))
    }

    /// What may be asked for in vain again, so that nobody waits for it.
    private func vainWords(_ estimate: OrderEstimate) -> String {
        guard estimate.unrepairable > 0 else { return "" }
        let which = estimate.unrepairable == estimate.slots ? "all" : Wording.count(estimate.unrepairable)
        return ", \(which) asked for in vain before"
    }

    private func resynthesisFigures(_ selections: [SlotSelection]) -> Result<Figures, NothingToDo> {
        let estimate = estimate(selections)
        guard estimate.expected > 0 || estimate.unknownHours > 0 else {
            return .failure(NothingToDo(text: "no slot is expected there"))
        }
        let lines = [
            scope(selections, estimate),
            "rebuilds the hourly and session rows of \(Wording.count(estimate.expected, "slot"))",
            "no calls; a few seconds",
        ]
        let large = estimate.expected > 2_000 || estimate.symbols > 20
        return .success(Figures(lines: lines + unknownLine(estimate), typedCount: large ? estimate.expected : nil))
    }

    private func auditFigures(_ selections: [SlotSelection]) -> Result<Figures, NothingToDo> {
        let estimate = estimate(selections)
        let lines = [
            scope(selections, estimate),
            "checks \(Wording.count(estimate.expected, "slot")), mends \(Wording.count(estimate.slots)) known to be lost",
            "at most \(Wording.count(estimate.calls, "call")), \(callTime(estimate.calls))",
        ]
        return .success(
            Figures(lines: lines + unknownLine(estimate), typedCount: estimate.isLarge ? max(1, estimate.slots) : nil))
    }

    private func cancelFigures(_ id: String) -> Result<Figures, NothingToDo> {
        guard let live = status?.executions.first(where: { $0.id == id }), !live.state.isEnd else {
            return .failure(NothingToDo(text: "execution \(id) has ended by itself"))
        }
        return .success(
            Figures(lines: [
                "execution \(live.id), \(live.trigger): \(live.state.title)",
                "\(Wording.count(live.settledSlots)) of \(Wording.count(live.slots, "slot")) settled; what has landed stays",
                "\(Wording.count(max(0, live.callsPlanned - live.callsDone), "call")) will not be made",
            ]))
    }

    private func redriveFigures(_ id: String) -> Result<Figures, NothingToDo> {
        guard let one = status?.executions.first(where: { $0.id == id }) else {
            return .failure(NothingToDo(text: "execution \(id) is no longer listed"))
        }
        guard AuditTransitionTable.redriven(one.state, keepsPlan: true) != nil else {
            let reason = one.state.isEnd ? "nothing of it is left to do" : "it is under way"
            return .failure(NothingToDo(text: "execution \(id) \(one.state.title): \(reason)"))
        }
        let open = max(0, one.slots - one.settledSlots)
        return .success(
            Figures(lines: [
                "execution \(one.id), \(one.trigger): \(one.state.title)",
                "\(Wording.count(one.settledSlots, "slot")) settled stay; \(Wording.count(open)) tried again",
                "at most \(Wording.count(one.callsPlanned, "call")) a try, \(callTime(one.callsPlanned))",
            ]))
    }

    private func undoFigures(_ id: String) -> Result<Figures, NothingToDo> {
        guard let decision = status?.decisions.first(where: { $0.id == id }) else {
            return .failure(NothingToDo(text: "\(id) stands no more"))
        }
        let what = decision.isSnooze ? "snooze" : "acknowledgement"
        var lines = [
            "\(what) of \(decision.subject.words)",
            "by \(decision.by), \(clock.near(decision.at, now: now)) \(clock.zone)",
        ]
        if !decision.note.isEmpty { lines.append("note: \(decision.note)") }
        lines.append("what it covered calls for somebody again")
        return .success(Figures(lines: lines))
    }

    func unknownLine(_ estimate: OrderEstimate) -> [String] {
        estimate.unknownHours > 0 ? ["\(Wording.count(estimate.unknownHours, "hour")) not loaded: not counted"] : []
    }

    /// `AAPL, MSFT and 3 more · Mon 11 Feb 11:00 – 12:00 ET`
    func scope(_ selections: [SlotSelection], _ estimate: OrderEstimate) -> String {
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
}
