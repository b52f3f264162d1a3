@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// Facts, score, flaw lab and journals.
struct PanelTests {
    private let world = DemoWorld()

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    @Test func factsAreReadWhereTheyAreShownAndOnlyThen() {
        func asked(_ effects: [ConsoleEffect]) -> Int {
            effects.count { if case .readFacts = $0 { true } else { false } }
        }
        var machine = world.console(columns: 120, rows: 40)
        #expect(asked(machine.handle(.status(world.status))) == 0)
        #expect(asked(machine.handle(.screen(.key(.character("7"))))) == 1)
        #expect(asked(machine.handle(.status(world.status))) == 0, "nothing was built since")
        var built = world.status
        built.lake.derivedRows += 1
        #expect(asked(machine.handle(.status(built))) == 1)
    }

    @Test func factsNameTheSessionItsHoursAndTheMarket() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("7", into: &machine)
        let text = machine.frame().text
        #expect(text.contains("session") && text.contains("09:30") && text.contains("market"))
        #expect(text.contains("↑15") && text.contains("AMZN") && text.contains("▁"))
    }

    @Test func theScoreIsToldSinceStartAndByDay() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("8", into: &machine)
        let text = machine.frame().text
        for word in ["since start", "Tue 12 Feb", "time to detect", "false alarms", "calls per gap"] {
            #expect(text.contains(word), "\(word)")
        }
        #expect(text.contains("130 s") || text.contains("2 min"))
    }

    @Test func flawsAreChosenAndOrderedByConfirmation() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("9", into: &machine)
        #expect(machine.frame().text.contains("in force"), "what is in force is shown first")
        _ = world.type(" j l", into: &machine)
        #expect(press(.enter, &machine).isEmpty)
        #expect(machine.frame().text.contains("Flaws?"))
        let given = press(.character("y"), &machine)
        guard case .order(let order)? = given.first, case .setFlaws(let flaws) = order.command else {
            Issue.record("no flaws were ordered")
            return
        }
        #expect(flaws.map(\.name) == ["drop-random"] && flaws.first?.rate == 0.05 && flaws.first?.seed == 7)
        #expect(flaws.first?.control == SymbolName("AAPL"))
        _ = press(.character("G"), &machine)
        _ = world.type("l", into: &machine)
        #expect(press(.enter, &machine).isEmpty)
        #expect(press(.character("y"), &machine) == [.order(OperatorOrder(.startOutage(minutes: 6), by: "ana"))])
        var watcher = world.console(columns: 120, rows: 40, readOnly: true)
        _ = world.type("9G", into: &watcher)
        #expect(press(.enter, &watcher).isEmpty)
        #expect(press(.character("y"), &watcher).allSatisfy { if case .copy = $0 { true } else { false } })
        var real = world
        real.status.simulated = false
        var other = real.console(columns: 120, rows: 40)
        _ = real.type("9", into: &other)
        #expect(real.feed(&other, .screen(.key(.enter))).isEmpty)
        #expect(other.frame().text.contains("nothing goes wrong on purpose"))
    }

    @Test func leavingTheFullScreenNeverLeavesTheFocusOutOfSight() {
        for (columns, rows) in [(200, 50), (80, 24)] {
            for panel in ConsolePanel.allCases {
                var machine = world.console(columns: columns, rows: rows)
                _ = world.type("\(panel.rawValue)z", into: &machine)
                #expect(machine.state.layout.area(machine.state.focus) != nil, "\(panel) at \(columns)x\(rows)")
            }
        }
    }

    @Test func whatIsCutInAListIsToldInFullBelowIt() {
        var long = world
        long.status.alarms[0].reason =
            "no candle access: quotes go on, lost slots cannot be repaired from this source, evermore"
        long.status.log[0].text = String(repeating: "a long story of many words ", count: 6) + "that ends"
        var machine = long.console(columns: 80, rows: 24)
        _ = long.type("3", into: &machine)
        #expect(machine.frame().text.contains("evermore"))
        #expect(machine.frame().text.contains("w silence for a while"))
        _ = long.type("6", into: &machine)
        #expect(machine.frame().text.contains("that ends"))
        let wide = long.console(columns: 200, rows: 50).frame()
        #expect((1..<9).map(wide.line).contains { $0.contains("evermore") }, "the panel's free rows hold it")
    }

    @Test func theLogStandsStillWhileSomebodyGoesThroughIt() {
        var long = world
        for place in stride(from: 0, to: long.status.log.count, by: 2) {
            long.status.log[place].text = String(repeating: "a long story ", count: 9)
        }
        var machine = long.console(columns: 80, rows: 24)
        _ = long.type("6", into: &machine)
        let first = machine.frame().line(3).dropFirst()
        for _ in 0..<10 {
            _ = press(.down, &machine)
            #expect(machine.frame().line(3).dropFirst() == first)
        }
    }

    @Test func theStreamsWindowIsWidened() {
        var machine = world.console(columns: 200, rows: 50)
        _ = world.type("1-", into: &machine)
        #expect(machine.frame().text.contains("/min 4 h") && machine.state.zoom == .day)
        var later = world.status
        later.clock.now = MarketTime(seconds: later.clock.now.seconds + 5_400)
        later.appendedPerMinute = Array(repeating: 900, count: 60)
        _ = world.feed(&machine, .status(later))
        let columns = machine.state.arrivals.columns(atMost: 60, until: later.clock.now.minute)
        #expect(columns.count == 60 && columns.last == 900 && columns.first == 0)
        #expect(columns.contains { $0 > 0 && $0 < 900 }, "what was told before is kept")
    }

    @Test func aColumnOfTheStreamKeepsItsHeightAsTimeGoesOn() {
        var history = ArrivalHistory()
        let first = Minute(1_000_003)
        history.take((0..<60).map { $0 * $0 }, until: first)
        for width in [60, 46, 20, 7] {
            let each = (60 + width - 1) / width
            var before = history.columns(atMost: width, until: first)
            for later in 1...30 {
                let now = first.advanced(by: later)
                let columns = history.columns(atMost: width, until: now)
                let moved = now.index % Int64(each) == 0 ? 1 : 0
                #expect(columns.count == 60 / each)
                #expect(Array(columns.dropLast(1 + moved)) == Array(before.dropLast().dropFirst(moved)))
                before = columns
            }
        }
    }

    @Test func aDerivedRowThatDoesNotFitItsSlotsIsSaid() {
        var machine = world.console(columns: 200, rows: 50)
        #expect(
            machine.state.inspectorSubject?.inspection?.derived.contains { machine.state.isCurrent($0) == nil } ?? false
        )
        var row = DerivedRow(span: .hourly, symbol: "AAPL", start: 0, end: 0)
        let hour = world.status.clock.now.hour.index - 24
        (row.start, row.end) = (hour * 60, hour * 60 + 60)
        guard let symbol = SymbolName("AAPL"), let member = machine.state.members[symbol],
            let counts = machine.state.verdicts(member, Hour(hour))?.counts
        else {
            Issue.record("the hour is not loaded")
            return
        }
        (row.present, row.quiet, row.healed) = (counts.present, counts.quiet, counts.healed)
        #expect(machine.state.isCurrent(row) == true)
        row.present -= 1
        #expect(machine.state.isCurrent(row) == false)
        _ = world.type("--", into: &machine)
        row.present += 1
        #expect(machine.state.isCurrent(row) == true, "from afar too")
    }

    @Test func anExecutionIsOpenedToItsJournalAndTakenUpThere() throws {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("2", into: &machine)
        let failed = try #require(world.status.executions.firstIndex { $0.state == .failed })
        _ = world.type(String(repeating: "j", count: failed), into: &machine)
        #expect(press(.enter, &machine).isEmpty)
        let text = machine.frame().text
        #expect(text.contains("Execution \(world.status.executions[failed].id)") && text.contains("rechecking"))
        _ = world.type("c", into: &machine)
        #expect(machine.frame().text.contains("Continue?"))
        #expect(
            press(.character("y"), &machine)
                == [.order(OperatorOrder(.redrive(execution: world.status.executions[failed].id), by: "ana"))])
    }
}
