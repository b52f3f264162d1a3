import Engine
import Pipeline
import Testing

private typealias World = TransformWorld

/// What holds of every history, whatever came in which order.
@Suite struct TransformPropertyTests {
    @Test func theOrderOfAnswersWithinAnObjectDoesNotMatter() {
        for seed in 0..<150 {
            var random = TransformSeed(UInt64(seed))
            let records = history(&random, count: 12)
            var plain = TransformStore()
            plain.apply(records)
            var shuffled = TransformStore()
            shuffled.apply(records.shuffled(using: &random))
            #expect(plain == shuffled, "seed \(seed)")
        }
    }

    @Test func theOrderOfObjectsDoesNotDecideWhichValueCounts() {
        for seed in 0..<150 {
            var random = TransformSeed(UInt64(seed))
            // Single minutes with values of their own: no answer is compared with four others, none equals another.
            let records = (0..<14).map { index -> StreamRecord in
                let slot = random.below(4)
                if random.chance(40) {
                    return World.quote(slot: slot, price: 90 + Double(index) / 8, received: World.at(9 + index))
                }
                let bar = World.bar(slot, close: 100 + Double(index) / 8)
                return World.candles(
                    slot..<(slot + 1), bars: [bar], purpose: random.chance(50) ? .repair : .settle,
                    execution: "e\(index)", received: World.at(30 + index))
            }
            func values(_ records: [StreamRecord]) -> [String] {
                var store = TransformStore()
                for record in records { store.apply([record]) }
                return store.bars.map {
                    "\($0.minute) \($0.close) \($0.sampled) \($0.revision) \($0.provenance.received)"
                }
                    + store.masks.map { "\($0.present) \($0.sampled) \($0.revised)" } + ["\(store.revisions.count)"]
            }
            #expect(values(records) == values(records.shuffled(using: &random)), "seed \(seed)")
        }
    }

    @Test func masksNeverContradictEachOtherAndAgreeWithTheBars() {
        for seed in 0..<200 {
            var random = TransformSeed(UInt64(seed) &+ 1_000)
            var store = TransformStore()
            for _ in 0..<6 {
                store.apply(history(&random, count: 1 + random.below(8)))
                #expect(store.contradictions.isEmpty, "seed \(seed)")
                #expect(store.bars.count == store.masks.reduce(0) { $0 + $1.present.nonzeroBitCount }, "seed \(seed)")
                #expect(
                    store.bars.count(where: \.sampled) == store.masks.reduce(0) { $0 + $1.sampled.nonzeroBitCount },
                    "seed \(seed)")
            }
        }
    }

    @Test func curatingAgainChangesNoValueAndNoPresence() {
        for seed in 0..<100 {
            var random = TransformSeed(UInt64(seed) &+ 9_000)
            let records = (0..<5).map { index in
                World.candles(
                    index * 10..<(index * 10 + 10), bars: candles(index * 10..<(index * 10 + 10), &random),
                    execution: "e\(index)", received: World.at(100 + index))
            }
            var store = TransformStore()
            store.apply(records)
            let once = store
            let summary = store.apply(records)
            #expect(store.bars == once.bars && store.masks == once.masks && store.revisions == once.revisions)
            #expect(summary.partitions.isEmpty)
        }
    }

    @Test func quietNeedsTwoWitnessesFarEnoughApartAndNotOfOneExecution() {
        for gap in [0, 1, 14, 15, 16, 600] {
            for (first, second) in [("e1", "e1"), ("e1", "e2"), ("", "e1"), ("e1", "")] {
                var store = TransformStore()
                for (execution, at) in [(first, 30), (second, 30 + gap)] {
                    let purpose: Purpose = execution.isEmpty ? .live : .repair
                    store.apply([
                        World.candles(
                            0..<5, bars: World.bars([1, 3]), purpose: purpose, execution: execution,
                            received: World.at(at, at == 30 ? 0 : 1))
                    ])
                }
                #expect(store.has(\.quiet, 2) == (gap >= 15 && first != second), "\(first) \(second) \(gap)")
            }
        }
    }

    @Test func evidenceFirstGatheredAWeekLaterNeedsNoSecond() {
        for (minutes, quiet) in [(7 * 1_440 + 2, false), (7 * 1_440 + 3, true)] {
            var store = TransformStore()
            store.apply([World.candles(0..<5, bars: World.bars([1, 3]), received: World.at(minutes))])
            #expect(store.has(\.quiet, 2) == quiet)
            #expect(store.has(\.oneWitness, 2) != quiet)
        }
    }

    @Test func aWholeClosedSessionWithAnyBarIsAWitnessOfItsEnds() {
        for (received, expected) in [(389, false), (390, true)] {
            var store = TransformStore()
            store.apply([
                World.candles(World.share, 0..<390, bars: World.bars([100]), received: World.at(received))
            ])
            #expect(store.has(\.oneWitness, 0, World.share) == expected)
            #expect(store.has(\.oneWitness, 388, World.share) == expected)
        }
    }

    private func candles(_ offsets: Range<Int>, _ random: inout TransformSeed) -> [Bar] {
        offsets.filter { _ in random.chance(70) }.map { World.bar($0, close: 100 + Double(random.below(3)) / 4) }
    }

    /// Records of every kind about twenty minutes of two symbols, each received at a moment of its own.
    private func history(_ random: inout TransformSeed, count: Int) -> [StreamRecord] {
        (0..<count).map { _ in
            let symbol = random.chance(60) ? World.pair : World.share
            let from = random.below(15) - 3
            let range = from..<(from + 1 + random.below(8))
            let received = World.at(25 + random.below(12_000), Int64(random.below(60)))
            let time = MarketTime(microseconds: received.microseconds + Int64(random.below(1_000_000)))
            switch random.below(6) {
            case 0:
                return World.quote(
                    symbol, slot: from, price: Double(random.below(4)),
                    t: World.open.seconds + Int64(random.below(900)),
                    received: time, fresh: random.chance(50))
            case 1:
                return .loss(
                    LossRecord(symbol: symbol, minutes: [World.minutes(range)], reason: .flaw, received: time))
            case 2:
                return .ruling(
                    RulingRecord(
                        symbol: symbol, minutes: [World.minutes(range)], reason: .noData, execution: "e1",
                        received: time))
            default:
                let bars = random.chance(10) ? nil : candles(range, &random)
                return World.candles(
                    symbol, range, wanted: [range], bars: bars,
                    purpose: Purpose.allCases.randomElement(using: &random)!, execution: "e\(random.below(3))",
                    received: time)
            }
        }
    }
}
