import Engine
import Pipeline
import Testing

/// Acknowledging, snoozing, undoing and redriving through the whole machine.
struct RootDecisionTests {
    private static let pair = RootScripts.pairs[0]
    private static let key = "slots/no-data"
    /// The source has no candle of the first pair until `granted`, and everything else.
    private static func world(granted: Int64 = 100_000, until end: Int64 = 90) -> RootWorld {
        var world = RootWorld(
            RootScripts.settings(flaws: [CaptureFlaw(kind: .dropOne, control: RootScripts.pairs[1])]),
            at: RootScripts.start
        ) { call, now in
            if case .candles(pair, _, _) = call.question, now < RootScripts.start + .minutes(granted) {
                return .reply(
                    HTTPReply(status: 200, headers: [], body: Array("{\"s\":\"no_data\"}".utf8)),
                    after: RootScripts.latency)
            }
            return RootScripts.well(call, now)
        }
        world.start()
        world.run(until: RootScripts.start + .minutes(end))
        return world
    }

    private static func order(_ command: PipelineCommand, _ world: inout RootWorld, by who: String = "ana") {
        world.handle(.ordered(OperatorOrder(command, by: who)))
    }

    private static func told(_ world: RootWorld) -> [String] {
        world.trail.filter { $0.hasPrefix("raise ") || $0.hasPrefix("clear ") }
    }

    /// What a restart would find in the journal.
    private static func recovery(_ world: RootWorld) -> PipelineRecovery {
        var last: [(subject: String, line: JournalLine)] = []
        for line in world.journal {
            last.removeAll { $0.subject == line.subject }
            last.append((line.subject, line))
        }
        var recovery = PipelineRecovery(incarnation: 2)
        recovery.alarms = last.filter { !$0.line.closes }.compactMap { AlarmJournal.alarm($0.line) }
        recovery.decisions = last.filter { !$0.line.closes && $0.subject.hasPrefix(DecisionJournal.prefix) }
            .compactMap { DecisionJournal.decision($0.line) }
        recovery.ended = last.reversed().filter { $0.line.closes }.compactMap { AuditJournal.execution($0.line) }
        return recovery
    }

    @Test func anAcknowledgedGapKeepsItsVerdictAndItsAlarmIsSilentUntilUndone() throws {
        var world = Self.world()
        #expect(world.raised == [Self.key])
        let lost = world.counts().unrepairable
        #expect(lost > 0)
        Self.order(.acknowledge(.rule(SlotRule(reason: .noData)), note: "the vendor knows\u{1B}"), &world)
        world.run(until: world.now + .minutes(60))
        #expect(world.counts().unrepairable >= lost, "no verdict changed for the better")
        #expect(Self.told(world) == ["raise \(Self.key)", "clear \(Self.key)"], "nothing more is told while it holds")
        let alarm = try #require(world.status().alarms.first { $0.key == Self.key })
        #expect(alarm.cleared == nil && alarm.acknowledged?.by == "ana" && !alarm.sounds)
        #expect(alarm.acknowledged?.note == "the vendor knows\\u{1b}")
        let decision = try #require(world.status().decisions.first)
        Self.order(.undo(decision: decision.id), &world, by: "bo")
        #expect(Self.told(world).last == "raise \(Self.key)" && world.status().decisions.isEmpty)
        world.run(until: world.now + .minutes(1))
        let records = (world.streams[StreamShard("operator", 0)] ?? []).compactMap {
            if case .decision(let record) = $0 { record } else { nil }
        }
        #expect(records.map(\.verb) == ["acknowledge", "undo"] && records.map(\.by) == ["ana", "bo"])
        #expect(records[0].about.contains("[\(decision.id)]") && records[1].about.contains(decision.id))
    }

    @Test func whatWasDecidedStandsAfterARestart() {
        var world = Self.world()
        Self.order(.acknowledge(.alarm(Self.key), note: "seen"), &world)
        Self.order(.snooze(alarm: Self.key, .minutes(30), note: ""), &world)
        var next = RootWorld(world.settings, at: world.now, script: RootScripts.well)
        next.start(Self.recovery(world))
        #expect(next.status().decisions.map(\.id) == ["1.2", "1.1"])
        let alarm = next.status().alarms.first { $0.key == Self.key }
        #expect(alarm?.acknowledged?.note == "seen" && alarm?.snoozed?.until == world.now + .minutes(30))
        #expect(next.raised.isEmpty && Self.told(next).isEmpty)
        Self.order(.undo(decision: "1.1"), &next)
        #expect(Self.told(next).isEmpty, "the snooze still holds")
    }

