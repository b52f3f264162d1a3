import Engine
import Pipeline
import Testing

/// One quote and one lost slot, followed through every room.
struct RootWayTests {
    private static let kept = RootScripts.pairs[0]
    private static let lost = RootScripts.pairs[1]
    private static let slot = RootScripts.start.minute

    private static func world(until end: Int64) -> RootWorld {
        var world = RootWorld(
            RootScripts.settings([kept, lost], flaws: [CaptureFlaw(kind: .dropOne, control: kept)]),
            at: RootScripts.start, script: RootScripts.well)
        world.start()
        world.run(until: RootScripts.start + .minutes(end))
        return world
    }

    /// Whether the steps occur in the trail in this order.
    private static func missing(_ steps: [String], in trail: [String]) -> String? {
        var rest = trail[...]
        for step in steps {
            guard let found = rest.firstIndex(where: { $0.hasPrefix(step) }) else { return step }
            rest = rest[(found + 1)...]
        }
        return nil
    }

    @Test func aQuoteBecomesABarStepByStep() throws {
        let world = Self.world(until: 3)
        let shard = "quotes-\(fnv1a(Self.kept.text) % 2)"
        let gone = Self.missing(
            [
                "fetch live \(Self.kept) \(Self.slot)", "append \(shard)", "journal delivery began", "put \(shard)",
                "register \(shard)", "checkpoint \(shard)", "curate quotes", "journal delivery ended",
            ], in: world.trail)
        #expect(gone == nil, "\(gone ?? "")")
        let bar = try #require(world.bar(Self.kept, Self.slot))
        #expect(bar.sampled && bar.close == RootScripts.price(Self.kept, Self.slot) && bar.volume == nil)
        #expect(bar.provenance.purpose == "live" && bar.provenance.object.hasPrefix("raw/quotes/"))
        let first = try #require(world.calls.first { $0.call.purpose == .live })
        #expect(first.at == Self.slot.end - world.settings.quoteLead, "as late in the minute as the lead allows")
        #expect(world.bar(Self.lost, Self.slot) == nil)
    }

    @Test func aLostSlotIsFoundFetchedAndHealedStepByStep() throws {
        let world = Self.world(until: 20)
        let gone = Self.missing(
            [
                "append failures-0", "journal delivery began", "put failures-0", "register failures-0",
                "curate failures",
                "journal execution checking", "journal execution planning", "journal execution repairing",
                "fetch repair \(Self.lost)", "append repairs-0", "journal execution landing", "journal delivery began",
                "put repairs-0", "register repairs-0", "curate repairs", "journal execution rechecking",
                "journal execution resynthesizing", "synthesize", "journal execution confirming", "check",
                "journal execution healed",
            ], in: world.trail)
        #expect(gone == nil, "\(gone ?? "")")
        let bar = try #require(world.bar(Self.lost, Self.slot))
        #expect(!bar.sampled && bar.close == RootScripts.price(Self.lost, Self.slot) && bar.volume == 5)
        #expect(bar.provenance.purpose == "repair" && bar.provenance.attempt == 1)
        #expect(world.states(of: bar.provenance.execution).last == "healed")
        #expect(world.coverage[Self.lost, Self.slot.hour].healed & Self.slot.bit != 0)
        #expect(world.spins == 0 && world.raised.isEmpty)
        let healing = world.status().healing
        #expect(healing.slotsLost >= 18 && healing.slotsHealed >= 10 && healing.repairCalls >= 2)
        #expect(healing.slotsDetected >= 10 && healing.secondsToDetect > 0)
        #expect(healing.slotsHealed <= healing.slotsLost && healing.slotsHealedAway <= healing.slotsLostAway)
        let days = world.status().healingDays
        #expect(days.map(\.day) == days.map(\.day).sorted() && !days.isEmpty)
        #expect(days.reduce(0) { $0 + $1.score.slotsLost } == healing.slotsLost)
        #expect(days.reduce(0) { $0 + $1.score.slotsHealed } == healing.slotsHealed)
    }

    /// What was not captured before the first start is lost and healed like the rest, and is no measure of the healer.
    @Test func whatWasLostBeforeTheStartStandsApart() throws {
        var world = RootWorld(RootScripts.shares(), at: RootScripts.start, script: RootScripts.well)
        world.start()
        world.run(until: RootScripts.start + .minutes(60))
        let healing = world.status().healing
        #expect(healing.slotsLostAway >= 390 && healing.slotsHealedAway >= 390)
        #expect(healing.slotsHealed <= healing.slotsLost && healing.slotsHealedAway <= healing.slotsLostAway)
        #expect(healing.slotsLost - healing.slotsLostAway < 60 && healing.secondsToHeal < 60 * 3_600)
    }

