package import Terminal

/// All that a key can ask of the console.
package enum ConsoleAction: Hashable, Sendable {
    case moveUp, moveDown, moveLeft, moveRight, pageUp, pageDown, firstRow, lastRow, oldest, newest
    case nextGap, previousGap, nextSession, previousSession, goTo, zoomIn, zoomOut
    case mark, markRange, markRectangle, markRow, back, open
    case repair, repairView, resynthesize, resynthesizeView, audit, cancel, redrive
    case acknowledge, snooze, undo
    case sort, filter, density, clock, freeze, nextLayout, palette, nextPanel, previousPanel, panel(Int), fullScreen
    case help, nextTheme, mouse, slower, faster, copy, repaint, suspend, takeOver, quit
}

/// One line of the key table.
package struct KeyBinding: Sendable {
    /// Any of these does it.
    package var keys: [Key]
    /// The keys as a person reads them.
    package var label: String
    /// What the palette and rebinding call it.
    package var name: String
    package var action: ConsoleAction
    /// One or two words for the line of hints; empty where the key is not hinted at.
    package var hint: String
    /// A clause for the help.
    package var help: String
    package var group: KeyGroup
    /// The panels in which it means something; empty: everywhere.
    package var panels: [ConsolePanel]
}

/// The headings of the help.
package enum KeyGroup: String, Hashable, Sendable, CaseIterable {
    case act = "Act"
    case move = "Move"
    case mark = "Mark"
    case look = "Look"
    case panel = "Panels; the same key again hides"
    case program = "Program"
}

