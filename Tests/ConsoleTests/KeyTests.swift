import Console
import Pipeline
import Terminal
import Testing

struct KeyTests {
    private let world = DemoWorld()

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    @Test func everyKeyOfTheTableMeansWhatItsLineSays() {
        for binding in KeyTable.bindings {
            #expect(!binding.keys.isEmpty && !binding.help.isEmpty && !binding.label.isEmpty)
            #expect(KeyTable.bindings.count { $0.name == binding.name } == 1 && !binding.name.contains(" "))
            for key in binding.keys { #expect(KeyTable.action(for: key) == binding.action, "\(binding.label)") }
        }
    }

    @Test func everyKeyDoesSomethingSomewhere() {
        var fresh = world.console(columns: 120, rows: 40)
        _ = world.type("hhhjjj", into: &fresh)
        for binding in KeyTable.bindings {
            for key in binding.keys {
                let seen = ["", " ", "3", "/A"].contains { before in
                    var machine = fresh
                    _ = world.type(before, into: &machine)
                    if before == "/A" { _ = press(.enter, &machine) }
                    let frame = machine.frame()
                    let name = machine.theme.name
                    let effects = press(key, &machine)
                    return !effects.isEmpty || machine.frame() != frame || machine.theme.name != name
                }
                #expect(seen, "\(binding.label): \(binding.help)")
            }
        }
    }

    @Test func aPasteIsNeverKeys() {
        var machine = world.console(columns: 120, rows: 40)
        let frame = machine.frame()
        #expect(press(.paste("Ryq"), &machine).isEmpty)
        #expect(machine.frame() == frame)
        _ = world.type("R", into: &machine)
        #expect(press(.paste("y"), &machine).isEmpty)
        #expect(machine.frame().text.contains("Repair?"))
        #expect(press(.character("n"), &machine).isEmpty)
        _ = world.type("/", into: &machine)
        #expect(press(.paste("AA\u{1B}[2J"), &machine).isEmpty)
        #expect(machine.frame().text.contains("AA\\u{1b}[2J"))
    }

    @Test func quitClosesWhatIsOpenFirst() {
        var machine = world.console(columns: 120, rows: 40)
        for opener in ["?", "z", "v", "R"] {
            _ = world.type(opener, into: &machine)
            #expect(press(.character("q"), &machine).isEmpty, "\(opener)")
        }
        #expect(press(.character("q"), &machine) == [.quit])
        #expect(machine.handle(.screen(.lost)) == [.quit])
    }

    @Test func theFilterIsTextAndCanBeTakenBack() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("/goog", into: &machine)
        _ = press(.enter, &machine)
        #expect(machine.frame().text.contains("GOOG"))
        #expect(!machine.frame().text.contains("AMZN  "))
        _ = press(.escape, &machine)
        #expect(machine.frame().text.contains("AMZN  "))
        _ = world.type("/!goog", into: &machine)
        _ = press(.enter, &machine)
        #expect(!machine.frame().text.contains("GOOG  "))
        _ = world.type("/xyz", into: &machine)
        #expect(press(.escape, &machine).isEmpty)
        #expect(machine.frame().text.contains("AMZN  "))
    }

    @Test func copyGivesTheCellAndTheCommand() {
        var machine = world.console(columns: 120, rows: 40)
        #expect(press(.character("y"), &machine) == [.copy("AAPL 2019-02-12T15:00:00Z 2019-02-12T16:00:00Z")])
        _ = world.type("3", into: &machine)
        #expect(press(.character("y"), &machine) == [.copy("kintsugi gaps --symbol GOOG")])
    }

    @Test func speedGoesUpAndDownOnlyForASimulatedMarket() {
        var machine = world.console(columns: 120, rows: 40)
        #expect(press(.character(">"), &machine) == [.order(OperatorOrder(.setSpeed(120), by: "ana"))])
        #expect(press(.character("<"), &machine) == [.order(OperatorOrder(.setSpeed(30), by: "ana"))])
        var real = world
        real.status.simulated = false
        var other = real.console(columns: 120, rows: 40)
        #expect(real.feed(&other, .screen(.key(.character(">")))).isEmpty)
    }

    @Test func theCursorStaysOnItsSymbolAndHour() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("jjjjhh", into: &machine)
        let before = press(.character("y"), &machine)
        _ = world.type("o", into: &machine)
        var later = world.status
        later.clock.now = MarketTime(seconds: later.clock.now.seconds + 3 * 3_600)
        _ = world.feed(&machine, .status(later))
        #expect(press(.character("y"), &machine) == before)
        #expect(press(.end, &machine).isEmpty)
        #expect(press(.character("y"), &machine) == [.copy("BAC 2019-02-12T18:00:00Z 2019-02-12T19:00:00Z")])
    }

    @Test func theViewFollowsTheMarketUntilSomeoneMoves() {
        var machine = world.console(columns: 120, rows: 40)
        var later = world.status
        later.clock.now = MarketTime(seconds: later.clock.now.seconds + 3_600)
        _ = world.feed(&machine, .status(later))
        #expect(press(.character("y"), &machine) == [.copy("AAPL 2019-02-12T16:00:00Z 2019-02-12T17:00:00Z")])
    }

    @Test func randomKeysNeverTrap() {
        let pool: [Key] =
            KeyTable.bindings.flatMap(\.keys).filter { $0 != .character("q") } + [
                .paste("y\n2"), .function(3), .delete, .backspace, .insert, .character("y"), .character("9"),
                .character("é"),
                .character("日"), .control("x"), .character("q"),
            ]
        for seed in 1...4 {
            var random = Seeded(UInt64(seed))
            let world = DemoWorld(symbols: 5)
            var machine = world.console(columns: 90, rows: 30)
            for step in 0..<5_000 {
                if step % 40 == 0 {
                    let size = (Int(random.next() % 130), Int(random.next() % 45))
                    _ = world.feed(&machine, .screen(.resized(columns: size.0, rows: size.1)))
                }
                _ = world.feed(&machine, .screen(.key(pool[Int(random.next() % UInt64(pool.count))])))
                if step % 10 == 0 { #expect(machine.frame().rows >= 0) }
            }
        }
    }
}
