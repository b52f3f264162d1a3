import Engine

/// What begins an execution.
extension AuditStateMachine {
    /// Begins an execution over some selections. Derived rows of `facts` are checked too.
    @discardableResult
    package mutating func begin(
        _ kind: AuditExecution.Kind, trigger: String, over scope: [SlotSelection], facts: [SlotSelection],
        reasks: Bool = false, at now: MarketTime, _ notices: inout [Notice]
    ) -> String {
        counter += 1
        let id = "\(incarnation)-\(counter)"
        var one = Live(execution: AuditExecution(id: id, kind: kind, trigger: trigger, scope: scope, at: now))
        if reasks { one.execution.reasks = true }
        one.unchecked = DerivedQueue(facts, in: settings.universe, begunBy: now)
        one.waitsForWarehouse = kind != .resynthesize
        live.append(one)
        notices.append(.journal(one.execution, at: now))
        return id
    }

    /// Looks at what has come due. `sourceIsThere` is false while the breaker is open: then nothing starts. Where nothing
    /// is captured live the process carries one order out, and no audit begins by itself.
    package mutating func schedule(
        at now: MarketTime, coverage: CoverageIndex, sourceIsThere: Bool,
        candles: SourceStatus.Entitlement = .unknown
    ) -> [Notice] {
        var notices: [Notice] = []
        guard settings.capturesLive else { return notices }
        gatherOverdue(at: now, coverage: coverage)
        guard sourceIsThere else {
            // Its return wants everything looked at: nothing need be gathered until then.
            schedule.overdue = []
            return notices
        }
        guard live.count < settings.executionsMax else { return notices }
        if schedule.startWanted || schedule.wholeWanted != nil {
            let trigger = schedule.startWanted ? "start" : schedule.wholeWanted ?? ""
            schedule.startWanted = false
            schedule.wholeWanted = nil
            schedule.overdue = []
            let whole = everything(before: now)
            if !whole.isEmpty { begin(.audit, trigger: trigger, over: whole, facts: whole, at: now, &notices) }
        }
        startHourly(at: now, coverage: coverage, &notices)
        startGrace(at: now, coverage: coverage, &notices)
        startReask(at: now, coverage: coverage, candles: candles, &notices)
        return notices
    }

    /// Everything retained is to be looked at as soon as the source is there.
    package mutating func wantWhole(because trigger: String) {
        if schedule.wholeWanted == nil { schedule.wholeWanted = trigger }
    }

    private func everything(before now: MarketTime) -> [SlotSelection] {
        settings.universe.members.compactMap { member in
            let end = min(member.lifetime.upperBound, now.minute)
            guard member.lifetime.lowerBound < end else { return nil }
            return SlotSelection(symbols: [member.symbol], minutes: member.lifetime.lowerBound..<end)
        }
    }

    private mutating func startHourly(at now: MarketTime, coverage: CoverageIndex, _ notices: inout [Notice]) {
        guard now >= schedule.nextHourly, live.count < settings.executionsMax else { return }
        let hour = (now - .minutes(AuditSchedule.minutesPastHour)).hour
        schedule.auditedHour = hour
        let before = hour.advanced(by: -1)
        // Missing slots and those that wait for a second witness are looked for over a week; rows over the hour before.
        let week = hour.advanced(by: -7 * 24).firstMinute..<now.minute
        let symbols = settings.universe.members.map(\.symbol)
        guard !symbols.isEmpty, needsHourly(before, week, coverage, now) else { return }
        begin(
            .audit, trigger: "hourly", over: [SlotSelection(symbols: symbols, minutes: week)],
            facts: [SlotSelection(symbols: symbols, minutes: before.minutes)], at: now, &notices)
    }

    /// An hour nobody trades in, after which nothing is open, needs no audit.
    private func needsHourly(_ hour: Hour, _ week: Range<Minute>, _ coverage: CoverageIndex, _ now: MarketTime) -> Bool
    {
        settings.universe.members.contains { member in
            if settings.universe.expectedMask(member, hour) != 0 { return true }
            let range = week.clamped(to: member.lifetime)
            guard !range.isEmpty else { return false }
            let hours = range.lowerBound.hour..<range.upperBound.hour.advanced(by: 1)
            let counts = coverage.counts(member, hours: hours, in: settings.universe, now: now)
            return counts.missing > 0 || counts.pending > 0
        }
    }

    /// Finds the slots that have just passed their grace unfilled.
    private mutating func gatherOverdue(at now: MarketTime, coverage: CoverageIndex) {
        let through = (now - CoverageIndex.grace).minute.advanced(by: -1)
        guard schedule.gracedThrough < through else { return }
        let from = max(schedule.gracedThrough.advanced(by: 1), through.advanced(by: -60))
        for minute in from...through {
            for member in settings.universe.members where settings.universe.isExpected(member, minute) {
                guard isMissing(member, minute, coverage, now) else { continue }
                schedule.overdue.append(.init(symbol: member.symbol, minute: minute, since: now))
            }
        }
        schedule.gracedThrough = through
    }

