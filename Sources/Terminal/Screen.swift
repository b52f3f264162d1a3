/// What comes from a terminal.
package enum ScreenEvent: Hashable, Sendable {
    case key(Key)
    /// Only while the mouse is reported; what was on its way when that ended may still come.
    case mouse(MouseEvent)
    case resized(columns: Int, rows: Int)
    /// Back from being suspended: the next frame is drawn whole.
    case resumed
    /// The line is gone (hang-up, end of input, I/O error): nothing can be shown any more.
    case lost
}

/// How many colours a terminal shows.
package enum ColourDepth: Hashable, Sendable, Comparable {
    case none, eight, sixteen, indexed256, truecolor
}

/// A terminal that shows frames.
@MainActor
package protocol Screen: AnyObject {
    var columns: Int { get }
    var rows: Int { get }
    var depth: ColourDepth { get }
    /// Whether the locale can show characters outside ASCII.
    var unicode: Bool { get }
    /// Shows a frame; writes nothing where nothing changed.
    func present(_ grid: Grid, theme: Theme)
    /// The next presentation repaints everything.
    func invalidate()
    /// Asks the terminal to report the mouse, or no more. It never does unasked; a terminal that knows no mouse ignores it.
    func reportMouse(_ isWanted: Bool)
    /// From now on what comes from the terminal is told here: keys, the mouse, sizes and the end of the line, in order. What
    /// was read in one go comes in one call, so that one frame answers it; nothing is told before the caller gives the main
    /// actor free.
    func listen(_ hear: @escaping @MainActor ([ScreenEvent]) -> Void)
    /// Gives the terminal back as it was found; again is harmless.
    func close()
}
