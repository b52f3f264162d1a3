import Pipeline
import Terminal

/// One column of the coverage with its place on the screen.
struct PlacedColumn: Hashable, Sendable {
    var column: AxisColumn
    /// Left edge of the cell on the screen.
    var screenColumn: Int
}

/// The symbols of one calendar and the columns of its own clock, as they stand on the screen.
struct CoverageBand: Sendable {
    var calendar: CalendarName
    var axis: CoverageAxis
    /// Where the band's heading stands; its cells begin below.
    var area: Area
    var headingRows: Int
    var columns: [PlacedColumn]
    /// All symbols of the band in order, and which of them are in view.
    var symbols: [SymbolName]
    var shown: Range<Int>
    /// Two where each half of a row is a symbol.
    var symbolsPerRow = 1

    var firstCellRow: Int { area.row + headingRows }

    /// The row of the screen on which a symbol in view stands.
    func row(ofPlace place: Int) -> Int { firstCellRow + (place - shown.lowerBound) / symbolsPerRow }
}

/// Where everything of the coverage stands. Computed from the state alone, so that keys and frame agree.
struct CoverageGeometry: Sendable {
    var bands: [CoverageBand] = []
    /// Columns of the name, the age and, where there is room, the share.
    var labelColumns = 0
    var nameColumns = 0
    var showsAge = false
    var showsShare = false
    /// Columns from one cell to the next; the last is a gap where `tileColumns` is less.
    var cellColumns = 3
    var tileColumns = 2

    func band(of calendar: CalendarName?) -> CoverageBand? { bands.first { $0.calendar == calendar } }
}

extension ConsoleState {
    /// Which calendars have a band: New York first.
    var calendars: [CalendarName] { [.xnys, .alwaysOpen].filter { !(rowOrder[$0] ?? []).isEmpty } }

    /// The calendar of the symbol under the cursor.
    var cursorCalendar: CalendarName? { calendar(of: cursor) }

    /// What `coverageGeometry` answers, without what is held of it.
    func workedOutGeometry(_ area: Area) -> CoverageGeometry {
        var geometry = labels(for: area)
        let heading = area.rows >= 7 ? 2 : area.rows >= 3 ? 1 : 0
        var rest = area
        let spacer = area.rows >= 12 && area.columns >= 96 && calendars.count > 1 ? 1 : 0
        for (calendar, rows) in bandRows(area.splitRows(area.rows - spacer).top, heading: heading) {
            if !geometry.bands.isEmpty { rest = rest.splitRows(spacer).rest }
            let (top, below) = rest.splitRows(rows)
            rest = below
            geometry.bands.append(band(calendar, area: top, heading: heading, geometry: geometry))
        }
        return geometry
    }

    private func labels(for area: Area) -> CoverageGeometry {
        var geometry = CoverageGeometry()
        geometry.nameColumns = min(universeFacts.longestName, area.columns >= 100 ? 12 : area.columns >= 60 ? 8 : 6)
        geometry.showsAge = area.columns >= 36
        geometry.showsShare = area.columns >= 100
        geometry.labelColumns = geometry.nameColumns + 1 + (geometry.showsAge ? 5 : 0) + (geometry.showsShare ? 6 : 0)
        let room = area.columns - geometry.labelColumns
        switch zoom {
        case .day:
            let wide = room >= 44 ? wideCellColumns(room) : 2
            (geometry.cellColumns, geometry.tileColumns) = (wide, max(2, wide - 1))
        case .month: (geometry.cellColumns, geometry.tileColumns) = (1, 1)
        // A life of a few weeks needs no compact columns.
        case .year: (geometry.cellColumns, geometry.tileColumns) = allSessionsFit(room / 3) ? (3, 2) : (1, 1)
        case .hour: (geometry.cellColumns, geometry.tileColumns) = room >= 124 ? (2, 2) : (1, 1)
        }
        return geometry
    }

    /// Columns of a cell by day: three, or more while a young life leaves the screen empty.
    private func wideCellColumns(_ room: Int) -> Int {
        var wide = 12
        for calendar in calendars {
            let axis = CoverageAxis(calendar, zoom: .day)
            // Two weeks have no room for more anywhere, and need not be walked through.
            guard let newest = axis.newestEnd(now: now), newest.index - earliest.index <= 14 * 1_440 else { return 3 }
            let all = axis.columns(before: newest, since: earliest, width: room, cellWidth: 3)
            guard let first = all.first?.column, let last = all.last else { return 3 }
            if let before = axis.before(first), before.expected.upperBound > earliest { return 3 }
            // What is not taken by cells are the gaps between the sessions.
            let gaps = last.offset + 3 - all.count * 3
            wide = min(wide, (room - gaps) / all.count)
        }
        return max(3, wide)
    }

