@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// Acknowledging, snoozing, undoing and continuing with keys; and questions that follow the live state.
struct DecisionKeyTests {
    private let world = DemoWorld()

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    private func commands(_ effects: [ConsoleEffect]) -> [PipelineCommand] {
        effects.compactMap { if case .order(let order) = $0 { order.command } else { nil } }
    }

    private func console() -> ConsoleStateMachine { world.console(columns: 120, rows: 40) }

    @Test func theChosenAlarmIsAcknowledgedWithANote() {
        var machine = console()
        _ = world.type("3A", into: &machine)
        let text = machine.frame().text
        #expect(text.contains("Acknowledge?") && text.contains("no candle access for 2019-02-08"))
        #expect(world.type("the vendor knows", into: &machine).isEmpty)
        #expect(machine.frame().text.contains("why: the vendor knows▏"))
        let given = commands(press(.enter, &machine))
        #expect(given == [.acknowledge(.alarm("symbol/GOOG"), note: "the vendor knows")])
        #expect(commands(press(.enter, &machine)).isEmpty)
    }

    @Test func exactlyTheGapsUnderTheMarksAreAcknowledged() throws {
        var machine = console()
        _ = world.type("n A", into: &machine)
        #expect(machine.frame().text.contains("each stays what it is, and calls for nobody"))
        let given = commands(world.type("halted", into: &machine) + press(.enter, &machine))
        guard case .acknowledge(.slots(let gaps), "halted")? = given.first else {
            Issue.record("no gap was acknowledged")
            return
        }
        #expect(!gaps.isEmpty)
        for gap in gaps {
            for minute in gap.minutes {
                let row = try #require(world.rows(gap.symbols, minute.hour..<minute.hour.advanced(by: 1)).first)
                #expect((row.present | row.quiet) & minute.bit == 0, "\(minute)")
            }
        }
    }

