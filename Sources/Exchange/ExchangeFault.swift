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
        /// `malformed`: JSON with a comma too many, which is no JSON.
        case malformed
        /// `unequal`: candles with one close fewer than times.
        case unequal
        /// `duplicates`: every bar stands twice in a candle answer.
        case duplicates
        /// `conflicts`: every bar stands twice, the second time with another close.
        case conflicts
        /// `unsorted`: candles from the newest to the oldest.
        case unsorted
        /// `shifted:MINUTES`: candles stamped so many minutes later than they are; fewer than 0: earlier.
        case shifted(minutes: Int)
        /// `outside`: candles of ten minutes more on either side than was asked for.
        case outside
        /// `absurd:WHAT`: values that no market has, in bars that begin within the window and in quotes.
        case absurd(Absurdity)
        /// `foreign`: the next symbol's data under this one's name.
        case foreign
        /// `oversized`: a body of nine megabytes more.
        case oversized
        /// `endless`: a body that does not end.
        case endless
        /// `gzip:HOW`: a compressed body that cannot be read, or only half of it.
        case compression(BrokenCompression)
        /// `headers:WHICH`: header fields that a client must survive.
        case headers(HostileHeaders)
        /// `escapes`: terminal escape sequences in every text, of bodies and of headers.
        case escapes
    }

    /// What is absurd of a value.
    package enum Absurdity: String, Hashable, Sendable, CaseIterable {
        /// Prices below 0.
        case negative
        /// Prices of 0.
        case zero
        /// Prices that are no numbers.
        case nan
        /// Prices of 1e308.
        case huge
        /// A high below its low; of quotes a day's high below its low.
        case inverted
    }

    /// What is wrong with a compressed body.
    package enum BrokenCompression: String, Hashable, Sendable, CaseIterable {
        /// Bytes that are no gzip.
        case garbage
        /// Half of a gzip, as if it were all.
        case cut
    }

    /// What is hostile in header fields.
    package enum HostileHeaders: String, Hashable, Sendable, CaseIterable {
        /// One field of 90,000 bytes.
        case huge
        /// Four hundred fields.
        case many
        /// Control bytes and escape sequences.
        case control
        /// Negative, endless and impossible rate limits, and a `Retry-After` that is no time.
        case limits
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
        return unit(seededHash(word, textHash(spelling))) < rate
    }

    private var aboutData: Bool {
        switch kind {
        case .noData, .hole, .revised, .adjusted, .zeros, .stale, .absurd: true
        case .outage, .cut, .slow, .hang, .serverError, .tooMany, .badKey, .candlesForbidden, .html, .redirect,
            .truncated, .malformed, .unequal, .duplicates, .conflicts, .unsorted, .shifted, .outside, .foreign,
            .oversized, .endless, .compression, .headers, .escapes:
            false
        }
    }

    /// Whether its window names the bars it strikes, not the requests.
    var isAboutBars: Bool {
        switch kind {
        case .hole, .revised, .absurd: true
        case .outage, .cut, .slow, .hang, .serverError, .tooMany, .badKey, .candlesForbidden, .noData, .adjusted,
            .zeros, .stale, .html, .redirect, .truncated, .malformed, .unequal, .duplicates, .conflicts, .unsorted,
            .shifted, .outside, .foreign, .oversized, .endless, .compression, .headers, .escapes:
            false
        }
    }
}
