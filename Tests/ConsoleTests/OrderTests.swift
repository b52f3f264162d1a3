import Console
import Engine
import Pipeline
import Terminal
import Testing

struct OrderTests {
    private let world = DemoWorld()

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    private func orders(_ effects: [ConsoleEffect]) -> [OperatorOrder] {
        effects.compactMap { if case .order(let order) = $0 { order } else { nil } }
    }

    @Test func onlyYesOrdersAndOnlyOnce() {
        let noes: [Key] = [
            .enter, .escape, .character("n"), .character("x"), .character("Y"), .control("c"), .backspace,
        ]
        for verb in ["R", "s", "S", "x"] {
            for no in noes {
                var machine = world.console(columns: 120, rows: 40)
                #expect(world.type(verb, into: &machine).isEmpty)
                #expect(press(no, &machine).isEmpty)
                #expect(press(.character("y"), &machine).allSatisfy { if case .order = $0 { false } else { true } })
            }
        }
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("R", into: &machine)
        let given = orders(press(.character("y"), &machine))
        #expect(given.count == 1 && given.first?.by == "ana")
        #expect(orders(press(.character("y"), &machine)).isEmpty)
    }

    @Test func aRepairNamesExactlyTheMarkedCells() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("n j ", into: &machine)
        _ = world.type("r", into: &machine)
        let given = orders(press(.character("y"), &machine))
        guard case .repair(let selections)? = given.first?.command else {
            Issue.record("no repair was ordered")
            return
        }
        #expect(given.count == 1)
        #expect(selections.flatMap(\.symbols).count == 2)
        #expect(selections.allSatisfy { $0.minutes.count == 60 })
        // The marks are spent.
        #expect(!machine.frame().text.contains("MARKED"))
    }

    @Test func aRectangleSpansSymbolsAndHours() {
        var machine = world.console(columns: 120, rows: 40)
        _ = press(.control("v"), &machine)
        _ = world.type("jjhhs", into: &machine)
        let given = orders(press(.character("y"), &machine))
        guard case .resynthesize(let selections)? = given.first?.command else {
            Issue.record("no resynthesis was ordered")
            return
        }
        #expect(selections.map(\.symbols.count) == [3, 3])
        #expect(selections.map(\.minutes.count).reduce(0, +) == 180)
    }

    @Test func whatIsLargeWantsItsCountTyped() {
        let large = DemoWorld(symbols: 30)
        var machine = large.console(columns: 200, rows: 50)
        #expect(large.type("S", into: &machine).isEmpty)
        #expect(machine.frame().text.contains("and Enter"))
        #expect(large.type("y", into: &machine).isEmpty)
        #expect(!machine.frame().text.contains("and Enter"))
        _ = large.type("S", into: &machine)
        _ = large.type("12", into: &machine)
        #expect(large.feed(&machine, .screen(.key(.enter))).isEmpty)
        _ = large.type("S", into: &machine)
        let text = machine.frame().text
        let count = text.split(separator: "type ").dropFirst().first?.split(separator: " ").first.map(String.init) ?? ""
        _ = large.type(count, into: &machine)
        #expect(orders(large.feed(&machine, .screen(.key(.enter)))).count == 1)
    }

    @Test func anObserverGivesNoOrders() {
        var machine = world.console(columns: 120, rows: 40, readOnly: true)
        for key in "rRsSax<>" {
            let effects = world.type("\(key)y", into: &machine)
            #expect(orders(effects).isEmpty, "\(key)")
        }
    }

    @Test func cancelNamesTheLiveExecution() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("x", into: &machine)
        #expect(machine.frame().text.contains("exec-0018"))
        #expect(orders(press(.character("y"), &machine)).map(\.command) == [.cancel(execution: "exec-0018")])
        let calm = DemoWorld(busy: false)
        var quiet = calm.console(columns: 120, rows: 40)
        #expect(calm.type("xy", into: &quiet).allSatisfy { if case .order = $0 { false } else { true } })
    }

    @Test func rowsKeepTheirOrderWhileSomethingIsMarkedOrAsked() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("o ", into: &machine)
        let before = machine.frame().text.split(separator: "\n").map { $0.prefix(10) }
        var changed = world
        changed.masks = changed.masks.map { row in
            var row = row
            if row.symbol == "XOM" || row.symbol == "JNJ" { row.present = 0 }
            return row
        }
        changed.status.coverageVersion += 1
        _ = changed.feed(&machine, .status(changed.status))
        #expect(machine.frame().text.split(separator: "\n").map { $0.prefix(10) } == before)
        _ = changed.feed(&machine, .screen(.key(.escape)))
        #expect(machine.frame().text.split(separator: "\n").map { $0.prefix(10) } != before)
    }
}
