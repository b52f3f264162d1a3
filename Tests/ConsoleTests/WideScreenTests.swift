@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// What a wide screen makes of its room, and what a narrower one leaves out.
struct WideScreenTests {
    /// A world whose life began so many days ago, on the exchange alone.
    private func young(days: Int64, symbols: Int = 6) -> DemoWorld {
        var world = DemoWorld(symbols: symbols, pairs: 0, busy: false)
        for place in world.status.universe.indices {
            let life = world.status.universe[place].lifetime
            let birth = Minute(world.status.clock.now.minute.index - days * 1_440)
            world.status.universe[place].lifetime = birth..<life.upperBound
        }
        return world
    }

    private func line(_ grid: Grid, _ row: Int) -> String { (0..<grid.columns).map { grid[$0, row].text }.joined() }

    @Test func theFiguresOfTheTitleStandAtItsEnd() {
        let world = DemoWorld()
        for columns in [160, 200, 300] {
            let title = line(world.console(columns: columns, rows: 50).frame(), 0)
            #expect(title.hasSuffix("disk 48.2 GB "), "\(title)")
            #expect(title.contains("alarm   ") || title.contains("ok   ") || title.contains("s   "), "\(title)")
        }
        // Where there is no room to spare they follow what is before them.
        let narrow = line(world.console(columns: 80, rows: 24, readOnly: true).frame(), 0)
        #expect(narrow.hasSuffix("read-only ") && narrow.contains("coverage 98.77 %"), "\(narrow)")
    }

    @Test func aYoungLifeHasWideCells() throws {
        for (days, columns, cells) in [(Int64(1), 200, 12), (4, 200, 8), (12, 200, 3), (1, 100, 6), (1, 80, 5)] {
            let machine = young(days: days).console(columns: columns, rows: 50)
            let area = try #require(machine.state.layout.content(.coverage))
            let geometry = machine.state.coverageGeometry(area)
            #expect(geometry.cellColumns == cells, "\(days) days in \(columns) columns: \(geometry.cellColumns)")
            let band = try #require(geometry.bands.first)
            let last = try #require(band.columns.last)
            #expect(last.screenColumn + geometry.tileColumns <= area.endColumn)
            let first = try #require(band.columns.first)
            #expect(days > 10 || !band.axis.hasColumn(before: first.column, since: machine.state.earliest))
        }
    }

    @Test func aWideCellKeepsItsGlyphAtItsEndAndIsHitEverywhere() throws {
        var machine = young(days: 1).console(columns: 200, rows: 50)
        _ = DemoWorld().type("m", into: &machine)
        let state = machine.state
        let area = try #require(state.layout.content(.coverage))
        let geometry = state.coverageGeometry(area)
        let band = try #require(geometry.bands.first)
        let frame = machine.frame()
        for (place, symbol) in band.symbols.enumerated() {
            for placed in band.columns {
                let row = band.row(ofPlace: place)
                let member = try #require(state.members[symbol])
                let summary = state.summary(member, placed.column, row: state.cells.row(symbol), repairing: nil)
                let tile = CoverageTile(summary, colourless: false)
                let right = placed.screenColumn + geometry.tileColumns - 1
                // The cursor stands beside the cell, not in it.
                #expect(frame[right, row] == tile.right && frame[right - 1, row] == tile.left)
                #expect(frame[placed.screenColumn, row] == tile.ground)
                for column in placed.screenColumn..<right {
                    #expect(
                        state.pointed(column: column, row: row) == .cell(symbol, placed.column.expected.lowerBound))
                }
            }
        }
    }

    @Test func theFootGivesRowsToTheLastSymbols() throws {
        for busy in [false, true] {
            let world = DemoWorld(symbols: 24, pairs: 0, busy: busy)
            let machine = world.console(columns: 200, rows: 50)
            let area = try #require(machine.state.layout.content(.coverage))
            let band = try #require(machine.state.coverageGeometry(area).bands.first)
            #expect(band.shown == 0..<24, "busy \(busy)")
            #expect(try #require(machine.state.layout.area(.inspector)).rows >= 10)
        }
    }

    @Test func anAlarmThatIsOverIsToldInFullWhereThereIsRoom() throws {
        var world = DemoWorld()
        var over = AlarmStatus(
            key: "a", severity: .page, scope: "simulated exchange",
            reason: "nothing was captured for nine minutes of an open market", slots: 216,
            raised: world.status.clock.now - .minutes(30))
        over.cleared = world.status.clock.now - .minutes(10)
        world.status.alarms = [over]
        let state = world.console(columns: 200, rows: 50).state
        let inside = try #require(state.layout.inside(.alarms))
        let placed = try #require(state.placedAlarms(inside).first)
        let words = placed.lines.joined().map(\.text).joined(separator: " ").split(separator: " ")
        #expect(words.joined(separator: " ").hasSuffix("\(over.reason) · 216 slots · cleared after 20 min"))
        #expect(placed.lines.count > 1 && placed.lines.allSatisfy { $0.width <= inside.columns })
    }

    @Test func halfOfAnObjectsNameIsNotShown() {
        let world = DemoWorld()
        for columns in [120, 160, 200, 300] {
            var machine = world.console(columns: columns, rows: 50)
            _ = world.type("n", into: &machine)
            let text = machine.frame().text
            #expect(text.contains("raw/repairs/hour") == text.contains("3.0-11-19.ndjson.gz"), "\(columns)")
        }
    }
}

extension CoverageAxis {
    fileprivate func hasColumn(before column: AxisColumn, since start: Minute) -> Bool {
        before(column).map { $0.expected.upperBound > start } ?? false
    }
}
