import Engine
import Pipeline
import Testing

/// Executions driven by hand through every way they may go.
struct AuditDrivenTests {
    private static let one = AuditStage.symbols[0]
    private static let two = AuditStage.symbols[1]

    @Test func whereAllIsWellAnExecutionSucceedsWithoutACall() {
        var stage = AuditStage()
        stage.fill()
        let id = stage.begin()
        stage.advance()
        #expect(stage.states(id) == [.checking, .succeeded] && stage.orders.isEmpty && stage.machine.isIdle)
    }

    @Test func aGapIsAskedForLandsAndHealsWithItsRows() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10, 11, 30]])
        let id = stage.begin()
        stage.advance()
        #expect(stage.states(id).last == .repairing && stage.orders.count == 1)
        let call = stage.orders[0].call
        #expect(call.execution == id && call.attempt == 1 && call.purpose == .repair)
        #expect(call.question.minutes == AuditStage.minute(9)..<AuditStage.minute(32))
        #expect(stage.machine.repairing(limit: 9).first?.slots.nonzeroBitCount == 3)
        for offset in [10, 11, 30] { stage.heal(Self.one, offset) }
        stage.landed = false
        stage.answer { _ in .answered }
        stage.advance()
        #expect(stage.states(id).last == .landing, "it waits for the position, not for a time")
        stage.now = stage.now + .minutes(60)
        stage.advance()
        #expect(stage.states(id).last == .landing)
        stage.landed = true
        stage.advance()
        #expect(stage.states(id) == [.checking] + AuditTransitionTable.mainPath.dropFirst())
        let last = stage.last(id)
        #expect((last?.slotsFound, last?.gapsFound, last?.calls) == (3, 2, 1) && last?.ended != nil)
        #expect(stage.built.filter { $0.span != .market }.map(\.symbol) == [Self.one, Self.one])
        #expect(stage.built.filter { $0.span == .market }.count == 1 && stage.rulings.isEmpty)
    }

    @Test func nothingIsCheckedBeforeWhatWasAppendedHasLanded() {
        var stage = AuditStage()
        stage.fill()
        stage.current = false
        let id = stage.begin()
        stage.advance()
        #expect(stage.states(id) == [.checking] && stage.machine.wantsWarehouse)
        stage.current = true
        stage.advance()
        #expect(stage.states(id).last == .succeeded && !stage.machine.wantsWarehouse)
    }

    @Test func retriesKeepTheirIntervalsAndEndInARulingAndAFailure() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10]])
        let id = stage.begin()
        var waits: [Int64] = []
        for attempt in 1...4 {
            stage.advance()
            #expect(stage.orders.map(\.call.attempt) == [attempt])
            stage.answer({ _ in .answered }, outcome: { _ in .noData })
            stage.advance()
            guard let due = stage.machine.nextDeadline(after: stage.now, sourceIsThere: false), attempt < 4 else {
                break
            }
            #expect(stage.states(id).last == .backingOff)
            waits.append((due - stage.now).seconds)
            stage.now = due + .milliseconds(-1)
            stage.advance()
            #expect(stage.orders.isEmpty, "not before its time")
            stage.now = due
        }
        #expect(waits == [1, 2, 4])
        #expect(
            stage.states(id).suffix(6) == [.rechecking, .landing, .rechecking, .resynthesizing, .confirming, .failed])
        #expect(
            stage.rulings.count == 1 && stage.rulings[0].reason == .noData
                && stage.rulings[0].minutes == [AuditStage.minute(10)..<AuditStage.minute(11)])
        let alarms = stage.notices.filter { if case .gaveUp = $0 { true } else { false } }
        #expect(alarms.count == 1)
    }

    @Test func d10OneBadSymbolSpendsNobodyElsesAttemptsAndWithholdsNobodysFacts() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10], Self.two: [20]])
        let id = stage.begin()
        stage.advance()
        #expect(stage.orders.count == 2)
        stage.heal(Self.two, 20)
        for round in 1...4 {
            stage.answer {
                $0 == Self.one ? .failed(.notData) : .answered
            } outcome: {
                $0 == Self.one ? .failed(.notData) : .bars(1)
            }
            stage.advance()
            guard round < 4 else { break }
            stage.now = stage.now + .seconds(8)
            stage.advance()
            #expect(stage.orders.map(\.call.question.symbol) == [Self.one], "only the bad one is asked again")
        }
        let units = stage.last(id)?.units ?? []
        #expect(units.map(\.attempts) == [4, 0] && units.map(\.standing) == [.givenUp, .settled])
        #expect(stage.built.contains { $0.symbol == Self.two } && stage.states(id).last == .failed)
        #expect(stage.rulings.map(\.symbol) == [Self.one])
    }

    @Test func aSlotWhoseBarIsNeverDataIsGivenUpAloneWithAnAlarm() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10, 30]])
        let id = stage.begin()
        for _ in 0..<4 {
            stage.advance()
            stage.answer({ _ in .answered }, outcome: { _ in .bars(20) }, spoilt: [10])
            stage.advance()
            stage.now = stage.now + .seconds(8)
        }
        stage.advance()
        #expect(stage.states(id).last == .failed)
        // Of the other the answer could not bear witness: it goes on waiting.
        #expect(stage.rulings.map(\.minutes) == [[AuditStage.minute(10)..<AuditStage.minute(11)]])
        #expect(stage.rulings.map(\.reason) == [.quarantined])
        let gaveUp = stage.notices.compactMap { notice -> [Range<Minute>]? in
            if case .gaveUp(.quarantined, _, let runs, _) = notice { runs } else { nil }
        }
        #expect(gaveUp == [[AuditStage.minute(10)..<AuditStage.minute(11)]])
    }

    @Test func anAbsentSourceCostsNoAttemptAndTheSlotsAreHandedOver() {
        let fates: [AcquireStateMachine.CallFate] = [
            .sourceAway, .keyRefused, .failed(.timedOut), .failed(.sourceFailed),
        ]
        for fate in fates {
            var stage = AuditStage()
            stage.fill(but: [Self.one: [10]])
            // Nobody was answered since it began.
            stage.lastAnswer = AuditStage.start
            let id = stage.begin()
            stage.advance()
            for _ in 0..<8 where !stage.machine.isIdle {
                stage.answer({ _ in fate }, outcome: { _ in nil })
                stage.advance()
                stage.now = stage.now + .seconds(60)
                stage.advance()
            }
            #expect(stage.states(id).last == .waiting && stage.last(id)?.units.map(\.attempts) == [0], "\(fate)")
            #expect(stage.rulings.isEmpty)
        }
    }

    @Test func aSourceThatAnswersOthersAndFailsOneSymbolSpendsThatOnesAttempts() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10]])
        let id = stage.begin()
        stage.advance()
        for _ in 0..<4 {
            stage.lastAnswer = stage.now
            stage.answer({ _ in .failed(.timedOut) }, outcome: { _ in .failed(.timedOut) })
            stage.advance()
            stage.now = stage.now + .seconds(60)
            stage.advance()
        }
        #expect(stage.states(id).last == .failed && stage.rulings.map(\.reason) == [.timedOut])
    }

    @Test func withoutCandleAccessNothingIsAskedAndTheReasonIsNamed() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10]])
        stage.candles = .refused
        let id = stage.begin()
        stage.advance()
        #expect(stage.orders.isEmpty && stage.rulings.map(\.reason) == [.noCandleAccess])
        #expect(
            stage.states(id) == [.checking, .planning, .landing, .rechecking, .resynthesizing, .confirming, .failed])
        var asked = AuditStage()
        asked.fill(but: [Self.one: [10]])
        asked.candles = .unknown
        let other = asked.begin()
        asked.advance()
        asked.answer({ _ in .noAccess }, outcome: { _ in .failed(.noCandleAccess) })
        asked.advance()
        #expect(asked.states(other).last == .failed && asked.last(other)?.units.map(\.attempts) == [0])
    }

    @Test func aSlotWithOneWitnessWaits() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10]])
        let id = stage.begin()
        stage.advance()
        stage.change(Self.one, 10) { masks, bit in masks.oneWitness |= bit }
        stage.answer({ _ in .answered }, outcome: { _ in .bars(2) })
        stage.advance()
        #expect(stage.states(id).last == .waiting && stage.rulings.isEmpty)
        // A quarter of an hour later it is asked again, by itself or along with a call that goes anyway.
        let early = stage.begin()
        stage.advance()
        #expect(stage.states(early).last == .succeeded && stage.orders.isEmpty)
        stage.change(Self.one, 12) { masks, bit in masks.present &= ~bit }
        _ = stage.begin()
        stage.advance()
        guard case .candles(_, _, let wanted)? = stage.orders.first?.call.question else {
            Issue.record("no call"); return
        }
        #expect(wanted.map(\.lowerBound) == [AuditStage.minute(10), AuditStage.minute(12)])
    }

    @Test func anOperatorMayEndItInEveryState() {
        for state in AuditState.allCases where !state.isEnd {
            guard let reached = Self.stage(in: state) else {
                Issue.record("\(state) is not reached")
                continue
            }
            var stage = reached.0
            let id = reached.1
            let result = stage.machine.cancel(id, at: stage.now)
            stage.take(result.notices)
            #expect(result.found && stage.states(id).last == .cancelled && stage.machine.isIdle, "\(state)")
            stage.holds = false
            stage.answer { _ in .answered }
            stage.advance()
            #expect(stage.states(id).last == .cancelled, "what comes late changes nothing")
            let again = stage.machine.cancel(id, at: stage.now)
            #expect(!again.found)
        }
    }

    @Test func afterACrashItGoesOnFromWhereItWas() {
        for state in AuditState.allCases where !state.isEnd {
            guard let reached = Self.stage(in: state) else {
                Issue.record("\(state) is not reached")
                continue
            }
            var stage = reached.0
            let id = reached.1
            let attempts = stage.last(id)?.units.map(\.attempts)
            stage.restart()
            #expect(stage.machine.executionsLive == 1)
            stage.holds = false
            stage.landed = true
            stage.current = true
            stage.heal(Self.one, 10)
            for _ in 0..<6 where !stage.machine.isIdle {
                stage.advance()
                stage.answer { _ in .answered }
                stage.now = stage.now + .seconds(10)
            }
            let end = stage.states(id).last
            #expect(end == .healed || end == .succeeded, "\(state) ends as \(String(describing: end))")
            if state == .backingOff { #expect(stage.last(id)?.units.map(\.attempts) == attempts, "attempts are kept") }
            if stage.states(id).contains(.resynthesizing) { #expect(!stage.built.isEmpty) }
        }
    }

    @Test func anOrderedRebuildIsDoneAfterACrashToo() {
        for held in [true, false] {
            var stage = AuditStage()
            stage.fill()
            stage.holds = held
            let id = stage.begin(.resynthesize, facts: true)
            stage.advance()
            if held {
                #expect(stage.states(id).last == .resynthesizing)
                stage.restart()
                stage.holds = false
                stage.advance()
            }
            #expect(stage.states(id).last == .healed)
            #expect(stage.built.filter { $0.span == .hourly }.map(\.symbol) == AuditStage.symbols, "held \(held)")
        }
    }

    @Test func whatCannotBeCheckedIsNotTakenForWell() {
        var stage = AuditStage()
        stage.fill()
        stage.failsChecks = true
        let id = stage.begin(facts: true)
        stage.advance()
        #expect(stage.states(id).last == .failed && stage.checks == 3)
        #expect(stage.notices.contains { if case .differs = $0 { true } else { false } })
        #expect(!stage.built.isEmpty)
    }

    @Test func staleFactsAreBuiltAgainAndASecondDifferenceIsAnAlarm() {
        var stage = AuditStage()
        stage.fill()
        let row = DerivedTarget(
            span: .hourly, symbol: Self.one, minutes: AuditStage.minute(0)..<AuditStage.minute(60))
        stage.stale = [[row], [row], []]
        let id = stage.begin(facts: true)
        stage.advance()
        #expect(
            stage.states(id) == [
                .checking, .resynthesizing, .confirming, .resynthesizing, .confirming, .healed,
            ])
        var worse = AuditStage()
        worse.fill()
        worse.stale = [[row], [row], [row]]
        let other = worse.begin(facts: true)
        worse.advance()
        #expect(worse.states(other).last == .failed)
    }

    @Test func aSlotIsInOneLiveExecutionAtMost() {
        var stage = AuditStage()
        stage.fill(but: [Self.one: [10, 20], Self.two: [30]])
        let first = stage.begin()
        stage.advance()
        #expect(stage.orders.count == 2)
        let second = stage.begin()
        stage.advance()
        #expect(
            stage.states(second) == [.checking, .succeeded] && stage.orders.count == 2, "the others' slots are theirs")
        stage.change(Self.two, 40) { masks, bit in masks.present &= ~bit }
        let third = stage.begin()
        stage.advance()
        #expect(stage.states(third).last == .repairing && stage.orders.count == 3)
        var seen: [String: UInt64] = [:]
        for part in stage.machine.repairing(limit: 100) {
            let name = "\(part.symbol) \(part.hour)"
            #expect(seen[name, default: 0] & part.slots == 0)
            seen[name, default: 0] |= part.slots
        }
        #expect(stage.states(first).last == .repairing)
    }

    /// An execution of one missing slot, stopped in a state.
    private static func stage(in state: AuditState) -> (AuditStage, String)? {
        var stage = AuditStage()
        stage.fill(but: [one: [10]])
        stage.current = state != .checking
        if state == .landing { stage.landed = false }
        let id = stage.begin()
        stage.advance()
        switch state {
        case .checking, .repairing: break
        case .backingOff:
            stage.answer({ _ in .failed(.notData) }, outcome: { _ in .failed(.notData) })
            stage.advance()
        case .planning, .rechecking:
            // Passed through in one step: the journal alone may stop there.
            stage.stop(id, in: state)
        case .landing, .resynthesizing:
            if state == .resynthesizing { stage.heal(one, 10) }
            stage.holds = true
            stage.answer { _ in .answered }
            stage.advance()
        case .confirming:
            stage.heal(one, 10)
            stage.holds = true
            stage.answer { _ in .answered }
            stage.advance()
            stage.release()
        case .succeeded, .healed, .waiting, .failed, .cancelled: return nil
        }
        return stage.states(id).last == state ? (stage, id) : nil
    }
}
