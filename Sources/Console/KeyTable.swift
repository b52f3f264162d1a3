package import Terminal

/// All that a key can ask of the console.
package enum ConsoleAction: Hashable, Sendable {
    case moveUp, moveDown, moveLeft, moveRight, pageUp, pageDown, firstRow, lastRow, oldest, newest
    case nextGap, previousGap, nextSession, previousSession, goTo, zoomIn, zoomOut
    case mark, markRange, markRectangle, markRow, back, open
    case repair, repairView, resynthesize, resynthesizeView, audit, cancel, redrive
    case acknowledge, snooze, undo
    case sort, filter, density, clock, nextPanel, previousPanel, panel(Int), fullScreen
    case help, nextTheme, slower, faster, copy, repaint, suspend, takeOver, quit
}

/// One line of the key table.
package struct KeyBinding: Sendable {
    /// Any of these does it.
    package var keys: [Key]
    /// The keys as a person reads them.
    package var label: String
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
    case program = "Program"
}

/// The one table from which help, hints and the meaning of every key are drawn.
package enum KeyTable {
    private static func bind(
        _ group: KeyGroup, _ label: String, _ keys: [Key], _ action: ConsoleAction, _ help: String, hint: String = "",
        in panels: [ConsolePanel] = []
    ) -> KeyBinding {
        KeyBinding(
            keys: keys, label: label, action: action, hint: hint, help: help, group: group, panels: panels)
    }

    private static func letter(_ character: Character) -> [Key] { [.character(character)] }

    /// In the order of the line of hints.
    package static let bindings: [KeyBinding] = acting + moving + marking + looking + running

    private static let acting: [KeyBinding] = [
        bind(.act, "r", letter("r"), .repair, "repair what is marked, or the cell under the cursor", hint: "repair"),
        bind(.act, "R", letter("R"), .repairView, "repair all gaps in view", hint: "all in view"),
        bind(.act, "s", letter("s"), .resynthesize, "rebuild the facts that the marks touch", hint: "resynthesize"),
        bind(.act, "S", letter("S"), .resynthesizeView, "rebuild the facts of all in view"),
        bind(.act, "a", letter("a"), .audit, "audit the view", hint: "audit"),
        bind(.act, "x", letter("x"), .cancel, "cancel a live execution", hint: "cancel"),
        bind(
            .act, "c", letter("c"), .redrive, "continue an execution that failed: what it settled stays",
            hint: "continue", in: [.audit]),
        bind(
            .act, "A", letter("A"), .acknowledge, "acknowledge the gaps marked, or the alarm, with a note",
            hint: "acknowledge", in: [.coverage, .alarms]),
        bind(
            .act, "w", letter("w"), .snooze, "snooze an alarm: minutes, or until the open", hint: "snooze",
            in: [.alarms]),
        bind(.act, "u", letter("u"), .undo, "undo the last acknowledgement or snooze"),
        bind(.act, "y", letter("y"), .copy, "copy what is under the cursor"),
    ]

    private static let moving: [KeyBinding] = [
        bind(.move, "↑ k", [.up, .character("k")], .moveUp, "up"),
        bind(.move, "↓ j", [.down, .character("j")], .moveDown, "down"),
        bind(.move, "← h", [.left, .character("h")], .moveLeft, "left"),
        bind(.move, "→ l", [.right, .character("l")], .moveRight, "right"),
        bind(.move, "g", letter("g"), .firstRow, "first row"),
        bind(.move, "G", letter("G"), .lastRow, "last row"),
        bind(.move, "Home", [.home], .oldest, "oldest hour"),
        bind(.move, "End", [.end], .newest, "newest hour, and follow it"),
        bind(.move, "PgUp", [.pageUp], .pageUp, "a page up"),
        bind(.move, "PgDn", [.pageDown], .pageDown, "a page down"),
        bind(.move, "n", letter("n"), .nextGap, "next gap", hint: "next gap"),
        bind(.move, "N", letter("N"), .previousGap, "previous gap"),
        bind(.move, "[", letter("["), .previousSession, "previous session"),
        bind(.move, "]", letter("]"), .nextSession, "next session"),
        bind(.move, "t", letter("t"), .goTo, "go to a date and time: 2019-02-11 14:30, 14:30, -2d"),
    ]

    private static let marking: [KeyBinding] = [
        bind(.mark, "space", letter(" "), .mark, "mark the cell, or take the mark away", hint: "mark"),
        bind(.mark, "v", letter("v"), .markRange, "start a range in reading order at the cursor; again keeps it"),
        bind(.mark, "^V", [.control("v")], .markRectangle, "start a rectangle at the cursor; again keeps it"),
        bind(.mark, "V", letter("V"), .markRow, "mark the row as far as it is in view"),
        bind(.mark, "Esc", [.escape], .back, "take back: range, marks, filter, what is open"),
        bind(.mark, "Enter", [.enter], .open, "open: look closer, or go to the cells of an alarm"),
    ]

    private static let looking: [KeyBinding] =
        [
            bind(.look, "+", [.character("+"), .character("=")], .zoomIn, "zoom in: year, month, day, hour"),
            bind(.look, "-", [.character("-"), .character("_")], .zoomOut, "zoom out"),
            bind(
                .look, "/", letter("/"), .filter,
                "filter: text, symbol: calendar: state: reason:, ! negates, several must all hold",
                hint: "filter"),
            bind(.look, "o", letter("o"), .sort, "order: by name, worst first", hint: "order"),
            bind(
                .look, "D", letter("D"), .density, "two symbols on a row, in year and month: by itself, always, never"),
            bind(.look, "U", letter("U"), .clock, "market time, or UTC"),
            bind(.look, "z", letter("z"), .fullScreen, "the panel on the whole screen, and back", hint: "zoom"),
            bind(.look, "Tab", [.tab], .nextPanel, "next panel"),
            bind(.look, "S-Tab", [.backTab], .previousPanel, "previous panel"),
            bind(.look, "T", letter("T"), .nextTheme, "next theme", hint: "theme"),
        ] + panels

    private static let panels: [KeyBinding] = ConsolePanel.allCases.map { panel in
        bind(
            .look, "\(panel.rawValue)", [.character(Character("\(panel.rawValue)"))], .panel(panel.rawValue),
            "\(panel.title): show it; again hides it")
    }

    private static let running: [KeyBinding] = [
        bind(.program, "<", [.character("<"), .character(",")], .slower, "market slower (simulated source)"),
        bind(.program, ">", [.character(">"), .character(".")], .faster, "market faster (simulated source)"),
        bind(.program, "^L", [.control("l")], .repaint, "draw the screen anew"),
        bind(.program, "^Z", [.control("z")], .suspend, "suspend; fg comes back"),
        bind(.program, "O", letter("O"), .takeOver, "become the owner where the owner is gone"),
        bind(.program, "?", letter("?"), .help, "help for this panel, then for all", hint: "help"),
        bind(
            .program, "q", [.character("q"), .control("c")], .quit, "close what is open; at the top leave", hint: "quit"
        ),
    ]

    private static let actions: [Key: ConsoleAction] = Dictionary(
        bindings.flatMap { binding in binding.keys.map { ($0, binding.action) } },
        uniquingKeysWith: { first, _ in first })

    /// What a key asks for; nil where it has no meaning.
    package static func action(for key: Key) -> ConsoleAction? { actions[key] }
}
