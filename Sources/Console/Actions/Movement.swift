import Pipeline
import Terminal

extension ConsoleState {
    /// Arrows: the cursor of the coverage, or the line of a list that has the focus.
    mutating func move(_ action: ConsoleAction) {
        let page = max(1, (layout.content(focus)?.rows ?? 10) - 2)
        switch action {
        case .moveUp: moveRow(-1)
        case .moveDown: moveRow(1)
        case .pageUp: moveRow(-page)
        case .pageDown: moveRow(page)
        case .firstRow: moveRow(-100_000)
        case .lastRow: moveRow(100_000)
        case .moveLeft: moveColumn(-1)
        case .moveRight: moveColumn(1)
        default: break
        }
    }

    private var focusIsList: Bool { focus == .log || focus == .alarms || focus == .audit || focus == .lab }

    private var listCount: Int {
        switch focus {
        case .log: status?.log.count ?? 0
        case .alarms: status?.alarms.count ?? 0
        case .audit: status?.executions.count ?? 0
        case .lab: FlawLab.lines
        case .stream, .coverage, .inspector, .facts, .score: 0
        }
    }

    private mutating func moveRow(_ steps: Int) {
        if focusIsList {
            listLine[focus] = min(max(0, (listLine[focus] ?? 0) + steps), max(0, listCount - 1))
            return
        }
        guard let symbol = cursor.symbol, let place = rowPlaces[symbol] else { return }
        cursor.symbol = flatRows[min(max(0, place + steps), flatRows.count - 1)]
        if following { followMarket() }
    }

    private mutating func moveColumn(_ steps: Int) {
        if focus == .lab { return turnLab(steps) }
        guard !focusIsList, let calendar = cursorCalendar, let column = cursorColumn else { return }
        let axis = CoverageAxis(calendar, zoom: zoom)
        guard let next = steps < 0 ? axis.before(column) : axis.after(column) else { return }
        place(at: next)
    }

    /// Puts the cursor on a column; the view follows the market as long as that is the newest one.
    mutating func place(at column: AxisColumn) {
        guard let calendar = cursorCalendar, column.expected.upperBound > earliest else { return }
        let axis = CoverageAxis(calendar, zoom: zoom)
        guard let newest = axis.newestEnd(now: now), column.expected.lowerBound < newest else { return }
        cursor.minute = column.expected.lowerBound
        if let present = axis.column(at: now.minute), column == present, following { return }
        if following { viewEnd = newest }
    }

    /// Where the oldest lifetime begins; a universe without a beginning is entered at most ten years back.
    var earliest: Minute {
        let floor = Minute(now.minute.index - 10 * 366 * 1_440)
        return max(floor, universeFacts.firstMinute ?? floor)
    }

    mutating func moveToNewest() {
        viewEnd = nil
        followMarket()
    }

    mutating func moveToOldest() {
        guard let calendar = cursorCalendar,
            let session = TradingCalendar.named(calendar).session(atOrAfter: earliest)
        else { return }
        let axis = CoverageAxis(calendar, zoom: zoom)
        let start = max(earliest, session.minutes.lowerBound)
        if let column = axis.column(at: start) { place(at: column) }
    }

    mutating func moveSession(forward: Bool) {
        guard let calendar = cursorCalendar, let column = cursorColumn else { return }
        let kalendar = TradingCalendar.named(calendar)
        let session =
            forward
            ? kalendar.session(atOrAfter: column.session.minutes.upperBound)
            : kalendar.session(before: column.session.minutes.lowerBound)
        guard let session else { return }
        let within = column.expected.lowerBound.index - column.session.minutes.lowerBound.index
        let minute = Minute(min(session.minutes.lowerBound.index + within, session.minutes.upperBound.index - 1))
        let axis = CoverageAxis(calendar, zoom: zoom)
        guard let target = axis.column(at: minute) else { return }
        if let present = axis.column(at: now.minute), target.expected.lowerBound > present.expected.lowerBound {
            moveToNewest()
        } else {
            place(at: target)
        }
    }

    mutating func zoom(by steps: Int) {
        guard let next = CoverageZoom(rawValue: zoom.rawValue + steps) else { return }
        openedFrom = []
        zoom(to: next)
    }

    /// Enter: closer, and Esc comes back.
    private mutating func openCloser() {
        guard let next = CoverageZoom(rawValue: zoom.rawValue + 1) else { return }
        openedFrom.append(zoom)
        zoom(to: next)
    }

    mutating func zoom(to next: CoverageZoom) {
        let wasFollowing = following
        zoom = next
        if wasFollowing { return followMarket() }
        if let column = cursorColumn, let calendar = cursorCalendar, let area = layout.content(.coverage) {
            let axis = CoverageAxis(calendar, zoom: zoom)
            let geometry = coverageGeometry(area)
            let width = (area.columns - geometry.labelColumns) / 2
            let end = axis.end(startingAt: column, width: width, cellWidth: geometry.cellColumns)
            viewEnd = axis.newestEnd(now: now).map { min($0, end) } ?? end
        }
    }

    mutating func openHere() -> [ConsoleEffect] {
        switch focus {
        case .alarms: jumpToAlarm()
        case .audit: return openJournal()
        case .lab: askLab()
        case .stream, .log, .facts, .score: fullScreen = fullScreen == focus ? nil : focus
        case .inspector: fullScreen = fullScreen == .inspector ? nil : .inspector
        case .coverage:
            guard zoom == .hour else {
                openCloser()
                return []
            }
            focus = .inspector
            hidden.removeAll { $0 == .inspector }
            if layout.shape != .wide { fullScreen = .inspector }
        }
        return []
    }

    private mutating func jumpToAlarm() {
        let alarms = status?.alarms ?? []
        guard !alarms.isEmpty else { return }
        guard let selection = alarms[min(listLine[.alarms] ?? 0, alarms.count - 1)].selection,
            let symbol = selection.symbols.first(where: { members[$0] != nil })
        else { return say("this alarm concerns no cells", role: .hint) }
        filter = ""
        cursor.symbol = symbol
        focus = .coverage
        fullScreen = nil
        if let calendar = cursorCalendar,
            let column = CoverageAxis(calendar, zoom: zoom).column(at: selection.minutes.lowerBound)
        {
            place(at: column)
        }
    }
}
