import Engine

/// Asking once more for what was settled long ago: vendors fill holes weeks later. Such a call costs no attempt and is
/// not repeated; what it brings comes by the same road as every answer, and its rows are built again.
extension AuditStateMachine {
    /// Begins the turns of an hour. Nothing is asked where candles are refused, or not known to be granted, and while an
    /// earlier one is under way.
    mutating func startReask(
        at now: MarketTime, coverage: CoverageIndex, candles: SourceStatus.Entitlement, _ notices: inout [Notice]
    ) {
        guard now >= schedule.reask.due, live.count < settings.executionsMax else { return }
        guard candles == .granted, !live.contains(where: { $0.execution.reasks == true }) else {
            return schedule.reask.postponed(at: now)
        }
        let turns = ReaskSchedule.sessions(
            turn: schedule.reask.turn, in: settings.universe, callsPerMinute: settings.callsPerMinute, at: now
        ).filter { holdsOld($0, coverage) }
        schedule.reask.taken(at: now)
        guard !turns.isEmpty else { return }
        begin(.audit, trigger: "slow re-asking", over: turns, facts: [], reasks: true, at: now, &notices)
    }

    private func holdsOld(_ selection: SlotSelection, _ coverage: CoverageIndex) -> Bool {
        selection.symbols.contains { symbol in
            selection.minutes.hours.contains { hour in
                let masks = coverage[symbol, hour]
                return (masks.quiet | masks.unrepairable) & maskOf(selection.minutes, within: hour) != 0
            }
        }
    }

    /// The old quiet and unrepairable slots of one session, as one call.
    mutating func findOld(_ place: Int, _ member: UniverseMember, _ minutes: Range<Minute>, _ around: Surroundings) {
        let range = minutes.clamped(to: member.lifetime)
        askOnce(place, member, range, around) { $0.quiet | $0.unrepairable }
    }

    /// The unrepairable slots of the last week within a range, as one call: an audit asks for them again by turns.
    mutating func findAgain(_ place: Int, _ member: UniverseMember, _ range: Range<Minute>, _ around: Surroundings) {
        let week = around.now.hour.advanced(by: -AuditSchedule.askedAgainHours).firstMinute
        let recent = range.clamped(to: max(range.lowerBound, min(week, range.upperBound))..<range.upperBound)
        if askOnce(place, member, recent, around, { $0.unrepairable }) {
            schedule.askedAgain(member.symbol, at: around.now)
        }
    }

    /// Plans the slots that `old` picks; false where there are none.
    @discardableResult
    private mutating func askOnce(
        _ place: Int, _ member: UniverseMember, _ range: Range<Minute>, _ around: Surroundings,
        _ old: (VerdictMasks) -> UInt64
    ) -> Bool {
        let id = live[place].execution.id
        var wanted: [HourSlots] = []
        for hour in range.hours {
            let verdicts = around.coverage.verdicts(member, hour, in: settings.universe, now: around.now)
            let slots = old(verdicts) & maskOf(range, within: hour) & ~claimed(member.symbol, hour, except: id)
            if slots != 0 { wanted.append(HourSlots(hour: hour, slots: slots)) }
        }
        guard !wanted.isEmpty else { return false }
        let units = RepairPlanner.plan(
            member, wanted: wanted, rangeMax: settings.candleRange, coverage: around.coverage, now: around.now,
            asksForQuiet: false)
        for var unit in units {
            unit.reasks = true
            schedule.asked(member.symbol, unit.asked, at: around.now)
            live[place].execution.units.append(unit)
        }
        return true
    }

    /// Whatever came of the call: what is present now stays in `wanted`, so that its rows are built again.
    mutating func settleReask(_ place: Int, _ index: Int, _ around: Surroundings) {
        let unit = live[place].execution.units[index]
        live[place].execution.units[index].standing = .settled
        guard let symbol = SymbolName(unit.symbol) else { return }
        live[place].execution.units[index].wanted = unit.wanted.compactMap { part in
            let came = part.slots & around.coverage[symbol, Hour(part.hour)].present
            return came == 0 ? nil : HourSlots(hour: Hour(part.hour), slots: came)
        }
    }
}
