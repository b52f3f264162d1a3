import Pipeline
import Terminal

/// Some text with its meaning.
struct Span: Hashable, Sendable {
    var text: String
    var role: Role

    init(_ text: String, _ role: Role = .text) {
        self.text = text
        self.role = role
    }
}

extension Grid {
    /// Writes spans one after the other, no further than `limit` columns; an ellipsis says that something was cut.
    /// Returns the column after the last.
    @discardableResult
    mutating func write(_ spans: [Span], column: Int, row: Int, limit: Int = .max) -> Int {
        let end = limit == .max ? columns : min(columns, column + max(0, limit))
        var at = column
        for span in spans where at < end {
            at = write(span.text, column: at, row: row, role: span.role, limit: end - at)
        }
        if limit != .max, end > column, spans.width > limit { cut(before: end, row: row) }
        return at
    }
}

extension Grid {
    /// An ellipsis in the last column; of a wide grapheme that ends there nothing stays.
    private mutating func cut(before end: Int, row: Int) {
        let halved = self[end - 1, row].isEmpty
        self[end - 1, row].text = halved ? " " : "…"
        if halved { self[end - 2, row].text = "…" }
    }
}

extension Sequence<Span> {
    var width: Int { reduce(0) { $0 + textWidth($1.text) } }
}

extension ConsoleState {
    /// The whole frame, from the beginning.
    func draw() -> Grid {
        var memory = FrameMemory()
        return memory.draw(self)
    }

    /// The border or the heading of a panel.
    func drawPanelFrame(_ grid: inout Grid, _ panel: ConsolePanel, _ area: Area, _ layout: FrameLayout) {
        if layout.shape == .wide {
            drawBorder(&grid, panel, area)
        } else if panel != .coverage {
            let heading = area.splitRows(1).top
            for at in heading.column..<heading.endColumn { grid[at, heading.row] = Cell("─", frameRole) }
            let name = [Span(" \(panel.rawValue) ", .key), Span("\(panel.title) ", .title)]
            grid.write(name, column: heading.column + 2, row: heading.row, limit: heading.columns - 2)
        }
    }

    /// The inside of a panel; the coverage draws itself row by row.
    func drawPanel(_ grid: inout Grid, _ panel: ConsolePanel, _ inside: Area) {
        switch panel {
        case .stream: drawStream(&grid, inside)
        case .audit: drawAudit(&grid, inside)
        case .alarms: drawAlarms(&grid, inside)
        case .coverage: break
        case .inspector: drawInspector(&grid, inside)
        case .log: drawLog(&grid, inside)
        case .facts: drawFacts(&grid, inside)
        case .score: drawScore(&grid, inside)
        case .lab: drawLab(&grid, inside)
        }
    }

    private func drawBorder(_ grid: inout Grid, _ panel: ConsolePanel, _ area: Area) {
        let focused = panel == focus
        let role = focused ? Role.borderFocused : frameRole
        grid.frame(area, role: role)
        var spans = [
            Span("┤", role), Span("\(panel.rawValue) ", .key), Span(panel.title, .title),
        ]
        spans += titleDetail(panel).map { Span(" \($0.text)", $0.role) }
        spans.append(Span("├", role))
        grid.write(spans, column: area.column + 2, row: area.row, limit: area.columns - 4)
        if panel == .coverage { drawLegend(&grid, area) }
    }

    /// Real data has a frame of its own, so that nobody takes it for a rehearsal.
    private var frameRole: Role { status?.simulated == false ? .borderProduction : .border }

    /// What stands in a border beside the panel's name.
    private func titleDetail(_ panel: ConsolePanel) -> [Span] {
        switch panel {
        case .coverage:
            var spans = [Span("symbols × \(zoom.words)", .dim)]
            if order == .worstFirst { spans.append(Span("· worst first", .hint)) }
            if !filter.isEmpty { spans.append(Span("· /\(filter)", .warning)) }
            if !following { spans.append(Span("· held, End follows", .hint)) }
            return spans
        case .inspector: return inspectorTitle
        case .alarms:
            let standing = status?.alarms.filter { $0.cleared == nil } ?? []
            let calling = standing.count(where: \.calls)
            let silent = standing.count - calling
            return (calling > 0 ? [Span("\(calling)", .warning)] : [])
                + (silent > 0 ? [Span("\(silent) silent", .dim)] : [])
        case .audit:
            let live = status?.executions.filter { !$0.state.isEnd }.count ?? 0
            return live > 1 ? [Span("\(live) live", .busy)] : []
        case .facts: return factsTitle
        case .stream, .log, .score, .lab: return []
        }
    }

    /// What the glyphs of the cells mean, in the border where there is room.
    private func drawLegend(_ grid: inout Grid, _ area: Area) {
        let entries: [(CellState, String)] = [
            (.whole, "whole"), (.missing, "missing"), (.repairing, "repairing"), (.unrepairable, "unrepairable"),
            (.fresh, "healed"), (.seam, "mended"), (.pending, "pending"), (.quiet, "quiet"),
        ]
        var spans: [Span] = []
        let whole = entries.reduce(0) { $0 + $1.1.count + 5 }
        // What is whole needs a word less than the others.
        for (state, word) in whole + 5 < area.columns ? entries : Array(entries.dropFirst()) {
            let more = cellSample(state) + [Span(" \(word)  ", .dim)]
            guard spans.width + more.width + 5 < area.columns else { break }
            spans += more
        }
        guard !spans.isEmpty else { return }
        grid.write([Span(" ")] + spans, column: area.endColumn - spans.width - 4, row: area.endRow - 1)
    }

    /// A cell in that state, as an hour would show it.
    func cellSample(_ state: CellState) -> [Span] {
        var sample = CellSummary()
        sample.counts.expected = 60
        sample.counts.present = 60
        switch state {
        case .missing: (sample.counts.present, sample.counts.missing) = (57, 3)
        case .repairing: (sample.counts.present, sample.counts.missing, sample.repairing) = (57, 3, 3)
        case .unrepairable: (sample.counts.present, sample.counts.unrepairable) = (57, 3)
        case .pending: (sample.counts.present, sample.counts.pending) = (0, 60)
        case .fresh: (sample.fresh, sample.counts.healed) = (1, 1)
        case .seam: sample.counts.healed = 1
        case .quiet: sample.counts.quiet = 1
        case .revised: sample.revised = 1
        case .unknown: sample.unknown = true
        case .whole, .closed: break
        }
        let tile = CoverageTile(sample, colourless: isColourless)
        return [Span(tile.left.text, tile.left.role), Span(tile.right.text, tile.right.role)]
    }
}
