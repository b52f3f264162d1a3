@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// The palette, rebinding, layouts, freezing and the wallboard.
struct PaletteTests {
    private let world = DemoWorld()

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    private func run(_ command: String, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        _ = world.type(":" + command, into: &machine)
        return press(.enter, &machine)
    }

    private func console(readOnly: Bool = false) -> ConsoleStateMachine {
        world.console(columns: 120, rows: 40, readOnly: readOnly)
    }

    @Test func everyActionOfTheKeyTableCanBeNamed() {
        for binding in KeyTable.bindings {
            var named = console()
            var pressed = console()
            let byName = run(binding.name, &named)
            guard let key = binding.keys.first else { continue }
            #expect(byName == press(key, &pressed), "\(binding.name)")
            #expect(named.frame() == pressed.frame() || binding.action == .palette, "\(binding.name)")
        }
    }

    @Test func verbsTakeTheirArgument() {
        var machine = console()
        _ = run("zoom year", &machine)
        #expect(machine.state.zoom == .year)
        _ = run("clock utc", &machine)
        #expect(machine.state.showsUTC)
        _ = run("clock market", &machine)
        #expect(!machine.state.showsUTC)
        _ = run("theme mono", &machine)
        #expect(machine.theme.name == "mono")
        _ = run("dense on", &machine)
        #expect(machine.state.density == .on)
        _ = run("filter calendar:24x7", &machine)
        #expect(machine.state.flatRows.count == 2)
        _ = run("goto 2019-02-06 11:00", &machine)
        #expect(machine.state.cursorColumn?.session.date.description == "2019-02-06")
        _ = run("panel alarms", &machine)
        #expect(machine.state.focus == .alarms)
        #expect(run("speed 30", &machine) == [.order(OperatorOrder(.setSpeed(30), by: "ana"))])
        let snoozed = run("snooze 2h", &machine)
        #expect(
            snoozed == [.order(OperatorOrder(.snooze(alarm: "symbol/GOOG", .minutes(120), note: ""), by: "ana"))])
        #expect(run("flaw burst:60+20,late:0.1", &machine).isEmpty)
        #expect(machine.frame().text.contains("flaws burst:60+20, late:0.1"))
        guard case .order(let order)? = press(.character("y"), &machine).first,
            case .setFlaws(let flaws) = order.command
        else {
            Issue.record("no flaws were ordered")
            return
        }
        #expect(flaws.map(\.text) == ["burst:60+20", "late:0.1"])
        #expect(run("outage 7", &machine).isEmpty)
        let outage = OperatorOrder(.startOutage(minutes: 7), by: "ana")
        #expect(press(.character("y"), &machine) == [.order(outage)])
        var watcher = console(readOnly: true)
        for command in ["flaw none", "outage 7", "speed 30", "snooze 2h", "repair-view"] {
            #expect(run(command, &watcher).isEmpty && watcher.state.overlay == .nothing, "\(command)")
        }
    }

    @Test func whatIsWrongIsSaidAndTheLineStays() {
        for (command, said) in [
            ("repiar", "there is no repiar: repair?"), ("zoom near", "zoom year, month, day or hour"),
            ("goto never", "is no date"), ("bind F5 nothing", "there is no action nothing"),
            ("bind Esc quit", "keeps its meaning"),
            ("undo all", "undo takes no argument"), ("flaw none,x", "drop-one[:RATE]"), ("outage 0", "outage 1 to 240"),
            ("filter state:bad", "state: missing"), ("theme nope", "themes: "),
        ] {
            var machine = console()
            #expect(run(command, &machine).isEmpty)
            #expect(machine.frame().text.contains(said), "\(command)")
            #expect(machine.frame().text.contains(":" + command), "\(command) stays")
        }
    }

    @Test func aCommandIsCompletedAndRemembered() {
        var machine = console()
        _ = world.type(":layo", into: &machine)
        _ = press(.tab, &machine)
        #expect(machine.state.overlay == .command(CommandLine(text: "layout ")))
        _ = world.type("h", into: &machine)
        _ = press(.tab, &machine)
        _ = press(.enter, &machine)
        #expect(machine.state.division == .healing)
        _ = run("zoom month", &machine)
        _ = world.type(":x", into: &machine)
        _ = press(.up, &machine)
        #expect(machine.frame().text.contains(":zoom month"))
        _ = press(.up, &machine)
        #expect(machine.frame().text.contains(":layout healing"))
        _ = press(.down, &machine)
        _ = press(.down, &machine)
        #expect(machine.frame().text.contains(":x▏"), "what was being typed comes back")
        _ = press(.backspace, &machine)
        _ = press(.backspace, &machine)
        #expect(machine.state.overlay == .nothing)
    }

    @Test func aPastedCommandIsTextAndNotRun() {
        var machine = console()
        _ = world.type(":", into: &machine)
        #expect(press(.paste("quit\n"), &machine).isEmpty)
        #expect(machine.frame().text.contains(":quit\\u{a}"))
    }

    @Test func aKeyIsGivenAnotherMeaningAndTheHelpSaysSo() {
        var machine = console()
        _ = run("bind F5 repair-view", &machine)
        _ = press(.function(5), &machine)
        #expect(machine.frame().text.contains("Repair?"))
        _ = press(.escape, &machine)
        _ = run("bind r audit", &machine)
        _ = world.type("r", into: &machine)
        #expect(machine.frame().text.contains("Audit?"))
        _ = press(.escape, &machine)
        _ = world.type("??", into: &machine)
        let help = machine.frame().text
        #expect(help.contains("R F5") && help.contains("a r "))
        for binding in KeyTable.bindings {
            for key in binding.keys { #expect(KeyName.key(KeyName.text(key)) == key, "\(binding.label)") }
        }
    }

    @Test func aFrozenViewStaysAndQuestionsAreLive() {
        var machine = console()
        _ = world.type("f", into: &machine)
        let frozen = machine.frame()
        #expect(frozen.text.contains("FROZEN 10:42"))
        var later = world
        later.status.clock.now = MarketTime(seconds: world.status.clock.now.seconds + 7_200)
        later.status.coverage.present -= 10_000
        later.masks = later.masks.map { row in
            var row = row
            (row.present, row.unrepairable) = (row.present | ~row.quiet, 0)
            return row
        }
        later.status.coverageVersion += 1
        _ = later.feed(&machine, .status(later.status))
        let after = machine.frame()
        let rows = 10..<34
        #expect(rows.map(after.line) == rows.map(frozen.line), "the view stays")
        #expect(after.line(0) != frozen.line(0), "the title does not")
        _ = later.type("R", into: &machine)
        #expect(machine.frame().text.contains("nothing is missing there"), "an order is about what is so now")
        _ = later.type("f", into: &machine)
        #expect(!machine.frame().text.contains("FROZEN") && machine.frame().line(20) != frozen.line(20))
    }

    @Test func aWallboardTakesNoKeysButThoseToLeave() {
        var machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 140, rows: 40, readOnly: false, wallboard: true)
        _ = world.feed(&machine, .status(world.status))
        let frame = machine.frame()
        for binding in KeyTable.bindings where binding.action != .quit && binding.action != .repaint {
            for key in binding.keys { #expect(press(key, &machine).isEmpty) }
        }
        #expect(machine.frame() == frame)
        #expect(press(.character("q"), &machine) == [.quit])
        for (columns, rows) in [(20, 5), (40, 12), (80, 24), (100, 28), (200, 50)] {
            _ = world.feed(&machine, .screen(.resized(columns: columns, rows: rows)))
            #expect(machine.frame().text.contains("ticket"), "\(columns)x\(rows)")
        }
    }
}
