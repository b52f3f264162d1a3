import Engine
import Pipeline
import Testing

/// The faults of the original that must not come back, a test each. D7 stands in RuntimeTests, D10 with the auditor's.
struct RegressionTests {
    private static let symbol = RootScripts.pairs[0]
    private static let slot = RootScripts.start.minute

    private static func world(
        _ script: @escaping RootWorld.Script, minutes: Int64, flaws: [CaptureFlaw] = []
    ) -> RootWorld {
        var world = RootWorld(RootScripts.settings(flaws: flaws), at: RootScripts.start, script: script)
        world.start()
        world.run(until: RootScripts.start + .minutes(minutes))
        return world
    }

    private static func reply(_ text: String, _ status: Int = 200) -> RootWorld.Reply {
        .reply(HTTPReply(status: status, headers: [], body: Array(text.utf8)), after: RootScripts.latency)
    }

    @Test func d1AQuoteBelongsToItsScheduledSlotAndItsOwnTimeNeverMovesIt() {
        // One symbol's clock runs minutes behind: its quotes fill no other slot, and its own stay open.
        let world = Self.world(
            { call, now in
                guard case .quote(Self.symbol, _) = call.question, now < RootScripts.start + .minutes(4) else {
                    return RootScripts.well(call, now)
                }
                return Self.reply("{\"c\":50,\"t\":\(now.seconds - 600)}")
            }, minutes: 4)
        for offset in -12..<4 { #expect(world.bar(Self.symbol, Self.slot.advanced(by: offset)) == nil) }
        let records = world.streams.values.flatMap { $0 }
        #expect(
            records.contains { if case .answer(let one) = $0 { one.question.symbol == Self.symbol } else { false } })
    }

    @Test func d2TheDaysOpenHighAndLowNeverEnterABar() throws {
        let world = Self.world(RootScripts.well, minutes: 3)
        let bar = try #require(world.bar(Self.symbol, Self.slot))
        #expect(bar.sampled && bar.open == nil && bar.high == nil && bar.low == nil && bar.volume == nil)
    }

    @Test func d3ASlotThatWasGivenUpIsAskedAgainAndHeals() {
        // Candles know nothing for hours, and then do.
        let back = RootScripts.start + .minutes(150)
        let world = Self.world(
            { call, now in
                if case .candles = call.question, now < back { return Self.reply("{\"s\":\"no_data\"}") }
                return RootScripts.well(call, now)
            }, minutes: 400, flaws: [CaptureFlaw(kind: .burst(from: 5, minutes: 6))])
        #expect(world.raised.contains("slots/no-data"), "it was given up, and said")
        let counts = world.counts()
        #expect(counts.unrepairable == 0 && counts.missing == 0 && counts.healed >= 18, "\(counts)")
        #expect(world.status().alarms.contains { $0.key == "slots/no-data" && $0.cleared != nil })
    }

