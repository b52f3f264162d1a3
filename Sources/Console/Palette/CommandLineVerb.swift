/// Verbs of the command line that the screen has under another name, or leaves to a shell.
enum CommandLineVerb: String, Hashable, Sendable, CaseIterable {
    case alarms, coverage, executions, gaps, status, themes
    case calendar, console, doctor, exchange, export, orders, quarantine, query, rebuild, run, simulate, snapshot
    case symbols, verify

    /// The palette's own words for it; nil where a shell is the place for it.
    var onScreen: String? {
        switch self {
        case .alarms: "panel alarms"
        case .coverage: "panel coverage"
        case .executions: "panel audit"
        case .gaps: "next-gap"
        case .status: "panel stream"
        case .themes: "theme"
        case .calendar, .console, .doctor, .exchange, .export, .orders, .quarantine, .query, .rebuild, .run, .simulate,
            .snapshot, .symbols, .verify:
            nil
        }
    }

    var help: String { onScreen.map { "the same as \($0)" } ?? "at a shell: kintsugi \(rawValue)" }
}

/// What can be typed first in the palette.
package enum PaletteNames {
    package static let all: [String] =
        (KeyTable.bindings.map(\.name) + PaletteVerb.allCases.map(\.rawValue) + CommandLineVerb.allCases.map(\.rawValue))
}
