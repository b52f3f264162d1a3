import Pipeline

extension ExchangeAnswerer {
    private static let noData = ExchangeResponse(200, json: "{\"s\":\"no_data\"}")
    /// A month of intraday bars, two years of daily ones.
    private static let intradaySecondsMax: Int64 = 31 * 86_400
    private static let dailySecondsMax: Int64 = 732 * 86_400

    /// Bars that begin from `from` to `to`, both inclusive, and are over.
    func candles(_ request: ExchangeRequest, _ faults: FaultsAtWork, now: MarketTime) -> ExchangeResponse {
        let missing = ["symbol", "resolution", "from", "to"].filter { request[$0] == nil }
        guard missing.isEmpty, let text = request["symbol"] else {
            return .complaint(422, "Missing parameters: \(missing.joined(separator: ", "))")
        }
        guard let resolution = request["resolution"].flatMap(Resolution.init) else {
            return .complaint(422, "Wrong resolution.")
        }
        guard let from = request["from"].flatMap(Int64.init), let to = request["to"].flatMap(Int64.init),
            from.magnitude < 1 << 40, to.magnitude < 1 << 40
        else { return .complaint(422, "Wrong timestamp.") }
        guard from <= to, let symbol = SymbolName(text), symbols.contains(symbol) else { return Self.noData }
        guard to - from <= (resolution == .day ? Self.dailySecondsMax : Self.intradaySecondsMax) else {
            return .complaint(422, "At most one month of intraday candles per call.")
        }
        guard !faults.noData else { return Self.noData }
        let told = faults.foreign ? next(after: symbol) : symbol
        let beyond = faults.minutesBeyond * 60
        let bars = bars(told, from: from - beyond, to: to + beyond, resolution, now: now)
            .compactMap { faults.shown($0, of: symbol, now: now, seed: options.seed) }
        return bars.isEmpty ? Self.noData : ExchangeResponse(200, json: faults.spoilt(bars).json)
    }

    private func bars(
        _ symbol: SymbolName, from: Int64, to: Int64, _ resolution: Resolution, now: MarketTime
    ) -> [Bar] {
        // Whole bars only: the asked range is widened to the resolution's bounds at its end, and cut at its beginning.
        let first = Minute(seconds: from + 59)
        let last = Minute(seconds: to + resolution.seconds - 60).advanced(by: 1)
        let end = min(last, now.minute)
        guard first < end else { return [] }
        let calendar = TradingCalendar.named(market.calendar(of: symbol))
        return resolution.gathered(market.bars(symbol, first..<end), calendar)
            .filter { $0.minute.seconds >= from && $0.minute.seconds <= to }
            .filter { resolution == .minutes(1) || resolution.end(of: $0.minute, calendar) <= now }
    }

    /// The symbol whose data is given for another's.
    func next(after symbol: SymbolName) -> SymbolName {
        guard let place = market.symbols.firstIndex(of: symbol) else { return symbol }
        return market.symbols[(place + 1) % market.symbols.count]
    }
}

/// The width of a candle.
enum Resolution: Hashable, Sendable {
    case minutes(Int64)
    case day

    init?(_ text: String) {
        switch text {
        case "1", "5", "15", "30", "60": self = .minutes(Int64(text) ?? 1)
        case "D": self = .day
        default: return nil
        }
    }

    var seconds: Int64 {
        switch self {
        case .minutes(let count): count * 60
        case .day: 86_400
        }
    }

    /// The start of the candle that holds a minute: whole multiples of UTC, or the UTC day.
    private func start(of minute: Minute) -> Minute {
        Minute(seconds: minute.seconds.floorDivided(by: seconds) * seconds)
    }

    /// When a candle is over: by the clock, or with the session of its day.
    func end(of start: Minute, _ calendar: TradingCalendar) -> MarketTime {
        let end = MarketTime(seconds: start.seconds + seconds)
        guard self == .day else { return end }
        return calendar.sessions(overlapping: start..<end.minute).last?.minutes.upperBound.start ?? end
    }

    /// One-minute bars summed up into candles; of a day only the regular session counts.
    func gathered(_ bars: [Bar], _ calendar: TradingCalendar) -> [Bar] {
        guard self != .minutes(1) else { return bars }
        var result: [Bar] = []
        for bar in bars where self != .day || calendar.session(containing: bar.minute) != nil {
            let start = start(of: bar.minute)
            guard var candle = result.last, candle.minute == start else {
                var candle = bar
                candle.minute = start
                result.append(candle)
                continue
            }
            candle.high = max(candle.high, bar.high)
            candle.low = min(candle.low, bar.low)
            candle.close = bar.close
            candle.volume += bar.volume
            result[result.count - 1] = candle
        }
        return result
    }
}
