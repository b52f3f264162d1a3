import Engine
import Pipeline
import Testing

/// What the root looks after besides the way of the data: refusals that may end, feeds that stand still, orders without
/// number, deliveries a crash left open.
struct RootUpkeepTests {
    @Test func captureByCandlesStopsAskingWhereCandlesAreRefusedAndAsksOnceAnHour() {
        var settings = RootScripts.settings()
        settings.capture = .candles
        var world = RootWorld(settings, at: RootScripts.start) { _, _ in RootScripts.refusal(403) }
        world.start()
        world.run(until: RootScripts.start + .minutes(600))
        #expect(world.calls.count <= 3 + 16 + 10, "\(world.calls.count)")
        #expect(world.raised.filter { $0 == "source/scripted/candles" }.count == 1)
        #expect(world.counts().unrepairable > 1_000)
    }

    @Test func candlesGrantedLaterHealWhatWasRefused() {
        let granted = RootScripts.start + .minutes(130)
        var world = RootWorld(
            RootScripts.settings(flaws: [CaptureFlaw(kind: .dropRandom, rate: 0.2)]), at: RootScripts.start
        ) { call, now in
            if case .candles = call.question, now < granted { return RootScripts.refusal(403) }
            return RootScripts.well(call, now)
        }
        world.start()
        world.run(until: granted)
        #expect(world.counts().unrepairable > 20)
        world.run(until: granted + .minutes(120))
        #expect(world.counts().unrepairable == 0)
        #expect(world.status().alarms.allSatisfy { $0.cleared != nil })
    }

    @Test func aFeedInWhichNothingMovesIsAStalledCapture() {
        let frozen = RootScripts.start + .minutes(20)
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start) { call, now in
            RootScripts.well(call, min(now, frozen))
        }
        world.start()
        world.run(until: frozen)
        #expect(world.raised.isEmpty)
        world.run(until: frozen + .minutes(20))
        #expect(world.raised.first == "capture/stalled")
    }

    @Test func ordersWithoutNumberAreRefusedBeyondABound() {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start) { _, _ in .never }
        world.start()
        world.run(until: RootScripts.start + .minutes(30))
        let selection = SlotSelection(
            symbols: [RootScripts.pairs[0]],
            minutes: RootScripts.start.minute..<RootScripts.start.minute.advanced(by: 20))
        for _ in 0..<50 { world.handle(.ordered(OperatorOrder(.audit([selection]), by: "alice"))) }
        #expect(world.status().executions.filter { !$0.state.isEnd }.count <= world.settings.ordersMax)
        #expect(world.status().log.contains { $0.who == "alice" && $0.text.contains("refused") })
    }

    @Test func aDiskThatIsGoneIsOneAlarmHoweverManyStoresStandOnIt() {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        world.start()
        let gone = EngineError(.unavailable, "it was moved or deleted while it was open")
        let lanes: [EffectLane] = [.stream, .journal, .warehouse, .sink]
        for lane in lanes { world.handle(.storeTroubled(lane, gone)) }
        world.handle(.storeTroubled(.lake, EngineError(.full, "no room")))
        world.run(until: world.now + .minutes(1))
        #expect(world.raised == ["store/unavailable", "store/full"])
        for lane in lanes.dropLast() { world.handle(.storeRecovered(lane)) }
        world.run(until: world.now + .minutes(10))
        #expect(
            world.status().alarms.filter { $0.cleared == nil }.map(\.key).sorted() == [
                "store/full", "store/unavailable",
            ])
        world.handle(.storeRecovered(.sink))
        world.handle(.storeRecovered(.lake))
        world.run(until: world.now + .minutes(10))
        #expect(world.status().alarms.allSatisfy { $0.cleared != nil })
    }

    @Test func theEndOfACalendarIsSaidBeforeItComesAndNeverPassesForWell() {
        let calendar = TradingCalendar.named(.xnys)
        let end = calendar.knownMinutes.upperBound.start
        for (start, wanted) in [
            (end - .minutes(32 * 1440), []), (end - .minutes(20 * 1440), ["calendar/XNYS/ends"]),
            (end + .minutes(1440), ["calendar/XNYS/unknown"]),
            (calendar.knownMinutes.lowerBound.start - .minutes(1440), ["calendar/XNYS/unknown"]),
        ] {
            var settings = RootScripts.settings()
            settings.universe = Universe([
                UniverseMember(
                    symbol: RootScripts.pairs[0], calendar: .xnys, lifetime: start.minute..<Minute(70_000_000))
            ])
            var world = RootWorld(settings, at: start, script: RootScripts.well)
            world.start()
            world.run(until: start + .minutes(90))
            #expect(world.raised.filter { $0.hasPrefix("calendar/") } == wanted, "\(start)")
        }
    }

    @Test func aClockThatIsSetBackIsATicketUntilItAgrees() {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        world.start()
        world.handle(.clockSetBack(by: .seconds(3600)))
        world.run(until: world.now + .minutes(1))
        let alarm = world.status().alarms.first
        #expect(alarm?.key == "clock/behind" && alarm?.severity == .ticket && alarm?.reason.contains("3600 s") == true)
        world.handle(.clockSetBack(by: nil))
        world.run(until: world.now + .minutes(10))
        #expect(world.status().alarms.allSatisfy { $0.cleared != nil })
    }

    @Test func aDeliveryWhoseCheckpointHadMovedIsClosedInTheJournal() {
        let shard = StreamShard("quotes", 0)
        let batch = DeliveryBatch(shard: shard, first: 1, last: 4, hour: RootScripts.start.hour, incarnation: 1)
        var recovery = PipelineRecovery(incarnation: 2)
        recovery.shards = [RecoveredShard(shard: shard, appended: 4, delivered: 4, undelivered: [])]
        recovery.deliveries = [batch]
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start) { _, _ in .never }
        world.start(recovery)
        let lines = world.journal.filter { $0.subject == DeliveryJournal.prefix + batch.key }
        #expect(lines.map(\.closes) == [true])
    }
}
