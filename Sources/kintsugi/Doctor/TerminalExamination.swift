import Foundation
import Pipeline
import Platform

/// The terminal, as the console would find it.
enum TerminalExamination {
    static func findings() -> [Finding] {
        let facts = TerminalFacts.here
        guard facts.isTerminal else {
            return [.ok("terminal", "none here; kintsugi run --headless needs none")]
        }
        return [terminal(facts), size(facts), letters(facts)]
    }

    private static func terminal(_ facts: TerminalFacts) -> Finding {
        let type = harmless(facts.type, limit: 40)
        guard facts.isKnown else {
            let text = facts.type.isEmpty ? "TERM is not set" : "TERM=\(type) is not known here"
            return .bad("terminal", text, "set TERM to what the terminal is, such as xterm-256color")
        }
        guard facts.canMove else {
            return .bad(
                "terminal", "TERM=\(type) cannot place text", "use another terminal, or kintsugi run --headless")
        }
        let refusal = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let colours = facts.isDirect ? "24-bit colours" : "\(facts.colours) colours"
        let text = "TERM=\(type), \(colours)\(refusal ? ", not used because of NO_COLOR" : ""), frames drawn at once"
        guard facts.colours >= 256 || refusal else {
            return .warn("terminal", text, "gold wants 256: set TERM to xterm-256color if the terminal is such a one")
        }
        return .ok("terminal", text)
    }

    private static func size(_ facts: TerminalFacts) -> Finding {
        guard let size = facts.size else { return .warn("size", "not told by the line", "resize the window once") }
        let text = "\(size.columns) columns, \(size.rows) rows"
        guard size.columns >= 80, size.rows >= 24 else {
            return .warn("size", text, "the whole console needs 80 by 24; smaller shows what there is room for")
        }
        return .ok("size", text)
    }

    private static func letters(_ facts: TerminalFacts) -> Finding {
        facts.isUnicode
            ? .ok("letters", "UTF-8")
            : .warn("letters", "the locale is not UTF-8: lines and marks are drawn in ASCII", "export LC_CTYPE=C.UTF-8")
    }
}
