package import Exchange
package import Pipeline

/// What one run is to go through: chosen from a seed, or put together by hand.
package struct Scenario: Sendable {
    package var seed: UInt64
    package var universe: Universe
    /// The session of the shares.
    package var session: Range<Minute>
    package var begin: MarketTime
    /// From here on nothing goes wrong any more.
    package var quietFrom: MarketTime
    package var end: MarketTime
    package var capture: PipelineSettings.Capture
    package var flaws: [CaptureFlaw] = []
    package var exchangeFaults: [ExchangeFault] = []
    package var storeFaults: [StoreFault] = []
    package var ends: [PlannedEnd] = []
    package var orders: [MarketTime] = []
    /// When an order is given that ends every process that takes it in.
    package var poisonAt = MarketTime.distantFuture
    /// An execution is cancelled, by chance, when it enters this state.
    package var cancelIn: AuditState?
    /// How many rows in a row an execution's rebuilding is to write wrongly, and from when on.
    package var derangements = 0
    package var derangeFrom = MarketTime.distantFuture
    /// From when on the next raw object has a bit flipped before it is curated.
    package var damageFrom = MarketTime.distantFuture
    /// When the clock goes on by itself, and how far.
    package var sleepAt = MarketTime.distantFuture
    package var sleep = MarketSpan.zero
    /// How long records stay in the stream, and raw objects in the lake; nil keeps these.
    package var streamRetention = MarketSpan.minutes(3 * 1440)
    package var rawRetention: MarketSpan?
    package var callsPerMinute = 60
    package var jitter = RetryPolicy.Jitter.none

    /// The same market and the same hours without a fault, a flaw or an order: the history that was never broken.
    package var unbroken: Scenario {
        var calm = self
        calm.flaws = []
        calm.exchangeFaults = []
        calm.storeFaults = []
        calm.ends = []
        calm.orders = []
        calm.poisonAt = .distantFuture
        calm.cancelIn = nil
        calm.derangements = 0
        calm.damageFrom = .distantFuture
        calm.sleepAt = .distantFuture
        calm.streamRetention = .minutes(3 * 1440)
        calm.rawRetention = nil
        calm.callsPerMinute = 60
        return calm
    }
}
