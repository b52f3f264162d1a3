import Engine
import Pipeline
import Testing

private typealias World = TransformWorld

/// Which value counts, what is quarantined, what costs an attempt.
@Suite struct TransformRuleTests {
    @Test func aQuoteBelongsToItsScheduledSlotWhateverItsOwnTimeSays_D1() {
        var store = TransformStore()
        let t = World.open.seconds
        store.apply([
            World.quote(slot: 3, price: 101, t: t + 3 * 60 + 59),
            World.quote(slot: 4, price: 102, t: t + 5 * 60),
            World.quote(slot: 5, price: 103, t: t + 2 * 60, fresh: true),
            World.quote(slot: 6, price: 104, t: t + 2 * 60, fresh: false),
        ])
        #expect(store.bars.map(\.close) == [101])
        #expect(store.bar(3)?.sampled == true)
        #expect(store.note(4)?.reason == "late")
        #expect(store.has(\.oneWitness, 5))
        #expect(store.note(6)?.reason == "stale")
    }

    @Test func aQuotesDayNeverEntersAMinute_D2() {
        var store = TransformStore()
        store.apply([World.quote(slot: 0, price: 101.5)])
        let bar = store.bar(0)
        #expect(bar?.close == 101.5)
        #expect(bar?.open == nil && bar?.high == nil && bar?.low == nil && bar?.volume == nil)
    }

    @Test func aQuietMinuteIsNotTakenForALostOneNorTheReverse_D6() {
        var store = TransformStore()
        let asked = World.candles(0..<10, wanted: [5..<6], bars: World.bars([4, 6]), received: World.at(20))
        store.apply([asked])
        #expect(store.has(\.oneWitness, 5) && !store.has(\.quiet, 5))
        #expect(store.note(5)?.attempts == 0)
        // Nothing lies beyond minute 6: of 7 to 9 the answer knows nothing.
        #expect(!store.has(\.oneWitness, 7))
        store.apply([World.candles(0..<10, bars: World.bars([4, 6]), execution: "e2", received: World.at(40))])
        #expect(store.has(\.quiet, 5) && !store.has(\.oneWitness, 5))
        store.apply([World.candles(5..<6, bars: World.bars([5]), execution: "e3", received: World.at(90))])
        #expect(store.has(\.present, 5) && !store.has(\.quiet, 5) && store.has(\.healed, 5))
    }

