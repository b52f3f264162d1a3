import Pipeline
import Terminal

/// A look for the next gap that goes on beyond the view, page by page.
struct GapSearch: Hashable, Sendable {
    var forward: Bool
    /// Whether it has turned back from the end it went to first.
    var turned = false
    /// Where the page looked at ends; nil: the view itself.
    var end: Minute?
    /// The page, the view first, so that it begins again there when it turns.
    var viewStart: Minute
    var viewEnd: Minute
    /// What it waits for.
    var symbols: [SymbolName] = []
    var hours = Hour(0)..<Hour(0)
}

/// Partitions that are read at once at most; a year of many symbols comes in parts.
let loadPartitionsMax = 150_000

extension ConsoleState {
    /// The next cell with a gap in reading order: along the row, then down, around at the end; then beyond the view, later
    /// or earlier first, as far as anything is expected.
    mutating func moveToGap(forward: Bool) -> [ConsoleEffect] {
        guard status != nil, let band = viewBand else { return [] }
        guard let first = band.columns.first?.column, let last = band.columns.last?.column else { return [] }
        gapSearch = GapSearch(
            forward: forward, viewStart: first.expected.lowerBound, viewEnd: last.expected.upperBound)
        return searchOn()
    }

    private var viewBand: CoverageBand? {
        layout.content(.coverage).flatMap { coverageGeometry($0).band(of: cursorCalendar) }
    }

    /// Goes on with a look for a gap: finds one, asks for what is not known, or says that there is none.
    mutating func searchOn() -> [ConsoleEffect] {
        while let search = gapSearch {
            let pages = page(search)
            if let found = gap(in: pages, search) {
                gapSearch = nil
                cursor.symbol = found.symbol
                place(at: found.column)
                return []
            }
            if let (symbols, hours) = unread(pages) {
                // Once only: a reader that does not know more will not know it when asked again.
                guard search.symbols != symbols || search.hours != hours else { break }
                gapSearch?.symbols = symbols
                gapSearch?.hours = hours
                asked.version = status?.coverageVersion ?? 0
                say("looking for a gap: \(clock.day(hours.lowerBound.firstMinute)) …", role: .busy)
                return [.load(symbols: symbols, hours: hours)]
            }
            guard turnPage(search) else { break }
        }
        gapSearch = nil
        say("no gap anywhere", role: .good)
        return []
    }

    /// Columns by calendar of the page that is looked at.
    private func page(_ search: GapSearch) -> [(calendar: CalendarName, columns: [AxisColumn])] {
        guard let area = layout.content(.coverage) else { return [] }
        return calendars.map { ($0, columnsInView($0, area, end: search.end)) }
    }

    private func gap(
        in pages: [(calendar: CalendarName, columns: [AxisColumn])], _ search: GapSearch
    ) -> (symbol: SymbolName, column: AxisColumn)? {
        let inView = search.end == nil
        let start = inView ? cursor.symbol.flatMap { rowPlaces[$0] } ?? 0 : 0
        let here = inView ? cursorColumn : nil
        let count = flatRows.count
        // The cursor's own row comes twice: what lies ahead in it first, what lies behind last.
        for step in 0...(inView ? count : count - 1) {
            let place = (start + (search.forward ? step : count * 2 - step)) % count
            let symbol = flatRows[search.forward || inView ? place : count - 1 - step]
            guard let member = members[symbol], let page = pages.first(where: { $0.calendar == member.calendar })
            else { continue }
            var columns = page.columns
            if let here, step == 0 || step == count {
                let ahead = search.forward == (step == 0)
                columns = columns.filter {
                    ahead
                        ? $0.expected.lowerBound > here.expected.lowerBound
                        : step == 0
                            ? $0.expected.lowerBound < here.expected.lowerBound
                            : search.forward
                                ? $0.expected.lowerBound <= here.expected.lowerBound
                                : $0.expected.lowerBound >= here.expected.lowerBound
                }
            }
            let row = cells.row(symbol)
            let isGap = { (column: AxisColumn) -> Bool in
                let sum = self.summary(member, column, row: row, repairing: nil)
                return !sum.unknown && sum.counts.missing + sum.counts.unrepairable > 0
            }
            if let found = search.forward ? columns.first(where: isGap) : columns.last(where: isGap) {
                return (symbol, found)
            }
        }
        return nil
    }

    /// Some of what is not known of a page; nil where all is.
    private func unread(
        _ pages: [(calendar: CalendarName, columns: [AxisColumn])]
    ) -> (symbols: [SymbolName], hours: Range<Hour>)? {
        for (calendar, columns) in pages {
            guard let span = columns.hours else { continue }
            if let part = unread(rowOrder[calendar] ?? [], span, sumsAreEnough: zoom == .year) { return part }
        }
        return nil
    }

    /// The first symbols of which some of the hours were not read, as many as are read at once.
    func unread(
        _ symbols: some Sequence<SymbolName>, _ span: Range<Hour>, sumsAreEnough: Bool
    ) -> (symbols: [SymbolName], hours: Range<Hour>)? {
        var wanted: [SymbolName] = []
        var hours: Range<Hour>?
        for symbol in symbols {
            guard let part = cells.missing(symbol, span, sumsAreEnough: sumsAreEnough) else { continue }
            let union = hours.map {
                min($0.lowerBound, part.lowerBound)..<max($0.upperBound, part.upperBound)
            }
            if let union, union.count * (wanted.count + 1) > loadPartitionsMax { break }
            hours = union ?? part
            wanted.append(symbol)
        }
        return hours.map { (wanted.sorted(), $0) }
    }

    /// The next page in the direction of the search; at the end of it the other direction; then no more.
    private mutating func turnPage(_ search: GapSearch) -> Bool {
        guard let area = layout.content(.coverage), let calendar = cursorCalendar else { return false }
        let axis = CoverageAxis(calendar, zoom: zoom)
        let newest = axis.newestEnd(now: now) ?? search.viewEnd
        let goesLater = search.forward != search.turned
        let columns = columnsInView(calendar, area, end: search.end)
        let first = columns.first?.expected.lowerBound ?? search.viewStart
        let last = columns.last?.expected.upperBound ?? search.viewEnd
        if goesLater, last < newest,
            let next = axis.column(at: last).flatMap({ $0.expected.lowerBound >= last ? $0 : axis.after($0) })
        {
            let geometry = coverageGeometry(area)
            let width = area.columns - geometry.labelColumns
            gapSearch?.end = min(newest, axis.end(startingAt: next, width: width, cellWidth: geometry.cellColumns))
            return (gapSearch?.end ?? last) > last
        }
        if !goesLater, first > earliest {
            gapSearch?.end = first
            return true
        }
        guard !search.turned else { return false }
        gapSearch?.turned = true
        gapSearch?.end = nil
        return turnPage(
            GapSearch(
                forward: search.forward, turned: true, viewStart: search.viewStart, viewEnd: search.viewEnd))
    }
}

extension Sequence<AxisColumn> {
    /// The hours they share minutes with.
    var hours: Range<Hour>? {
        var span: Range<Hour>?
        for column in self {
            let hours = column.expected.hours
            guard !hours.isEmpty else { continue }
            span =
                span.map {
                    Swift.min($0.lowerBound, hours.lowerBound)..<Swift.max($0.upperBound, hours.upperBound)
                } ?? hours
        }
        return span
    }
}
