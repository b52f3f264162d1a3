@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// The coverage from afar and from near: zoom, two symbols on a row, gaps beyond the view, filters, times.
struct CoverageTests {
    private func copied(_ effects: [ConsoleEffect]) -> String? {
        effects.compactMap { if case .copy(let text) = $0 { text } else { nil } }.last
    }

    @Test func theFourLevelsAreAsTheyWere() throws {
        var world = YearWorld(symbols: 20)
        world.hole("S1003", "2018-12-24T15:00:00Z")
        world.hole("S1007", "2019-02-06T15:00:00Z", slots: ~0)
        var machine = world.console(columns: 200, rows: 50)
        world.feed(&machine, .status(world.status))
        for (name, key) in [("month", "-"), ("year", "-")] {
            world.type(&machine, key)
            try expectGolden(machine.frame(), "\(name)-200x50")
        }
        world.press(&machine, .enter, .enter, .enter)
        #expect(machine.state.zoom == .hour)
        world.press(&machine, .escape, .escape)
        #expect(machine.state.zoom == .month, "Esc goes the way back that Enter came")
        world.press(&machine, .escape, .escape)
        #expect(machine.state.zoom == .year)
    }

    @Test func symbolsThatHaveNoRoomShareRows() throws {
        var world = YearWorld(symbols: 500)
        world.hole("S1003", "2018-12-24T15:00:00Z")
        world.hole("S1006", "2019-02-06T15:00:00Z", slots: ~0)
        var machine = world.console(columns: 160, rows: 45)
        world.feed(&machine, .status(world.status))
        world.type(&machine, "--jj")
        try expectGolden(machine.frame(), "dense-160x45")
        let halves = machine.frame().cells.filter { $0.under != nil }.count
        #expect(halves > 1_000)
        world.type(&machine, "DD")
        #expect(machine.frame().cells.allSatisfy { $0.under == nil }, "by choice each has its own row")
        var plain = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 160, rows: 45, readOnly: false, colours: false)
        world.feed(&plain, .status(world.status))
        world.type(&plain, "--")
        #expect(plain.frame().cells.contains { $0.text == "▄" || $0.text == "▀" }, "a gap is told without colours")
    }

    @Test func aYearOfManySymbolsCostsWhatIsInView() {
        var world = YearWorld(symbols: 500)
        var machine = world.console(columns: 200, rows: 50)
        world.feed(&machine, .status(world.status))
        world.type(&machine, "--")
        let shown =
            machine.state.layout.content(.coverage).map { machine.state.coverageGeometry($0).bands[0].shown.count } ?? 0
        #expect(shown > 20 && shown < 120)
        #expect(world.read < (shown + 60) * 24 * 370, "what is not in view is not read")
        let summed = machine.state.cells.sessionsSummed
        #expect(summed <= shown * 200)
        for key in ["j", "k", "l", "+", "-", " ", "v", "v"] { world.type(&machine, key) }
        let status = world.status
        world.feed(&machine, .status(status))
        #expect(machine.state.cells.sessionsSummed - summed <= shown, "each session is summed up once")
        let before = world.read
        world.type(&machine, "h")
        #expect(world.read == before, "nothing is read twice")
        world.press(&machine, .pageDown)
        #expect(world.read - before <= 2 * shown * 24 * 370)
        #expect(machine.state.cells.sessionsSummed - summed <= 2 * shown * 200)
    }

    @Test func theWorstComeFirstFromOutOfView() {
        var world = YearWorld(symbols: 80)
        world.hole("S1044", "2019-01-07T15:00:00Z", slots: ~0)
        var machine = world.console(columns: 100, rows: 30)
        world.feed(&machine, .status(world.status))
        world.type(&machine, "--o")
        #expect(machine.state.flatRows.first?.text == "S1044")
        let read = world.read
        var next = world.status
        next.clock.now = MarketTime(seconds: next.clock.now.seconds + 60)
        world.status = next
        world.feed(&machine, .status(next))
        #expect(world.read == read, "what was summed up is not read again")
    }

    @Test func aChangeIsSeenInTheSumOfItsSession() {
        var world = YearWorld(symbols: 3)
        var machine = world.console(columns: 120, rows: 40)
        world.feed(&machine, .status(world.status))
        world.type(&machine, "--")
        let before = machine.frame().cells.count { $0.text == "3" && $0.role == .heat7 }
        world.hole("S1001", "2019-02-06T15:00:00Z")
        world.status.coverageVersion += 1
        world.feed(&machine, .status(world.status))
        #expect(machine.frame().cells.count { $0.text == "3" && $0.role == .heat7 } == before + 1)
    }

    @Test func aGapIsFoundBeyondTheViewOnEitherSide() {
        var world = YearWorld(symbols: 40)
        world.hole("S1033", "2018-10-03T15:00:00Z")
        var machine = world.console(columns: 120, rows: 40)
        world.feed(&machine, .status(world.status))
        world.type(&machine, "n")
        #expect(copied(world.type(&machine, "y")) == "S1033 2018-10-03T15:00:00Z 2018-10-03T16:00:00Z")
        world.hole("S1002", "2019-01-30T16:00:00Z")
        world.status.coverageVersion += 1
        world.feed(&machine, .status(world.status))
        world.type(&machine, "n")
        #expect(
            copied(world.type(&machine, "y")) == "S1033 2018-10-03T15:00:00Z 2018-10-03T16:00:00Z", "one is in view")
        world.press(&machine, .end)
        world.type(&machine, "N")
        #expect(copied(world.type(&machine, "y")) == "S1002 2019-01-30T16:00:00Z 2019-01-30T17:00:00Z")
        var whole = YearWorld(symbols: 4)
        var other = whole.console(columns: 120, rows: 40)
        whole.feed(&other, .status(whole.status))
        whole.type(&other, "n")
        #expect(other.frame().text.contains("no gap anywhere"))
    }

    @Test func filtersNameFieldsAndAreNegated() {
        let world = DemoWorld()
        func shown(_ filter: String) -> [String] {
            var machine = world.console(columns: 120, rows: 40)
            _ = world.type("/" + filter, into: &machine)
            return machine.state.flatRows.map(\.text)
        }
        let all = shown("")
        #expect(shown("calendar:24x7") == ["BTC-USD", "ETH-USD"])
        #expect(shown("!calendar:24x7").count == all.count - 2)
        #expect(shown("symbol:goog") == ["GOOG"] && shown("goog !calendar:24x7") == ["GOOG"])
        #expect(shown("colour:red").isEmpty, "an unknown field is plain text")
        let (missing, sound) = (shown("state:missing"), shown("!state:missing"))
        #expect(!missing.isEmpty && missing.count + sound.count == all.count)
        #expect(Set(shown("state:unrepairable")).isSubset(of: all) && shown("state:unrepairable") != all)
        #expect(Set(shown("state:whole")).isDisjoint(with: missing))
        #expect(shown("reason:timed").count == shown("reason:outage").count && !shown("reason:flaw").isEmpty)
        #expect(shown("reason:nonsense").isEmpty)
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("/state:broken", into: &machine)
        #expect(machine.frame().text.contains("state: missing, repairing"))
    }

    @Test func aMomentIsTypedAndWhatCannotBeReadIsSaid() {
        var world = YearWorld(symbols: 4)
        func went(_ text: String) -> (String?, String) {
            var machine = world.console(columns: 120, rows: 40)
            world.feed(&machine, .status(world.status))
            world.type(&machine, "t" + text)
            world.press(&machine, .enter)
            let frame = machine.frame().text
            world.press(&machine, .escape)
            return (copied(world.type(&machine, "y")), frame)
        }
        #expect(went("2018-11-05 11:20").0 == "S1000 2018-11-05T16:00:00Z 2018-11-05T17:00:00Z")
        #expect(went("2018-11-05T16:20Z").0 == "S1000 2018-11-05T16:00:00Z 2018-11-05T17:00:00Z")
        #expect(went("2018-11-04").0 == "S1000 2018-11-05T14:30:00Z 2018-11-05T15:00:00Z", "a Sunday: what follows")
        #expect(went("09:31").0 == "S1000 2019-02-12T14:30:00Z 2019-02-12T15:00:00Z")
        #expect(went("-1d").0 == "S1000 2019-02-11T15:00:00Z 2019-02-11T16:00:00Z")
        for (text, complaint) in [
            ("2018-02-30", "no date that exists"), ("25:00", "is no time"), ("soon", "is no date"),
            ("1999-01-04", "nothing is expected before"), ("2019-02-13", "nothing has come later"),
        ] {
            #expect(went(text).1.contains(complaint), "\(text)")
        }
    }

    @Test func timesAreShownInUTCByChoice() {
        let world = DemoWorld()
        var machine = world.console(columns: 200, rows: 50)
        #expect(machine.frame().text.contains("2019-02-12 10:42 ET"))
        _ = world.type("U", into: &machine)
        let text = machine.frame().text
        #expect(text.contains("2019-02-12 15:42 UTC") && text.contains("New York in UTC") && !text.contains(" ET "))
        _ = world.type("U", into: &machine)
        #expect(machine.frame().text.contains("10:42 ET"))
    }

    @Test func aRangeReadsOnAndARectangleDoesNot() {
        let world = DemoWorld()
        func marked(_ keys: [Key]) -> [SlotSelection] {
            var machine = world.console(columns: 120, rows: 40)
            for key in keys { _ = world.feed(&machine, .screen(.key(key))) }
            return machine.state.marks.selections
        }
        let rectangle = marked([.control("v"), .down, .left, .control("v")])
        #expect(rectangle.allSatisfy { $0.symbols.count == 2 } && rectangle.reduce(0) { $0 + $1.minutes.count } == 120)
        let range = marked([.character("v"), .down, .left, .character("v")])
        #expect(range.count > 2 && Set(range.flatMap(\.symbols)).count == 2)
        // The other shape's key changes the shape.
        #expect(marked([.character("v"), .down, .left, .control("v"), .control("v")]) == rectangle)
    }
}