    @Test func d4AnErrorBodyNeverEndsAnAuditInSilence() {
        let bodies = [
            "{\"error\":\"limit\"}", "<html>busy</html>", "", "null", "{\"s\":\"ok\"}",
            "{\"s\":\"ok\",\"t\":[1],\"c\":[]}", "[",
        ]
        for body in bodies {
            let world = Self.world(
                { call, now in
                    if case .candles = call.question { return Self.reply(body) }
                    return RootScripts.well(call, now)
                }, minutes: 30, flaws: [CaptureFlaw(kind: .burst(from: 5, minutes: 1))])
            let ends = world.journal.filter { $0.subject.hasPrefix("execution/") && $0.closes }.map(\.event)
            #expect(!ends.isEmpty && !ends.contains("healed"), "\(body): \(ends)")
            let said = world.raised.contains { $0.hasPrefix("slots/") || $0.hasPrefix("source/") }
            #expect(said || world.counts().missing > 0, "\(body): it is shown or said")
            if ends.contains("failed") { #expect(said, "\(body): a failure is an alarm") }
        }
    }

    @Test func d5OnlyWhatTheCalendarExpectsIsAskedFor() {
        var world = RootWorld(RootScripts.shares(), at: RootScripts.start, script: RootScripts.well)
        world.start()
        world.run(until: RootScripts.start + .minutes(2_880))
        let calendar = TradingCalendar.named(.xnys)
        let live = world.calls.filter { $0.call.purpose == .live }
        #expect(live.count == 2 * 390 * 2, "two symbols, two sessions")
        for call in live { #expect(calendar.isOpen(call.call.question.minutes.lowerBound)) }
        for call in world.calls where call.call.purpose == .repair {
            #expect(calendar.isOpen(call.call.question.minutes.lowerBound))
        }
    }

    @Test func d6AMinuteWithoutATradeIsQuietAndNotMissing() {
        // Minute 20 of every hour never trades: quotes are old, candles leave it out.
        func quiet(_ minute: Minute) -> Bool { minute.offset == 20 }
        let world = Self.world(
            { call, now in
                switch call.question {
                case .quote(Self.symbol, let slot) where quiet(slot):
                    return Self.reply("{\"c\":50,\"t\":\(slot.seconds - 30)}")
                case .candles(Self.symbol, let minutes, _):
                    let bars = minutes.filter { $0.end <= now && !quiet($0) }.map { minute in
                        let close = RootScripts.price(Self.symbol, minute)
                        return Bar(minute: minute, open: close, high: close, low: close, close: close, volume: 1)
                    }
                    return .reply(
                        HTTPReply(
                            status: 200, headers: [],
                            body: bars.isEmpty ? Array("{\"s\":\"no_data\"}".utf8) : TransformWorld.body(bars)),
                        after: RootScripts.latency)
                default: return RootScripts.well(call, now)
                }
            }, minutes: 150)
        let counts = world.counts()
        #expect(counts.missing == 0 && counts.unrepairable == 0 && counts.quiet >= 1, "\(counts)")
        #expect(world.raised.isEmpty)
        #expect(world.bar(Self.symbol, Self.slot.advanced(by: 20)) == nil, "no price is carried forward")
    }

    @Test func d8NothingUnknownIsCalledWell() {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: { _, _ in .never })
        #expect(!world.machine.isHealed(world.coverage, at: world.now), "not before the stores were read")
        world.start()
        world.run(until: RootScripts.start + .minutes(30))
        let counts = world.counts()
        #expect(counts.present == 0 && counts.missing > 0 && counts.coverage == 0)
        #expect(!world.machine.isHealed(world.coverage, at: world.now) && world.status().source.candles == .unknown)
    }

    @Test func d9LandingIsAPositionAndNoTimeReplacesIt() {
        // Raw objects of repairs never reach the lake: the execution waits, however long.
        var world = RootWorld(
            RootScripts.settings(flaws: [CaptureFlaw(kind: .burst(from: 5, minutes: 1))]), at: RootScripts.start,
            script: RootScripts.well)
        world.failing = { action in
            guard case .putObject(let batch) = action, batch.stream == "repairs" else { return nil }
            return EngineError(.conflict, "the key exists with other bytes")
        }
        world.start()
        world.run(until: RootScripts.start + .minutes(240))
        let events = world.journal.filter { $0.subject.hasPrefix("execution/") && $0.event == "rechecking" }
        #expect(events.isEmpty && world.status().executions.contains { $0.state == .landing })
        #expect(world.raised.contains("store/lake/repairs-0"))
    }

    @Test func d11EveryRangeIsHalfOpen() {
        let world = Self.world(
            RootScripts.well, minutes: 130, flaws: [CaptureFlaw(kind: .dropOne, control: Self.symbol)])
        for (at, call) in world.calls {
            guard case .candles(let symbol, let minutes, let wanted) = call.question else { continue }
            #expect(!minutes.isEmpty && minutes.upperBound.start <= at)
            for (run, next) in zip(wanted, wanted.dropFirst()) { #expect(run.upperBound < next.lowerBound) }
            for run in wanted { #expect(!run.isEmpty && run.clamped(to: minutes) == run) }
            let target = SourceWire.target(call.question)
            #expect(
                target.contains("from=\(minutes.lowerBound.seconds)&to=\(minutes.upperBound.seconds - 1)"), "\(symbol)")
        }
        // Hours meet without a slot shared or left out.
        let first = Self.slot.hour
        let range = first.firstMinute..<first.firstMinute.advanced(by: 600)
        #expect(range.hours.reduce(0) { $0 + maskOf(range, within: $1).nonzeroBitCount } == 600)
    }

    @Test func d12TheSameAnswerTwiceChangesNothing() {
        let answer = TransformWorld.candles(
            0..<5, wanted: [0..<5], bars: TransformWorld.bars(0..<5), received: TransformWorld.at(9))
        let first = Curation.curate(
            [answer], object: "a", ordinal: 1, held: Curation.Held(), universe: TransformWorld.universe)
        let held = Curation.Held(bars: first.change.bars, masks: first.change.masks, notes: first.change.notes)
        let second = Curation.curate([answer], object: "b", ordinal: 2, held: held, universe: TransformWorld.universe)
        #expect(first.change.bars.count == 5 && second.change.bars.isEmpty && second.change.revisions.isEmpty)
        #expect(second.change.masks.isEmpty && second.summary.bars == 0)
    }

    @Test func d12NoQuestionCarriesAKey() {
        let questions: [SourceQuestion] = [
            .quote(Self.symbol, slot: Self.slot),
            .candles(Self.symbol, minutes: Self.slot..<Self.slot.advanced(by: 9), wanted: []),
        ]
        for question in questions {
            let target = SourceWire.target(question).lowercased()
            for word in ["token", "key", "secret", "auth"] { #expect(!target.contains(word)) }
        }
        let world = Self.world({ _, _ in RootScripts.refusal(401) }, minutes: 10)
        for line in world.status().log { #expect(!line.text.lowercased().contains("token")) }
    }
}
