import Terminal

extension ConsoleState {
    /// Splits the area of a list of `count` lines so that its chosen line can be told in full below it, a blank row
    /// between. `kept` rows are wanted for that; at most half of the area is given up.
    func splitForDetail(_ area: Area, count: Int, kept: Int) -> (list: Area, detail: Area) {
        guard area.rows >= 4 else { return (area, .none) }
        let (list, foot) = area.splitRows(min(count, area.rows - min(kept, area.rows / 2)))
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
