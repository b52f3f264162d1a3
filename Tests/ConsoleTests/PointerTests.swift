@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// The mouse: what lies under it, and what it does.
struct PointerTests {
    private let world = DemoWorld()
    private static let sizes = [(200, 50), (120, 40), (100, 28), (80, 24), (60, 16), (40, 12), (30, 8), (20, 5)]

    private func console(_ columns: Int, _ rows: Int, _ keys: String = "", of world: DemoWorld? = nil)
        -> ConsoleStateMachine
    {
        let world = world ?? self.world
        var machine = world.console(columns: columns, rows: rows)
        _ = world.type("m" + keys, into: &machine)
        return machine
    }

    private func point(
        _ action: MouseEvent.Action, _ column: Int, _ row: Int, isModified: Bool = false,
        _ machine: inout ConsoleStateMachine
    ) -> [ConsoleEffect] {
        let event = MouseEvent(action, column: column, row: row, isModified: isModified)
        return world.feed(&machine, .screen(.mouse(event)))
    }

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    /// Every place of a frame, or one of so many in a row, and what lies under it.
    private func places(
        _ machine: ConsoleStateMachine, every step: Int = 1
    ) -> [(column: Int, row: Int, target: PointedAt)] {
        let state = machine.state
        return (0..<state.rows).flatMap { row in
            stride(from: row % step, to: state.columns, by: step).map {
                ($0, row, state.pointed(column: $0, row: row))
            }
        }
    }

    @Test func aClickAgainTakesTheOtherOfTwoSymbolsOnARow() throws {
        var machine = console(120, 40, "--D")
        let area = try #require(machine.state.layout.content(.coverage))
        let band = try #require(machine.state.coverageGeometry(area).bands.first)
        #expect(band.symbolsPerRow == 2)
        let (column, row) = (band.columns[3].screenColumn, band.row(ofPlace: band.shown.lowerBound + 4))
        let (upper, lower) = (band.symbols[band.shown.lowerBound + 4], band.symbols[band.shown.lowerBound + 5])
        for (turn, symbol) in [upper, lower, upper, lower].enumerated() {
            _ = point(.press, column, row, &machine)
            _ = point(.release, column, row, &machine)
            #expect(machine.state.cursor.symbol == symbol, "click \(turn + 1)")
            let half = symbol == upper ? "the upper of two" : "the lower of two"
            let other = symbol == upper ? lower : upper
            #expect(machine.frame().text.contains("\(symbol.text), \(half) on this row; click again for \(other.text)"))
        }
        // Elsewhere on the row it is a first click, and the second of a double click opens what the first has chosen.
        _ = point(.press, band.columns[5].screenColumn, row, &machine)
        #expect(machine.state.cursor.symbol == upper)
        _ = point(.press, band.columns[5].screenColumn, row, &machine)
        _ = point(.doublePress, band.columns[5].screenColumn, row, &machine)
        #expect(machine.state.cursor.symbol == lower && machine.state.zoom != .year)
        // The name takes turns too, and a row of one symbol has no other.
        machine = console(120, 40, "--D")
        for symbol in [upper, lower, upper] {
            _ = point(.press, area.column, row, &machine)
            #expect(machine.state.cursor.symbol == symbol)
        }
        machine = console(120, 40)
        let plain = try #require(machine.state.coverageGeometry(area).bands.first)
        for _ in 0..<2 {
            _ = point(.press, plain.columns[3].screenColumn, plain.firstCellRow, &machine)
            #expect(machine.state.cursor.symbol == plain.symbols[plain.shown.lowerBound])
        }
    }

