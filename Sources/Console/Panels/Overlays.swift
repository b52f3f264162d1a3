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
        case .asking, .leaving, .help, .journal: return [Span("Esc", .key), Span(" closes", .hint)]
        case .nothing: break
        }
        if let toast { return [Span(clipped(toast.text, to: width), toast.role)] }
        var spans: [Span] = rangeAnchor != nil ? [Span(" RANGE ", .marked), Span(" ")] : []
        if rangeAnchor == nil, !marks.isEmpty { spans = [Span(" MARKED ", .marked), Span(" ")] }
        for binding in hinted {
            let more = [Span(keyMap.label(binding), .key), Span(" \(binding.hint)  ", .hint)]
            guard spans.width + more.width <= width else { continue }
            spans += more
        }
        return spans
    }

    /// Help and quit come first: they must be there on the narrowest screen.
    private var hinted: [KeyBinding] {
        let all = KeyTable.bindings.filter { !$0.hint.isEmpty && applies($0) }
        let short = all.filter { $0.action == .help || $0.action == .quit }
        guard columns < 150 else { return all }
        return short + all.filter { $0.action != .help && $0.action != .quit }
    }

    private func applies(_ binding: KeyBinding) -> Bool { binding.panels.isEmpty || binding.panels.contains(focus) }

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
        case .help(let panel, let scroll): drawHelp(&grid, panel, scroll: scroll)
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
        let lines = lines.map { [Span($0, .dialog)] } + [[], prompt]
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
        return [Span(typed.prompt, .dialog), Span(shown + "▏", .dialogKey)]
    }

    func drawBox(_ grid: inout Grid, _ area: Area, title: String) {
        grid.fill(area, with: Cell(" ", .dialog))
        guard area.rows >= 5 else { return }
        grid.frame(area, role: .dialog)
        grid.write(" \(title) ", column: area.column + 3, row: area.row, role: .dialogKey, limit: area.columns - 6)
    }

    private func drawHelp(_ grid: inout Grid, _ panel: ConsolePanel?, scroll: Int) {
        let lines = helpLines(panel)
        let wide = columns >= 120 && lines.count > rows - 6
        let area = grid.area.centred(
            columns: wide ? 120 : min(columns, 72), rows: min(rows, (wide ? (lines.count + 1) / 2 : lines.count) + 4))
        let title = panel.map { "Keys · \($0.title) · ? all" } ?? "Keys · all"
        drawBox(&grid, area, title: title)
        let inner = area.rows >= 5 ? area.inset(columns: min(3, area.columns / 8), rows: 2) : area
        let perColumn = max(1, inner.rows)
        let start = wide ? 0 : min(scroll, max(0, lines.count - perColumn))
        for (index, spans) in lines.dropFirst(start).prefix(wide ? perColumn * 2 : perColumn).enumerated() {
            let column = inner.column + (index / perColumn) * (inner.columns / 2)
            let limit = wide ? inner.columns / 2 - 2 : inner.columns
            grid.write(spans, column: column, row: inner.row + index % perColumn, limit: limit)
        }
    }

    private func helpLines(_ panel: ConsolePanel?) -> [[Span]] {
        var lines: [[Span]] = []
        for group in KeyGroup.allCases {
            let bindings = KeyTable.bindings.filter { $0.group == group && matters($0, panel) }
            guard !bindings.isEmpty else { continue }
            if !lines.isEmpty { lines.append([]) }
            lines.append([Span(group.rawValue, .dialogKey)])
            lines += bindings.map {
                [Span(Wording.padded(keyMap.label($0), to: 8), .dialogKey), Span($0.help, .dialog)]
            }
        }
        return lines
    }

    private func matters(_ binding: KeyBinding, _ panel: ConsolePanel?) -> Bool {
        guard let panel else { return true }
        return binding.panels.contains(panel)
            || (binding.panels.isEmpty && panel == .coverage && binding.group != .program)
            || (binding.panels.isEmpty && panel != .coverage && binding.group == .look)
    }
}
