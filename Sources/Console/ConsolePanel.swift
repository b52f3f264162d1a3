/// A part of the screen with a number of its own.
package enum ConsolePanel: Int, Hashable, Sendable, CaseIterable {
    /// What flows in, and how far it is.
    case stream = 1
    /// What the auditor does.
    case audit
    /// What a person must know.
    case alarms
    /// Symbols by hours: the heart.
    case coverage
    /// One partition in full.
    case inspector
    /// What was done, newest first.
    case log
    /// What was worked out of the bars.
    case facts
    /// How well the healer does.
    case score
    /// What goes wrong on purpose.
    case lab

    /// As it stands in the frame's border.
    var title: String {
        switch self {
        case .stream: "Stream"
        case .audit: "Audit"
        case .alarms: "Alarms"
        case .coverage: "Coverage"
        case .inspector: "Inspector"
        case .log: "Log"
        case .facts: "Facts"
        case .score: "Healing score"
        case .lab: "Flaw lab"
        }
    }
}
