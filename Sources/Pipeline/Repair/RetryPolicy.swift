/// When to try again, with the meaning AWS Step Functions gives its `Retry` fields.
package struct RetryPolicy: Hashable, Sendable {
    package enum Jitter: Hashable, Sendable {
        case none
        /// A delay drawn evenly from 0 to the full interval.
        case full
    }

    /// Before the first retry.
    package var interval = MarketSpan.seconds(1)
    /// Each interval is this many times the one before.
    package var backoffRate = 2.0
    /// Tries in all: a first and at most three more.
    package var attemptsMax = 4
    package var delayMax: MarketSpan?
    package var jitter = Jitter.none

    package init() {}

    /// How long to wait after attempt `attempt` (from 1); `chance` from 0 to 1 is used by full jitter alone.
    package func delay(afterAttempt attempt: Int, chance: Double = 1) -> MarketSpan {
        var factor = 1.0
        for _ in 1..<max(1, min(attempt, 63)) { factor *= backoffRate }
        var microseconds = min(Double(interval.microseconds) * factor, Double(Int64.max / 8))
        if let delayMax { microseconds = min(microseconds, Double(delayMax.microseconds)) }
        if jitter == .full { microseconds *= max(0, min(1, chance)) }
        return MarketSpan(microseconds: Int64(microseconds))
    }
}