    @Test func everyCellInViewIsUnderThePointerWhereItIsDrawn() {
        for (columns, rows) in Self.sizes where columns <= 120 && columns != 100 {
            // A large screen has thousands of places: one zoom is enough there.
            for keys in columns > 100 ? ["--"] : columns == 80 ? ["", "+", "-", "--", "--D"] : ["", "-"] {
                let machine = console(columns, rows, keys)
                guard let area = machine.state.layout.content(.coverage) else {
                    #expect(rows == 5, "only the tiniest screen has no coverage")
                    continue
                }
                let bands = machine.state.coverageGeometry(area).bands
                let frame = machine.frame()
                var hits: [PointedAt: Int] = [:]
                for place in places(machine) {
                    guard case .cell(let symbol, _) = place.target else { continue }
                    hits[place.target, default: 0] += 1
                    // The row bears the symbol's name, or that of the one it shares the row with.
                    let name = frame.line(place.row).dropFirst(area.column).prefix(12)
                    let dense = bands.contains { $0.symbolsPerRow == 2 }
                    #expect(dense || name.hasPrefix(symbol.text), "\(columns)x\(rows) \(keys): \(name)")
                }
                for band in bands {
                    for place in band.shown where (place - band.shown.lowerBound) % band.symbolsPerRow == 0 {
                        for placed in band.columns {
                            let cell = PointedAt.cell(band.symbols[place], placed.column.expected.lowerBound)
                            #expect((1...3).contains(hits[cell] ?? 0), "\(columns)x\(rows) \(keys): \(cell)")
                        }
                    }
                }
            }
        }
    }

