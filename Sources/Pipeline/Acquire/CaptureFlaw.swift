/// A deliberate fault of the capture: what makes the stream worth healing.
package struct CaptureFlaw: Hashable, Sendable, Codable {
    /// What is lost.
    package enum Kind: Hashable, Sendable, Codable {
        /// Each minute one symbol is lost, chosen by the seed; the control symbol never (the original's flaw).
        case dropOne
        /// Each (symbol, minute) is lost with the rate's probability.
        case dropRandom
        /// Everything is lost for `minutes` minutes from the minute `from` of every session (0 is its first).
        case burst(from: Int, minutes: Int)
    }

    package var kind: Kind
    /// Of `dropOne`: the share of minutes in which it strikes; of `dropRandom`: the share of slots lost. 0 to 1.
    package var rate: Double
    package var seed: UInt64
    /// The symbol that is never lost by `dropOne`.
    package var control: SymbolName?

    package init(kind: Kind, rate: Double = 1, seed: UInt64 = 1, control: SymbolName? = nil) {
        self.kind = kind
        self.rate = rate
        self.seed = seed
        self.control = control
    }
}