    /// Rows for each band, its heading included. Where not all fit, the smaller band keeps a quarter; on a very small
    /// screen only the band under the cursor is shown.
    private func bandRows(_ area: Area, heading: Int) -> [(CalendarName, Int)] {
        let bands = calendars.map { ($0, (rowOrder[$0] ?? []).count + heading) }
        guard bands.count == 2 else { return bands.map { ($0.0, min($0.1, area.rows)) } }
        if area.rows < 10 {
            let calendar = cursorCalendar ?? bands[0].0
            return bands.filter { $0.0 == calendar }.map { ($0.0, min($0.1, area.rows)) }
        }
        if bands[0].1 + bands[1].1 <= area.rows { return bands }
        let small = bands[0].1 <= bands[1].1 ? 0 : 1
        let kept = min(bands[small].1, max(heading + 2, area.rows / 4))
        return bands.enumerated().map { index, band in
            (band.0, min(band.1, index == small ? max(kept, area.rows - bands[1 - small].1) : area.rows - kept))
        }
    }

    private func band(
        _ calendar: CalendarName, area: Area, heading: Int, geometry: CoverageGeometry
    ) -> CoverageBand {
        let axis = CoverageAxis(calendar, zoom: zoom)
        let symbols = rowOrder[calendar] ?? []
        let lines = max(0, area.rows - heading)
        let perRow = isDense(symbols: symbols.count, lines: lines) ? 2 : 1
        let height = lines * perRow
        // An odd symbol at the end has a row of its own.
        let last = max(0, symbols.count - height)
        var first = min(max(0, scroll[calendar] ?? 0), last + last % perRow)
        first -= first % perRow
        return CoverageBand(
            calendar: calendar, axis: axis, area: area, headingRows: min(heading, area.rows),
            columns: placedColumns(axis, area: area, geometry: geometry), symbols: symbols,
            shown: first..<min(symbols.count, first + height), symbolsPerRow: perRow)
    }

    /// Whether the sessions of the longest life, one beside the other, are no more than that.
    private func allSessionsFit(_ count: Int) -> Bool {
        let axis = CoverageAxis(calendars.last ?? .xnys, zoom: .year)
        guard let newest = axis.newestEnd(now: now) else { return true }
        return axis.columns(before: newest, since: earliest, width: count + 1, cellWidth: 1, gapWidth: 0).count <= count
    }

    /// From afar two symbols share a row, by choice or where they have no room otherwise.
    private func isDense(symbols: Int, lines: Int) -> Bool {
        guard zoom == .year || zoom == .month else { return false }
        switch density {
        case .on: return true
        case .off: return false
        case .auto: return symbols > lines
        }
    }

    private func placedColumns(
        _ axis: CoverageAxis, area: Area, geometry: CoverageGeometry, end: Minute? = nil
    ) -> [PlacedColumn] {
        guard status != nil, let newest = axis.newestEnd(now: now) else { return [] }
        let end = min(end ?? viewEnd ?? newest, newest)
        let room = area.columns - geometry.labelColumns
        let columns = axis.columns(before: end, since: earliest, width: room, cellWidth: geometry.cellColumns)
        return columns.map {
            PlacedColumn(column: $0.column, screenColumn: area.column + geometry.labelColumns + $0.offset)
        }
    }

    /// The columns of a calendar in view, or those that would be if the view ended elsewhere; whatever rows are shown.
    func columnsInView(_ calendar: CalendarName, _ area: Area, end: Minute? = nil) -> [AxisColumn] {
        placedColumns(CoverageAxis(calendar, zoom: zoom), area: area, geometry: labels(for: area), end: end)
            .map(\.column)
    }

    /// The column the cursor stands on, in the band of its symbol.
    var cursorColumn: AxisColumn? { column(at: cursor) }

    /// The column of a place, on the clock of its symbol.
    func column(at place: CoverageCursor) -> AxisColumn? {
        guard status != nil, let calendar = calendar(of: place) else { return nil }
        return CoverageAxis(calendar, zoom: zoom).column(at: place.minute)
    }

    private func calendar(of place: CoverageCursor) -> CalendarName? {
        place.symbol.flatMap { members[$0]?.calendar } ?? calendars.first
    }
}
