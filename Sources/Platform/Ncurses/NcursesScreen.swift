import CNcurses
import Dispatch
package import Engine
import Foundation
package import Terminal

/// The terminal, shown by ncurses. Everything runs on the main actor; a line that does not read can hold it up, so
/// nothing of the pipeline may run there.
@MainActor
package final class NcursesScreen: Screen {
    package let depth: ColourDepth
    package let unicode: Bool

    /// Read in one go at most.
    private static let keysAtOnce = 2048

    private enum Line {
        /// Frames are shown.
        case open
        /// The other end is gone; the terminal has not been given back yet.
        case lost
        /// The terminal has been given back.
        case closed
    }

    private var hear: @MainActor ([ScreenEvent]) -> Void = { _ in }
    private let keys: any DispatchSourceRead
    private var signals = 0
    private var line = Line.open
    private var decoder = KeyDecoder()
    private var pairs: PairTable
    /// Cells that go together, kept between frames.
    private var run: [knc_cell] = []
    private var shown: Grid?
    private var shownTheme: Theme?
    /// Attributes and pair of each role, by ordinal.
    private var looks: [(attributes: Int32, pair: Int32)] = []
    /// The same of the cells that show two meanings in their halves, made when they are first shown.
    private var halves: [[Role]: (attributes: Int32, pair: Int32)] = [:]

    package var columns: Int { Int(knc_columns()) }
    package var rows: Int { Int(knc_rows()) }

    /// Takes the terminal of standard input and output. The error says in one sentence why there is no screen, and
    /// what to do instead.
    package static func open(colour: ColourChoice = .auto) throws(EngineError) -> NcursesScreen {
        let environment = ProcessInfo.processInfo.environment
        guard Tty.isTerminal(.input), Tty.isTerminal(.output) else {
            throw refused("standard input or output is no terminal", "use `kintsugi run --headless`, or `ssh -t`")
        }
        guard let type = environment["TERM"], !type.isEmpty, type != "dumb" else {
            throw refused(
                "TERM names no terminal that can show a screen",
                "set TERM, for example TERM=xterm-256color, or use `kintsugi run --headless`")
        }
        // Before ncurses looks for handlers, so that it leaves these signals to us.
        SignalHub.shared.start()
        let unicode = knc_take_locale()
        guard knc_open() else {
            let name = String(type.prefix(40).map { $0.isASCII && !$0.isWhitespace && $0 > " " ? $0 : "?" })
            throw refused(
                "this system does not know the terminal \(name)",
                "try TERM=xterm-256color, install ncurses-term, or use `kintsugi run --headless`")
        }
        return NcursesScreen(colour: colour, unicode: unicode, environment: environment)
    }

    private static func refused(_ what: String, _ remedy: String) -> EngineError {
        EngineError(.unavailable, "the console cannot open a screen", at: what, remedy: remedy)
    }

    private init(colour: ColourChoice, unicode: Bool, environment: [String: String]) {
        self.unicode = unicode
        depth = colour.depth(
            colours: Int(knc_colours()), direct: knc_direct_colour(), environment: environment)
        pairs = PairTable(pairsOfTerminal: Int(knc_pairs()))
        keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .main)
        keys.setEventHandler { [weak self] in
            MainActor.assumeIsolated { self?.readKeys() }
        }
        keys.resume()
        signals = SignalHub.shared.listen([.windowChanged, .continued, .stop]) { [weak self] signal in
            DispatchQueue.main.async { MainActor.assumeIsolated { self?.take(signal) } }
        }
    }

    package func listen(_ hear: @escaping @MainActor ([ScreenEvent]) -> Void) { self.hear = hear }

    package func present(_ grid: Grid, theme: Theme) {
        guard line == .open else { return }
        if theme != shownTheme { dress(theme) }
        if shown?.columns != grid.columns || shown?.rows != grid.rows { knc_erase() }
        let changes = FrameDiff.changes(from: shown, to: grid)
        guard !changes.isEmpty else { return }
        shown = grid
        put(grid, changes)
        knc_update()
    }

    package func invalidate() {
        guard line == .open else { return }
        shown = nil
        knc_repaint()
    }

    package func reportMouse(_ isWanted: Bool) {
        guard line == .open else { return }
        knc_report_mouse(isWanted)
    }

    package func close() {
        guard line != .closed else { return }
        let wasLost = line == .lost
        line = .closed
        endInput()
        hear = { _ in }
        if wasLost { knc_rescue() } else { knc_close() }
    }

    // MARK: - Showing

    private func dress(_ theme: Theme) {
        shownTheme = theme
        shown = nil
        halves = [:]
        let depth = theme.colourless ? ColourDepth.none : depth
        looks = Role.allCases.map { role in
            let look = Look(theme[role], depth: depth)
            return (look.attributes, pairs.pair(look) { knc_set_pair($0, $1, $2) })
        }
    }

    /// What stands side by side goes together; a place that needs more than one scalar or column goes alone.
    private func put(_ grid: Grid, _ changes: [Int]) {
        var first = 0
        for place in changes {
            let cell = grid.cells[place]
            let goesAlone = !unicode || !cell.isPlain
            if goesAlone || place != first + run.count || place % grid.columns == 0 {
                putRun(first, columns: grid.columns)
                first = place
            }
            if goesAlone {
                put(grid, place)
                first = place + 1
            } else {
                let look = look(of: cell)
                run.append(knc_cell(scalar: cell.scalar, attributes: look.attributes, pair: look.pair))
            }
        }
        putRun(first, columns: grid.columns)
    }

    private func putRun(_ place: Int, columns: Int) {
        guard !run.isEmpty else { return }
        knc_put_run(Int32(place / columns), Int32(place % columns), run, Int32(run.count))
        run.removeAll(keepingCapacity: true)
    }

    private func look(of cell: Cell) -> (attributes: Int32, pair: Int32) {
        cell.under.map { halvesLook(cell.role, under: $0) } ?? looks[cell.role.ordinal]
    }

    private func put(_ grid: Grid, _ place: Int) {
        let cell = grid.cells[place]
        let (row, column) = place.quotientAndRemainder(dividingBy: grid.columns)
        let look = look(of: cell)
        if unicode, cell.isSingle, cell.scalar >= 0x20, cell.scalar != 0x7F, knc_width(cell.scalar) == 1 {
            withUnsafePointer(to: cell.scalar) { knc_put(Int32(row), Int32(column), $0, 1, look.attributes, look.pair) }
            return
        }
        var scalars = Glyph.scalars(of: cell.text, unicode: unicode, width: knc_width)
        if scalars.isEmpty {
            // The right half of a wide grapheme comes with its left half.
            if column > 0, unicode, isWide(grid.cells[place - 1].scalar) { return }
            scalars = [0x20]
        } else if column == grid.columns - 1, isWide(cell.scalar) {
            scalars = [0x20]
        }
        knc_put(Int32(row), Int32(column), scalars, Int32(scalars.count), look.attributes, look.pair)
    }

    private func halvesLook(_ role: Role, under: Role) -> (attributes: Int32, pair: Int32) {
        if let known = halves[[role, under]] { return known }
        guard let theme = shownTheme else { return (0, 0) }
        let look = Look(theme.halves(role, under: under), depth: theme.colourless ? .none : depth)
        let made = (look.attributes, pairs.pair(look) { knc_set_pair($0, $1, $2) })
        halves[[role, under]] = made
        return made
    }

    private func isWide(_ scalar: UInt32) -> Bool { scalar >= 0x1100 && knc_width(scalar) == 2 }

    // MARK: - Events

    private func readKeys() {
        guard line == .open else { return }
        let now = SystemClock.monotonicNanoseconds()
        var typed: [ScreenEvent] = []
        var read = 0
        // Twice nothing: a byte that is no text also reads as nothing, and what follows it shall not wait.
        var nothing = 0
        while nothing < 2, read < Self.keysAtOnce {
            guard let raw = RawKey.next() else {
                nothing += 1
                continue
            }
            read += 1
            typed += decoder.decode(raw, at: now)
        }
        if read < Self.keysAtOnce { typed += decoder.rest() }
        take(typed)
        guard line == .open else { return }
        if read == Self.keysAtOnce {
            // A long paste: frames and signals have their turn, and what ncurses holds already is not forgotten.
            DispatchQueue.main.async { MainActor.assumeIsolated { self.readKeys() } }
        } else if read == 0, knc_line_lost() {
            lose()
        }
    }

    private func take(_ read: [ScreenEvent]) {
        var events: [ScreenEvent] = []
        for event in read {
            if event == .key(.control("z")) {
                hear(events)
                events = []
                suspend()
            } else {
                if event == .key(.control("l")) { invalidate() }
                events.append(event)
            }
        }
        if !events.isEmpty { hear(events) }
    }

    private func take(_ signal: ProcessSignal) {
        guard line == .open else { return }
        switch signal {
        case .windowChanged: resize()
        case .stop: suspend()
        case .continued: resume()
        case .hangup, .interrupt, .terminate: break
        }
    }

    private func resize() {
        guard knc_resize() else { return }
        shown = nil
        hear([.resized(columns: columns, rows: rows)])
    }

    private func suspend() {
        knc_leave()
        knc_stop_self()
        resume()
    }

    /// Whoever had the terminal meanwhile may have left it in any state.
    private func resume() {
        knc_return()
        shown = nil
        resize()
        hear([.resumed])
    }

    private func lose() {
        line = .lost
        endInput()
        hear([.lost])
    }

    private func endInput() {
        keys.cancel()
        SignalHub.shared.leave(signals)
    }
}

