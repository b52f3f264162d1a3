import Pipeline
import Terminal

/// One line of the help: what is pressed or seen, and what that means.
struct HelpEntry: Hashable, Sendable {
    var key: [Span]
    var text: String
}

/// Lines of the help under one heading.
struct HelpSection: Hashable, Sendable {
    var title: String
    var entries: [HelpEntry]
}

/// What somebody who is called at night wants first, and the keys that do it one after the other.
private let troubles: [(keys: [ConsoleAction], text: String)] = [
    ([.nextGap, .repair], "repair a gap: go to the next one and ask; y says yes"),
    ([.nextGap, .panel(5)], "see why it was lost: go to it and open the inspector"),
    ([.snooze], "silence the worst alarm for a while"),
    ([.panel(3)], "see all alarms"),
    ([.filter], "one symbol: it is whole so far if its row has no figure, ! or ~"),
    ([.quit], "leave; what is held stays, and kintsugi comes back to it"),
]

/// The glyphs of the coverage, in the order of its legend.
private let cellMeanings: [(state: CellState, text: String)] = [
    (.whole, "whole: every minute that is due is held"),
    (.missing, "missing: so many minutes; + is ten or more"),
    (.repairing, "repairing: so many minutes are being fetched again"),
    (.unrepairable, "unrepairable: minutes that were asked for in vain"),
    (.fresh, "healed: a moment ago"),
    (.seam, "mended: healed before"),
    (.quiet, "quiet: nobody traded in some minutes, and that is proved"),
    (.revised, "revised: the vendor changed a value; the old one is kept"),
    (.pending, "pending: not due yet"),
    (.unknown, "not read yet"),
]

/// The glyphs of the inspector's strip, one a minute: how each is called, and what more there is to say.
let minuteMeanings: [(glyph: Cell, word: String, more: String)] = [
    (Cell("█", .heat8), "held", ""),
    (Cell("○", .cellMissing), "missing", ""),
    (Cell("!", .cellUnrepairable), "unrepairable", ": asked for in vain"),
    (Cell("~", .cellRepairing), "repairing", ": being fetched again"),
    (Cell("◆", .cellHealed), "healed", ": a moment ago"),
    (Cell("╱", .cellSeam), "mended", ": healed before"),
    (Cell("▁", .heat8), "sampled", " from quotes, until the settled bar is had"),
    (Cell("·", .cellQuiet), "quiet", ": nobody traded, and that is proved"),
    (Cell("┄", .cellPending), "pending", ": not due yet"),
]

private let words: [(word: String, text: String)] = [
    ("slot", "one minute of one symbol that must be held"),
    ("gap", "slots missing one after the other"),
    ("lost", "a slot that was not captured, whatever the reason"),
    ("away", "nothing ran then, as before the first start"),
    ("call", "one question to the source, which limits how many"),
    ("audit", "a check against the calendar that mends what is missing"),
    ("facts", "hourly and session rows, worked out of the minutes"),
    ("lag", "what is captured and not yet stored in the lake"),
    ("flaw", "a loss on purpose, chosen in the flaw lab"),
]

extension ConsoleState {
    /// What the help says: of one panel with what matters most before it, or of all.
    func helpSections(_ panel: ConsolePanel?) -> [HelpSection] {
        guard let panel else { return keySections { _ in true } + [cellSection, minuteSection, wordSection] }
        let about = HelpEntry(key: [Span("\(panel.rawValue)", .dialogKey)], text: "\(panel.title): \(panel.about)")
        var sections = [troubleSection, HelpSection(title: "This panel", entries: [about])]
        if panel == .coverage { sections.append(cellSection) }
        if panel == .inspector { sections.append(minuteSection) }
        return sections + keySections { matters($0, panel) }
    }

    private var troubleSection: HelpSection {
        let entries = troubles.map { keys, text in
            HelpEntry(key: [Span(keys.map(firstLabel).joined(separator: " "), .dialogKey)], text: text)
        }
        return HelpSection(title: "First aid", entries: entries)
    }

