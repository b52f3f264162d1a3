import Engine
import Pipeline
import Testing

/// Asking once more for what was settled long ago.
struct ReaskTests {
    private static let start = RootScripts.start

    private static func universe(_ count: Int, days: Int64, _ random: inout TransformSeed) -> Universe {
        Universe(
            (0..<count).map { number in
                let from = start.minute.advanced(by: -Int(days) * 1_440 + random.below(3) * 1_440)
                return UniverseMember(
                    symbol: SymbolName("S\(number)")!, calendar: random.chance(50) ? .xnys : .alwaysOpen,
                    lifetime: from..<(random.chance(80) ? Minute(60_000_000) : from.advanced(by: 20_000)))
            })
    }

    /// Within one period every old session of every symbol has its turn, once, and no turn has more calls than allowed.
    @Test func everyOldSessionHasOneTurnAPeriodAndNoTurnHasTooMany() {
        for seed in UInt64(1)...12 {
            var random = TransformSeed(seed)
            let budget = [1, 7, 60, 300][random.below(4)]
            let count = 1 + random.below(budget == 1 ? 9 : 40)
            let days = Int64(1 + random.below(budget == 1 ? 90 : 300))
            let universe = Self.universe(count, days: days, &random)
            let now = Self.start
            let bound = ReaskSchedule.callsMax(callsPerMinute: budget)
            let end = (now - .minutes(1_440)).minute
            let first = universe.members.map(\.lifetime.lowerBound).min() ?? end
            let spanned = end.index.floorDivided(by: 1_440) - first.index.floorDivided(by: 1_440) + 1
            let period = ReaskSchedule.period(days: spanned, members: count, callsPerMinute: budget)
            var turns: [SlotSelection: Int] = [:]
            for turn in 0..<period {
                let asked = ReaskSchedule.sessions(
                    turn: turn + 400_000, in: universe, callsPerMinute: budget, at: now)
                #expect(asked.count <= bound, "seed \(seed)")
                for selection in asked { turns[selection, default: 0] += 1 }
            }
            var expected = 0
            for member in universe.members {
                let life = member.lifetime.clamped(
                    to: member.lifetime.lowerBound..<max(member.lifetime.lowerBound, end))
                for session in TradingCalendar.named(member.calendar).sessions(overlapping: life)
                where session.minutes.upperBound <= end {
                    expected += 1
                    let minutes = session.minutes.clamped(to: member.lifetime)
                    #expect(
                        turns[SlotSelection(symbols: [member.symbol], minutes: minutes)] == 1, "seed \(seed) \(minutes)"
                    )
                }
            }
            #expect(turns.count == expected)
            #expect(period >= ReaskSchedule.hoursMin)
        }
    }

    /// Three pairs of which one trades now and then; the source has no candle of `hidden` before `filled`.
    private static func world(
        hidden: Range<Minute>, filled: MarketTime, refusedFrom: MarketTime = .distantFuture
    ) -> RootWorld {
        let quiet = RootScripts.pairs[0]
        return RootWorld(RootScripts.settings(), at: start) { call, now in
            guard case .candles(let symbol, let minutes, _) = call.question else {
                guard case .quote(quiet, let slot) = call.question, hidden.contains(slot) else {
                    return RootScripts.well(call, now)
                }
                return .failure(.timedOut, after: RootScripts.latency)
            }
            if now >= refusedFrom { return RootScripts.refusal(403) }
            guard symbol == quiet, now < filled else { return RootScripts.well(call, now) }
            let bars = minutes.filter { $0.end <= now && !hidden.contains($0) }.map { minute in
                let close = RootScripts.price(symbol, minute)
                return Bar(minute: minute, open: close, high: close + 1, low: close - 1, close: close, volume: 5)
            }
            let body = bars.isEmpty ? Array("{\"s\":\"no_data\"}".utf8) : TransformWorld.body(bars)
            return .reply(HTTPReply(status: 200, headers: [], body: body), after: RootScripts.latency)
        }
    }

    @Test func aQuietSlotThatTurnsOutToHaveABarIsHealedAndItsRowsAreBuiltAgain() throws {
        let hidden = Self.start.minute.advanced(by: 100)..<Self.start.minute.advanced(by: 103)
        var world = Self.world(hidden: hidden, filled: Self.start + .minutes(3 * 1_440))
        world.start()
        world.run(until: Self.start + .minutes(3 * 1_440))
        let symbol = RootScripts.pairs[0]
        #expect(world.coverage[symbol, hidden.lowerBound.hour].quiet.nonzeroBitCount == 3, "proved quiet, wrongly")
        world.run(until: Self.start + .minutes(10 * 1_440))
        for minute in hidden { #expect(world.bar(symbol, minute)?.provenance.purpose == "repair") }
        let masks = world.coverage[symbol, hidden.lowerBound.hour]
        #expect(masks.quiet == 0 && masks.healed.nonzeroBitCount == 3)
        let execution = try #require(
            world.journal.filter(\.closes).compactMap(AuditJournal.execution).last {
                $0.reasks == true && $0.units.contains { $0.slotCount == 3 }
            })
        #expect(execution.state == .healed && execution.derivedCount > 0 && execution.gapsFound == 0)
        #expect(world.raised.isEmpty && world.spins == 0)
    }

    @Test func anHourNeverTakesMoreThanATenthOfItsBudgetAndAnAnswerWithNothingCostsOneCall() throws {
        let hidden = Self.start.minute.advanced(by: 100)..<Self.start.minute.advanced(by: 103)
        var world = Self.world(hidden: hidden, filled: .distantFuture)
        world.start()
        world.run(until: Self.start + .minutes(9 * 1_440))
        let ends = world.journal.filter(\.closes).compactMap(AuditJournal.execution).filter { $0.reasks == true }
        #expect((1...2).contains(ends.count), "one session with something old, once a week: \(ends.count)")
        #expect(ends.allSatisfy { $0.calls == 1 && $0.state == .healed && $0.derivedCount == 0 })
        let asked = world.calls.filter { call in ends.contains { $0.id == call.call.execution } }
        for one in asked {
            let within = asked.filter { $0.at >= one.at && $0.at < one.at + .minutes(60) }
            #expect(within.count <= world.settings.callsPerMinute * 60 / 10)
        }
        #expect(world.counts().quiet == 3 && world.counts().missing == 0)
    }

    @Test func nothingIsAskedWhereCandlesAreRefused() {
        let hidden = Self.start.minute.advanced(by: 100)..<Self.start.minute.advanced(by: 103)
        var world = Self.world(
            hidden: hidden, filled: .distantFuture, refusedFrom: Self.start + .minutes(2 * 1_440))
        world.start()
        world.run(until: Self.start + .minutes(12 * 1_440))
        let ends = world.journal.compactMap(AuditJournal.execution).filter { $0.reasks == true }
        #expect(ends.allSatisfy { $0.began < (Self.start + .minutes(2 * 1_440 + 60)).microseconds })
        #expect(world.counts().quiet == 3)
    }

    /// A quote tells of every minute since its last trade: so a slot may be proved quiet by quotes alone.
    @Test func aLaterQuoteIsTheSecondWitnessWhereCandlesAreRefused() {
        let quiet = RootScripts.pairs[0]
        let silent = Self.start.minute.advanced(by: 30)..<Self.start.minute.advanced(by: 60)
        var world = RootWorld(RootScripts.settings(), at: Self.start) { call, now in
            if case .candles = call.question { return RootScripts.refusal(403) }
            guard case .quote(quiet, let slot) = call.question, silent.contains(slot) else {
                return RootScripts.well(call, now)
            }
            return RootScripts.well(call, silent.lowerBound.advanced(by: -1).start)
        }
        world.start()
        world.run(until: Self.start + .minutes(90))
        let verdicts = world.coverage.verdicts(
            world.settings.universe.members[0], silent.lowerBound.hour, in: world.settings.universe, now: world.now)
        #expect(verdicts.quiet.nonzeroBitCount >= 14, "\(verdicts.quiet.nonzeroBitCount)")
        #expect(verdicts.missing == 0 && verdicts.unrepairable == 0)
        for minute in silent { #expect(world.bar(quiet, minute) == nil) }
    }
}
