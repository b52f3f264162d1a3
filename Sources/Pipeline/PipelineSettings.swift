/// How one pipeline runs; fixed for the life of a process, but for flaws.
package struct PipelineSettings: Sendable {
    /// How live capture asks.
    package enum Capture: String, Sendable, CaseIterable {
        case quotes, candles
    }

    /// The source's name as records carry it: `simulated`, `finnhub`.
    package var source: String
    /// The source's name as people see it.
    package var sourceTitle: String
    package var simulated: Bool
    package var universe: Universe
    package var capture: Capture
    package var flaws: [CaptureFlaw]
    /// The universe in words where it was decided anew, for the stream of decisions; nil where it is as it was.
    package var universeDecided: String?
    /// Who decided it.
    package var universeDecidedBy = "configuration"
    /// Whether live capture asks at all; false for a single order at the command line.
    package var capturesLive = true
    /// Calls a minute that are assumed until the source's headers tell.
    package var callsPerMinute = 60
    /// Calls a second of market time; every plan of the vendor allows 30.
    package var callsPerSecond = 25
    /// Calls under way at once.
    package var callsInFlightMax = 32
    /// How long before a minute's end its quote is asked for.
    package var quoteLead = MarketSpan.seconds(3)
    /// How long after a minute's end its candle is asked for.
    package var candleDelay = MarketSpan.seconds(1)
    /// Shards a stream.
    package var quoteShards = 2
    /// A record waits at most this long for its raw object.
    package var deliveryAge = MarketSpan.seconds(30)
    /// A raw object is closed when its records reach this many bytes.
    package var deliveryBytes: Int64 = 1 << 20
    /// Slots past their grace wait this long for company, or until there are `batchSlots`.
    package var batchAge = MarketSpan.minutes(5)
    package var batchSlots = 30
    package var retry = RetryPolicy()
    /// Greatest span of one candle call; the vendor's limit is a month.
    package var candleRange = MarketSpan.minutes(28 * 1440)
    /// How long after a session's end each symbol is asked once more for it.
    package var settleDelay = MarketSpan.minutes(30)
    /// How long records stay in the stream that are in the lake and the warehouse, on market time.
    package var streamRetention = MarketSpan.minutes(3 * 1440)
    /// How long raw objects are kept before they are sealed and deleted, on market time; nil keeps them for ever.
    package var rawRetention: MarketSpan?
    /// A store's log longer than this, in bytes, is an alarm.
    package var logBytesAlarm: Int64 = 64 << 20
    /// Executions alive at once.
    package var executionsMax = 4
    /// Executions alive at once, people's orders among them; a further order is refused.
    package var ordersMax = 16
    /// An order that nobody came to for so long is refused: the market it was given in is another.
    package var orderAgeMax = MarketSpan.minutes(24 * 60)

    package init(
        source: String, sourceTitle: String, simulated: Bool, universe: Universe, capture: Capture,
        flaws: [CaptureFlaw] = []
    ) {
        self.source = source
        self.sourceTitle = sourceTitle
        self.simulated = simulated
        self.universe = universe
        self.capture = capture
        self.flaws = flaws
    }
}
