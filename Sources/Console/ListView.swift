import Pipeline
import Terminal

/// Which lines of a list are shown where; drawing and the pointer ask the same one.
struct ListView: Hashable, Sendable {
    /// The first line shown.
    var first: Int
    /// The rows of the screen on which each of the lines shown stands.
    var rows: [Range<Int>]

    /// The line that stands on a row of the screen; nil where none does.
    func line(atRow row: Int) -> Int? { rows.firstIndex { $0.contains(row) }.map { first + $0 } }

    /// The lines shown.
    var shown: Range<Int> { first..<first + rows.count }

    /// The first row of a line shown.
    func row(of line: Int) -> Int { rows[line - first].lowerBound }
}

extension ConsoleState {
    /// The list of a panel within its inside; nil where it has none, or no room for it.
    func listView(_ panel: ConsolePanel, _ inside: Area) -> ListView? {
        guard let status, inside.rows > 0 else { return nil }
        switch panel {
        case .alarms:
            let placed = inside.rows > 1 ? placedAlarms(inside) : []
            guard let first = placed.first?.place else { return nil }
            return ListView(first: first, rows: placed.map { $0.row..<$0.row + $0.lines.count })
        case .audit: return lines(of: .audit, executionsArea(inside), count: status.executions.count)
        case .log: return lines(of: .log, logAreas(inside).list, count: status.log.count)
        case .lab: return lines(of: .lab, labListArea(inside), count: status.simulated ? FlawLab.lines : 0)
        case .stream, .coverage, .inspector, .facts, .score: return nil
        }
    }

    /// A list whose lines are a row each.
    private func lines(of panel: ConsolePanel, _ area: Area, count: Int) -> ListView? {
        guard count > 0, area.rows > 0 else { return nil }
        // The log shows what is new until somebody goes through it.
        let chosen = panel == .log && focus != .log ? 0 : min(listLine[panel] ?? 0, count - 1)
        let first = firstShown(chosen, count: count, rows: area.rows)
        return ListView(
            first: first, rows: (0..<min(area.rows, count - first)).map { area.row + $0..<area.row + $0 + 1 })
    }

    /// The first line of a list that keeps the chosen one in view.
    func firstShown(_ chosen: Int, count: Int, rows: Int) -> Int {
        guard rows > 0 else { return 0 }
        return min(max(0, chosen - rows + 1), max(0, count - rows))
    }
}
