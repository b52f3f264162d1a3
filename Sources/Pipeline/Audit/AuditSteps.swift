import Engine

/// What an execution does in each state. `advance` takes every step that needs nothing from outside; an impossible step
/// traps, for then the program is wrong.
extension AuditStateMachine {
    /// What the steps look at.
    package struct Surroundings {
        package let now: MarketTime
        package let coverage: CoverageIndex
        /// Whether a position is in the warehouse.
        package let hasLanded: (StreamStateMachine.Landed) -> Bool
        /// Whether everything appended so far is in the warehouse.
        package let warehouseIsCurrent: Bool
        package let candles: SourceStatus.Entitlement
        package let sourceIsThere: Bool
        /// When the source last answered anybody, be it with a refusal.
        package let lastAnswer: MarketTime
        /// Drawn once a step, for jitter; from 0 to 1.
        package let chance: Double

        package init(
            now: MarketTime, coverage: CoverageIndex, hasLanded: @escaping (StreamStateMachine.Landed) -> Bool,
            warehouseIsCurrent: Bool, candles: SourceStatus.Entitlement, sourceIsThere: Bool, lastAnswer: MarketTime,
            chance: Double
        ) {
            self.now = now
            self.coverage = coverage
            self.hasLanded = hasLanded
            self.warehouseIsCurrent = warehouseIsCurrent
            self.candles = candles
            self.sourceIsThere = sourceIsThere
            self.lastAnswer = lastAnswer
            self.chance = chance
        }
    }

    /// Takes every step that can be taken now.
    package mutating func advance(_ around: Surroundings) -> [Notice] {
        var notices: [Notice] = []
        var place = 0
        while place < live.count {
            let id = live[place].execution.id
            while let here = self.place(id), step(here, around, &notices) {}
            if let here = self.place(id) { place = here + 1 }
        }
        return notices
    }

    /// One step of one execution; false where it waits.
    private mutating func step(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        guard live[place].waitsFor == nil else { return false }
        switch live[place].execution.state {
        case .checking: return check(place, around, &notices)
        case .planning: return plan(place, around, &notices)
        case .repairing:
            guard live[place].calling.isEmpty else { return false }
            return move(place, .callsEnded, around.now, &notices)
        case .landing: return land(place, around, &notices)
        case .rechecking: return recheck(place, around, &notices)
        case .backingOff: return backOff(place, around, &notices)
        case .resynthesizing: return resynthesize(place, around, &notices)
        case .confirming: return confirm(place, around, &notices)
        case .succeeded, .healed, .waiting, .failed, .cancelled: return false
        }
    }

    /// Follows an arrow of the table; every move is journalled.
    @discardableResult
    mutating func move(_ place: Int, _ event: AuditEvent, _ now: MarketTime, _ notices: inout [Notice]) -> Bool {
        let from = live[place].execution.state
        guard let to = AuditTransitionTable.next(from, event) else {
            preconditionFailure("the auditor has no arrow from \(from.rawValue) by \(event.rawValue)")
        }
        live[place].execution.state = to
        if to.isEnd { live[place].execution.ended = now.microseconds }
        notices.append(.journal(live[place].execution, at: now))
        if to.isEnd {
            let ended = live.remove(at: place).execution
            history.append(ended)
            if history.count > Self.historyMax { history.removeFirst(history.count - Self.historyMax) }
            notices.append(.ended(ended))
        }
        return true
    }

    // MARK: Checking

    private mutating func check(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        if live[place].waitsForWarehouse {
            guard around.warehouseIsCurrent else { return false }
            live[place].waitsForWarehouse = false
        }
        if !live[place].gapsChecked {
            live[place].gapsChecked = true
            if live[place].execution.kind != .resynthesize { findGaps(place, around) }
        }
        if live[place].execution.kind == .resynthesize {
            live[place].stale = live[place].unchecked.takeAll(in: settings.universe)
        }
        if !live[place].unchecked.isEmpty {
            let group = live[place].unchecked.takeGroup(in: settings.universe)
            live[place].checking = group
            notices.append(.effect(execution: live[place].execution.id, .checkFacts(group)))
            return false
        }
        // Rows whose time is not over change with every minute; they are the synthesis's own business.
        let ordered = live[place].execution.kind == .resynthesize
        live[place].stale.removeAll { !ordered && $0.minutes.upperBound.start > around.now }
        if !live[place].execution.units.isEmpty { return move(place, .foundGaps, around.now, &notices) }
        return move(place, live[place].stale.isEmpty ? .foundWell : .foundStale, around.now, &notices)
    }

