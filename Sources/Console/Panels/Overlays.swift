import Pipeline
import Terminal

extension ConsoleState {
    /// The last line: a word to the person, what is being typed, or what the keys do here.
    func drawHints(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0, !isWallboard else { return }
        let margin = area.columns >= 60 ? 1 : 0
        let spans = hintSpans(width: area.columns - margin)
        let end = grid.write(spans, column: area.column + margin, row: area.row, limit: area.columns - margin)
        let who = harmless(operatorName, limit: 24) + (readOnly ? " · read only" : "")
        if end + textWidth(who) + 3 < area.endColumn {
            grid.writeRight(who, end: area.endColumn - 1, row: area.row, role: .dim)
        }
    }

    private func hintSpans(width: Int) -> [Span] {
        switch overlay {
        case .command(let line): return commandSpans(line)
        case .filtering:
            let said = filterQuery.complaint.map { [Span("  " + $0, .warning)] } ?? []
            return [Span("/", .key), Span(filter, .strong), Span("▏", .cursor)] + said + [
                Span("  Enter", .key), Span(" keep  ", .hint), Span("Esc", .key), Span(" as before", .hint),
            ]
        case .typing:
            return [Span("Enter", .key), Span(" does it  ", .hint), Span("Esc", .key), Span(" leaves it", .hint)]
        case .help(let panel, _): return helpHints(panel, width: width)
        case .asking, .leaving, .journal: return [Span("Esc", .key), Span(" closes", .hint)]
        case .nothing: break
        }
        if let toast { return [Span(clipped(toast.text, to: width), toast.role)] }
        let state: [Span] =
            rangeAnchor != nil
            ? [Span(" RANGE ", .marked), Span(" ")] : marks.isEmpty ? [] : [Span(" MARKED ", .marked), Span(" ")]
        return state + keyHints(width: width - state.width)
    }

    func drawOverlay(_ grid: inout Grid) {
        switch overlay {
        case .nothing, .filtering: break
        case .command(let line): drawPalette(&grid, line)
        case .asking(let question):
            drawQuestion(&grid, title: question.verb, lines: question.lines, prompt: promptSpans(question))
        case .typing(let typed):
            drawQuestion(
                &grid, title: typed.verb,
                lines: living.lines(of: typed) + (typed.complaint.isEmpty ? [] : [typed.complaint]),
                prompt: promptSpans(typed))
        case .leaving: drawLeaving(&grid)
        case .journal(let view): drawJournal(&grid, view)
        case .help(let panel, let page): drawHelp(&grid, panel, page: page)
        }
    }

    private func drawLeaving(_ grid: inout Grid) {
        let lines = leavingLines
        let width = min(columns, max(40, lines.map(\.width).max() ?? 0) + 6)
        let area = grid.area.centred(columns: width, rows: min(rows, lines.count + 4))
        drawBox(&grid, area, title: "Leave?")
        let edge = area.rows >= lines.count + 4 ? 2 : area.rows >= 3 ? 1 : 0
        let room = max(1, area.rows - 2 * edge)
        let top = area.row + edge
        let margin = area.columns > 10 ? 3 : 0
        // On a screen too low for all, what can be pressed is what must be seen.
        for (line, spans) in lines.suffix(room).enumerated() {
            grid.write(spans, column: area.column + margin, row: top + line, limit: area.columns - 2 * margin)
        }
    }

    func drawQuestion(_ grid: inout Grid, title: String, lines: [String], prompt: [Span]) {
        let told = lines.flatMap { wrapped($0, to: max(8, columns - (columns > 16 ? 6 : 0))) }
        let lines = told.map { [Span($0, .dialog)] } + [[], prompt]
        let width = min(columns, max(40, lines.map(\.width).max() ?? 0) + 6)
        let area = grid.area.centred(columns: width, rows: min(rows, lines.count + 4))
        drawBox(&grid, area, title: "\(title)?")
        // On a screen too low for all, the prompt is what must be seen.
        let room = max(1, area.rows - (area.rows >= 5 ? 4 : 0))
        let shown = lines.count > room ? Array(lines.prefix(room - 1)) + [prompt] : lines
        let top = area.row + (area.rows >= 5 ? 2 : 0)
        for (line, spans) in shown.enumerated() {
            grid.write(
                spans, column: area.column + (area.columns > 10 ? 3 : 0), row: top + line,
                limit: area.columns - (area.columns > 10 ? 6 : 0))
        }
    }

    private func promptSpans(_ question: Confirmation) -> [Span] {
        if let count = question.typedCount {
            return [
                Span("type ", .dialog), Span("\(count)", .dialogKey), Span(" and Enter: ", .dialog),
                Span(question.typed + "▏", .dialogKey), Span("  Esc no", .dialog),
            ]
        }
        return [
            Span("y", .dialogKey), Span(" yes    ", .dialog), Span("n", .dialogKey), Span(" no (Enter, Esc)", .dialog),
        ]
    }

    /// The end of a long line is what must be seen of it.
    private func promptSpans(_ typed: TypedLine) -> [Span] {
        let room = max(8, min(60, columns - typed.prompt.count - 10))
        let shown = typed.text.count > room ? "…" + typed.text.suffix(room - 1) : typed.text
        // On the narrowest screen what is typed needs the room.
        let prompt = typed.prompt.count + 12 <= columns ? typed.prompt : ""
        return [Span(prompt, .dialog), Span(shown + "▏", .dialogKey)]
    }

    func drawBox(_ grid: inout Grid, _ area: Area, title: String) {
        grid.fill(area, with: Cell(" ", .dialog))
        guard area.rows >= 5 else { return }
        grid.frame(area, role: .dialog)
        grid.write(" \(title) ", column: area.column + 3, row: area.row, role: .dialogKey, limit: area.columns - 6)
    }
}
