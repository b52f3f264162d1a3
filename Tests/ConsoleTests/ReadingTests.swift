import Console
import Engine
import Pipeline
import Terminal
import Testing

struct ReadingTests {
    private let world = DemoWorld(symbols: 4, pairs: 0, busy: false)

    private func loads(_ effects: [ConsoleEffect]) -> Int {
        effects.reduce(0) { if case .load = $1 { $0 + 1 } else { $0 } }
    }

    private func changes(_ effects: [ConsoleEffect]) -> Int {
        effects.reduce(0) { if case .loadChanges = $1 { $0 + 1 } else { $0 } }
    }

    @Test func cellsAreAskedForOncePerVersionAndView() {
        var machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 100, rows: 30, readOnly: false)
        let first = machine.handle(.status(world.status))
        guard case .load(let symbols, let hours)? = first.first else {
            Issue.record("nothing was asked")
            return
        }
        #expect(loads(machine.handle(.status(world.status))) == 0)
        var next = world.status
        next.coverageVersion += 1
        #expect(changes(machine.handle(.status(next))) == 0, "a load is open")
        let answer = ConsoleEvent.cells(world.rows(symbols, hours), hours: hours, symbols: symbols)
        let after = machine.handle(answer)
        #expect(loads(after) == 0 && changes(after) == 1, "what is held is read once; then only what changed")
        #expect(changes(machine.handle(.status(next))) == 0)
        #expect(changes(machine.handle(.changed([]))) == 0)
        let wider = machine.handle(.screen(.resized(columns: 180, rows: 30)))
        guard case .load(symbols, let more)? = wider.first else {
            Issue.record("what came into view was not asked for")
            return
        }
        #expect(more.upperBound <= hours.lowerBound.advanced(by: 1), "only what was not read")
    }

    @Test func aLostAnswerIsAskedForAgain() {
        var machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 100, rows: 30, readOnly: false)
        var status = world.status
        var asked = 0
        for _ in 0..<40 {
            status.coverageVersion += 1
            asked += loads(machine.handle(.status(status)))
        }
        #expect((2...5).contains(asked))
    }

    @Test func whatHealsUnderOurEyesIsGold() {
        var hurt = world
        let hour = world.status.clock.now.hour.index - 1
        hurt.masks = hurt.masks.map { row in
            var row = row
            (row.present, row.healed, row.quiet) = (~0, 0, 0)
            if row.hour == hour, row.symbol == "AAPL" { row.present = ~0b111 << 30 | 0x3FFF_FFFF }
            return row
        }
        var machine = hurt.console(columns: 100, rows: 30)
        #expect(machine.frame().cells.contains { $0.text == "3" })
        hurt.masks = hurt.masks.map { row in
            var row = row
            if row.hour == hour, row.symbol == "AAPL" { (row.present, row.healed) = (~0, 0b111 << 30) }
            return row
        }
        hurt.status.coverageVersion += 1
        let before = machine.frame().cells.filter { $0 == Cell("◆", .cellHealed) }.count
        _ = hurt.feed(&machine, .status(hurt.status))
        // Three of the first half hour are a tenth of it: both halves of the cell are gold.
        #expect(machine.frame().cells.filter { $0 == Cell("◆", .cellHealed) }.count == before + 2)
        hurt.status.clock.now = MarketTime(seconds: hurt.status.clock.now.seconds + 86_400)
        _ = hurt.feed(&machine, .status(hurt.status))
        #expect(machine.frame().cells.filter { $0 == Cell("◆", .cellHealed) }.count == before)
    }

    @Test func wordsFadeByTheMonotonicClock() {
        var machine = world.console(columns: 100, rows: 30)
        #expect(machine.nextTick == nil)
        _ = machine.handle(.answered(orderText: "repair taken \u{1B}[31m", ok: true))
        #expect(machine.frame().text.contains("repair taken \\u{1b}[31m"))
        #expect(machine.nextTick != nil)
        _ = machine.handle(.tick(monotonicMilliseconds: 1_000))
        #expect(machine.nextTick == 7_000)
        _ = machine.handle(.tick(monotonicMilliseconds: 7_000))
        #expect(!machine.frame().text.contains("repair taken"))
        #expect(machine.nextTick == nil)
    }

    @Test func everyCellStateIsToldByItsGlyphAlone() {
        let world = DemoWorld(symbols: 30)
        for columns in [60, 80, 120, 200] {
            let frame = world.console(columns: columns, rows: 50, theme: .mono).frame()
            var roles: [String: [Role]] = [:]
            let states: [Role] = [
                .cellHealed, .cellSeam, .cellRepairing, .cellUnrepairable, .cellPending, .cellQuiet, .cellMissing,
            ]
            for cell in frame.cells where states.contains(cell.role) && !shades.contains(cell.text) {
                if !(roles[cell.text] ?? []).contains(cell.role) { roles[cell.text, default: []].append(cell.role) }
            }
            for (glyph, meanings) in roles.sorted(by: { $0.key < $1.key }) where Int(glyph) == nil {
                #expect(meanings.count == 1, "\(glyph) means \(meanings)")
            }
        }
    }
}
