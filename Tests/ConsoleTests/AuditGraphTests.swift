@testable import Console
@testable import Pipeline
import Terminal
import Testing

/// The auditor's machine as it is drawn: nothing of the table is missing, and every line leads where its arrow does.
struct AuditGraphTests {
    private typealias Arrow = AuditTransitionTable.Arrow

    private struct Place: Hashable {
        var column: Int
        var row: Int
    }

    private func drawn(_ graph: AuditGraph, _ execution: ExecutionStatus? = nil) -> Grid {
        var grid = Grid(columns: graph.columns.width, rows: graph.rows)
        graph.draw(&grid, grid.area, execution)
        return grid
    }

    private func column(of text: String, _ row: Int, _ grid: Grid) -> Int? {
        (0..<grid.columns).first { start in
            text.enumerated().allSatisfy { grid[start + $0.offset, row].text == String($0.element) }
        }
    }

    /// Follows a line from the right of a word, and returns every arrow head it leads to.
    private func heads(from start: Place, _ grid: Grid) -> Set<Place> {
        let open: [String: [(Int, Int)]] = [
            "─": [(1, 0), (-1, 0)], "│": [(0, 1), (0, -1)], "╭": [(1, 0), (0, 1)], "╮": [(-1, 0), (0, 1)],
            "╰": [(1, 0), (0, -1)], "╯": [(-1, 0), (0, -1)], "├": [(1, 0), (0, 1), (0, -1)],
            "┤": [(-1, 0), (0, 1), (0, -1)], "┬": [(1, 0), (-1, 0), (0, 1)], "┴": [(1, 0), (-1, 0), (0, -1)],
            "┼": [(1, 0), (-1, 0), (0, 1), (0, -1)],
        ]
        struct Step: Hashable {
            var place: Place
            var across: Int
            var down: Int
        }
        var waiting = [Step(place: start, across: 1, down: 0)]
        var seen: Set<Step> = []
        var heads: Set<Place> = []
        while let step = waiting.popLast() {
            guard seen.insert(step).inserted else { continue }
            let text = grid[step.place.column, step.place.row].text
            if text == "◀" || text == "▶" {
                heads.insert(step.place)
                continue
            }
            guard let ways = open[text] else { continue }
            // A line that only passes does not join: one goes on across it.
            let passes = text == "│" && step.across != 0
            for (across, down) in passes ? [(step.across, 0)] : ways where (across, down) != (-step.across, -step.down)
            {
                let next = Place(column: step.place.column + across, row: step.place.row + down)
                waiting.append(Step(place: next, across: across, down: down))
            }
        }
        return heads
    }

