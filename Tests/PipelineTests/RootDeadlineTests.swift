import Engine
import Pipeline
import Testing

/// A day with a source that does badly in one way: a bounded number of calls, no deadline that stays where it is, and
/// the right alarm, once.
struct RootDeadlineTests {
    private static let day = RootScripts.start + .minutes(1_440)

    private static func world(_ script: @escaping RootWorld.Script) -> RootWorld {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: script)
        world.start()
        world.run(until: day)
        return world
    }

    @Test func aSourceThatNeverAnswersGetsNoMoreCallsThanMayBeUnderWay() {
        let world = Self.world { _, _ in .never }
        #expect(world.spins == 0 && world.calls.count <= world.settings.callsInFlightMax)
        #expect(world.raised == ["capture/stalled"])
        #expect(world.counts().missing > 4_000)
    }

    @Test func aSourceThatAlwaysLimitsGetsAFewCallsAMinute() {
        let world = Self.world { _, _ in RootScripts.refusal(429) }
        #expect(world.spins == 0 && world.calls.count <= 4 * 1_440, "\(world.calls.count)")
        #expect(world.raised == ["capture/stalled"])
    }

    @Test func aRefusedKeyStopsTheAskingButForOneTrialAMinute() {
        let world = Self.world { _, _ in RootScripts.refusal(401) }
        #expect(world.spins == 0 && world.calls.count <= 1_440 + 10, "\(world.calls.count)")
        #expect(world.raised == ["source/scripted/key"])
        #expect(world.status().executions.isEmpty, "nothing is repaired with a refused key")
    }

    @Test func refusedCandlesAreAskedForOnceAnHourAndQuotesGoOn() {
        let world = Self.world { call, now in
            if case .candles = call.question { return RootScripts.refusal(403) }
            return RootScripts.well(call, now)
        }
        let candles = world.calls.filter { if case .candles = $0.call.question { true } else { false } }
        #expect(world.spins == 0 && candles.count <= 3 + 24, "\(candles.count)")
        #expect(world.raised == ["source/scripted/candles"])
        #expect(world.counts().present >= 3 * 1_438)
    }

    @Test func anOutageIsTriedNowAndThenAndSaidOnce() {
        let world = Self.world { _, _ in .failure(.timedOut, after: .seconds(10)) }
        #expect(world.spins == 0 && world.calls.count <= 20 + 1_440, "\(world.calls.count)")
        #expect(world.raised == ["source/scripted/outage"])
        #expect(world.counts().unrepairable == 0, "an outage costs no attempt")
    }

    @Test func aSourceThatAnswersNonsenseStallsTheCaptureAndSaysSo() {
        let world = Self.world { _, _ in
            .reply(
                HTTPReply(status: 200, headers: [], body: Array("{\"c\":0,\"t\":0}".utf8)), after: RootScripts.latency)
        }
        #expect(world.spins == 0)
        #expect(world.raised.first == "capture/stalled")
    }

    @Test func whenTheOutageEndsEverythingHealsByItself() {
        for kind in [503, 429, 401] {
            let back = RootScripts.start + .minutes(200)
            var world = RootWorld(RootScripts.settings(), at: RootScripts.start) { call, now in
                now > RootScripts.start + .minutes(20) && now < back
                    ? RootScripts.refusal(kind) : RootScripts.well(call, now)
            }
            world.start()
            world.run(until: RootScripts.start + .minutes(280))
            let counts = world.counts()
            #expect(world.spins == 0 && counts.missing == 0 && counts.unrepairable == 0, "\(kind): \(counts)")
            #expect(counts.healed > 500)
            #expect(!world.status().alarms.contains { $0.cleared == nil }, "\(kind): \(world.status().alarms)")
        }
    }

    @Test func overClosedHoursDeadlinesMoveOnWhateverTheSourceDoes() {
        let scripts: [(String, RootWorld.Script)] = [
            ("well", RootScripts.well), ("never", { _, _ in .never }),
            ("limited", { _, _ in RootScripts.refusal(429) }),
            ("key", { _, _ in RootScripts.refusal(401) }),
            ("down", { _, _ in .failure(.timedOut, after: .seconds(10)) }),
            (
                "html",
                { _, _ in .reply(HTTPReply(status: 200, headers: [], body: Array("<p>".utf8)), after: .seconds(1)) }
            ),
        ]
        for (name, script) in scripts {
            var world = RootWorld(RootScripts.shares(), at: RootScripts.start, script: script)
            world.start()
            world.run(until: RootScripts.start + .minutes(2 * 1_440))
            #expect(world.spins == 0, "\(name)")
            #expect(world.deadlines < 20_000, "\(name): \(world.deadlines)")
            if name == "well" {
                #expect(world.counts().missing == 0 && world.machine.isHealed(world.coverage, at: world.now))
            }
        }
    }
}