    /// Compares expected with present over the scope and groups what is missing into calls.
    private mutating func findGaps(_ place: Int, _ around: Surroundings) {
        let execution = live[place].execution
        for selection in execution.selections {
            for symbol in selection.symbols {
                guard let member = settings.universe.member(symbol) else { continue }
                if execution.reasks == true {
                    findOld(place, member, selection.minutes, around)
                } else {
                    findGaps(place, member, selection.minutes, around)
                }
            }
        }
        let found = live[place].execution.units.filter { $0.reasks != true }
        live[place].execution.slotsFound = found.reduce(0) { $0 + $1.slotCount }
        live[place].execution.gapsFound = found.reduce(0) { $0 + $1.runs.count }
        let age = found.reduce(0) { $0 + $1.secondsSought(at: around.now) }
        live[place].execution.secondsToDetect = found.isEmpty ? nil : age
    }

    private mutating func findGaps(
        _ place: Int, _ member: UniverseMember, _ minutes: Range<Minute>, _ around: Surroundings
    ) {
        let id = live[place].execution.id
        let seeksUnrepairable = live[place].execution.seeksUnrepairable
        let range = minutes.clamped(to: member.lifetime)
        guard !range.isEmpty, range.lowerBound.start < around.now else { return }
        let lastHour = min(range.upperBound.advanced(by: -1).hour, around.now.hour)
        guard range.lowerBound.hour <= lastHour else { return }
        var missing: [HourSlots] = []
        var witnessed: [HourSlots] = []
        var due: [HourSlots] = []
        for hour in range.lowerBound.hour...lastHour {
            let masks = around.coverage[member.symbol, hour]
            let verdicts = around.coverage.verdicts(member, hour, in: settings.universe, now: around.now)
            let inScope = maskOf(range, within: hour) & ~claimed(member.symbol, hour, except: id)
            var lost = verdicts.missing
            if seeksUnrepairable { lost |= verdicts.unrepairable }
            if lost & inScope != 0 { missing.append(HourSlots(hour: hour, slots: lost & inScope)) }
            let again = verdicts.pending & masks.oneWitness & inScope
            if again != 0 { witnessed.append(HourSlots(hour: hour, slots: again)) }
            let ripe = again & ~schedule.justAsked(member.symbol, hour, at: around.now)
            if ripe != 0, around.candles != .refused { due.append(HourSlots(hour: hour, slots: ripe)) }
        }
        if !seeksUnrepairable, schedule.asksAgain(member, settings, around) { findAgain(place, member, range, around) }
        let forQuiet = missing.isEmpty
        // Slots that wait for their second witness ride along with a call that goes anyway.
        let wanted = merge(missing, forQuiet ? due : witnessed)
        guard !wanted.isEmpty else { return }
        let units = RepairPlanner.plan(
            member, wanted: wanted, rangeMax: settings.candleRange, coverage: around.coverage, now: around.now,
            asksForQuiet: forQuiet)
        for unit in units { schedule.asked(member.symbol, unit.asked, at: around.now) }
        live[place].execution.units += units
    }

    private func merge(_ left: [HourSlots], _ right: [HourSlots]) -> [HourSlots] {
        var result = left
        for part in right {
            if let place = result.firstIndex(where: { $0.hour == part.hour }) {
                result[place].slots |= part.slots
            } else {
                result.append(part)
            }
        }
        return result.sorted { $0.hour < $1.hour }
    }

    // MARK: Planning and calling

    private mutating func plan(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        if live[place].waitsForWarehouse {
            guard around.warehouseIsCurrent else { return false }
            live[place].waitsForWarehouse = false
        }
        settleWhatCame(place, around)
        guard around.candles == .refused else {
            order(place, around, &notices)
            return move(place, .planned, around.now, &notices)
        }
        for unit in live[place].execution.units.indices where live[place].execution.units[unit].standing == .open {
            if live[place].execution.units[unit].reasks == true {
                settleReask(place, unit, around)
            } else {
                giveUp(place, unit, .noCandleAccess, around, &notices)
            }
        }
        return move(place, .nothingAskable, around.now, &notices)
    }

