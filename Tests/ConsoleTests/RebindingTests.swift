@testable import Console
import Pipeline
import Terminal
import Testing

/// Keys with another meaning, and the verbs of the palette.
struct RebindingTests {
    private let world = DemoWorld()

    private func run(_ command: String, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        _ = world.type(":" + command, into: &machine)
        return world.feed(&machine, .screen(.key(.enter)))
    }

    private func console() -> ConsoleStateMachine { world.console(columns: 160, rows: 45) }

    @Test func boundKeysAreListedSavedAndTakenBack() {
        var machine = console()
        #expect(run("bind", &machine).isEmpty && machine.frame().text.contains("no key is bound anew"))
        #expect(run("bind F5 repair-view", &machine).isEmpty)
        let both = [BoundKey(key: "F5", action: "repair-view"), BoundKey(key: "^X", action: "audit")]
        #expect(run("bind ^x audit --save", &machine) == [.saveKeys(both)])
        _ = run("bind", &machine)
        #expect(machine.frame().text.contains("bound anew: F5 repair-view, ^X audit"))
        #expect(run("bind --save", &machine) == [.saveKeys(both)])
        #expect(run("unbind F5 --save", &machine) == [.saveKeys([both[1]])])
        #expect(machine.state.keyMap.action(for: .function(5)) == nil)
        _ = run("bind r audit", &machine)
        _ = run("unbind r", &machine)
        #expect(
            machine.state.keyMap.action(for: .character("r")) == .repair && machine.frame().text.contains("r: repair"))
        #expect(run("unbind all --save", &machine) == [.saveKeys([])])
        #expect(machine.state.keyMap == KeyMap())
        for (command, said) in [
            ("unbind", "unbind KEY|all"), ("unbind F6", "is not bound anew"), ("unbind nokey", "there is no key nokey"),
            ("bind F5", "bind KEY ACTION"), ("bind nokey audit", "there is no key nokey"),
            ("bind F5 repiar", "there is no action repiar: repair?"), ("bind : quit", "keeps its meaning"),
        ] {
            #expect(run(command, &machine).isEmpty && machine.frame().text.contains(said), "\(command)")
            _ = world.feed(&machine, .screen(.key(.escape)))
        }
    }

    @Test func whatIsSavedIsBoundAtTheNextStart() {
        let keys = [
            BoundKey(key: "F5", action: "repair-view"), BoundKey(key: "none", action: "audit"),
            BoundKey(key: "m", action: "nothing"), BoundKey(key: "\"", action: "next-gap"),
        ]
        #expect(keys.map { $0.complaint == nil } == [true, false, false, true])
        let machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 120, rows: 40, readOnly: false, keys: keys)
        #expect(machine.state.keyMap.entries == [keys[0], keys[3]])
        #expect(machine.state.keyMap.action(for: .character("m")) == .mouse)
        // Every key of the table can be bound and comes back by its name.
        for binding in KeyTable.bindings {
            for key in binding.keys where key != .escape && key != .character(":") {
                var map = KeyMap()
                let other: ConsoleAction = binding.action == .audit ? .repair : .audit
                map.bind(key, to: other)
                #expect(map.entries.first?.complaint == nil, "\(binding.label)")
                #expect((try? map.entries.first?.meaning())?.key == key, "\(binding.label)")
            }
        }
    }

    @Test func helpAndHintsShowTheKeyInForce() {
        var machine = console()
        _ = run("bind F7 next-gap", &machine)
        _ = world.feed(&machine, .screen(.key(.escape)))
        #expect(machine.frame().line(44).contains("n next gap"), "its first key")
        _ = run("bind n audit", &machine)
        _ = world.feed(&machine, .screen(.key(.escape)))
        #expect(machine.frame().line(44).contains("F7 next gap"))
        _ = world.type("??", into: &machine)
        #expect(machine.frame().text.contains("a n "))
    }

    @Test func everyVerbHasAnOfferAndDoesWhatItSays() throws {
        var machine = console()
        let names = machine.state.paletteOffers.map(\.name)
        for name in PaletteNames.all { #expect(names.contains(name), "\(name)") }
        #expect(Set(names).count == names.count, "each is offered once")
        for verb in PaletteVerb.allCases {
            #expect(machine.state.completions(of: String(verb.rawValue.prefix(3))).contains(verb.rawValue))
        }
        _ = run("sort worst", &machine)
        #expect(machine.state.order == .worstFirst)
        _ = run("sort name", &machine)
        #expect(machine.state.order == .name)
        #expect(machine.state.completions(of: "cancel ") == ["exec-0018"])
        _ = run("cancel exec-0018", &machine)
        #expect(
            world.type("y", into: &machine) == [.order(OperatorOrder(.cancel(execution: "exec-0018"), by: "ana"))])
        let failed = try #require(world.status.executions.first { $0.state == .failed }?.id)
        #expect(machine.state.completions(of: "redrive exec").contains(failed))
        for command in ["redrive", "redrive \(failed)"] {
            _ = run(command, &machine)
            #expect(
                world.type("y", into: &machine) == [.order(OperatorOrder(.redrive(execution: failed), by: "ana"))])
        }
        _ = run("stop", &machine)
        #expect(machine.frame().text.contains("for everybody who looks on"))
        #expect(world.type("y", into: &machine) == [.order(OperatorOrder(.stop, by: "ana"))])
        _ = world.type("3", into: &machine)
        _ = run("acknowledge the vendor knows", &machine)
        #expect(machine.frame().text.contains("the vendor knows"), "what is acknowledged is seen before it is done")
        let told = world.feed(&machine, .screen(.key(.enter)))
        #expect(
            told == [
                .order(OperatorOrder(.acknowledge(.alarm("symbol/GOOG"), note: "the vendor knows"), by: "ana"))
            ])
        for (command, panel) in [("alarms", ConsolePanel.alarms), ("executions", .audit), ("status", .stream)] {
            _ = run(command, &machine)
            #expect(machine.state.focus == panel, "\(command)")
        }
        for (command, said) in [
            ("export", "export is for a shell: kintsugi export --help"), ("cancel 9-9", "no execution 9-9 is listed"),
            ("sort up", "sort name, or sort worst"), ("alarms now", "alarms takes no argument here"),
            ("stop now", "stop takes no argument"),
        ] {
            #expect(run(command, &machine).isEmpty && machine.frame().text.contains(said), "\(command)")
            _ = world.feed(&machine, .screen(.key(.escape)))
        }
        var watcher = world.console(columns: 120, rows: 40, readOnly: true)
        for command in ["stop", "redrive", "cancel exec-0018", "acknowledge x", "outage 5"] {
            #expect(run(command, &watcher).isEmpty && watcher.state.overlay == .nothing, "\(command)")
        }
    }
}