    @Test func rangesAreHalfOpen_D11() {
        var store = TransformStore()
        store.apply([World.candles(2..<3, bars: World.bars([2]), received: World.at(10))])
        let summary = store.apply([World.candles(2..<4, bars: World.bars(1...4), received: World.at(20))])
        #expect(store.bars.map(\.minute) == [2, 3].map { World.open.advanced(by: $0).index })
        #expect(store.quarantine.map(\.reason) == ["outside-range"])
        #expect(summary.quarantined == 2)
        // What is read beforehand ends with the last minute asked for; the minutes before it are its witnesses.
        #expect(
            Curation.footprint([World.quote(slot: 1), World.quote(slot: 2)]).map(\.minutes) == [World.minutes(-29..<3)])
    }

    @Test func duplicatesAreOneOrQuarantined_D12() {
        var store = TransformStore()
        let bars = [World.bar(0), World.bar(0), World.bar(1), World.bar(1, close: 200), World.bar(1), World.bar(2)]
        store.apply([World.candles(0..<3, bars: bars, received: World.at(20))])
        #expect(store.bars.map(\.minute) == [0, 2].map { World.open.advanced(by: $0).index })
        #expect(store.quarantine.map(\.reason) == ["duplicate-differs"])
        // The minute traded: it is neither held nor quiet.
        #expect(!store.has(\.oneWitness, 1) && !store.has(\.present, 1))
    }

    @Test func aCandleOutranksASampleInEitherOrder() {
        let sample = World.quote(slot: 0, price: 99)
        let candle = World.candles(0..<1, bars: World.bars([0]), purpose: .settle, received: World.at(400))
        for order in [[sample, candle], [candle, sample]] {
            var store = TransformStore()
            for record in order { store.apply([record]) }
            #expect(store.bar(0)?.close == 100 && store.bar(0)?.revision == 1)
            #expect(store.revisions.map(\.close) == [99] && store.revisions.map(\.revision) == [0])
            #expect(!store.has(\.sampled, 0) && !store.has(\.healed, 0) && !store.has(\.revised, 0))
        }
    }

    @Test func anEqualValueIsAWitnessNeverARevision() {
        var store = TransformStore()
        store.apply([World.candles(0..<1, bars: World.bars([0]), received: World.at(5))])
        let before = store.bars
        let summary = store.apply([World.candles(0..<1, bars: World.bars([0]), execution: "e2", received: World.at(9))])
        #expect(store.bars == before && store.revisions.isEmpty)
        #expect(summary.partitions.isEmpty && summary.bars == 0)
    }

    @Test func anAnswerThatDisagreesWithMostOfWhatIsHeldIsNotBelieved() {
        var store = TransformStore()
        store.apply([World.candles(0..<6, bars: World.bars(0..<6), purpose: .live, received: World.at(10))])
        let half = World.bars(0..<2, close: 250) + World.bars(2..<8)
        store.apply([World.candles(0..<8, bars: half, received: World.at(20))])
        #expect(store.bars.count == 8 && store.revisions.count == 2 && store.has(\.revised, 0))
        let all = World.candles(0..<9, bars: World.bars(0..<9, close: 300), received: World.at(30))
        let summary = store.apply([all])
        #expect(summary.answers.map(\.outcome) == [.quarantined("disagrees")])
        #expect(store.bars.count == 8 && store.bar(8) == nil)
    }

    @Test func whatIsNotDataGoesToQuarantineAndAVolumeOfZeroIsData() {
        var bad = World.bars(0..<5)
        bad[0].volume = 0
        bad[1].high = bad[1].low - 1
        bad[2].close = 0
        bad[3].volume = -1
        var store = TransformStore()
        store.apply([World.candles(0..<5, bars: bad, received: World.at(20))])
        #expect(store.bars.map(\.minute) == [0, 4].map { World.open.advanced(by: $0).index })
        #expect(store.quarantine.map(\.reason) == ["invalid-bar"])
    }

    @Test func limitsOutagesAndRefusalsCostNoAttempt() {
        let question = SourceQuestion.candles(World.pair, minutes: World.minutes(0..<3), wanted: [World.minutes(1..<2)])
        func attempts(_ answer: SourceAnswer) -> Int {
            var store = TransformStore()
            store.apply([World.answer(question, answer, received: World.at(20))])
            return store.note(1)?.attempts ?? 0
        }
        for status in [401, 403, 429, 500, 503, 302] { #expect(attempts(.reply(status: status, body: [])) == 0) }
        for word in ["timed-out", "unreachable", "redirected"] { #expect(attempts(.failure(reason: word)) == 0) }
        #expect(attempts(.reply(status: 200, body: Array("<html>".utf8))) == 0)
        #expect(attempts(.reply(status: 200, body: Array("{\"s\":\"no_data\"}".utf8))) == 1)
        #expect(attempts(.reply(status: 200, body: Array("{\"s\":\"ok\"}".utf8))) == 1)
        #expect(attempts(.reply(status: 200, body: World.body(World.bars([0])))) == 1)
    }

    @Test func aRulingHoldsOnlyWhereNothingIsKnown() {
        var store = TransformStore()
        store.apply([World.quote(slot: 1)])
        let minutes = [World.minutes(0..<3)]
        store.apply([
            .ruling(
                RulingRecord(
                    symbol: World.pair, minutes: minutes, reason: .noCandleAccess, execution: "e1",
                    received: World.at(30)))
        ])
        #expect((0..<3).map { store.has(\.unrepairable, $0) } == [true, false, true])
        #expect(store.note(0)?.reason == "no-candle-access")
        store.apply([World.candles(0..<1, bars: World.bars([0]), received: World.at(60))])
        #expect(!store.has(\.unrepairable, 0) && store.has(\.healed, 0))
    }

    @Test func settlingMarksSlotsOfClosedSessionsOnly() {
        var store = TransformStore()
        let range = 0..<390
        let bars = World.bars(range.filter { $0 != 200 })
        let early = World.candles(World.share, range, bars: bars, purpose: .settle, received: World.at(389))
        store.apply([early])
        #expect(!store.has(\.settled, 0, World.share))
        store.apply([World.candles(World.share, range, bars: bars, purpose: .settle, received: World.at(400))])
        #expect(store.has(\.settled, 0, World.share) && store.has(\.settled, 200, World.share))
        #expect(store.has(\.healed, 0, World.share) == false)
    }

    @Test func aBarOutsideTheSessionIsExtraAndNeverHealed() {
        var store = TransformStore()
        let summary = store.apply([
            World.candles(World.share, -5..<5, bars: World.bars(-5..<5), received: World.at(20))
        ])
        #expect(summary.extras == 5 && summary.healed == 5)
        #expect(store.has(\.present, -1, World.share) && !store.has(\.healed, -1, World.share))
    }

    /// What was lost and what came back are counted by the same rule: each slot once, and apart where nobody was there.
    @Test func whatIsHealedWasLostAndBothAreCountedOnce() {
        var store = TransformStore()
        func loss(_ minutes: Range<Int>, _ reason: LossReason, _ at: Int) -> StreamRecord {
            .loss(
                LossRecord(
                    symbol: World.share, minutes: [World.minutes(minutes)], reason: reason, received: World.at(at)))
        }
        let lost = store.apply([loss(0..<3, .flaw, 5), loss(10..<14, .notRunning, 20)])
        #expect(lost.lost == 7 && lost.lostAway == 4 && lost.healed == 0)
        let again = store.apply([loss(0..<14, .noBudget, 21)])
        #expect(again.lost == 7 && again.lostAway == 0, "the seven between were lost now, the others before")
        let bars = World.bars(0..<20)
        let healed = store.apply([World.candles(World.share, 0..<20, bars: bars, received: World.at(30))])
        #expect(healed.healed == 20 && healed.healedAway == 10, "of the last six nobody had said a word")
        #expect(healed.lost == 6 && healed.lostAway == 6)
        // Ten slots that ended while something ran, at 1, 2, 3 and 4 to 10, came at 30.
        let seconds = (1...10).reduce(0) { $0 + (30 - $1) * 60 }
        #expect(healed.secondsToHeal == Int64(seconds))
        let twice = store.apply([World.candles(World.share, 0..<20, bars: bars, received: World.at(31))])
        #expect(twice.lost == 0 && twice.healed == 0)
    }

    @Test func nothingIsLostWhereNothingIsExpected() {
        var store = TransformStore()
        let minutes = [World.minutes(-3..<2)]
        store.apply([
            .loss(LossRecord(symbol: World.share, minutes: minutes, reason: .notRunning, received: World.at(5))),
            .ruling(
                RulingRecord(
                    symbol: World.share, minutes: minutes, reason: .noData, execution: "e1", received: World.at(6))),
        ])
        #expect(store.notes.count == 2 && store.masks.map(\.unrepairable.nonzeroBitCount) == [2])
    }

    @Test func lossesKeepTheirFirstReason() {
        var store = TransformStore()
        func loss(_ reason: LossReason) -> StreamRecord {
            .loss(
                LossRecord(symbol: World.pair, minutes: [World.minutes(0..<2)], reason: reason, received: World.at(1)))
        }
        store.apply([loss(.flaw)])
        store.apply([loss(.late)])
        #expect(store.notes.map(\.reason) == ["flaw", "flaw"])
        #expect(store.masks.isEmpty)
    }
}
