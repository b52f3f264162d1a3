import Pipeline
import Terminal

/// Which lines of a list are shown where; drawing and the pointer ask the same one.
struct ListView: Hashable, Sendable {
    var area: Area
    /// The line of the list that stands on the area's first row.
    var first: Int
    var count: Int

    /// The line that stands on a row of the screen; nil where none does.
    func line(atRow row: Int) -> Int? {
        let line = first + row - area.row
        return row >= area.row && row < area.endRow && line < count ? line : nil
    }

    /// The lines shown.
    var shown: Range<Int> { min(first, count)..<min(count, first + area.rows) }
}

extension ConsoleState {
    /// The list of a panel within its inside; nil where it has none, or no room for it.
    func listView(_ panel: ConsolePanel, _ inside: Area) -> ListView? {
        guard let status, inside.rows > 0 else { return nil }
        let (area, count): (Area, Int)
        switch panel {
        case .alarms: (area, count) = (inside, inside.rows > 1 ? status.alarms.count : 0)
        case .audit: (area, count) = (executionsArea(inside), status.executions.count)
        case .log: (area, count) = (inside, status.log.count)
        case .lab: (area, count) = (labListArea(inside), status.simulated ? FlawLab.lines : 0)
        case .stream, .coverage, .inspector, .facts, .score: return nil
        }
        guard count > 0, area.rows > 0 else { return nil }
        // The log shows what is new until somebody goes through it.
        let chosen = panel == .log && focus != .log ? 0 : listLine[panel] ?? 0
        return ListView(area: area, first: firstShown(chosen, count: count, rows: area.rows), count: count)
    }

    /// The first line of a list that keeps the chosen one in view.
    func firstShown(_ chosen: Int, count: Int, rows: Int) -> Int {
        guard rows > 0 else { return 0 }
        return min(max(0, chosen - rows + 1), max(0, count - rows))
    }
}