    @Test func aSnoozeEndsByItselfAndOneUntilTheOpenEndsThere() {
        var world = Self.world()
        Self.order(.snooze(alarm: Self.key, .minutes(10), note: ""), &world)
        let until = world.now + .minutes(10)
        #expect(Self.told(world).last == "clear \(Self.key)")
        world.run(until: until - .seconds(1))
        #expect(Self.told(world).last == "clear \(Self.key)")
        world.run(until: until + .seconds(1))
        #expect(Self.told(world).last == "raise \(Self.key)")

        var shares = RootWorld(RootScripts.shares(), at: RootScripts.start, script: RootScripts.well)
        shares.start(
            PipelineRecovery(
                incarnation: 1,
                alarms: [
                    AlarmStatus(key: "store/lake/x", severity: .page, scope: "s", reason: "r", raised: shares.now),
                    AlarmStatus(key: "audit/differs", severity: .page, scope: "s", reason: "r", raised: shares.now),
                ]))
        let open = shares.machine.nextOpen(after: shares.now)
        Self.order(.snooze(alarm: "audit/differs", .open, note: ""), &shares)
        #expect(open != nil && shares.status().alarms.first { $0.key == "audit/differs" }?.snoozed?.until == open)
    }

    @Test func whatCannotBeDecidedIsRefusedWithASentence() {
        var world = Self.world(until: 5)
        let orders: [PipelineCommand] = [
            .acknowledge(.alarm("nothing"), note: ""), .acknowledge(.slots([]), note: ""),
            .snooze(alarm: "nothing", .minutes(5), note: ""), .undo(decision: "9.9"), .redrive(execution: "9-9"),
            .cancel(execution: "9-9"), .snooze(alarm: Self.key, .open, note: ""),
        ]
        for order in orders {
            let journal = world.journal.count
            Self.order(order, &world)
            #expect(world.status().log.first?.text.hasPrefix("\(order.verb) refused: ") == true, "\(order)")
            #expect(world.journal.count == journal && world.status().decisions.isEmpty)
        }
    }

    @Test func aFailedExecutionIsRedrivenKeepingWhatSucceeded() throws {
        var world = Self.world(granted: 95, until: 94)
        let failed = try #require(world.status().executions.first { $0.state == .failed })
        let before = try #require(Self.recovery(world).ended.first { $0.id == failed.id })
        #expect(before.units.contains { $0.standing == .settled } && before.units.contains { $0.standing == .givenUp })
        world.run(until: RootScripts.start + .minutes(96))
        let calls = world.calls.count
        Self.order(.redrive(execution: failed.id), &world)
        #expect(world.status().executions.first { $0.id == failed.id }?.state.isEnd == false)
        Self.order(.redrive(execution: failed.id), &world)
        #expect(world.status().log.first?.text.contains("is under way") == true)
        world.run(until: world.now + .minutes(3))
        let after = try #require(world.status().executions.first { $0.id == failed.id })
        #expect(after.state == .healed)
        let asked = world.calls.dropFirst(calls).filter { $0.call.execution == failed.id }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.call.question.symbol == Self.pair }, "only what had failed")
        let lost = before.units.filter { $0.standing == .givenUp }.flatMap(\.runs).flatMap { Array($0) }
        #expect(lost.allSatisfy { world.bar(Self.pair, $0) != nil })
        Self.order(.redrive(execution: failed.id), &world)
        #expect(world.status().log.first?.text.contains("nothing of it is left to do") == true)
    }

    @Test func anExecutionOfAProcessBeforeCanBeRedriven() throws {
        let world = Self.world(until: 94)
        let recovery = Self.recovery(world)
        let failed = try #require(recovery.ended.first { $0.state == .failed })
        var next = RootWorld(world.settings, at: world.now, script: RootScripts.well)
        next.coverage = world.coverage
        next.start(recovery)
        #expect(next.status().executions.contains { $0.id == failed.id && $0.state == .failed })
        Self.order(.redrive(execution: failed.id), &next)
        next.run(until: next.now + .minutes(3))
        #expect(next.status().executions.first { $0.id == failed.id }?.state == .healed)
        let lines = next.journal.filter { $0.subject == AuditJournal.prefix + failed.id }
        #expect(lines.first?.closes == false && lines.last?.closes == true)
    }

    @Test func aCancelledExecutionIsRedrivenFromItsBeginning() throws {
        var world = Self.world(until: 30)
        let selection = SlotSelection(
            symbols: RootScripts.pairs, minutes: RootScripts.start.minute..<RootScripts.start.minute.advanced(by: 20))
        Self.order(.audit([selection]), &world)
        let id = try #require(world.status().executions.first { $0.trigger == "ana" }?.id)
        Self.order(.cancel(execution: id), &world)
        Self.order(.redrive(execution: id), &world)
        world.run(until: world.now + .minutes(5))
        #expect(world.states(of: id).contains("cancelled"))
        let state = try #require(world.status().executions.first { $0.id == id }?.state)
        #expect(state.isEnd && state != .cancelled)
    }
}
