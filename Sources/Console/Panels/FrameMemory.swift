import Pipeline
import Terminal

/// All that is drawn besides the cursor's own: while it stays, only the parts that follow the cursor are drawn again.
struct Backdrop: Hashable, Sendable {
    /// Counts up with all that comes from outside.
    var world: Int
    /// Choice and order of the rows, on which the layout depends.
    var rowsGeneration: Int
    var columns: Int
    var rows: Int
    var theme: String
    var isColourless: Bool
    var division: ScreenDivision
    var focus: ConsolePanel
    var hidden: [ConsolePanel]
    var fullScreen: ConsolePanel?
    var listLine: [ConsolePanel: Int]
    var zoom: CoverageZoom
    var isFollowing: Bool
    var isFrozen: Bool
    var showsUTC: Bool
    var isMouseOn: Bool
    var order: RowOrder
    var filter: String
    /// Minutes that the graph of the stream shows.
    var window: Int
    var lab: FlawLab
    var keyMap: KeyMap
}

/// What the cells of the coverage are drawn from, besides the backdrop and where the cursor stands.
struct CoverageBackdrop: Hashable, Sendable {
    var geometry: GeometrySource
    var marks: MarkedSlots
    /// A range reaches to the cursor: with one, every step changes cells anywhere.
    var range: RangeAnchor?
    var rangeEnd: CoverageCursor?
}

/// What the line of hints says.
struct HintSource: Hashable, Sendable {
    var toast: Toast?
    var overlay: Overlay
    var hasMarks: Bool
    var hasRange: Bool
}

/// The last frame and what it was drawn from, so that the next one is drawn only where something changed. A cursor's step
/// touches two rows of cells and what tells of the place it is on; the frame is the same as one drawn from the beginning.
struct FrameMemory: Sendable {
    /// Without what lies over the panels.
    private var grid = Grid(columns: 0, rows: 0)
    private var backdrop: Backdrop?
    private var coverage: CoverageBackdrop?
    private var cursor = CoverageCursor()
    private var hints: HintSource?

    mutating func draw(_ state: ConsoleState) -> Grid {
        guard state.columns > 0, state.rows > 0 else { return Grid(columns: state.columns, rows: state.rows) }
        let layout = state.layout
        let backdrop = state.backdrop
        let isNew = backdrop != self.backdrop || layout.shape == .tiny
        if isNew {
            self = FrameMemory()
            self.backdrop = backdrop
            grid = Grid(columns: state.columns, rows: state.rows)
            state.drawBackdrop(&grid, layout)
        }
        for panel in layout.panels where panel.followsCursor {
            guard let area = layout.area(panel), let inside = layout.inside(panel) else { continue }
            if !isNew { grid.fill(layout.shape == .wide ? area.inset(columns: 1, rows: 1) : area) }
            state.drawPanelFrame(&grid, panel, area, layout)
            state.drawPanel(&grid, panel, inside)
        }
        drawCoverage(state, layout)
        if !isNew { grid.fill(layout.strip) }
        state.drawStrip(&grid, layout.strip)
        let hints = state.hintSource
        if hints != self.hints {
            grid.fill(layout.hints)
            state.drawHints(&grid, layout.hints)
            self.hints = hints
        }
        cursor = state.cursor
        guard state.overlay.coversPanels else { return grid }
        var covered = grid
        state.drawOverlay(&covered)
        return covered
    }

    private mutating func drawCoverage(_ state: ConsoleState, _ layout: FrameLayout) {
        guard let area = layout.area(.coverage), let inside = layout.inside(.coverage) else { return coverage = nil }
        let source = state.coverageBackdrop(inside)
        let room = layout.shape == .wide ? area.inset(columns: 1, rows: 1) : area
        if source != coverage {
            grid.fill(room)
            state.drawCoverage(&grid, inside)
            coverage = source
        } else if state.cursor != cursor {
            state.moveCursor(&grid, inside, room: room, from: cursor)
        }
    }
}

extension Overlay {
    /// Whether anything of it lies over the panels, and not only in the line of hints.
    fileprivate var coversPanels: Bool {
        switch self {
        case .nothing, .filtering: false
        case .asking, .typing, .command, .journal, .leaving, .help: true
        }
    }
}

extension ConsolePanel {
    /// Whether it tells of the place under the cursor; the coverage, which does, is drawn row by row.
    fileprivate var followsCursor: Bool {
        switch self {
        case .inspector, .facts: true
        case .stream, .audit, .alarms, .coverage, .log, .score, .lab: false
        }
    }
}

extension ConsoleState {
    fileprivate var backdrop: Backdrop {
        Backdrop(
            world: worldGeneration, rowsGeneration: rowsGeneration, columns: columns, rows: rows, theme: theme.name,
            isColourless: isColourless,
            division: division, focus: focus, hidden: hidden, fullScreen: fullScreen, listLine: listLine, zoom: zoom,
            isFollowing: following, isFrozen: isFrozen, showsUTC: showsUTC, isMouseOn: isMouseOn, order: order,
            filter: filter, window: arrivals.window, lab: lab, keyMap: keyMap)
    }

    fileprivate func coverageBackdrop(_ inside: Area) -> CoverageBackdrop {
        CoverageBackdrop(
            geometry: geometrySource(inside), marks: marks, range: rangeAnchor,
            rangeEnd: rangeAnchor == nil ? nil : cursor)
    }

    fileprivate var hintSource: HintSource {
        HintSource(toast: toast, overlay: overlay, hasMarks: !marks.isEmpty, hasRange: rangeAnchor != nil)
    }

    /// All that does not follow the cursor.
    fileprivate func drawBackdrop(_ grid: inout Grid, _ layout: FrameLayout) {
        guard layout.shape != .tiny else { return drawTiny(&grid, layout.title) }
        let living = self.living
        living.drawTitle(&grid, layout.title, frozenAt: isFrozen ? now : nil)
        living.drawAlarmLine(&grid, layout.alarm)
        drawWallboard(&grid, layout.board)
        for panel in layout.panels where !panel.followsCursor {
            guard let area = layout.area(panel), let inside = layout.inside(panel) else { continue }
            drawPanelFrame(&grid, panel, area, layout)
            drawPanel(&grid, panel, inside)
        }
    }

    /// The row that the cursor left and the one it came to, and the headings where it changed the column.
    fileprivate func moveCursor(_ grid: inout Grid, _ area: Area, room: Area, from before: CoverageCursor) {
        let column = column(at: before)
        let geometry = coverageGeometry(area)
        let spans = rangeSpans
        for band in geometry.bands {
            if column != cursorColumn {
                grid.fill(room.rows(band.area.row, count: band.headingRows))
                drawHeading(&grid, band, geometry)
            }
            var rows: [Int] = []
            for symbol in [before.symbol, cursor.symbol] {
                guard let symbol, let place = place(in: band.calendar, symbol), band.shown.contains(place) else {
                    continue
                }
                let row = band.row(ofPlace: place)
                guard !rows.contains(row) else { continue }
                rows.append(row)
                grid.fill(room.rows(row, count: 1))
                drawRows(&grid, band, geometry, place..<place + 1, spans: spans)
            }
            drawScrollMarks(&grid, band)
        }
        drawCursor(&grid, geometry)
    }
}

extension Area {
    /// Some rows of it, told by the screen's.
    fileprivate func rows(_ row: Int, count: Int) -> Area {
        Area(column: column, row: row, columns: columns, rows: count)
    }
}
