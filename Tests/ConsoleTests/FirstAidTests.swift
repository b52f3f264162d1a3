@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// What somebody reads who has never seen the console: it says what is so, whole, and what to do.
struct FirstAidTests {
    private let world = DemoWorld()

    private func lines(_ machine: ConsoleStateMachine) -> [String] {
        machine.frame().text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func aRepairSaysWhatWasAskedForInVain() throws {
        var changed = world
        let hour = changed.status.clock.now.hour.index
        for (name, missing, given) in [("AAPL", UInt64(0), UInt64(0xF0)), ("AMD", 0xC0, 0x30), ("AMZN", 0x10, 0)] {
            let place = try #require(changed.masks.firstIndex { $0.symbol == name && $0.hour == hour })
            changed.masks[place].present = ((1 << 41) - 1) & ~(missing | given)
            (changed.masks[place].unrepairable, changed.masks[place].healed) = (given, 0)
        }
        var machine = changed.console(columns: 80, rows: 24)
        for words in [
            "4 slots missing in 1 hour, all asked for in vain before",
            "4 slots missing in 1 hour, 2 asked for in vain before", "1 slot missing in 1 hour ",
        ] {
            _ = changed.type("r", into: &machine)
            #expect(machine.frame().text.contains(words), "\(words)\n\(machine.frame().text)")
            _ = changed.feed(&machine, .screen(.key(.escape)))
            _ = changed.type("j", into: &machine)
        }
    }

    @Test func whatIsToldToDoAboutAnAlarmIsToldWhole() throws {
        var changed = world
        let place = try #require(changed.status.alarms.firstIndex { $0.calls })
        changed.status.alarms[place].command =
            "kintsugi repair --symbol GOOG --from 2019-02-08T14:30:00Z --to 2019-02-08T15:02:00Z"
        var machine = changed.console(columns: 80, rows: 24)
        _ = changed.type("3", into: &machine)
        let words = machine.frame().text.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
        #expect(words.contains("at a shell: \(changed.status.alarms[place].command)"))
    }

    @Test func theNamesOfPricesStandOverTheirEnds() throws {
        var machine = world.console(columns: 80, rows: 24)
        _ = world.type("7", into: &machine)
        let all = lines(machine)
        let heading = try #require(all.first { $0.contains("vwap") })
        let row = try #require(all.first { $0.hasPrefix("session") })
        func ends(_ line: String) -> [Int] {
            let text = Array(line + " ")
            return (1..<text.count).filter { text[$0] == " " && text[$0 - 1] != " " }
        }
        let prices = Array(ends(row).dropFirst().prefix(5))
        #expect(Array(ends(heading).prefix(5)) == prices, "\(heading)\n\(row)")
    }

    @Test func nothingIsCalledWellWhileTheSourceIsAway() {
        var away = DemoWorld(busy: false)
        #expect(away.console(columns: 80, rows: 24).frame().text.contains("all well"))
        away.status.source.breaker = .open(until: away.status.clock.now + .seconds(40))
        for (columns, rows) in [(80, 24), (60, 16), (40, 12), (30, 8)] {
            let text = away.console(columns: columns, rows: rows).frame().text
            #expect(!text.contains("all well") && text.contains("no alarm, source out"), "\(columns)x\(rows)")
        }
        away.status.source.breaker = .closed
        away.status.source.trouble = "not asked"
        #expect(away.console(columns: 80, rows: 24).frame().text.contains("no alarm, source not asked"))
    }
}
