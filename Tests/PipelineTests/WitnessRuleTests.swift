import Engine
import Pipeline
import Testing

private typealias World = TransformWorld

/// What is held bears witness of what arrives.
@Suite struct WitnessRuleTests {
    /// Bars whose prices move, so that a shift shows.
    private static func market(_ offsets: some Sequence<Int>, scale: Double = 1) -> [Bar] {
        offsets.map { World.bar($0, close: (100 + Double(($0 * 7) % 11) / 4) * scale) }
    }

    private static func shifted(_ bars: [Bar], _ minutes: Int) -> [Bar] {
        bars.map { bar in
            var bar = bar
            bar.minute = bar.minute.advanced(by: minutes)
            return bar
        }
    }

    private static func holding(_ offsets: some Sequence<Int>, sampled: Bool) -> TransformStore {
        var store = TransformStore()
        for bar in market(offsets) {
            let offset = World.open.distance(to: bar.minute)
            store.apply([
                sampled
                    ? World.quote(slot: offset, price: bar.close)
                    : World.candles(
                        offset..<offset + 1, bars: [bar], purpose: .live, received: World.at(offset + 1, 1))
            ])
        }
        return store
    }

    /// A repair of one slot, with a held neighbour on either side, as the planner asks.
    private static func repair(_ slot: Int, _ bars: [Bar], in store: inout TransformStore) -> LandedAnswer.Outcome? {
        store.apply([
            World.candles(slot - 1..<slot + 2, wanted: [slot..<slot + 1], bars: bars, received: World.at(60))
        ]).answers.first?.outcome
    }

    @Test func aShiftedAnswerIsNeverBelieved() {
        for sampled in [true, false] {
            for minutes in [-120, -5, -2, -1, 1, 2, 5, 120] {
                let held = (0..<30).filter { $0 != 15 }
                var store = Self.holding(held, sampled: sampled)
                let before = store.bars
                // As the source answers: bars of the range asked, stamped otherwise.
                let outcome = Self.repair(15, Self.shifted(Self.market(14..<17), minutes), in: &store)
                #expect(store.bars == before, "\(sampled) \(minutes)")
                guard case .quarantined = outcome else {
                    Issue.record("\(sampled) \(minutes): \(String(describing: outcome))")
                    continue
                }
                #expect(store.note(15)?.attempts == 1 && store.note(15)?.reason == "quarantined")
                // The true answer is believed afterwards.
                _ = Self.repair(15, Self.market(14..<17), in: &store)
                #expect(store.bar(15)?.close == Self.market([15])[0].close)
            }
        }
    }

    @Test func ofAnAnswerThatIsTooWideTheRestIsBelievedWhereAWitnessSaysSo() {
        var witnessed = Self.holding([14, 16], sampled: false)
        _ = Self.repair(15, Self.market(10..<20), in: &witnessed)
        #expect(witnessed.bar(15) != nil && witnessed.bar(12) == nil)
        #expect(witnessed.quarantine.map(\.reason) == ["outside-range"])
        for held in [[], [14]] {
            var store = Self.holding(held, sampled: true)
            _ = Self.repair(15, Self.market(10..<20), in: &store)
            #expect(store.bar(15) == nil, "\(held)")
        }
    }

    @Test func anAdjustedAnswerIsOnAnotherScale() {
        for (sampled, factor) in [(true, 0.5), (false, 0.5), (true, 2), (false, 2), (true, 0.1), (false, 20)] {
            var store = Self.holding((0..<30).filter { $0 != 15 }, sampled: sampled)
            let before = store.bars
            let outcome = Self.repair(15, Self.market(14..<17, scale: factor), in: &store)
            #expect(outcome == .quarantined("disagrees") && store.bars == before, "\(sampled) \(factor)")
            // A live candle has no minute to be compared with: those around it say so.
            store.apply([
                World.candles(
                    30..<31, bars: Self.market([30], scale: factor), purpose: .live, received: World.at(31, 1))
            ])
            #expect(store.bar(30) == nil && store.note(30)?.reason == nil)
            #expect(store.quarantine.map(\.reason) == ["disagrees", "disagrees"])
        }
    }

    @Test func anotherSymbolsDataIsOnAnotherScale() {
        var store = Self.holding(0..<10, sampled: true)
        store.apply([World.quote(slot: 10, price: 61)])
        store.apply([World.quote(slot: 11, price: 410)])
        #expect(store.bar(10) == nil && store.bar(11) == nil)
        #expect(store.quarantine.map(\.reason) == ["implausible", "implausible"])
        store.apply([World.quote(slot: 12, price: 101)])
        #expect(store.bar(12)?.close == 101)
    }

    /// One wrong price at the beginning must not keep the right ones out.
    @Test func oneWitnessAloneRefusesNobody() {
        var store = TransformStore()
        store.apply([World.quote(slot: 0, price: 61)])
        for slot in 1..<6 { store.apply([World.quote(slot: slot, price: 100)]) }
        #expect(store.bars.count == 6 && store.quarantine.isEmpty)
        // A candle that covers it all puts it right.
        store.apply([World.candles(0..<6, bars: World.bars(0..<6), purpose: .settle, received: World.at(400))])
        #expect(store.bar(0)?.close == 100 && store.revisions.contains { $0.close == 61 })
    }

    @Test func aSourceTakesNoTradeBack() {
        var store = Self.holding([0, 1, 2], sampled: false)
        let summary = store.apply([
            World.candles(0..<6, wanted: [3..<4], bars: Self.market([3, 5]), received: World.at(60))
        ])
        #expect(summary.answers.first?.outcome == .quarantined("disagrees") && store.bar(3) == nil)
    }

    @Test func aPriceFarOutsideItsDayIsImplausible() {
        var store = TransformStore()
        func quote(_ slot: Int, _ body: String) {
            store.apply([
                World.answer(
                    .quote(World.pair, slot: World.open.advanced(by: slot)),
                    .reply(status: 200, body: Array(body.utf8)),
                    purpose: .live, received: World.at(slot, 50))
            ])
        }
        let t = World.open.seconds
        quote(0, "{\"c\":10100,\"h\":102,\"l\":100,\"t\":\(t)}")
        quote(1, "{\"c\":101,\"h\":100,\"l\":102,\"t\":\(t + 60)}")
        quote(2, "{\"c\":1e308,\"h\":0,\"l\":0,\"t\":\(t + 120)}")
        quote(3, "{\"c\":103,\"h\":102,\"l\":100,\"t\":\(t + 180)}")
        #expect(store.bars.map(\.close) == [103])
        #expect(store.quarantine.map(\.reason) == ["implausible", "invalid-price", "invalid-price"])
    }

    @Test func oneInvalidBarInAGoodAnswerCostsItsSlotAnAttemptAndTellsTheAuditor() {
        var store = Self.holding([0, 1, 3, 4], sampled: false)
        var bars = Self.market(1..<4)
        bars[1].close = 0
        let summary = store.apply([
            World.candles(1..<4, wanted: [2..<3], bars: bars, received: World.at(60))
        ])
        #expect(summary.answers.first?.outcome == .bars(2))
        #expect(summary.answers.first?.spoilt == [World.minutes(2..<3)])
        #expect(store.note(2)?.attempts == 1 && store.note(2)?.reason == "quarantined")
    }
}
