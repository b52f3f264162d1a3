/// The calls that the asking of the source keeps in hand.
extension AcquireStateMachine {
    /// A live call that is due or waiting for the budget.
    struct LiveCall: Hashable, Sendable {
        var symbol: SymbolName
        var slot: Minute
        /// After this moment it is lost.
        var expires: MarketTime
        /// What the flaws in force do to it.
        var treatment: CaptureTreatment
    }

    /// A call for an execution, or for settling.
    struct OrderedCall: Hashable, Sendable {
        var call: SourceCall
        /// Which planned call of the execution this answers.
        var unit: Int
    }

    /// What is under way, by effect.
    enum InFlight: Hashable, Sendable {
        case live(LiveCall, sent: MarketTime)
        case ordered(OrderedCall, sent: MarketTime)
        case probe
    }
}
