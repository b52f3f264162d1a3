package import Pipeline

/// One way the exchange goes wrong, when, for which symbol and how often. As text: `NAME[:arg][@FROM+DURATION][/SYMBOL][%RATE]`.
package struct ExchangeFault: Hashable, Sendable {
    /// What goes wrong.
    package enum Kind: Hashable, Sendable {
        /// `outage`: the connection is closed without an answer.
        case outage
        /// `cut`: the connection breaks in the middle of the body.
        case cut
        /// `slow:MS`: the answer comes after so many real milliseconds.
        case slow(milliseconds: Int)
        /// `hang`: the connection stays open and nothing comes.
        case hang
        /// `500`, `502`, `503`, `504`, `522`: the source fails, in HTML.
        case serverError(Int)
        /// `429`: calls are refused as too many.
        case tooMany
        /// `401`: the key is refused.
        case badKey
        /// `403`, `candles403`: candles are not in the plan.
        case candlesForbidden
        /// `nodata`: candles claim that there is no data; when the fault is over they are there.
        case noData
        /// `hole:MINUTES`: bars that begin within the window are left out of candles until so many minutes after their end.
        case hole(minutes: Int)
        /// `revised:MINUTES`: bars that begin within the window have another close and volume until so many minutes after
        /// their end.
        case revised(minutes: Int)
        /// `adjusted`: candles as after a split, two for one.
        case adjusted
        /// `zeros`: quotes of zeros.
        case zeros
        /// `stale:MINUTES`: quotes are those of so many minutes ago.
        case stale(minutes: Int)
        /// `html`: a page of HTML with status 200.
        case html
        /// `redirect`: 302 to a page of HTML.
        case redirect
        /// `truncated`: half of the JSON as if it were all.
        case truncated
    }

    /// When it is at work.
    package enum Window: Hashable, Sendable {
        case always
        /// From a local time of the exchange, in minutes after its midnight, each day.
        case daily(fromMinute: Int, span: MarketSpan)
        /// Once, from a moment.
        case once(from: MarketTime, span: MarketSpan)
        /// Once, from so many minutes after the start of the exchange.
        case afterStart(minutes: Int, span: MarketSpan)
    }

    package var kind: Kind
    package var window: Window
    /// Only requests about this symbol; nil for all.
    package var symbol: SymbolName?
    /// The share of requests hit, above 0 to 1.
    package var rate: Double

    package init(_ kind: Kind, window: Window = .always, symbol: SymbolName? = nil, rate: Double = 1) {
        self.kind = kind
        self.window = window
        self.symbol = symbol
        self.rate = rate
    }

    /// Whether the window holds a moment.
    package func isActive(at now: MarketTime, start: MarketTime) -> Bool {
        switch window {
        case .always: return true
        case .once(let from, let span): return now >= from && now < from + span
        case .afterStart(let minutes, let span):
            let from = start + .minutes(Int64(minutes))
            return now >= from && now < from + span
        case .daily(let fromMinute, let span):
            let local =
                now.seconds + Int64(TradingCalendar.named(.xnys).utcOffsetSeconds(at: now)) - Int64(fromMinute) * 60
            return local - local.floorDivided(by: 86_400) * 86_400 < span.seconds
        }
    }

    /// Whether chance lets it strike, by what would always be asked alike: the same question in the same minute for
    /// faults of data, the count of requests for the others.
    func strikes(seed: UInt64, request: UInt64, symbol: SymbolName?, minute: Minute) -> Bool {
        guard rate < 1 else { return true }
        let word =
            aboutData
            ? seededHash(textHash(symbol?.text ?? ""), UInt64(bitPattern: minute.index), seed)
            : seededHash(seed, request)
        return unit(seededHash(word, textHash(name))) < rate
    }

    private var aboutData: Bool {
        switch kind {
        case .noData, .hole, .revised, .adjusted, .zeros, .stale: true
        case .outage, .cut, .slow, .hang, .serverError, .tooMany, .badKey, .candlesForbidden, .html, .redirect,
            .truncated:
            false
        }
    }
}