    private func isMissing(
        _ member: UniverseMember, _ minute: Minute, _ coverage: CoverageIndex, _ now: MarketTime
    ) -> Bool {
        let verdicts = coverage.verdicts(member, minute.hour, in: settings.universe, now: now)
        return verdicts.missing & minute.bit & ~claimed(member.symbol, minute.hour, except: "") != 0
    }

    private mutating func startGrace(at now: MarketTime, coverage: CoverageIndex, _ notices: inout [Notice]) {
        guard let oldest = schedule.overdue.first, live.count < settings.executionsMax,
            now - oldest.since >= settings.batchAge || schedule.overdue.count >= settings.batchSlots
        else { return }
        let batch = schedule.overdue
        schedule.overdue = []
        var selections: [SlotSelection] = []
        for member in settings.universe.members {
            let minutes = batch.filter { $0.symbol == member.symbol }.map(\.minute)
                .filter { isMissing(member, $0, coverage, now) }
            guard let first = minutes.min(), let last = minutes.max() else { continue }
            selections.append(
                SlotSelection(symbols: [member.symbol], minutes: first..<last.advanced(by: 1)))
        }
        guard !selections.isEmpty else { return }
        begin(.audit, trigger: "grace", over: selections, facts: [], at: now, &notices)
    }

    /// Ends an execution at its next step; what it has landed stays. False where it is not live.
    package mutating func cancel(_ id: String, at now: MarketTime) -> (found: Bool, notices: [Notice]) {
        guard let place = place(id) else { return (false, []) }
        var notices: [Notice] = [.cancelCalls(execution: id)]
        move(place, .cancelled, now, &notices)
        return (true, notices)
    }

    /// Takes up what a process before this one had under way: from where it was, with the attempts it had spent.
    package mutating func recover(_ recovery: PipelineRecovery, at now: MarketTime) -> [Notice] {
        incarnation = recovery.incarnation
        history = recovery.ended.reversed().suffix(Self.historyMax)
        var notices: [Notice] = []
        for found in recovery.executions {
            guard let last = found.lines.last,
                var execution = JournalPayload.decode(AuditExecution.self, last.payload), !execution.state.isEnd
            else {
                notices.append(.log("execution \(found.id) cannot be taken up: its journal does not say how it stood"))
                continue
            }
            var one = Live(execution: execution)
            one.waitsForWarehouse = execution.kind != .resynthesize
            var rows = DerivedQueue(execution.selections, in: settings.universe, begunBy: now)
            switch execution.state {
            case .checking, .planning:
                execution.state = .checking
                execution.units = []
                one.unchecked = rows
            case .repairing, .landing, .rechecking, .backingOff:
                // Answers that reached the stream land first; then the slots tell what is left.
                execution.state = .landing
            case .resynthesizing, .confirming:
                // Neither how much was built nor what was found stale is journalled.
                let ordered = execution.kind == .resynthesize
                let looksAgain = !ordered && execution.units.isEmpty
                execution.state = looksAgain ? .checking : .resynthesizing
                if looksAgain { one.unchecked = rows } else { one.waitsForWarehouse = false }
                if ordered { one.stale = rows.takeAll(in: settings.universe) }
            case .succeeded, .healed, .waiting, .failed, .cancelled: continue
            }
            one.execution = execution
            live.append(one)
            notices.append(.log("execution \(execution.id) goes on at \(execution.state.title)"))
        }
        return notices
    }

    /// Whether some execution waits until everything appended is in the warehouse.
    package var wantsWarehouse: Bool { live.contains(where: \.waitsForWarehouse) }
    /// Whether an audit is about to start by itself.
    package var startsSoon: Bool { schedule.startWanted || schedule.wholeWanted != nil }
    package var nextHourly: MarketTime { schedule.nextHourly }

    /// When a step is due by itself. What may not start now is no deadline: it starts with the event that lets it, and a
    /// deadline in the past would keep the process busy until then.
    package func nextDeadline(after now: MarketTime, sourceIsThere: Bool) -> MarketTime? {
        var moments = live.compactMap(\.retryAt)
        guard settings.capturesLive, sourceIsThere, live.count < settings.executionsMax else { return moments.min() }
        if startsSoon { moments.append(now) }
        moments += [schedule.nextHourly, schedule.reask.due]
        if let oldest = schedule.overdue.first { moments.append(oldest.since + settings.batchAge) }
        return moments.min()
    }
}
