/// A deliberate fault of the capture: what makes the stream worth healing. Several may be in force at once.
package struct CaptureFlaw: Hashable, Sendable, Codable {
    /// What goes wrong.
    package enum Kind: Hashable, Sendable, Codable {
        /// Each minute one symbol is lost, chosen by the seed; the control symbol never (the original's flaw).
        case dropOne
        /// Each (symbol, minute) is lost with the rate's probability.
        case dropRandom
        /// Everything is lost for `minutes` minutes from the minute `from` of every session (0 is its first).
        case burst(from: Int, minutes: Int)
        /// The capture stands still for those minutes: nothing is asked, and nobody notes it.
        case stall(from: Int, minutes: Int)
        /// An answer is appended twice, with the rate's probability.
        case duplicate
        /// A slot is asked for too late, with the rate's probability.
        case late
        /// A value is corrupted before it is appended, with the rate's probability.
        case corrupt
    }

    package var kind: Kind
    /// Of `dropOne`: the share of minutes in which it strikes; of the others that strike by chance: the share of slots.
    /// 0 to 1.
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

/// What the flaws in force do to one live call.
package struct CaptureTreatment: Hashable, Sendable {
    /// Nothing is asked, and that is noted.
    package var isLost = false
    /// Nothing is asked, and nobody notes it.
    package var isForgotten = false
    /// How much later than due it is asked.
    package var delay = MarketSpan.zero
    /// Whether its answer is appended twice.
    package var isDoubled = false
    /// What becomes of its value.
    package var corruption: ValueCorruption?

    package init() {}
}
