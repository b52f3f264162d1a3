import CNcurses
import Foundation

/// What terminfo, the line and the locale say of a terminal, without opening it.
package struct TerminalFacts: Hashable, Sendable {
    /// Whether standard input and output are one.
    package var isTerminal: Bool
    /// `TERM`, as it is set.
    package var type: String
    /// Whether terminfo knows it.
    package var isKnown: Bool
    /// Whether the cursor can be placed.
    package var canMove: Bool
    /// How many colours it has; 0 for none.
    package var colours: Int
    /// Whether colours are 24-bit numbers.
    package var isDirect: Bool
    package var isUnicode: Bool
    package var size: (columns: Int, rows: Int)? { columns > 0 ? (columns, rows) : nil }
    private var columns: Int
    private var rows: Int

    /// Of the terminal this process stands at. Not while a screen is open.
    package static var here: TerminalFacts {
        let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
        var about = knc_terminal_facts()
        let isKnown = !type.isEmpty && knc_look_up_terminal(type, &about)
        let size = Tty.size()
        return TerminalFacts(
            isTerminal: Tty.isTerminal(.input) && Tty.isTerminal(.output), type: type, isKnown: isKnown,
            canMove: isKnown && about.moves, colours: isKnown ? max(0, Int(about.colours)) : 0,
            isDirect: isKnown && about.direct, isUnicode: knc_take_locale(), columns: size?.columns ?? 0,
            rows: size?.rows ?? 0)
    }
}
