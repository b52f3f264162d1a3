import Pipeline
import Terminal

/// How a wide screen is divided; `p` goes from one to the next.
enum ScreenDivision: String, Hashable, Sendable, CaseIterable {
    /// What flows and what is done above, the partition and the log below.
    case standard
    /// Nothing but the coverage.
    case coverage
    /// For the time of a repair: audit, alarms and score above.
    case healing
    /// For looking at what came of the data: facts and the partition below.
    case facts

    /// The panels above the coverage, and those below.
    var above: [ConsolePanel] {
        switch self {
        case .standard: [.stream, .audit, .alarms]
        case .coverage: []
        case .healing: [.audit, .alarms, .score]
        case .facts: [.stream, .alarms]
        }
    }

    var below: [ConsolePanel] {
        switch self {
        case .standard, .healing: [.inspector, .log]
        case .coverage: []
        case .facts: [.facts, .inspector]
        }
    }
}

extension ConsoleState {
    mutating func switchDivision() {
        let all = ScreenDivision.allCases
        let here = all.firstIndex(of: division) ?? 0
        divide(all[(here + 1) % all.count])
    }

    mutating func divide(_ new: ScreenDivision) {
        division = new
        fullScreen = nil
        focus = .coverage
        let small = layout.shape == .wide ? "" : " (shown from 100×28 on)"
        say("layout \(new.rawValue)\(small)")
    }
}