extension RawKey {
    /// The next thing that was typed; nil where nothing is waiting.
    @MainActor fileprivate static func next() -> RawKey? {
        var value: UInt32 = 0
        switch Int(knc_read(&value)) {
        case Int(KNC_SCALAR): return .scalar(value)
        case Int(KNC_CODE): return RawKey(code: Int(value))
        default: return nil
        }
    }

    private static let names: [Int: Key] = [
        Int(KNC_KEY_UP): .up, Int(KNC_KEY_DOWN): .down, Int(KNC_KEY_LEFT): .left, Int(KNC_KEY_RIGHT): .right,
        Int(KNC_KEY_HOME): .home, Int(KNC_KEY_END): .end, Int(KNC_KEY_PAGE_UP): .pageUp,
        Int(KNC_KEY_PAGE_DOWN): .pageDown, Int(KNC_KEY_ENTER): .enter, Int(KNC_KEY_BACK_TAB): .backTab,
        Int(KNC_KEY_BACKSPACE): .backspace, Int(KNC_KEY_DELETE): .delete, Int(KNC_KEY_INSERT): .insert,
    ]

    private init(code: Int) {
        switch code {
        case Int(KNC_KEY_PASTE_BEGINS): self = .pasteBegins
        case Int(KNC_KEY_PASTE_ENDS): self = .pasteEnds
        case Int(KNC_KEY_MOUSE_BEGINS): self = .mouseBegins
        case Int(KNC_KEY_OLD_MOUSE_BEGINS): self = .oldMouseBegins
        case Int(KNC_KEY_FUNCTION)...: self = .named(.function(code - Int(KNC_KEY_FUNCTION)))
        default: self = Self.names[code].map(RawKey.named) ?? .unknown
        }
    }
}