    /// The first key of an action, as it is bound now.
    func firstLabel(_ action: ConsoleAction) -> String {
        guard let binding = KeyTable.bindings.first(where: { $0.action == action }) else { return "" }
        return String(keyMap.label(binding).prefix { $0 != " " })
    }

    private var cellSection: HelpSection {
        let entries = cellMeanings.map { HelpEntry(key: cellSample($0.state), text: $0.text) }
        return HelpSection(title: "What a cell says", entries: entries)
    }

    private var minuteSection: HelpSection {
        let entries = minuteMeanings.map { glyph, word, more in
            // A whole minute is a colour alone where there are colours.
            let isGround = glyph.text == "█" && !isColourless
            return HelpEntry(key: [Span(isGround ? " " : glyph.text, glyph.role)], text: word + more)
        }
        return HelpSection(title: "What a minute says (inspector)", entries: entries)
    }

    private var wordSection: HelpSection {
        HelpSection(
            title: "Words", entries: words.map { HelpEntry(key: [Span($0.word, .dialogKey)], text: $0.text) })
    }

    private func keySections(where isWanted: (KeyBinding) -> Bool) -> [HelpSection] {
        KeyGroup.allCases.compactMap { group in
            let bindings = KeyTable.bindings.filter { $0.group == group && isWanted($0) }
            guard !bindings.isEmpty else { return nil }
            let entries = bindings.map { HelpEntry(key: [Span(keyMap.label($0), .dialogKey)], text: $0.help) }
            return HelpSection(title: group.rawValue, entries: entries)
        }
    }

    /// Whether a key does something of its own while a panel has the focus.
    private func matters(_ binding: KeyBinding, _ panel: ConsolePanel) -> Bool {
        if binding.panels.contains(panel) { return true }
        switch binding.action {
        case .fullScreen, .nextPanel, .back, .help: return true
        case .moveUp, .moveDown, .open: return true
        case .firstRow, .lastRow, .pageUp, .pageDown: return panel != .stream && panel != .score
        case .moveLeft, .moveRight: return panel.followsCursor || panel == .lab
        case .nextGap, .previousGap, .nextSession, .previousSession, .goTo, .oldest, .newest, .repair:
            return panel.followsCursor
        case .zoomIn, .zoomOut: return panel.followsCursor || panel == .stream
        case .mark: return panel == .coverage || panel == .lab
        case .markRange, .markRectangle, .markRow, .repairView, .resynthesize, .resynthesizeView, .sort, .filter,
            .density, .clock, .freeze:
            return panel == .coverage
        case .audit: return panel == .coverage || panel == .audit
        case .cancel: return panel == .audit
        case .snooze, .undo: return panel == .coverage || panel == .alarms
        case .copy: return panel != .stream && panel != .score
        case .acknowledge, .redrive, .nextLayout, .mouse, .palette, .previousPanel, .panel, .nextTheme, .slower,
            .faster,
            .repaint, .suspend, .takeOver, .quit:
            return false
        }
    }
}

extension ConsolePanel {
    /// Whether it shows what is under the cursor of the coverage, so that the cursor's keys move what is seen.
    fileprivate var followsCursor: Bool { self == .coverage || self == .inspector || self == .facts }

    /// A clause for the help.
    var about: String {
        switch self {
        case .stream: "what flows in, and how far the lake is behind"
        case .audit: "what is being mended, and what came of earlier audits"
        case .alarms: "what a person must know"
        case .coverage: "symbols by time: what is held of what is due"
        case .inspector: "the hour under the cursor, minute by minute: what is lost and why"
        case .log: "what was done, newest first"
        case .facts: "hourly and session rows, worked out of the minutes"
        case .score: "how much was lost and healed, how soon, at what cost"
        case .lab: "what goes wrong on purpose (simulated source)"
        }
    }
}
