/// When a slot without a bar is proved to have had no trade.
enum QuietRule {
    /// How far apart two witnesses must be.
    static let apart = MarketSpan.minutes(15)
    /// How long after a slot's end one witness is enough.
    static let single = MarketSpan.minutes(7 * 24 * 60)

    struct Witness {
        var received: MarketTime
        /// Empty for live capture.
        var execution: String

        init(_ received: MarketTime, _ execution: String) {
            self.received = received
            self.execution = execution
        }
    }

    /// Two witnesses prove a slot quiet where time has passed between them and no one execution brought both: a source
    /// that is wrong now is wrong twice in a row.
    static func agree(_ one: Witness, _ other: Witness) -> Bool {
        let distance = one.received < other.received ? other.received - one.received : one.received - other.received
        guard distance >= apart else { return false }
        return one.execution.isEmpty || one.execution != other.execution
    }
}