    /// Hands a call for every open unit to the source.
    private mutating func order(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) {
        let execution = live[place].execution
        live[place].fates = []
        live[place].answers = []
        var calls: [(unit: Int, call: SourceCall)] = []
        for (unit, planned) in execution.units.enumerated() where planned.standing == .open {
            guard let symbol = SymbolName(planned.symbol) else { continue }
            let call = SourceCall(
                question: .candles(symbol, minutes: planned.asked, wanted: planned.runs), purpose: .repair,
                execution: execution.id, attempt: planned.attempts + 1)
            calls.append((unit, call))
            live[place].execution.calls += 1
            if planned.asksForQuiet { live[place].execution.quietCalls += 1 }
        }
        live[place].calling = calls.map(\.unit)
        notices.append(.order(execution: execution.id, calls: calls))
    }

    private mutating func backOff(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        guard let retryAt = live[place].retryAt, around.now >= retryAt else { return false }
        live[place].retryAt = nil
        live[place].execution.round += 1
        order(place, around, &notices)
        return move(place, .intervalPassed, around.now, &notices)
    }

    // MARK: Landing and rechecking

    private mutating func land(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        if live[place].waitsForWarehouse {
            guard around.warehouseIsCurrent else { return false }
            live[place].waitsForWarehouse = false
        }
        live[place].positions.removeAll(where: around.hasLanded)
        guard live[place].unplaced <= 0, live[place].positions.isEmpty else { return false }
        live[place].unplaced = 0
        return move(place, .landed, around.now, &notices)
    }

    private mutating func recheck(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        var gaveUp = false
        var retries = false
        for unit in live[place].execution.units.indices where live[place].execution.units[unit].standing == .open {
            switch look(place, unit, around) {
            case .settled: live[place].execution.units[unit].standing = .settled
            case .handOver: live[place].execution.units[unit].standing = .handedOver
            case .retry: retries = true
            case .giveUp(let reason):
                giveUp(place, unit, reason, around, &notices)
                gaveUp = true
            }
        }
        if gaveUp { return move(place, .gaveUp, around.now, &notices) }
        guard retries else { return move(place, .settled, around.now, &notices) }
        live[place].retryAt =
            around.now + settings.retry.delay(afterAttempt: live[place].execution.round, chance: around.chance)
        return move(place, .retriesLeft, around.now, &notices)
    }

    private enum Look {
        case settled, handOver, retry
        case giveUp(LossReason)
    }

    /// Looks at the slots of a unit again and judges how its last call ended.
    private mutating func look(_ place: Int, _ unit: Int, _ around: Surroundings) -> Look {
        let planned = live[place].execution.units[unit]
        guard let symbol = SymbolName(planned.symbol), let member = settings.universe.member(symbol) else {
            return .settled
        }
        if planned.reasks == true {
            settleReask(place, unit, around)
            return .settled
        }
        var lost = false
        var left: [HourSlots] = []
        for part in planned.wanted {
            let hour = Hour(part.hour)
            let verdicts = around.coverage.verdicts(member, hour, in: settings.universe, now: around.now)
            let gone = part.slots & (verdicts.missing | verdicts.unrepairable)
            let rest = gone | part.slots & verdicts.pending
            if rest != 0 { left.append(HourSlots(hour: hour, slots: rest)) }
            lost = lost || gone != 0
        }
        live[place].execution.units[unit].wanted = left
        guard lost else { return left.isEmpty ? .settled : .handOver }
        let fate = live[place].fates.first { $0.unit == unit }?.fate ?? .sourceAway
        switch fate {
        case .noAccess: return .giveUp(.noCandleAccess)
        case .keyRefused:
            live[place].execution.units[unit].reason = LossReason.keyRefused.rawValue
            return .handOver
        case .sourceAway: return tryFreely(place, unit, around)
        case .failed(let reason):
            // A source that has answered nobody since the execution began may be going away: that costs nothing.
            let began = MarketTime(microseconds: live[place].execution.began)
            guard reason.costsAttempt || around.lastAnswer >= began else { return tryFreely(place, unit, around) }
            return spend(place, unit, reason)
        case .answered: return judgeAnswer(place, unit, member, around)
        }
    }

