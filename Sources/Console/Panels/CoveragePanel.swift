import Pipeline
import Terminal

extension ConsoleState {
    func drawCoverage(_ grid: inout Grid, _ area: Area) {
        guard status != nil else {
            grid.write(
                "waiting for the pipeline …", column: area.column, row: area.row, role: .dim, limit: area.columns)
            return
        }
        let geometry = coverageGeometry(area)
        if geometry.bands.isEmpty {
            let text =
                filter.isEmpty
                ? "the universe is empty: kintsugi symbols add" : "no symbol matches /\(filter)  (Esc clears)"
            grid.write(text, column: area.column, row: area.row, role: .warning, limit: area.columns)
        }
        for band in geometry.bands {
            drawHeading(&grid, band, geometry)
            drawRows(&grid, band, geometry, band.shown, spans: rangeSpans)
            drawScrollMarks(&grid, band)
        }
        drawCursor(&grid, geometry)
    }

    /// The rows on which some places of a band stand.
    func drawRows(
        _ grid: inout Grid, _ band: CoverageBand, _ geometry: CoverageGeometry, _ places: Range<Int>, spans: [MarkSpan]
    ) {
        if band.symbolsPerRow == 2 { return drawDenseRows(&grid, band, geometry, places, spans: spans) }
        for place in places {
            drawRow(
                &grid, band.symbols[place], row: band.row(ofPlace: place), band: band, geometry: geometry, spans: spans)
        }
    }

    func drawHeading(_ grid: inout Grid, _ band: CoverageBand, _ geometry: CoverageGeometry) {
        guard band.headingRows > 0 else { return }
        let zone = band.calendar == .alwaysOpen ? "24x7 UTC" : showsUTC ? "New York in UTC" : "New York"
        grid.write(
            zone, column: band.area.column, row: band.area.row, role: .dim, limit: max(0, geometry.labelColumns - 1))
        drawGroups(&grid, band, geometry)
        guard band.headingRows > 1 else { return }
        let here = cursorCalendar == band.calendar ? cursorColumn : nil
        var after = band.area.column
        for (index, placed) in band.columns.enumerated() where isLabelled(index, band, geometry) {
            // Where two labels would touch, the later one is left out.
            guard placed.screenColumn >= after else { continue }
            let text = label(placed.column, exchangeClock(band.calendar))
            // Over the end of the cell, where its glyph is.
            let column = placed.screenColumn + max(0, geometry.tileColumns - text.count)
            guard column + text.count <= band.area.endColumn else { continue }
            grid.write(
                text, column: column, row: band.area.row + 1,
                role: placed.column == here ? .strong : .heading, limit: band.area.endColumn - column)
            after = column + text.count + (geometry.cellColumns > 2 ? 0 : 1)
        }
    }

    private func isLabelled(_ index: Int, _ band: CoverageBand, _ geometry: CoverageGeometry) -> Bool {
        let column = band.columns[index].column
        switch zoom {
        case .hour: return column.expected.lowerBound.offset % (10 / geometry.cellColumns) == 0
        // Two columns leave no gap between the labels: every other one is left out.
        case .day: return geometry.cellColumns > 2 || column.minutes.lowerBound.hour.index % 2 != 0
        case .month, .year:
            guard geometry.cellColumns == 1 else { return true }
            let isFirst = index == 0 || band.columns[index - 1].column.group != column.group
            let place = zoom == .month ? Int(column.minutes.lowerBound.hour.index) : column.session.date.day
            return isFirst || place % (zoom == .month ? 3 : 5) == 0
        }
    }

    private func label(_ column: AxisColumn, _ clock: ExchangeClock) -> String {
        switch zoom {
        case .year: Wording.two(column.session.date.day)
        case .month, .day: Wording.two(clock.local(column.minutes.lowerBound).hour)
        case .hour: Wording.two(clock.local(column.minutes.lowerBound).minute)
        }
    }

    /// The name of each group over its first column, cut where the next one begins.
    private func drawGroups(_ grid: inout Grid, _ band: CoverageBand, _ geometry: CoverageGeometry) {
        var index = 0
        while index < band.columns.count {
            let first = band.columns[index]
            var next = index
            while next < band.columns.count, band.columns[next].column.group == first.column.group { next += 1 }
            let end = next < band.columns.count ? band.columns[next].screenColumn : band.area.endColumn
            let width = end - first.screenColumn - 1
            let today = band.axis.local(now.minute).date == first.column.session.date
            grid.write(
                groupTitle(first.column, exchangeClock(band.calendar), width: width), column: first.screenColumn,
                row: band.area.row,
                role: today ? .strong : .title, limit: width)
            index = next
        }
    }

    private func groupTitle(_ column: AxisColumn, _ clock: ExchangeClock, width: Int) -> String {
        let date = column.session.date
        if zoom == .year { return width >= 8 ? "\(Wording.month(date)) \(date.year)" : Wording.month(date) }
        if width < 6 { return width >= 2 ? "\(date.day)" : "" }
        var day = "\(Wording.weekday(date)) \(date.day)"
        if width >= 10 { day += " \(Wording.month(date))" }
        if zoom == .hour { return "\(day) \(Wording.two(clock.local(column.minutes.lowerBound).hour)):00" }
        return day
    }

