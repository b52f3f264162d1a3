import Console
import Foundation
import Pipeline
import Terminal
import Testing

/// Text and roles of a frame, as a file that a person can read and compare.
private func portrait(_ grid: Grid) -> String {
    var text = ""
    for row in 0..<grid.rows { text += "|" + (0..<grid.columns).map { grid[$0, row].text }.joined() + "|\n" }
    for row in 0..<grid.rows {
        var runs: [(String, Int)] = []
        for column in 0..<grid.columns {
            let cell = grid[column, row]
            let role = cell.role.rawValue + (cell.under.map { "/\($0.rawValue)" } ?? "")
            if runs.last?.0 == role { runs[runs.count - 1].1 += 1 } else { runs.append((role, 1)) }
        }
        text += runs.map { "\($0.0)*\($0.1)" }.joined(separator: " ") + "\n"
    }
    return text
}

/// Compares with the file under `Tests/Golden`; the environment variable `RECORD` writes it anew.
func expectGolden(_ grid: Grid, _ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/Console")
    let file = folder.appending(path: "\(name).txt")
    let seen = portrait(grid)
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(seen.utf8).write(to: file)
    }
    let wanted = try String(contentsOf: file, encoding: .utf8)
    guard seen != wanted else { return }
    let difference = zip(seen.split(separator: "\n"), wanted.split(separator: "\n")).first { $0 != $1 }
    Issue.record("\(name) differs:\nseen   \(difference?.0 ?? "-")\nwanted \(difference?.1 ?? "-")")
}

struct FrameTests {
    @Test func framesAreAsTheyWere() throws {
        for (columns, rows) in [(200, 50), (120, 40), (80, 24), (40, 12), (20, 5)] {
            let calm = DemoWorld(busy: false).console(columns: columns, rows: rows)
            try expectGolden(calm.frame(), "calm-\(columns)x\(rows)")
            let busy = DemoWorld().console(columns: columns, rows: rows)
            try expectGolden(busy.frame(), "busy-\(columns)x\(rows)")
        }
    }

    @Test func eachPanelTakesTheScreen() throws {
        let world = DemoWorld()
        for panel in ConsolePanel.allCases {
            var machine = world.console(columns: 80, rows: 24)
            _ = world.type("\(panel.rawValue)", into: &machine)
            try expectGolden(machine.frame(), "panel-\(panel)-80x24")
        }
    }