    private mutating func tryFreely(_ place: Int, _ unit: Int, _ around: Surroundings) -> Look {
        live[place].execution.units[unit].freeTries += 1
        let tries = live[place].execution.units[unit].freeTries
        return around.sourceIsThere && tries < settings.retry.attemptsMax ? .retry : .handOver
    }

    /// The source answered and slots are still missing: either it has contradicted what we hold, which costs an attempt,
    /// or it could not yet bear witness, which costs none.
    private mutating func judgeAnswer(
        _ place: Int, _ unit: Int, _ member: UniverseMember, _ around: Surroundings
    ) -> Look {
        let planned = live[place].execution.units[unit]
        let answer = live[place].answers.last {
            $0.symbol.text == planned.symbol && $0.minutes == planned.asked
        }
        switch answer?.outcome {
        case .bars(let count) where count > 0: return judgeSpoilt(place, unit, answer?.spoilt ?? [])
        case .quarantined: return spend(place, unit, .quarantined)
        case .failed(let reason): return spend(place, unit, reason)
        case .bars, .noData, .witness:
            let calendar = TradingCalendar.named(member.calendar)
            let last = planned.asked.upperBound.advanced(by: -1)
            let isOver = calendar.session(containing: last).map { $0.minutes.upperBound.start <= around.now } ?? true
            let holdsBars =
                around.coverage.firstPresent(
                    member.symbol, atOrAfter: planned.asked.lowerBound, before: planned.asked.upperBound) != nil
            return isOver || holdsBars ? spend(place, unit, .noData) : .handOver
        case nil: return .handOver
        }
    }

    /// A good answer whose bar of a slot is no data costs that slot an attempt. Of the others it could not yet bear
    /// witness: when the attempts are spent, only the spoilt ones are given up.
    private mutating func judgeSpoilt(_ place: Int, _ unit: Int, _ spoilt: [Range<Minute>]) -> Look {
        let left = live[place].execution.units[unit].wanted.compactMap { part in
            let slots = spoilt.reduce(UInt64(0)) { $0 | maskOf($1, within: Hour(part.hour)) } & part.slots
            return slots == 0 ? nil : HourSlots(hour: Hour(part.hour), slots: slots)
        }
        guard !left.isEmpty else { return .handOver }
        let look = spend(place, unit, .quarantined)
        if case .giveUp = look { live[place].execution.units[unit].wanted = left }
        return look
    }

    private mutating func spend(_ place: Int, _ unit: Int, _ reason: LossReason) -> Look {
        live[place].execution.units[unit].attempts += 1
        live[place].execution.units[unit].reason = reason.rawValue
        return live[place].execution.units[unit].attempts < settings.retry.attemptsMax ? .retry : .giveUp(reason)
    }

    /// Rules the slots of a unit unrepairable. Slots that already were stay as they are, without a new alarm.
    private mutating func giveUp(
        _ place: Int, _ unit: Int, _ reason: LossReason, _ around: Surroundings, _ notices: inout [Notice]
    ) {
        live[place].execution.units[unit].standing = .givenUp
        live[place].execution.units[unit].reason = reason.rawValue
        guard let symbol = SymbolName(live[place].execution.units[unit].symbol),
            let member = settings.universe.member(symbol)
        else { return }
        // A slot that holds one witness of quiet is not lost: it goes on waiting for its second.
        live[place].execution.units[unit].wanted = live[place].execution.units[unit].wanted.compactMap { part in
            let verdicts = around.coverage.verdicts(member, Hour(part.hour), in: settings.universe, now: around.now)
            let lost = part.slots & (verdicts.missing | verdicts.unrepairable)
            return lost == 0 ? nil : HourSlots(hour: Hour(part.hour), slots: lost)
        }
        let planned = live[place].execution.units[unit]
        let runs = planned.runs
        guard let last = runs.last else { return }
        notices.append(.rule(execution: live[place].execution.id, symbol, runs, reason))
        let isFresh = last.upperBound.start > around.now - .minutes(24 * 60)
        notices.append(.gaveUp(reason, symbol, runs, fresh: isFresh))
    }
}