    private func drawRow(
        _ grid: inout Grid, _ symbol: SymbolName, row: Int, band: CoverageBand, geometry: CoverageGeometry,
        spans: [MarkSpan]
    ) {
        guard let member = members[symbol] else { return }
        let known = cells.row(symbol)
        let busy = repairing[symbol]
        var total = SlotCounts()
        for placed in band.columns {
            let summary = summary(member, placed.column, row: known, repairing: busy)
            if !summary.unknown { total += summary.counts }
            drawTile(&grid, CoverageTile(summary, colourless: isColourless), placed, row: row, geometry: geometry)
            if isMarked(symbol, placed.column, spans) { drawMark(&grid, placed, row: row, geometry: geometry) }
        }
        drawLabel(&grid, member, total, column: band.area.column, row: row, geometry: geometry)
    }

    private func drawTile(
        _ grid: inout Grid, _ tile: CoverageTile, _ placed: PlacedColumn, row: Int, geometry: CoverageGeometry
    ) {
        if geometry.tileColumns == 1 {
            grid[placed.screenColumn, row] = tile.single
        } else {
            let right = placed.screenColumn + geometry.tileColumns - 1
            for column in placed.screenColumn..<right - 1 { grid[column, row] = tile.ground }
            grid[right - 1, row] = tile.left
            grid[right, row] = tile.right
        }
    }

    func drawLabel(
        _ grid: inout Grid, _ member: UniverseMember, _ total: SlotCounts, column: Int, row: Int,
        geometry: CoverageGeometry
    ) {
        let here = member.symbol == cursor.symbol
        grid.write(
            Wording.name(member.symbol.text, to: geometry.nameColumns), column: column, row: row,
            role: here ? .cursor : .symbol)
        var at = column + geometry.nameColumns + 1
        if geometry.showsAge {
            let age = member.lastBar.map { now.seconds - $0.end.seconds }
            let late = isLate(member)
            // Which of the last captures a fresh bar came with is of no interest, and would change in every row each minute.
            let words = age.map { $0 < 180 ? "now" : Wording.age($0) } ?? "-"
            grid.writeRight(words, end: at + 4, row: row, role: late ? .warning : .dim)
            at += 5
        }
        if geometry.showsShare, let share = total.coverage {
            let role: Role = total.unrepairable > 0 ? .bad : share >= 1 ? .good : share >= 0.99 ? .text : .warning
            grid.writeRight(Wording.shortPercent(share), end: at + 5, row: row, role: role)
        }
    }

    /// Whether a symbol's own exchange has been open for five minutes in which no bar of it came.
    private func isLate(_ member: UniverseMember) -> Bool {
        let since = member.lastBar?.end.seconds ?? .min
        guard now.seconds - 300 > since,
            let session = TradingCalendar.named(member.calendar).session(containing: now.minute)
        else { return false }
        return now.seconds - max(since, session.minutes.lowerBound.start.seconds) > 300
    }

    func isMarked(_ symbol: SymbolName, _ column: AxisColumn, _ spans: [MarkSpan]) -> Bool {
        if marks.contains(symbol, column.minutes) { return true }
        guard !spans.isEmpty, let place = rowPlaces[symbol] else { return false }
        return spans.contains { $0.places.contains(place) && $0.minutes.overlaps(column.minutes) }
    }

    /// A mark fills the gaps beside a cell, so that its state stays readable; a cell without gaps takes the mark's colour.
    private func drawMark(_ grid: inout Grid, _ placed: PlacedColumn, row: Int, geometry: CoverageGeometry) {
        if geometry.cellColumns > geometry.tileColumns {
            grid[placed.screenColumn - 1, row] = Cell("[", .marked)
            grid[placed.screenColumn + geometry.tileColumns, row] = Cell("]", .marked)
        } else {
            for offset in 0..<geometry.tileColumns {
                grid[placed.screenColumn + offset, row].role = .marked
                if grid[placed.screenColumn + offset, row].text == " " {
                    grid[placed.screenColumn + offset, row].text = "■"
                }
            }
        }
    }

    func drawCursor(_ grid: inout Grid, _ geometry: CoverageGeometry) {
        guard let band = geometry.band(of: cursorCalendar), band.symbolsPerRow == 1, let symbol = cursor.symbol,
            let index = place(in: band.calendar, symbol), band.shown.contains(index), let column = cursorColumn,
            let placed = band.columns.first(where: { $0.column == column })
        else { return }
        let row = band.row(ofPlace: index)
        let right = placed.screenColumn + geometry.tileColumns
        if geometry.cellColumns > geometry.tileColumns {
            grid[placed.screenColumn - 1, row] = Cell("▐", .cursor)
            grid[right, row] = Cell("▌", .cursor)
        } else {
            for at in placed.screenColumn..<right where grid[at, row].text == " " { grid[at, row].text = "■" }
            grid.tint(
                Area(column: placed.screenColumn, row: row, columns: geometry.tileColumns, rows: 1), role: .banner)
        }
    }

    /// Arrows where rows lie above or below what is shown.
    func drawScrollMarks(_ grid: inout Grid, _ band: CoverageBand) {
        let column = band.area.endColumn - 1
        if band.shown.lowerBound > 0 { grid[column, band.firstCellRow] = Cell("↑", .key) }
        if band.shown.upperBound < band.symbols.count { grid[column, band.area.endRow - 1] = Cell("↓", .key) }
    }
}
