import Pipeline
import Terminal

/// What lies under a place of the screen.
enum PointedAt: Hashable, Sendable {
    case nothing
    /// A cell of the coverage: its symbol, and the first expected minute of its column.
    case cell(SymbolName, Minute)
    /// The name of a symbol, before its cells.
    case symbol(SymbolName)
    /// A line of a list, counted from its beginning.
    case line(ConsolePanel, Int)
    /// A panel, and nothing in it that could be chosen.
    case panel(ConsolePanel)
    /// A line that tells of a panel which has no place of its own on a screen of this size.
    case summary(ConsolePanel)
}

/// The cell on which the button went down, as long as it is down.
struct HeldButton: Hashable, Sendable {
    var symbol: SymbolName
    var minute: Minute
    /// Whether it was moved to another cell since, so that a rectangle is being marked.
    var isDragging = false
}

/// Rows of the coverage that one notch of the wheel goes.
private let wheelRows = 3

extension ConsoleState {
    /// What stands there, found from where everything is drawn.
    func pointed(column: Int, row: Int) -> PointedAt {
        let layout = self.layout
        if layout.alarm.contains(column, row) { return .summary(.alarms) }
        if layout.strip.contains(column, row) { return .summary(.inspector) }
        guard let panel = layout.panels.first(where: { layout.area($0)?.contains(column, row) ?? false }),
            let inside = layout.inside(panel), inside.contains(column, row)
        else {
            return layout.panels.first { layout.area($0)?.contains(column, row) ?? false }.map { .panel($0) }
                ?? .nothing
        }
        guard panel == .coverage else {
            return listView(panel, inside)?.line(atRow: row).map { .line(panel, $0) } ?? .panel(panel)
        }
        return pointedInCoverage(inside, column: column, row: row)
    }

    private func pointedInCoverage(_ area: Area, column: Int, row: Int) -> PointedAt {
        let geometry = coverageGeometry(area)
        for band in geometry.bands where row >= band.firstCellRow && row < band.area.endRow {
            let place = band.shown.lowerBound + (row - band.firstCellRow) * band.symbolsPerRow
            guard band.shown.contains(place) else { break }
            // Of two symbols on a row the upper one stands for both: a pointer knows no halves.
            let symbol = band.symbols[place]
            if column < area.column + geometry.labelColumns { return .symbol(symbol) }
            let placed = band.columns.last { $0.screenColumn <= column }
            guard let placed, column < placed.screenColumn + geometry.cellColumns else { break }
            return .cell(symbol, placed.column.expected.lowerBound)
        }
        return .panel(.coverage)
    }

    mutating func switchMouse() -> [ConsoleEffect] { setMouse(!isMouseOn) }

    mutating func setMouse(_ isOn: Bool) -> [ConsoleEffect] {
        isMouseOn = isOn
        heldButton = nil
        let key = KeyTable.bindings.first { $0.action == .mouse }.map(keyMap.label) ?? ""
        say(isOn ? "mouse on; \(key) gives it back to the terminal, for copying" : "mouse off")
        return [.reportMouse(isOn)]
    }

    /// What a mouse does. Under a question it does nothing: what spends calls is said with the keyboard.
    mutating func point(_ event: MouseEvent) -> [ConsoleEffect] {
        guard isMouseOn, !isWallboard else { return [] }
        switch overlay {
        case .nothing: break
        case .help, .journal:
            switch event.action {
            case .wheelUp: return press(.up)
            case .wheelDown: return press(.down)
            case .press, .doublePress: return press(.escape)
            case .drag, .release, .wheelLeft, .wheelRight: return []
            }
        case .asking, .typing, .command, .filtering, .leaving: return []
        }
        let target = pointed(column: event.column, row: event.row)
        switch event.action {
        case .press: choose(target)
        case .doublePress: return open(target)
        case .drag: drag(to: target)
        case .release: release()
        case .wheelUp: turnWheel(-1, over: target, zooms: event.isModified)
        case .wheelDown: turnWheel(1, over: target, zooms: event.isModified)
        case .wheelLeft: if target.panel == .coverage { move(.moveLeft) }
        case .wheelRight: if target.panel == .coverage { move(.moveRight) }
        }
        return []
    }

    private mutating func choose(_ target: PointedAt) {
        toast = nil
        gapSearch = nil
        heldButton = nil
        switch target {
        case .cell(let upper, let minute):
            focus = .coverage
            let isAgain = cursorColumn?.expected.contains(minute) ?? false
            let symbol = isAgain ? other(than: cursor.symbol, besides: upper) : upper
            put(on: symbol, minute)
            heldButton = HeldButton(symbol: symbol, minute: cursor.minute)
            sayWhichOfTwo(symbol, besides: upper)
        case .symbol(let upper):
            focus = .coverage
            let symbol = other(than: cursor.symbol, besides: upper)
            put(on: symbol, nil)
            sayWhichOfTwo(symbol, besides: upper)
        case .line(let panel, let line):
            show(panel)
            listLine[panel] = line
        case .panel(let panel): show(panel)
        case .nothing, .summary: break
        }
    }

