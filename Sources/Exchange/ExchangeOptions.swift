package import Pipeline

/// How the exchange behaves.
package struct ExchangeOptions: Hashable, Sendable {
    /// The only key accepted; nil accepts every caller.
    package var token: String?
    /// Calls a minute of market time and key; 0 for no limit.
    package var callsPerMinute: Int
    /// Calls a second of market time besides; 0 for no limit.
    package var callsPerSecond: Int
    /// Real milliseconds that candles take; a vendor is seldom next door.
    package var candleMilliseconds: Int
    package var faults: [ExchangeFault]
    /// Chance of faults that strike at a rate.
    package var seed: UInt64
    /// What `+N` of a fault's window counts from.
    package var start: MarketTime

    package init(
        token: String? = nil, callsPerMinute: Int = 60, callsPerSecond: Int = 0, candleMilliseconds: Int = 0,
        faults: [ExchangeFault] = [],
        seed: UInt64 = 1, start: MarketTime
    ) {
        self.token = token
        self.callsPerMinute = callsPerMinute
        self.callsPerSecond = callsPerSecond
        self.candleMilliseconds = candleMilliseconds
        self.faults = faults
        self.seed = seed
        self.start = start
    }
}

/// What the exchange remembers between two requests; everything in it is bounded.
package struct ExchangeState: Sendable {
    /// Faults at work, in the order they were added.
    package private(set) var faults: [ExchangeFault]
    /// Requests so far, refused ones among them.
    package internal(set) var requests: UInt64 = 0
    /// Requests by what was asked.
    package internal(set) var counts = RequestCounts()
    var minuteWindow: CallWindow
    var secondWindow: CallWindow
    var days: [SymbolName: TradingDay] = [:]

    /// The most faults held at once.
    package static let faultsMax = 64

    package init(_ options: ExchangeOptions) {
        faults = Array(options.faults.prefix(Self.faultsMax))
        minuteWindow = CallWindow(limit: options.callsPerMinute, seconds: 60)
        secondWindow = CallWindow(limit: options.callsPerSecond, seconds: 1)
    }

    /// Adds a fault; false where no more fit.
    package mutating func add(_ fault: ExchangeFault) -> Bool {
        guard faults.count < Self.faultsMax else { return false }
        faults.append(fault)
        return true
    }

    /// Ends every fault.
    package mutating func clearFaults() { faults = [] }
}

/// How often each thing was asked.
package struct RequestCounts: Hashable, Sendable {
    package var quote: UInt64 = 0
    package var candle: UInt64 = 0
    package var status: UInt64 = 0
    package var holiday: UInt64 = 0
    package var other: UInt64 = 0
    /// Answered with a status of 400 or above, or not at all.
    package var failed: UInt64 = 0
}

/// A count of calls that begins with the first call and starts anew when its span is over.
struct CallWindow: Hashable, Sendable {
    /// 0 for none.
    var limit: Int
    var seconds: Int64
    private var began: MarketTime?
    private var used = 0

    init(limit: Int, seconds: Int64) {
        self.limit = limit
        self.seconds = seconds
    }

    /// Counts a call; false where it is one too many, which is not counted.
    mutating func admit(_ now: MarketTime) -> Bool {
        guard limit > 0 else { return true }
        if let began, now < began + .seconds(seconds), now >= began {
            guard used < limit else { return false }
            used += 1
        } else {
            began = now
            used = 1
        }
        return true
    }

    var remaining: Int { max(0, limit - used) }

    /// The second at which the count starts anew, rounded up.
    func reset(_ now: MarketTime) -> Int64 {
        let end = (began ?? now) + .seconds(seconds)
        return (end + MarketSpan(microseconds: 999_999)).seconds
    }
}
