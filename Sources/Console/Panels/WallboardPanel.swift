import Pipeline
import Terminal

/// Digits of three by five points.
private let digits: [Character: [UInt8]] = [
    "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [7, 1, 7, 4, 7], "3": [7, 1, 7, 1, 7], "4": [5, 5, 7, 1, 1],
    "5": [7, 4, 7, 1, 7], "6": [7, 4, 7, 5, 7], "7": [7, 1, 2, 2, 2], "8": [7, 5, 7, 5, 7], "9": [7, 5, 7, 1, 7],
    ".": [0, 0, 0, 0, 2], "%": [5, 1, 2, 4, 5], "-": [0, 0, 7, 0, 0],
]

extension ConsoleState {
    /// For a room: coverage so large that it is read from the door, and beside it what a person would ask first.
    func drawWallboard(_ grid: inout Grid, _ area: Area) {
        guard area.rows >= 7, let status else { return }
        let share = status.coverage.coverage
        let text = share.map { Wording.percent($0).filter { $0 != " " } } ?? "-"
        let role = coverageSpans(status).last?.role ?? .value
        var at = area.column + 2
        for character in text {
            drawDigit(&grid, character, column: at, row: area.row + 2, role: role)
            at += character == "." ? 6 : 8
        }
        let live = status.executions.first { !$0.state.isEnd }
        let idle = [Span("no audit is running", .dim)]
        let lines: [[Span]] = [
            worstSpans(status) ?? wellSpans(status),
            live.map { [Span($0.state.title, .busy), Span(" \($0.settledSlots)/\($0.slots) slots", .value)] } ?? idle,
            breakerSpans(status), [Span("lag ", .dim)] + lagSpans(status).dropFirst(),
            [Span("◆ ", .gold), Span(Wording.count(status.healing.slotsHealed, "slot"), .gold), Span(" healed", .dim)],
        ]
        let column = max(at + 2, area.column + 54)
        for (line, spans) in lines.enumerated() where area.row + 2 + line < area.endRow {
            grid.write(spans, column: column, row: area.row + 2 + line, limit: area.endColumn - column - 1)
        }
    }

    /// Two columns a point, so that a point is about square.
    private func drawDigit(_ grid: inout Grid, _ character: Character, column: Int, row: Int, role: Role) {
        for (line, bits) in (digits[character] ?? []).enumerated() {
            for point in 0..<3 where bits & (4 >> UInt8(point)) != 0 {
                grid[column + point * 2, row + line] = Cell("█", role)
                grid[column + point * 2 + 1, row + line] = Cell("█", role)
            }
        }
    }
}