    /// Of the two symbols on a row the lower one; nil where the row has one alone.
    private func lower(besides upper: SymbolName) -> SymbolName? {
        guard let calendar = members[upper]?.calendar, let area = layout.inside(.coverage),
            let band = coverageGeometry(area).band(of: calendar), band.symbolsPerRow == 2,
            let place = place(in: calendar, upper), band.shown.contains(place + 1)
        else { return nil }
        return band.symbols[place + 1]
    }

    /// What a click means where it is on the row the cursor stands on: each takes the other of two symbols.
    private func other(than chosen: SymbolName?, besides upper: SymbolName) -> SymbolName {
        chosen == upper ? lower(besides: upper) ?? upper : upper
    }

    /// A pointer knows no halves of a row, so it is said which half was meant.
    private mutating func sayWhichOfTwo(_ symbol: SymbolName, besides upper: SymbolName) {
        guard let lower = lower(besides: upper) else { return }
        let (half, other) = symbol == upper ? ("upper", lower) : ("lower", upper)
        say("\(symbol.text), the \(half) of two on this row; click again for \(other.text)")
    }

    /// The first press of the two has chosen what is opened.
    private mutating func open(_ target: PointedAt) -> [ConsoleEffect] {
        switch target {
        case .cell, .line: return openHere()
        case .summary(let panel): show(panel)
        case .panel(let panel) where panel != .coverage && panel == focus: return openHere()
        case .symbol, .panel, .nothing: break
        }
        return []
    }

    /// Puts the cursor on a symbol and, where one is given, the column of a minute.
    private mutating func put(on symbol: SymbolName, _ minute: Minute?) {
        cursor.symbol = symbol
        if let minute, let calendar = members[symbol]?.calendar,
            let column = CoverageAxis(calendar, zoom: zoom).column(at: minute)
        {
            place(at: column)
        } else if following {
            followMarket()
        }
    }

    private mutating func drag(to target: PointedAt) {
        guard var held = heldButton, case .cell(let symbol, let minute) = target else { return }
        put(on: symbol, minute)
        guard held.isDragging || symbol != held.symbol || cursor.minute != held.minute else { return }
        if viewEnd == nil { holdView() }
        held.isDragging = true
        heldButton = held
        rangeAnchor = RangeAnchor(symbol: held.symbol, minute: held.minute, shape: .rectangle)
    }

    private mutating func release() {
        guard let held = heldButton else { return }
        heldButton = nil
        if held.isDragging { markRange(.rectangle) }
    }

    private mutating func turnWheel(_ steps: Int, over target: PointedAt, zooms: Bool) {
        guard let panel = target.panel else { return }
        if zooms {
            if panel == .stream { return arrivals.widen(by: steps) }
            guard panel == .coverage else { return }
            if case .cell(let symbol, let minute) = target { put(on: symbol, minute) }
            return zoom(by: -steps)
        }
        if panel == .coverage { return scrollCoverage(steps * wheelRows, over: target) }
        guard let inside = layout.inside(panel), listView(panel, inside) != nil else { return }
        if focus != panel { show(panel) }
        move(steps < 0 ? .moveUp : .moveDown)
    }

    /// Moves the rows of the band under the pointer, and the cursor no further than is needed to stay in view.
    private mutating func scrollCoverage(_ rows: Int, over target: PointedAt) {
        guard let area = layout.inside(.coverage) else { return }
        let pointed: SymbolName? =
            switch target {
            case .cell(let symbol, _), .symbol(let symbol): symbol
            default: cursor.symbol
            }
        guard let calendar = pointed.flatMap({ members[$0]?.calendar }),
            let band = coverageGeometry(area).band(of: calendar)
        else { return }
        let height = max(1, band.area.rows - band.headingRows) * band.symbolsPerRow
        let last = max(0, band.symbols.count - height)
        let first = min(max(0, band.shown.lowerBound + rows * band.symbolsPerRow), last + last % band.symbolsPerRow)
        scroll[calendar] = first
        guard let symbol = cursor.symbol, let place = place(in: calendar, symbol) else { return }
        let kept = min(max(place, first), min(first + height, band.symbols.count) - 1)
        if band.symbols.indices.contains(kept) { cursor.symbol = band.symbols[kept] }
    }
}

extension PointedAt {
    var panel: ConsolePanel? {
        switch self {
        case .nothing, .summary: nil
        case .cell, .symbol: .coverage
        case .line(let panel, _), .panel(let panel): panel
        }
    }
}