    @Test func aClickPutsTheCursorThere() {
        for (columns, rows) in Self.sizes where columns >= 30 {
            for keys in ["", "+", "-"] {
                let fresh = console(columns, rows, keys)
                let cells = places(fresh, every: 11).filter { if case .cell = $0.target { true } else { false } }
                for place in stride(from: 0, to: cells.count, by: max(1, cells.count / 15)).map({ cells[$0] }) {
                    var machine = fresh
                    guard case .cell(let symbol, let minute) = place.target else { continue }
                    #expect(point(.press, place.column, place.row, &machine).isEmpty)
                    #expect(point(.release, place.column, place.row, &machine).isEmpty)
                    #expect(machine.state.cursor.symbol == symbol && machine.state.rangeAnchor == nil)
                    // What follows the market stands on its newest column, whichever minute of that was meant.
                    #expect(
                        machine.state.cursorColumn?.expected.contains(minute) ?? false,
                        "\(columns)x\(rows) \(keys): \(symbol) \(minute)")
                    #expect(machine.frame().line(place.row).contains(symbol.text))
                }
            }
        }
    }

    @Test func listsAreChosenFromWhereTheyAreDrawn() {
        for (columns, rows) in [(200, 50), (120, 40), (80, 24), (40, 12)] {
            for panel in [ConsolePanel.audit, .alarms, .log, .lab] {
                for steps in [0, 3, 15] {
                    let fresh = console(columns, rows, "\(panel.rawValue)" + String(repeating: "j", count: steps))
                    guard let inside = fresh.state.layout.inside(panel) else {
                        Issue.record("\(panel) \(columns)x\(rows) is not there")
                        continue
                    }
                    let before = fresh.frame()
                    var lines = 0
                    for row in 0..<rows {
                        let target = fresh.state.pointed(column: inside.column + 2, row: row)
                        guard case .line(panel, let line) = target else { continue }
                        lines += 1
                        var machine = fresh
                        _ = point(.press, inside.column + 2, row, &machine)
                        #expect(machine.state.listLine[panel] == line && machine.state.focus == panel)
                        // What was clicked is what is chosen now, wherever the list has scrolled to.
                        let after = machine.frame()
                        let chosen = (0..<rows).first { after[inside.column, $0] == Cell("▸", .cursor) }
                        let texts = [(before, row), (after, chosen ?? 0)].map { frame, row in
                            (inside.column + 1..<inside.endColumn).map { frame[$0, row].text }
                        }
                        #expect(texts[0] == texts[1], "\(panel) \(columns)x\(rows), line \(line)")
                    }
                    #expect(lines > 0, "\(panel) \(columns)x\(rows)")
                }
            }
        }
    }

    @Test func aClickFocusesAPanelAndADoubleClickOpens() {
        var machine = console(200, 50)
        for panel in machine.state.layout.panels {
            guard let area = machine.state.layout.area(panel) else { continue }
            _ = point(.press, area.column + 1, area.row, &machine)
            #expect(machine.state.focus == panel)
        }
        guard let cell = places(machine).last(where: { if case .cell = $0.target { true } else { false } }) else {
            Issue.record("no cell is in view")
            return
        }
        _ = point(.press, cell.column, cell.row, &machine)
        _ = point(.doublePress, cell.column, cell.row, &machine)
        #expect(machine.state.zoom == .hour, "as Enter does")
        var small = console(80, 24)
        _ = point(.doublePress, 5, 1, &small)
        #expect(small.state.fullScreen == .alarms)
        _ = press(.escape, &small)
        _ = point(.doublePress, 5, 21, &small)
        #expect(small.state.fullScreen == .inspector)
    }

    @Test func aDoubleClickOnAnExecutionOpensItsJournal() {
        var machine = console(120, 40, "2z")
        guard let row = places(machine).first(where: { $0.target == .line(.audit, 2) })?.row else {
            Issue.record("the third execution is not in view")
            return
        }
        _ = point(.press, 4, row, &machine)
        _ = point(.doublePress, 4, row, &machine)
        #expect(machine.frame().text.contains("Execution exec-0016"))
        _ = point(.wheelDown, 4, 10, &machine)
        #expect(machine.frame().text.contains("Execution exec-0016"), "the wheel does not close it")
        _ = point(.press, 4, 10, &machine)
        #expect(machine.state.overlay == .nothing)
    }

    @Test func aDragMarksARectangle() {
        var machine = console(120, 40)
        let cells = places(machine).filter { if case .cell = $0.target { true } else { false } }
        guard let first = cells.first, let last = cells.first(where: { $0.row == first.row + 2 && $0.column > 40 })
        else {
            Issue.record("no cells are in view")
            return
        }
        _ = point(.press, first.column, first.row, &machine)
        _ = point(.drag, first.column, first.row, &machine)
        #expect(machine.state.rangeAnchor == nil, "on the same cell nothing is dragged")
        _ = point(.drag, last.column, last.row, &machine)
        #expect(machine.state.rangeAnchor?.shape == .rectangle && machine.frame().text.contains("RANGE"))
        _ = point(.release, last.column, last.row, &machine)
        #expect(machine.state.rangeAnchor == nil && machine.frame().text.contains("MARKED"))
        guard case .cell(let from, let start) = first.target, case .cell(let to, let end) = last.target else { return }
        let marked = machine.state.marks.selections
        let names = Set(marked.flatMap(\.symbols))
        #expect(names.contains(from) && names.contains(to) && names.count == 3)
        #expect(marked.map(\.minutes.lowerBound).min() ?? start <= start)
        #expect(marked.contains { $0.minutes.contains(end) })
        // A press that is never released leaves nothing behind for the next one.
        _ = press(.escape, &machine)
        _ = point(.press, first.column, first.row, &machine)
        _ = press(.character("m"), &machine)
        _ = press(.character("m"), &machine)
        _ = point(.drag, last.column, last.row, &machine)
        #expect(machine.state.rangeAnchor == nil)
    }

    @Test func theWheelScrollsWhatIsUnderThePointer() {
        let world = DemoWorld(symbols: 60)
        var machine = console(80, 24, of: world)
        func firstName() -> Substring { machine.frame().line(4).prefix(6) }
        let top = firstName()
        for _ in 0..<5 {
            _ = world.feed(&machine, .screen(.mouse(MouseEvent(.wheelDown, column: 30, row: 8))))
        }
        #expect(firstName() != top)
        #expect(machine.frame().text.contains(machine.state.cursor.symbol?.text ?? "-"), "the cursor stays in view")
        for _ in 0..<40 { _ = world.feed(&machine, .screen(.mouse(MouseEvent(.wheelDown, column: 30, row: 8)))) }
        let last = machine.state.rowOrder[.xnys]?.last?.text ?? "-"
        #expect(machine.frame().text.contains(last), "to the last row, and no further")
        for _ in 0..<60 { _ = world.feed(&machine, .screen(.mouse(MouseEvent(.wheelUp, column: 30, row: 8)))) }
        #expect(firstName() == top)
        let log = machine.state.layout
        #expect(log.area(.log) == nil)
        var wide = console(200, 50)
        guard let area = wide.state.layout.inside(.log) else { return }
        _ = point(.wheelDown, area.column, area.row, &wide)
        #expect(wide.state.focus == .log && wide.state.listLine[.log] == 1)
        _ = point(.wheelDown, 60, 20, isModified: true, &wide)
        #expect(wide.state.zoom == .month)
        _ = point(.wheelUp, 60, 20, isModified: true, &wide)
        #expect(wide.state.zoom == .day)
    }

    @Test func anOddSymbolAtTheEndOfADenseListIsSeen() {
        for count in [41, 42, 43] {
            let world = DemoWorld(symbols: count, pairs: 0)
            var machine = console(80, 24, "--D", of: world)
            _ = world.type("G", into: &machine)
            let last = machine.state.rowOrder[.xnys]?.last?.text ?? "-"
            #expect(machine.state.cursor.symbol?.text == last && machine.frame().text.contains(last), "\(count)")
        }
    }

    @Test func underAQuestionTheMouseSaysNothing() {
        for keys in ["R", ":rep", "/A", "w", "nA", ":outage 5"] {
            var machine = console(120, 40, keys)
            if keys.hasPrefix(":out") { _ = press(.enter, &machine) }
            #expect(machine.state.overlay != .nothing, "\(keys)")
            let frame = machine.frame()
            for action in [MouseEvent.Action.press, .doublePress, .drag, .release, .wheelUp, .wheelDown] {
                for (column, row) in [(60, 20), (10, 12), (0, 0), (119, 39)] {
                    #expect(point(action, column, row, &machine).isEmpty)
                }
            }
            #expect(machine.frame().text == frame.text, "\(keys)")
        }
    }

    @Test func itIsOffUntilItIsAskedForAndSaidWhileItIsOn() {
        var machine = world.console(columns: 120, rows: 40)
        let frame = machine.frame()
        #expect(point(.press, 30, 15, &machine).isEmpty && machine.frame() == frame)
        #expect(press(.character("m"), &machine) == [.reportMouse(true)])
        #expect(machine.frame().line(0).contains("mouse"))
        #expect(press(.character("m"), &machine) == [.reportMouse(false)])
        #expect(!machine.frame().line(0).contains("mouse"))
        for (command, effects) in [
            ("mouse on", [ConsoleEffect.reportMouse(true)]), ("mouse off", [.reportMouse(false)]), ("mouse up", []),
        ] {
            _ = world.type(":" + command, into: &machine)
            #expect(press(.enter, &machine) == effects, "\(command)")
        }
        #expect(machine.frame().text.contains("mouse on, or mouse off"))
    }

    @Test func noEventTraps() {
        let actions: [MouseEvent.Action] = [
            .press, .doublePress, .drag, .release, .wheelUp, .wheelDown, .wheelLeft, .wheelRight,
        ]
        for seed in 1...2 {
            var random = Seeded(UInt64(seed))
            let world = DemoWorld(symbols: 9)
            var machine = console(90, 30, of: world)
            for step in 0..<1_500 {
                if step % 50 == 0 {
                    let size = (Int(random.next() % 210), Int(random.next() % 60))
                    _ = world.feed(&machine, .screen(.resized(columns: size.0, rows: size.1)))
                }
                let keys = ["+", "-", "D", "z", "v", "2", "9", "?"]
                if step % 9 == 0 { _ = world.type(keys[step / 9 % 8], into: &machine) }
                let event = MouseEvent(
                    actions[Int(random.next() % 8)], column: Int(random.next() % 220), row: Int(random.next() % 64),
                    isModified: random.next() % 5 == 0)
                _ = world.feed(&machine, .screen(.mouse(event)))
                if step % 10 == 0 { #expect(machine.frame().rows >= 0) }
            }
        }
    }
}