    @Test(arguments: [0, 1, 2]) func everyStateAndEveryArrowOfTheTableIsDrawnAndLeadsWhereItShould(gap: Int) {
        let graph = AuditGraph.table(gap: gap)
        let grid = drawn(graph)
        for state in AuditState.allCases {
            guard let row = graph.rowOf[state] else {
                Issue.record("\(state) has no place")
                continue
            }
            #expect(column(of: state.title, row, grid) != nil, "\(state)")
        }
        var drawnArrows = 0
        for arrow in AuditTransitionTable.arrows {
            drawnArrows += 1
            if graph.down.contains(arrow) {
                guard let from = graph.rowOf[arrow.from], let to = graph.rowOf[arrow.to] else { continue }
                #expect(grid[graph.columns.spine, to].text == "▼" && from < to, "\(arrow)")
                #expect(grid.line(to).contains(arrow.event.words + " ▼"), "\(arrow)")
                for row in from + 1..<max(from + 1, to) { #expect(grid[graph.columns.spine, row].text == "│") }
            } else if let side = graph.side.first(where: { $0.arrow == arrow }) {
                guard let word = column(of: arrow.event.words, side.row, grid), let target = graph.rowOf[arrow.to]
                else {
                    Issue.record("\(arrow) has no word")
                    continue
                }
                let ends = heads(from: Place(column: word + arrow.event.words.count + 1, row: side.row), grid)
                #expect(ends.map(\.row) == [target], "\(arrow): \(ends)")
                // The port lies in its state's block: no other state stands between.
                guard let own = graph.rowOf[arrow.from] else { continue }
                let between = graph.spine.compactMap { graph.rowOf[$0] }.filter { $0 > own && $0 <= side.row }
                #expect(between.isEmpty, "\(arrow)")
            } else {
                // The bracket: beside each state under way, down to the one arrow that stands for all.
                let alike = graph.common.first { $0.arrow.to == arrow.to && $0.arrow.event == arrow.event }
                guard let common = alike,
                    let row = graph.rowOf[arrow.from]
                else {
                    Issue.record("\(arrow) is not drawn")
                    continue
                }
                #expect("╭│".contains(grid[0, row].text), "\(arrow)")
                #expect(grid.line(common.row).contains(" \(arrow.event.words) "))
                #expect(grid.line(common.row).contains("▶ ○ \(arrow.to.title)"))
            }
        }
        #expect(drawnArrows == graph.down.count + graph.side.count + graph.common.count * graph.spine.count)
    }

    @Test func anotherTableIsDrawnAsItIs() {
        // Two ways into a state that also has one out to the right, a loop on itself, and no way for all.
        let arrows = [
            Arrow(from: .checking, event: .foundGaps, to: .planning),
            Arrow(from: .checking, event: .foundStale, to: .confirming),
            Arrow(from: .planning, event: .planned, to: .confirming),
            Arrow(from: .planning, event: .differed, to: .planning),
            Arrow(from: .confirming, event: .retriesLeft, to: .checking),
            Arrow(from: .confirming, event: .confirmedWhole, to: .healed),
            Arrow(from: .confirming, event: .cancelled, to: .cancelled),
        ]
        let graph = AuditGraph(arrows, path: [.checking, .planning, .confirming, .healed])
        #expect(graph.spine == [.checking, .planning, .confirming] && graph.common.isEmpty)
        let grid = drawn(graph)
        for side in graph.side {
            let words = side.arrow.event.words
            guard let word = column(of: words, side.row, grid), let target = graph.rowOf[side.arrow.to] else {
                Issue.record("\(side.arrow) has no word:\n\(grid.text)")
                continue
            }
            let ends = heads(from: Place(column: word + words.count + 1, row: side.row), grid)
            #expect(ends.map(\.row) == [target], "\(side.arrow):\n\(grid.text)")
        }
    }

    @Test func thePresentStateIsLitAndThosePassedAreTold() {
        var one = ExecutionStatus(
            id: "exec-1", trigger: "grace", state: .repairing, attempt: 2, gaps: 1, slots: 3, callsDone: 1,
            callsPlanned: 2, began: DemoWorld.now)
        #expect(one.passed == [.checking, .planning, .landing, .rechecking, .backingOff])
        let graph = AuditGraph.table(gap: 0)
        var grid = drawn(graph, one)
        guard let row = graph.rowOf[.repairing], let before = graph.rowOf[.planning],
            let after = graph.rowOf[.confirming]
        else { return }
        #expect(grid.line(row).contains("▸ REPAIRING 2/4") && grid[graph.columns.name, row].role == .busy)
        #expect(grid.line(before).contains("✓ planning") && grid[graph.columns.name, before].role == .good)
        #expect(grid[graph.columns.name, after].role == .dim)
        one = ExecutionStatus(id: "exec-1", trigger: "start", state: .succeeded, began: DemoWorld.now)
        #expect(one.passed == [.checking])
        one.state = .checking
        #expect(one.passed.isEmpty)
        (one.state, one.slots) = (.failed, 4)
        #expect(one.passed == [.checking, .planning, .landing, .rechecking, .resynthesizing, .confirming])
        (one.state, one.callsDone) = (.waiting, 2)
        #expect(one.passed.contains(.repairing) && !one.passed.contains(.backingOff))
        one.state = .cancelled
        #expect(one.passed == [.checking, .planning, .repairing], "from there it may have been cancelled at once")
        // Taken up again it stands where it began; where it stands it has not passed.
        (one.state, one.attempt) = (.checking, 3)
        #expect(!one.passed.contains(.checking))
        one.state = .failed
        grid = drawn(graph, one)
        guard let end = graph.rowOf[.failed] else { return }
        #expect(grid.line(end).contains("✗ FAILED"))
        let failing = graph.side.filter { $0.arrow.to == .failed }
        #expect(failing.count == 2)
        for side in failing {
            let roles = (graph.columns.endLane - 3..<graph.columns.endLane).map { grid[$0, side.row].role }
            #expect(roles.contains(.bad), "what fails has its own role")
        }
    }

    @Test func focusedOrOnTheWholeScreenTheMachineIsDrawn() throws {
        let world = DemoWorld()
        for (columns, rows, keys) in [(200, 50, "2"), (200, 50, "2z"), (120, 40, "2z"), (80, 24, "2")] {
            var machine = world.console(columns: columns, rows: rows)
            _ = world.type(keys, into: &machine)
            let text = machine.frame().text
            for event in AuditEvent.allCases { #expect(text.contains(event.words), "\(columns)x\(rows): \(event)") }
            #expect(text.contains("REPAIRING 2/4") && text.contains("exec-0018") && text.contains("waits for the call"))
            #expect(text.contains("attempt 2 of 4") && text.contains("15/24"))
            // At 80x24 the panel on the whole screen has a picture already.
            if columns > 80 { try expectGolden(machine.frame(), "audit-\(keys)-\(columns)x\(rows)") }
            // Another execution, another state.
            _ = world.type("j", into: &machine)
            #expect(machine.frame().text.contains("HEALED"), "\(columns)x\(rows)")
        }
        for (columns, rows, keys) in [(120, 40, "2"), (200, 50, ""), (40, 12, "2"), (60, 16, "2")] {
            var machine = world.console(columns: columns, rows: rows)
            _ = world.type(keys, into: &machine)
            #expect(!machine.frame().text.contains("confirmed waiting"), "\(columns)x\(rows) is folded")
        }
    }
}