    @Test func overlaysAndZoomsAreAsTheyWere() throws {
        let world = DemoWorld()
        for (name, keys) in [
            ("help", "?"), ("help-all", "??"), ("question", "R"), ("minutes", "+"), ("sessions", "--"), ("months", "-"),
            ("range", "vjjhh"),
            ("filter", "/A"), ("acknowledge", "n Ahalted"), ("snooze", "w30"), ("continue", "c"),
            ("palette", ":zo"), ("layout-healing", "pp"), ("layout-facts", "ppp"), ("frozen", "fU"),
        ] {
            var machine = world.console(columns: 100, rows: 30)
            _ = world.type(keys, into: &machine)
            try expectGolden(machine.frame(), "\(name)-100x30")
        }
        var wall = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 140, rows: 40, readOnly: true, wallboard: true)
        _ = world.feed(&wall, .status(world.status))
        try expectGolden(wall.frame(), "wallboard-140x40")
        try expectGolden(world.console(columns: 80, rows: 24, theme: .mono).frame(), "mono-80x24")
    }

    @Test func theSameStateDrawsTheSameFrame() {
        let machine = DemoWorld().console(columns: 160, rows: 45)
        #expect(machine.frame() == machine.frame())
        #expect(DemoWorld().console(columns: 160, rows: 45).frame() == machine.frame())
    }

    @Test func everySizeDraws() {
        let world = DemoWorld(symbols: 6)
        var machine = world.console(columns: 80, rows: 24)
        for columns in 1...60 {
            for rows in 1...20 { expectWhole(world, &machine, columns, rows) }
        }
        for (columns, rows) in [(500, 200), (0, 0), (500, 1), (1, 200), (100, 28), (99, 27), (60, 16)] {
            expectWhole(world, &machine, columns, rows)
        }
    }

    /// The frame has its size, and no wide grapheme is halved.
    private func expectWhole(_ world: DemoWorld, _ machine: inout ConsoleStateMachine, _ columns: Int, _ rows: Int) {
        _ = world.feed(&machine, .screen(.resized(columns: columns, rows: rows)))
        let grid = machine.frame()
        #expect(grid.columns == columns && grid.rows == rows && grid.cells.count == columns * rows)
        #expect(grid.cells.allSatisfy { $0.text.count <= 1 && textWidth($0.text) <= 2 })
    }

    @Test func everySizeFrom20x5SaysStateCoverageAndTheWorstAlarm() {
        let world = DemoWorld()
        for (columns, rows) in [
            (20, 5), (24, 6), (29, 9), (30, 8), (40, 12), (59, 15), (60, 16), (80, 24), (100, 28), (200, 50),
        ] {
            let text = world.console(columns: columns, rows: rows).frame().text
            #expect(text.contains("98.77 %"), "\(columns)x\(rows)")
            #expect(text.contains("ticket") || text.contains("1 alarm"), "\(columns)x\(rows)")
        }
    }

    @Test func whatIsTypedIsSeenOnTheSmallestScreen() {
        let world = DemoWorld()
        for (keys, seen) in [("/goog", "/goog▏"), (":the", ":the▏"), ("t14", "when: 14▏"), ("w30", "30▏")] {
            var machine = world.console(columns: 20, rows: 5)
            _ = world.type(keys, into: &machine)
            #expect(machine.frame().text.contains(seen), "\(keys)")
        }
    }

    /// A pair that trades always says nothing of the exchange that is closed.
    @Test func aSymbolIsLateOnlyWhileItsOwnExchangeIsOpen() {
        let evening = MarketTime(seconds: DemoWorld.now.seconds + 9 * 3_600)
        let opening = MarketTime(seconds: DemoWorld.now.seconds - 70 * 60)
        for (now, isLate) in [(DemoWorld.now, true), (evening, false), (opening, false)] {
            var world = DemoWorld(symbols: 2, pairs: 1)
            world.status.clock.now = now
            for place in world.status.universe.indices {
                world.status.universe[place].lastBar = Minute(now.minute.index - 60)
            }
            let frame = world.console(columns: 120, rows: 40).frame()
            guard let row = (0..<40).first(where: { frame.line($0).contains("AAPL     ") }) else {
                Issue.record("no row of AAPL")
                continue
            }
            let roles = (9..<15).map { frame[$0, row] }.filter { "0123456789mh".contains($0.text) }.map(\.role)
            #expect(roles.contains(.warning) == isLate, "\(now)")
        }
    }

    @Test func aNameWithItsExchangeIsToldByItsEnd() {
        var world = DemoWorld(symbols: 3, pairs: 0)
        let template = world.status.universe[0]
        for name in ["BINANCE:BTCUSDT", "BINANCE:ETHUSDT"] {
            var member = template
            member.symbol = SymbolName(name) ?? member.symbol
            member.calendar = .alwaysOpen
            world.status.universe.append(member)
        }
        for (columns, rows) in [(80, 24), (120, 40)] {
            let text = world.console(columns: columns, rows: rows).frame().text
            #expect(text.contains("BTCUSDT  ") && text.contains("ETHUSDT  "), "\(columns)x\(rows)")
        }
    }

    @Test func anOutageTakesNeitherTheClockNorTheSourceOffTheTitle() {
        var world = DemoWorld()
        world.status.source.breaker = .open(until: MarketTime(seconds: world.status.clock.now.seconds + 600))
        for columns in [60, 70, 80, 100, 120, 160, 200] {
            var machine = world.console(columns: columns, rows: 30)
            _ = machine.handle(.standing(.attached(process: 4_711)))
            let title = machine.frame().line(0)
            for words in ["98.77 %", "1 alarm", "observer", "source out"] {
                #expect(title.contains(words), "\(words) at \(columns): \(title)")
            }
            #expect(columns < 70 || title.contains("10:42 ET"), "\(columns): \(title)")
        }
    }

    @Test func nothingIsClaimedBeforeThePipelineSpoke() {
        let machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 100, rows: 30, readOnly: false)
        #expect(machine.frame().text.contains("waiting for the pipeline"))
        #expect(!machine.frame().text.contains("%"))
    }

    @Test func cellsThatWereNotLoadedAreNeverShownAsWell() {
        var machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 100, rows: 30, readOnly: false)
        _ = machine.handle(.status(DemoWorld().status))
        let heat = machine.frame().cells.filter { $0.role == .heat8 }
        // Only the legend may show a whole cell.
        #expect(heat.count <= 6)
        #expect(machine.frame().text.contains("?"))
    }
}
