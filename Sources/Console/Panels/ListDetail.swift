import Terminal

extension ConsoleState {
    /// Splits a list's area so that the chosen line can be read in full below it, where it was cut and the list has the
    /// focus. At most half of the area is given up by a list of `count` lines.
    func splitForDetail(
        _ area: Area, count: Int, _ detail: [[Span]], isFocused: Bool
    ) -> (list: Area, detail: Area) {
        guard isFocused, area.rows >= 4, !detail.isEmpty else { return (area, .none) }
        let kept = min(detail.count + 1, area.rows / 2)
        let (list, foot) = area.splitRows(min(count, area.rows - kept))
        // A blank row stands between.
        return (list, foot.splitRows(1).rest)
    }

    /// A text in as many lines as it needs, behind an indent of two columns.
    func detailLines(_ text: String, width: Int, role: Role) -> [[Span]] {
        wrapped(text, to: max(8, width - 2)).map { [Span("  "), Span($0, role)] }
    }

    func drawLines(_ grid: inout Grid, _ area: Area, _ lines: [[Span]]) {
        for (line, spans) in lines.prefix(area.rows).enumerated() {
            grid.write(spans, column: area.column, row: area.row + line, limit: area.columns)
        }
    }
}