    @Test func withoutAWordNothingIsDone() {
        for opener in ["3A", "n A", "w"] {
            for no in [[Key.enter], [.escape], [.character(" "), .enter], [.character("x"), .control("c")]] {
                var machine = console()
                _ = world.type(opener, into: &machine)
                for key in no { #expect(commands(press(key, &machine)).isEmpty, "\(opener)") }
                #expect(!machine.frame().text.contains("Acknowledge?") && machine.frame().text.contains("not done"))
            }
        }
    }

    @Test func whatIsTypedIsHarmlessAndBounded() {
        var machine = console()
        _ = world.type("3A", into: &machine)
        _ = press(.paste("a\u{1B}[2J" + String(repeating: "b", count: 900)), &machine)
        _ = press(.backspace, &machine)
        guard case .acknowledge(_, let note)? = commands(press(.enter, &machine)).first else {
            Issue.record("nothing was ordered")
            return
        }
        #expect(note.hasPrefix("a\\u{1b}[2Jbbb") && note.count <= StandingDecision.noteMax)
    }

    @Test func anAlarmIsSnoozedForATimeOrUntilTheOpen() {
        let spans: [(String, SnoozeEnd?)] = [
            ("30", .minutes(30)), ("2h", .minutes(120)), ("open", .open), ("soon", nil), ("-1", nil),
        ]
        for (text, end) in spans {
            var machine = console()
            _ = world.type("w" + text, into: &machine)
            let given = commands(press(.enter, &machine))
            #expect(given == (end.map { [.snooze(alarm: "symbol/GOOG", $0, note: "")] } ?? []), "\(text)")
            if end == nil { #expect(machine.frame().text.contains("is no time")) }
        }
        let calm = DemoWorld(busy: false)
        var machine = calm.console(columns: 120, rows: 40)
        _ = calm.type("w", into: &machine)
        #expect(machine.frame().text.contains("no alarm stands that calls for anybody"))
    }

    @Test func anAlarmThatIsOverIsNotSilencedAndItIsSaidSinceWhen() throws {
        var changed = world
        let place = try #require(changed.status.alarms.firstIndex { $0.cleared != nil })
        changed.status.alarms[place].key = "source/simulated/outage"
        changed.status.alarms[place].raised = changed.status.clock.now - .minutes(30)
        changed.status.alarms[place].cleared = changed.status.clock.now - .minutes(14)
        for key in ["A", "w"] {
            var machine = changed.console(columns: 140, rows: 40)
            _ = changed.type("3G" + key, into: &machine)
            #expect(machine.state.overlay == .nothing)
            #expect(
                machine.frame().text.contains(
                    "it is over since 10:28 ET, after 16 minutes: the source answers again"), "\(key)")
        }
        // One that ends while somebody types: the box says so.
        var machine = world.console(columns: 140, rows: 40)
        _ = world.type("3w3", into: &machine)
        let standing = try #require(world.status.alarms.firstIndex { $0.key == "symbol/GOOG" })
        changed = world
        changed.status.alarms[standing].cleared = changed.status.clock.now
        _ = changed.feed(&machine, .status(changed.status))
        #expect(machine.frame().text.contains("it is over since 10:42 ET"))
    }

    /// A world in which the standing alarm is acknowledged.
    private func acknowledged() -> DemoWorld {
        var changed = world
        let decision = StandingDecision(
            id: "2.7", by: "bo", at: changed.status.clock.now, note: "ticket 4711", subject: .alarm("symbol/GOOG"))
        changed.status.decisions = [decision]
        for place in changed.status.alarms.indices where changed.status.alarms[place].cleared == nil {
            changed.status.alarms[place].acknowledged = decision.mark
        }
        return changed
    }

    @Test func whatIsSilentIsShownAndAlarmsNobody() {
        let text = acknowledged().console(columns: 200, rows: 50).frame().text
        #expect(text.contains("no alarm") && text.contains("1 silent"))
        var machine = acknowledged().console(columns: 120, rows: 30)
        _ = acknowledged().type("3z", into: &machine)
        #expect(machine.frame().text.contains("acknowledged by bo: ticket 4711"))
    }

    @Test func undoNamesWhatAndWhose() {
        let changed = acknowledged()
        var machine = changed.console(columns: 120, rows: 40)
        _ = changed.type("u", into: &machine)
        let text = machine.frame().text
        #expect(text.contains("Undo?") && text.contains("alarm symbol/GOOG") && text.contains("by bo"))
        #expect(commands(changed.feed(&machine, .screen(.key(.character("y"))))) == [.undo(decision: "2.7")])
        var empty = console()
        _ = world.type("u", into: &empty)
        #expect(empty.frame().text.contains("nothing is acknowledged or snoozed"))
    }

    @Test func theChosenExecutionThatFailedIsContinued() throws {
        var machine = console()
        let failed = try #require(world.status.executions.first { $0.state == .failed })
        _ = world.type("c", into: &machine)
        #expect(machine.frame().text.contains("Continue?") && machine.frame().text.contains(failed.id))
        #expect(commands(press(.character("y"), &machine)) == [.redrive(execution: failed.id)])
        _ = world.type("2c", into: &machine)
        #expect(machine.frame().text.contains("it is under way"))
        let healed = try #require(world.status.executions.firstIndex { $0.state == .healed })
        _ = world.type(String(repeating: "j", count: healed) + "c", into: &machine)
        #expect(machine.frame().text.contains("nothing of it is left to do"))
    }

    @Test func anObserverDecidesNothing() {
        var machine = world.console(columns: 120, rows: 40, readOnly: true)
        for key in ["A", "w", "u", "c", "3A"] {
            #expect(commands(world.type(key + "30y", into: &machine) + press(.enter, &machine)).isEmpty, "\(key)")
            _ = press(.escape, &machine)
        }
    }

    @Test func anOpenQuestionFollowsTheLiveState() {
        var machine = console()
        _ = world.type("R", into: &machine)
        let before = machine.frame().text
        #expect(before.contains("Repair?"))
        var changed = world
        changed.masks = changed.masks.enumerated().map { index, row in
            var row = row
            if index % 2 == 0 { (row.present, row.unrepairable) = (row.present | ~row.quiet, 0) }
            return row
        }
        changed.status.coverageVersion += 1
        _ = changed.feed(&machine, .status(changed.status))
        let after = machine.frame().text
        let figure = { (text: String) in text.split(separator: "\n").first { $0.contains(" missing in ") } }
        #expect(after.contains("Repair?") && figure(before) != nil && figure(after) != figure(before))
        changed.masks = changed.masks.map { row in
            var row = row
            (row.present, row.unrepairable) = (row.present | ~row.quiet, 0)
            return row
        }
        changed.status.coverageVersion += 1
        _ = changed.feed(&machine, .status(changed.status))
        #expect(!machine.frame().text.contains("Repair?") && machine.frame().text.contains("nothing is missing"))
        #expect(commands(changed.feed(&machine, .screen(.key(.character("y"))))).isEmpty)

        var cancelling = console()
        _ = world.type("x", into: &cancelling)
        var ended = world.status
        ended.executions[0].state = .healed
        _ = world.feed(&cancelling, .status(ended))
        #expect(cancelling.frame().text.contains("has ended by itself"))
        #expect(commands(press(.character("y"), &cancelling)).isEmpty)
    }
}
