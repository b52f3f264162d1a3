import Engine
import Exchange
package import Pipeline

extension Scenario {
    private static let dates = [(2019, 2, 11), (2019, 7, 9), (2018, 12, 24), (2019, 3, 11), (2019, 11, 1)]
    private static let names = ["AAPL", "KO", "MSFT", "NVDA", "SPY", "PPLT", "UGA", "BINANCE:BTCUSDT"]
    private static let cancelled: [AuditState] = [
        .checking, .repairing, .landing, .backingOff, .resynthesizing, .confirming,
    ]

    /// Everything a seed decides about a run. `long` goes on past midnight, so that the 24x7 symbol is settled too.
    package init(seed: UInt64, long: Bool = false, capture: PipelineSettings.Capture? = nil) {
        var chance = SeededChance(seed: seed, salt: "scenario")
        let (year, month, day) = long ? (2019, 2, 11) : chance.pick(Self.dates)
        let date = CivilDate(year: year, month: month, day: day)
        guard case .session(let session) = TradingCalendar.named(.xnys).session(on: date) else {
            preconditionFailure("the dates of the simulation are trading days")
        }
        let close = session.minutes.upperBound
        let first = close.advanced(by: -chance.within(60...75))
        universe = Self.universe(from: first, &chance)
        self.seed = seed
        self.session = session.minutes
        begin = first.start + .seconds(Int64(chance.within(-120...90)))
        quietFrom = close.start + .seconds(Int64(chance.within(-480...1_200)))
        end = Self.end(quietFrom: quietFrom, close: close)
        if long { end = CivilDate(dayNumber: date.dayNumber + 1).startUTC + .minutes(85) }
        self.capture = capture ?? (seed / 17 % 2 == 0 ? .quotes : .candles)
        callsPerMinute = chance.pick([24, 60, 60, 60])
        jitter = chance.happens(0.3) ? .full : .none
        chooseFlaws(&chance)
        chooseExchangeFaults(&chance)
        chooseStoreFaults(&chance)
        chooseEnds(&chance)
        chooseIncidents(&chance)
        chooseFurther()
        chooseRetention()
        chooseOrders()
    }

    /// Spans so short that much is let go of while it is still talked about.
    private mutating func chooseRetention() {
        var chance = SeededChance(seed: seed, salt: "retention")
        streamRetention = .minutes(Int64(chance.within(4...60)))
        if chance.happens(0.1) { rawRetention = .minutes(Int64(chance.within(6...70))) }
    }

    private static func universe(from first: Minute, _ chance: inout SeededChance) -> Universe {
        Universe(
            names.compactMap { SymbolName($0) }.map { symbol in
                let born = chance.happens(0.2) ? first.advanced(by: chance.below(20)) : first
                return UniverseMember(
                    symbol: symbol, calendar: CalendarName.usual(for: symbol),
                    lifetime: born..<first.advanced(by: 5_000_000))
            })
    }

    /// Two hourly audits after the faults, with the settling of the session between, and time for what they find.
    private static func end(quietFrom: MarketTime, close: Minute) -> MarketTime {
        let audit = (quietFrom - .minutes(5)).hour.advanced(by: 2).start + .minutes(5)
        return max(audit, close.start + .minutes(65)) + .minutes(20)
    }

    /// A moment at which something may still go wrong.
    private func moment(_ chance: inout SeededChance) -> MarketTime {
        chance.moment(begin + .minutes(2), quietFrom - .minutes(1))
    }

    private mutating func chooseFlaws(_ chance: inout SeededChance) {
        let control = SymbolName("AAPL")
        let place = session.lowerBound.distance(to: begin.minute)
        switch chance.below(5) {
        case 0: break
        case 1: flaws = [CaptureFlaw(kind: .dropRandom, rate: 0.06, seed: seed, control: control)]
        case 2:
            flaws = [
                CaptureFlaw(
                    kind: .burst(from: place + chance.within(5...50), minutes: chance.within(2...15)), seed: seed)
            ]
        default: flaws = [CaptureFlaw(kind: .dropOne, seed: seed, control: control)]
        }
    }

