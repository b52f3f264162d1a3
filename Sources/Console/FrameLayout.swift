import Pipeline
import Terminal

/// Where the parts of a frame stand; a function of size, panels and how things are.
struct FrameLayout: Sendable {
    /// Which of the shapes the size asks for.
    enum Shape: Hashable, Sendable {
        /// Framed panels beside each other.
        case wide
        /// Coverage with a line of state, one of alarms and the minute strip; other panels take the screen.
        case compact
        /// Coverage under two lines.
        case small
        /// Lines of text only.
        case tiny
    }

    var shape: Shape
    var title: Area
    /// The line of the worst alarm; empty in the wide shape, where a panel shows them.
    var alarm: Area
    var hints: Area
    /// Minutes of the partition under the cursor, in the compact shape.
    var strip: Area
    /// The large figures of a wallboard.
    var board = Area.none
    /// In the order in which they were placed; there are never more than a few.
    private var areas: [(panel: ConsolePanel, area: Area)] = []

    init(shape: Shape, title: Area, alarm: Area = .none, hints: Area = .none, strip: Area = .none) {
        self.shape = shape
        self.title = title
        self.alarm = alarm
        self.hints = hints
        self.strip = strip
    }

    /// Nil where a panel is not on the screen.
    func area(_ panel: ConsolePanel) -> Area? { areas.first { $0.panel == panel }?.area }

    /// The inside of a panel.
    func content(_ panel: ConsolePanel) -> Area? {
        area(panel).map { shape == .wide ? $0.inset(columns: 2, rows: 1) : $0 }
    }

    /// Where a panel draws: its content without the heading that stands in place of a border.
    func inside(_ panel: ConsolePanel) -> Area? {
        guard shape != .wide, panel != .coverage else { return content(panel) }
        return content(panel)?.splitRows(1).rest
    }

    /// The panels on the screen, in the order of their numbers.
    var panels: [ConsolePanel] { areas.map(\.panel).sorted { $0.rawValue < $1.rawValue } }
}

extension ConsoleState {
    var layout: FrameLayout {
        let screen = Area(column: 0, row: 0, columns: columns, rows: rows)
        if columns >= 100, rows >= 28 { return wideLayout(screen) }
        if columns >= 60, rows >= 16 { return narrowLayout(screen, shape: .compact, stripRows: 3) }
        if columns >= 30, rows >= 8 { return narrowLayout(screen, shape: .small, stripRows: 0) }
        return FrameLayout(shape: .tiny, title: screen, alarm: .none, hints: .none, strip: .none)
    }

    /// Whether nothing asks for attention, so that the top band may be a line high.
    var isCalm: Bool {
        guard let status else { return true }
        return !status.executions.contains { !$0.state.isEnd }
            && !status.alarms.contains { $0.calls && $0.severity > .info }
    }

    private func visible(_ panels: [ConsolePanel]) -> [ConsolePanel] { panels.filter { !hidden.contains($0) } }

    private func wideLayout(_ screen: Area) -> FrameLayout {
        let (title, below) = screen.splitRows(1)
        let (middle, hints) = below.splitRows(below.rows - 1)
        var layout = FrameLayout(shape: .wide, title: title, alarm: .none, hints: hints, strip: .none)
        if isWallboard {
            let (board, rest) = below.splitRows(9)
            layout.board = board
            layout.hints = .none
            layout.place(.coverage, rest)
            return layout
        }
        if let panel = fullScreen {
            layout.place(panel, middle)
            return layout
        }
        let top = visible(division.above)
        let bottom = visible(division.below)
        let full = rows >= 44 ? 9 : 7
        // A calm band gives its rows to the symbols, unless they have enough.
        let roomy = full + coverageRowsNeeded + footRowsLeast <= middle.rows
        let folded = isCalm && !top.contains(focus) && !roomy
        let topRows = top.isEmpty ? 0 : folded ? 3 : machineRows(top) ?? full
        let (band, rest) = middle.splitRows(topRows)
        layout.place(top, in: band)
        let (coverage, foot) = rest.splitRows(coverageRows(rest, hasFoot: !bottom.isEmpty))
        layout.place(.coverage, coverage)
        layout.place(bottom, in: foot)
        return layout
    }

    /// Rows of the top band in which the auditor's machine can be drawn, while somebody looks at it; nil where its panel is
    /// too narrow, or where too little would be left below.
    private func machineRows(_ top: [ConsolePanel]) -> Int? {
        guard focus == .audit, top.contains(.audit), rows >= 44 else { return nil }
        let all = top.reduce(0) { $0 + $1.share }
        let machine = AuditGraph.table(gap: 0)
        guard columns * ConsolePanel.audit.share / all - 5 >= machine.columns.width else { return nil }
        return machine.rows + 8
    }

    /// Frame, headings and symbols.
    private var coverageRowsNeeded: Int { calendars.reduce(1) { $0 + 3 + (rowOrder[$1] ?? []).count } }

    /// As many rows as the symbols need, leaving the inspector enough to be read.
    private func coverageRows(_ area: Area, hasFoot: Bool) -> Int {
        guard hasFoot else { return area.rows }
        let foot = min(14, max(8, rows * 24 / 100))
        // The last symbols are worth some rows of it.
        if coverageRowsNeeded <= area.rows - footRowsLeast { return max(coverageRowsNeeded, 8) }
        return min(max(coverageRowsNeeded, 8), area.rows - foot)
    }

    /// Rows in which the inspector can still be read.
    private var footRowsLeast: Int { rows >= 44 ? 10 : 8 }

    private func narrowLayout(_ screen: Area, shape: FrameLayout.Shape, stripRows: Int) -> FrameLayout {
        let (title, below) = screen.splitRows(1)
        let (alarm, rest) = below.splitRows(1)
        let (middle, hints) = rest.splitRows(isWallboard ? rest.rows : rest.rows - 1)
        var layout = FrameLayout(shape: shape, title: title, alarm: alarm, hints: hints, strip: .none)
        if let panel = fullScreen, panel != .coverage {
            layout.place(panel, middle)
            return layout
        }
        let (coverage, strip) = middle.splitRows(middle.rows - stripRows)
        layout.place(.coverage, coverage)
        layout.strip = strip
        return layout
    }
}

extension FrameLayout {
    fileprivate mutating func place(_ panel: ConsolePanel, _ area: Area) { areas.append((panel, area)) }

    /// Panels beside each other in proportion to their shares.
    fileprivate mutating func place(_ panels: [ConsolePanel], in area: Area) {
        var rest = area
        for (index, panel) in panels.enumerated() {
            let left = panels[index...].reduce(0) { $0 + $1.share }
            let (here, beyond) = rest.splitColumns(rest.columns * panel.share / max(1, left))
            place(panel, here)
            rest = beyond
        }
    }
}

extension ConsolePanel {
    /// How wide it is beside others.
    fileprivate var share: Int {
        switch self {
        case .stream: 25
        case .audit: 46
        case .alarms: 29
        case .score: 30
        case .log: 36
        case .inspector, .facts: 64
        case .coverage, .lab: 1
        }
    }
}

extension Area {
    static let none = Area(column: 0, row: 0, columns: 0, rows: 0)
}