    @Test func outcomesNobodyWaitsForChangeNothing() {
        var world = Self.world(until: 4)
        let before = world.counts()
        let issued = world.issued.count
        let stale = EffectID(incarnation: 77, number: 1)
        let entry = CatalogEntry(
            key: "k", shard: StreamShard("quotes", 0), hour: 0, first: 1, last: 9, bytes: 1, sha256: "", received: 0)
        let events: [PipelineEvent] = [
            .appended(stale, sequences: 1...9, bytes: 9), .journalled(stale), .objectPut(stale, entry),
            .objectRegistered(stale, ordinal: 9), .checkpointMoved(stale), .curated(stale, CurationSummary(ordinal: 9)),
            .synthesized(stale, rows: 9), .factsChecked(stale, stale: []), .done(stale),
        ]
        for event in events { world.handle(event) }
        #expect(world.issued.count == issued && world.counts() == before)
        world.handle(.answerArrived(stale, AnswerDigest(outcome: .data)))
        #expect(world.issued.dropFirst(issued).map(\.action) == [.drop([stale])], "a held answer is let go")
        let failedBefore = world.raised
        world.handle(.failed(stale, EngineError(.damaged, "nobody's")))
        #expect(world.raised == failedBefore)
    }

    @Test func stopFinishesWhatIsUnderWayAndFlushes() {
        for second in stride(from: 0, to: 420, by: 7) {
            var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
            world.start()
            world.run(until: RootScripts.start + .seconds(Int64(second)))
            world.handle(.ordered(OperatorOrder(.stop, by: "test")))
            let calls = world.calls.count
            world.run(until: world.now + .minutes(10))
            #expect(world.machine.isStopping && world.machine.isDrained, "stopped at \(second) s")
            #expect(world.calls.count == calls && world.machine.nextDeadline(after: world.now) == nil)
            for (shard, records) in world.streams {
                let delivered = world.catalog.filter { $0.shard == shard }.map(\.last).max()
                #expect(delivered == Int64(records.count), "everything acknowledged is in the lake")
            }
        }
    }

    @Test func aShardThatCannotBeWrittenIsSaidAndTheOthersGoOn() {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        world.failing = { action in
            guard case .append(let shard, _) = action, shard.stream == "quotes", shard.index == 0 else { return nil }
            return EngineError(.damaged, "the shard's chain is broken", at: shard.description)
        }
        world.start()
        world.run(until: RootScripts.start + .minutes(30))
        #expect(world.raised.contains("store/stream/quotes-0") && world.spins == 0)
        #expect(world.streams.keys.contains(StreamShard("quotes", 1)))
    }

    @Test func aWarehouseThatCannotCheckIsNotTakenForWell() {
        var world = RootWorld(
            RootScripts.settings(flaws: [CaptureFlaw(kind: .dropOne, control: Self.kept)]), at: RootScripts.start,
            script: RootScripts.well)
        world.failing = { action in
            if case .checkFacts = action { return EngineError(.damaged, "a page is broken") }
            return nil
        }
        world.start()
        world.run(until: RootScripts.start + .minutes(90))
        let hourly = world.journal.filter(\.closes).compactMap(AuditJournal.execution)
            .filter { $0.trigger == "hourly" && $0.began > (RootScripts.start + .minutes(60)).microseconds }
        #expect(hourly.map(\.state) == [.failed], "rows whose time is over could not be confirmed")
        #expect(world.raised.contains("store/warehouse"))
    }

    @Test func alarmsOfAProcessBeforeEndWhenTheirCauseIsGone() {
        let keys = [
            "source/scripted/outage", "source/scripted/key", "source/scripted/candles", "capture/stalled",
            "store/unavailable",
        ]
        let alarms = keys.map {
            AlarmStatus(key: $0, severity: .page, scope: "s", reason: "r", slots: 0, raised: RootScripts.start)
        }
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        world.start(PipelineRecovery(incarnation: 2, alarms: alarms))
        world.run(until: RootScripts.start + .minutes(15))
        #expect(world.status().alarms.allSatisfy { $0.cleared != nil } && world.status().alarms.count == keys.count)
        let told = world.trail.filter { $0.hasPrefix("clear ") }
        #expect(Set(told) == Set(keys.map { "clear \($0)" }) && told.count == keys.count)
    }
}