    private mutating func chooseExchangeFaults(_ chance: inout SeededChance) {
        let words = Self.wayward
        var chosen = [words[Int(seed % UInt64(words.count))]]
        for _ in 0..<chance.within(1...4) { chosen.append(chance.pick(words)) }
        exchangeFaults = chosen.map { fault($0, &chance) }
    }

    private func fault(_ word: FaultWord, _ chance: inout SeededChance) -> ExchangeFault {
        var from = moment(&chance)
        // Prices of another scale or symbol that come before any other are the witnesses from then on, and what is true
        // is quarantined under an alarm until a person decides: nothing in the data tells which of the two is meant.
        if word == .adjusted || word == .foreign { from = max(from, begin + .minutes(45)) }
        let span = min(quietFrom - from, .seconds(Int64(chance.within(45...600))))
        let name = chance.pick(universe.members).symbol
        var symbol = chance.happens(0.3) ? name : nil
        var rate = chance.happens(0.3) ? 0.5 : 1
        let kind: ExchangeFault.Kind
        switch word {
        case .outage: kind = .outage
        case .cut: kind = .cut
        case .slow: kind = .slow(milliseconds: chance.pick([300, 1_500, 2_900, 4_000]))
        case .hang: kind = .hang
        case .serverError: kind = .serverError(chance.pick([500, 502, 503, 504, 522]))
        case .tooMany: kind = .tooMany
        case .badKey: (kind, symbol, rate) = (.badKey, nil, 1)
        case .candlesForbidden: (kind, symbol, rate) = (.candlesForbidden, nil, 1)
        case .noData: kind = .noData
        // A bar hidden for longer than two witnesses lie apart is beyond anybody's knowledge.
        case .hole: kind = .hole(minutes: chance.within(3...12))
        case .revised: kind = .revised(minutes: chance.within(3...12))
        case .adjusted: (kind, rate) = (.adjusted, 1)
        case .zeros: kind = .zeros
        case .stale: (kind, rate) = (.stale(minutes: chance.within(1...20)), 1)
        case .html: kind = .html
        case .redirect: kind = .redirect
        case .truncated: kind = .truncated
        case .malformed, .unequal, .duplicates, .conflicts, .unsorted, .shifted, .outside, .absurd, .foreign,
            .oversized,
            .endless, .compression, .headers, .escapes:
            kind = chance.pick(word.kinds)
        }
        // Longer than the witnesses reach nobody can tell another symbol's data from this one's.
        let reach = word == .foreign ? min(span, .minutes(3)) : span
        return ExchangeFault(kind, window: .once(from: from, span: reach), symbol: symbol, rate: rate)
    }

    /// Faults of the way and of the source as a whole.
    private static let wayward: [FaultWord] = [
        .outage, .cut, .slow, .hang, .serverError, .tooMany, .badKey, .candlesForbidden, .noData, .hole, .revised,
        .adjusted, .zeros, .stale, .html, .redirect, .truncated,
    ]
    /// Faults of what an answer says.
    private static let untrue = FaultWord.allCases.filter { !wayward.contains($0) }

    /// Of chances of their own, so that what a seed chose before these were there stays chosen.
    private mutating func chooseFurther() {
        var chance = SeededChance(seed: seed, salt: "answers")
        var chosen = [Self.untrue[Int(seed % UInt64(Self.untrue.count))]]
        for _ in 0..<chance.below(3) { chosen.append(chance.pick(Self.untrue)) }
        exchangeFaults += chosen.map { fault($0, &chance) }
        let place = session.lowerBound.distance(to: begin.minute)
        if chance.happens(0.25) { flaws.append(CaptureFlaw(kind: .duplicate, rate: 0.1, seed: seed)) }
        if chance.happens(0.25) { flaws.append(CaptureFlaw(kind: .late, rate: 0.08, seed: seed)) }
        if chance.happens(0.25) { flaws.append(CaptureFlaw(kind: .corrupt, rate: 0.08, seed: seed)) }
        if chance.happens(0.2) {
            flaws.append(
                CaptureFlaw(
                    kind: .stall(from: place + chance.within(5...50), minutes: chance.within(2...10)), seed: seed))
        }
    }

