import CNcurses

/// Gives the terminal back when nothing else can: a trap, an uncaught signal and `exit` take this road by themselves.
package enum TerminalRescue {
    /// Restores the terminal as it was found, from any thread, at most once and without waiting for a line that hangs.
    package static func restore() {
        knc_rescue()
    }
}