/// The one table from which help, hints and the meaning of every key are drawn.
package enum KeyTable {
    private static func bind(
        _ group: KeyGroup, _ label: String, _ keys: [Key], _ name: String, _ action: ConsoleAction, _ help: String,
        hint: String = "", in panels: [ConsolePanel] = []
    ) -> KeyBinding {
        KeyBinding(
            keys: keys, label: label, name: name, action: action, hint: hint, help: help, group: group, panels: panels)
    }

    private static func letter(_ character: Character) -> [Key] { [.character(character)] }

    /// In the order of the help.
    package static let bindings: [KeyBinding] = acting + moving + marking + looking + running

    private static let acting: [KeyBinding] = [
        bind(
            .act, "r", letter("r"), "repair", .repair, "repair what is marked, or the cell under the cursor",
            hint: "repair"),
        bind(.act, "R", letter("R"), "repair-view", .repairView, "repair all gaps in view", hint: "repair all"),
        bind(
            .act, "s", letter("s"), "resynthesize", .resynthesize,
            "resynthesize: rebuild the facts of what is marked, or under the cursor",
            hint: "rebuild facts"),
        bind(
            .act, "S", letter("S"), "resynthesize-view", .resynthesizeView,
            "resynthesize: rebuild the facts of all in view"),
        bind(
            .act, "a", letter("a"), "audit", .audit,
            "audit the view: check it against the calendar, mend what is missing", hint: "audit"),
        bind(
            .act, "x", letter("x"), "cancel", .cancel,
            "cancel an audit or repair that is running; what has landed stays", hint: "cancel"),
        bind(
            .act, "c", letter("c"), "continue", .redrive, "continue an audit that failed; what it settled stays",
            hint: "continue", in: [.audit]),
        bind(
            .act, "A", letter("A"), "acknowledge", .acknowledge,
            "take note of a gap or an alarm, with the reason why: it calls no more",
            hint: "take note", in: [.coverage, .alarms]),
        bind(
            .act, "w", letter("w"), "snooze", .snooze, "silence an alarm: for minutes, 2h, 1d, or until the open",
            hint: "silence",
            in: [.alarms]),
        bind(.act, "u", letter("u"), "undo", .undo, "undo the last note or silence", hint: "undo"),
        bind(.act, "y", letter("y"), "copy", .copy, "copy what is under the cursor"),
    ]

    private static let moving: [KeyBinding] = [
        bind(.move, "↑ k", [.up, .character("k")], "up", .moveUp, "up"),
        bind(.move, "↓ j", [.down, .character("j")], "down", .moveDown, "down"),
        bind(.move, "← h", [.left, .character("h")], "left", .moveLeft, "left"),
        bind(.move, "→ l", [.right, .character("l")], "right", .moveRight, "right"),
        bind(.move, "g", letter("g"), "first-row", .firstRow, "first row"),
        bind(.move, "G", letter("G"), "last-row", .lastRow, "last row"),
        bind(.move, "Home", [.home], "oldest", .oldest, "oldest hour"),
        bind(.move, "End", [.end], "newest", .newest, "newest hour, and follow it"),
        bind(.move, "PgUp", [.pageUp], "page-up", .pageUp, "a page up"),
        bind(.move, "PgDn", [.pageDown], "page-down", .pageDown, "a page down"),
        bind(.move, "n", letter("n"), "next-gap", .nextGap, "next gap", hint: "next gap"),
        bind(.move, "N", letter("N"), "previous-gap", .previousGap, "previous gap"),
        bind(.move, "[", letter("["), "previous-session", .previousSession, "previous session"),
        bind(.move, "]", letter("]"), "next-session", .nextSession, "next session"),
        bind(.move, "t", letter("t"), "goto", .goTo, "go to a date and time: 2019-02-11 14:30, 14:30, -2d"),
    ]

    private static let marking: [KeyBinding] = [
        bind(.mark, "space", letter(" "), "mark", .mark, "mark the cell, or take the mark away", hint: "mark"),
        bind(
            .mark, "v", letter("v"), "mark-range", .markRange,
            "start a range in reading order at the cursor; again keeps it"),
        bind(
            .mark, "^V", [.control("v")], "mark-rectangle", .markRectangle,
            "start a rectangle at the cursor; again keeps it"),
        bind(.mark, "V", letter("V"), "mark-row", .markRow, "mark the row as far as it is in view"),
        bind(.mark, "Esc", [.escape], "back", .back, "take back: range, marks, filter, what is open", hint: "back"),
        bind(
            .mark, "Enter", [.enter], "open", .open, "open: look closer, or go to the cells of an alarm", hint: "open"),
    ]

    private static let looking: [KeyBinding] =
        [
            bind(
                .look, "+", [.character("+"), .character("=")], "zoom-in", .zoomIn,
                "zoom in: year, month, day, hour; on the stream a shorter time",
                hint: "closer"),
            bind(
                .look, "-", [.character("-"), .character("_")], "zoom-out", .zoomOut,
                "zoom out; on the stream a longer time", hint: "farther"),
            bind(
                .look, "/", letter("/"), "filter", .filter,
                "filter: text, symbol: calendar: state: reason:, ! negates, several must all hold",
                hint: "filter"),
            bind(.look, "o", letter("o"), "order", .sort, "order: by name, worst first", hint: "worst first"),
            bind(
                .look, "D", letter("D"), "dense", .density,
                "two symbols on a row, in year and month: by itself, always, never"),
            bind(.look, "U", letter("U"), "clock", .clock, "market time, or UTC"),
            bind(.look, "f", letter("f"), "freeze", .freeze, "freeze the view, never the pipeline; again lets it go"),
            bind(.look, "p", letter("p"), "layout", .nextLayout, "next layout"),
            bind(
                .look, "z", letter("z"), "full-screen", .fullScreen, "the panel on the whole screen, and back",
                hint: "full screen"),
            bind(
                .look, "m", letter("m"), "mouse", .mouse,
                "the mouse: click, double click, drag, wheel; again gives it back to the terminal"),
            bind(.look, "Tab", [.tab], "next-panel", .nextPanel, "next panel"),
            bind(.look, "S-Tab", [.backTab], "previous-panel", .previousPanel, "previous panel"),
            bind(.look, "T", letter("T"), "theme", .nextTheme, "next theme", hint: "theme"),
        ] + panels

    private static let panels: [KeyBinding] = ConsolePanel.allCases.map { panel in
        bind(
            .panel, "\(panel.rawValue)", [.character(Character("\(panel.rawValue)"))], "panel-\(panel.rawValue)",
            .panel(panel.rawValue),
            "\(panel.title): \(panel.about)", hint: panel == .inspector ? "why lost" : panel == .alarms ? "alarms" : "")
    }

    private static let running: [KeyBinding] = [
        bind(
            .program, ":", letter(":"), "command", .palette, "every command by its name, with completion",
            hint: "command"),
        bind(.program, "<", [.character("<"), .character(",")], "slower", .slower, "market slower (simulated source)"),
        bind(.program, ">", [.character(">"), .character(".")], "faster", .faster, "market faster (simulated source)"),
        bind(.program, "^L", [.control("l")], "repaint", .repaint, "draw the screen anew"),
        bind(.program, "^Z", [.control("z")], "suspend", .suspend, "suspend; fg comes back"),
        bind(.program, "O", letter("O"), "take-over", .takeOver, "become the owner where the owner is gone"),
        bind(.program, "?", letter("?"), "help", .help, "help: of this panel, then all", hint: "help"),
        bind(
            .program, "q", [.character("q"), .control("c")], "quit", .quit, "close what is open; at the top leave",
            hint: "quit"
        ),
    ]

    private static let actions: [Key: ConsoleAction] = Dictionary(
        bindings.flatMap { binding in binding.keys.map { ($0, binding.action) } },
        uniquingKeysWith: { first, _ in first })

    /// What a key asks for; nil where it has no meaning.
    package static func action(for key: Key) -> ConsoleAction? { actions[key] }
}