    private mutating func chooseStoreFaults(_ chance: inout SeededChance) {
        for _ in 0..<chance.below(3) {
            let from = moment(&chance)
            storeFaults.append(
                StoreFault(
                    store: chance.pick(EngineCall.Store.allCases.filter { $0 != .queue }),
                    kind: chance.pick([.unavailable, .full, .locked, .readOnly]), from: from,
                    to: min(quietFrom, from + .seconds(Int64(chance.within(5...240)))),
                    share: chance.pick([1, 0.5, 0.1]), after: chance.happens(0.3)))
        }
    }

    /// Lets processes end at these places and nowhere else, one after another.
    package mutating func end(at points: [CrashPoint]) {
        ends = points.enumerated().map { place, point in
            PlannedEnd(cause: .crash(point), at: begin + .minutes(Int64(12 + 9 * place)), away: .seconds(1))
        }
    }

    private mutating func chooseEnds(_ chance: inout SeededChance) {
        let points = CrashPoint.ofTheData
        for place in 0..<chance.within(1...4) {
            // Shifted every ten seeds, so that each point is met at every place of a run.
            let next = points[Int((seed &* 4 &+ seed / 10 &+ UInt64(place)) % UInt64(points.count))]
            let cause: PlannedEnd.Cause = chance.pick([.crash(next), .crash(next), .crash(next), .kill, .stop])
            ends.append(
                PlannedEnd(
                    cause: cause, at: moment(&chance),
                    away: .seconds(Int64(chance.pick([0, 1, 15, 60, chance.within(60...900)])))))
        }
        ends.sort { $0.at < $1.at }
    }

    /// Orders, and ends of processes about them; of chances of their own too.
    private mutating func chooseOrders() {
        var chance = SeededChance(seed: seed, salt: "orders")
        for _ in 0..<chance.within(1...4) {
            let at = moment(&chance)
            orders.append(at)
            if chance.happens(0.3) { orders.append(at + .milliseconds(Int64(chance.within(1...90)))) }
        }
        if chance.happens(0.15) { poisonAt = moment(&chance) }
        let points = CrashPoint.ofTheQueue
        for place in 0..<chance.below(3) {
            let point = points[Int((seed &* 2 &+ seed / 10 &+ UInt64(place)) % UInt64(points.count))]
            ends.append(
                PlannedEnd(
                    cause: .crash(point), at: moment(&chance), away: .seconds(Int64(chance.pick([0, 1, 20])))))
        }
        ends.sort { $0.at < $1.at }
        guard chance.happens(0.2) else { return }
        let from = moment(&chance)
        storeFaults.append(
            StoreFault(
                store: .queue, kind: chance.pick([.unavailable, .full, .locked, .readOnly]), from: from,
                to: min(quietFrom, from + .seconds(Int64(chance.within(5...240)))), share: chance.pick([1, 0.5]),
                after: chance.happens(0.4)))
    }

    private mutating func chooseIncidents(_ chance: inout SeededChance) {
        for _ in 0..<chance.below(4) { orders.append(moment(&chance)) }
        if chance.happens(0.7) { cancelIn = Self.cancelled[Int(seed % UInt64(Self.cancelled.count))] }
        if chance.happens(0.3) {
            derangements = chance.within(1...2)
            derangeFrom = begin + .minutes(5)
        }
        if chance.happens(0.2) { damageFrom = moment(&chance) }
        if chance.happens(0.2) {
            sleepAt = moment(&chance)
            sleep = .seconds(Int64(chance.within(30...900)))
        }
    }
}
