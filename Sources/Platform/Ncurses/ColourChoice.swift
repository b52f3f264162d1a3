import Foundation
package import Terminal

/// How many colours a person wants: `--color`.
package enum ColourChoice: String, Hashable, Sendable, CaseIterable {
    /// What the terminal has, none where `NO_COLOR` is set.
    case auto
    case none
    case sixteen = "16"
    case indexed256 = "256"
    /// 24 bits where terminfo says that the terminal has them, 256 otherwise.
    case truecolor

    /// The depth to write with on standard output: what is chosen, and otherwise none where it is no terminal.
    package var depthOfOutput: ColourDepth {
        switch self {
        case .auto:
            guard Tty.isTerminal(.output) else { return .none }
            let facts = TerminalFacts.here
            return depth(
                colours: facts.colours, direct: facts.isDirect, environment: ProcessInfo.processInfo.environment)
        case .none: return .none
        case .sixteen: return .sixteen
        case .indexed256: return .indexed256
        case .truecolor: return .truecolor
        }
    }

    /// The depth to draw with on a terminal that has `colours` colours (0 for none).
    func depth(colours: Int, direct: Bool, environment: [String: String]) -> ColourDepth {
        let most: ColourDepth =
            switch colours {
            case ..<8: .none
            case ..<16: .eight
            case ..<256: .sixteen
            default: direct ? .truecolor : .indexed256
            }
        switch self {
        case .auto: return environment["NO_COLOR"].map { !$0.isEmpty } == true ? .none : most
        case .none: return .none
        case .sixteen: return min(most, .sixteen)
        // A direct-colour terminal takes a number above 7 for 24 bits, so it is spoken to in those.
        case .indexed256, .truecolor: return most
        }
    }
}
