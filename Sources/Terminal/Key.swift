/// One thing a person did at the terminal.
package enum Key: Hashable, Sendable {
    /// A character as typed.
    case character(Character)
    /// Control and a letter `a`…`z`, other than those with a name of their own here.
    case control(Character)
    case up, down, left, right, home, end, pageUp, pageDown
    case enter, escape, tab, backTab, backspace, delete, insert
    case function(Int)
    /// The text of one bracketed paste; never taken for keys.
    case paste(String)
}
