import Engine

/// Taking an ended execution up again, keeping what succeeded.
extension AuditStateMachine {
    /// Executions that ended and can still be taken up: those of this process, and the latest before it.
    static let historyMax = 60

    /// Takes an execution up where it stopped: what it settled stays settled, and what it gave up, handed over or never
    /// came to is tried again with attempts of its own. The complaint where that cannot be done.
    package mutating func redrive(_ id: String, at now: MarketTime, _ notices: inout [Notice]) -> String? {
        let name = harmless(id, limit: 40)
        guard place(id) == nil else { return "execution \(name) is under way" }
        guard let found = history.lastIndex(where: { $0.id == id }) else {
            return "execution \(name) is not among the last \(Self.historyMax): order a repair of its slots instead"
        }
        var execution = history[found]
        // What was cancelled may not have looked at its rows yet, and rows that differed must be looked at again.
        let keepsPlan = execution.state != .cancelled && execution.differences < 2 && !execution.units.isEmpty
        guard let state = AuditTransitionTable.redriven(execution.state, keepsPlan: keepsPlan) else {
            return "execution \(name) \(execution.state.title): nothing of it is left to do"
        }
        history.remove(at: found)
        execution.state = state
        execution.ended = nil
        execution.round = 1
        execution.differences = 0
        execution.redrives = (execution.redrives ?? 0) + 1
        if !keepsPlan { execution.units = [] }
        for unit in execution.units.indices where execution.units[unit].standing != .settled {
            reopen(&execution.units[unit], of: id)
        }
        var one = Live(execution: execution)
        one.waitsForWarehouse = execution.kind != .resynthesize
        if state == .checking {
            one.unchecked = DerivedQueue(execution.selections, in: settings.universe, begunBy: now)
        }
        live.append(one)
        notices.append(.journal(execution, at: now))
        notices.append(.log("execution \(id) goes on at \(state.title)"))
        return nil
    }

    /// Slots that another live execution seeks meanwhile are its own.
    private func reopen(_ unit: inout RepairUnit, of id: String) {
        if let symbol = SymbolName(unit.symbol) {
            unit.wanted = unit.wanted.compactMap { part in
                let free = part.slots & ~claimed(symbol, Hour(part.hour), except: id)
                return free == 0 ? nil : HourSlots(hour: Hour(part.hour), slots: free)
            }
        }
        unit.standing = unit.wanted.isEmpty ? .settled : .open
        unit.attempts = 0
        unit.freeTries = 0
        unit.reason = nil
    }

    /// Of an execution that was taken up again: slots that came by another way meanwhile cost no call.
    mutating func settleWhatCame(_ place: Int, _ around: Surroundings) {
        guard live[place].execution.redrives != nil else { return }
        for index in live[place].execution.units.indices
        where live[place].execution.units[index].standing == .open {
            let unit = live[place].execution.units[index]
            guard let symbol = SymbolName(unit.symbol), let member = settings.universe.member(symbol) else { continue }
            let left = unit.wanted.compactMap { part -> HourSlots? in
                let verdicts = around.coverage.verdicts(
                    member, Hour(part.hour), in: settings.universe, now: around.now)
                let open = part.slots & (verdicts.missing | verdicts.unrepairable | verdicts.pending)
                return open == 0 ? nil : HourSlots(hour: Hour(part.hour), slots: open)
            }
            live[place].execution.units[index].wanted = left
            if left.isEmpty { live[place].execution.units[index].standing = .settled }
        }
    }
}
