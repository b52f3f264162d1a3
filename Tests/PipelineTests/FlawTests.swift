import Engine
import Pipeline
import Testing

struct FlawTests {
    private static let names = ["AAPL", "AMZN", "FB", "GOOG", "MSFT"].map { SymbolName($0)! }
    private static let control = SymbolName("MSFT")!
    private static let day = (Minute(25_000_000)..<Minute(25_001_440))

    @Test func dropOneLosesExactlyOneSymbolAMinuteAndNeverTheControl() {
        for seed in UInt64(1)...8 {
            let flaw = CaptureFlaw(kind: .dropOne, seed: seed, control: Self.control)
            var losses: [SymbolName: Int] = [:]
            for minute in Self.day {
                let lost = Self.names.filter { flaw.loses($0, minute, members: Self.names, sessionMinute: 0) }
                #expect(lost.count == 1)
                for symbol in lost { losses[symbol, default: 0] += 1 }
            }
            #expect(losses[Self.control] == nil)
            // Every other symbol is hit, about evenly.
            for symbol in Self.names where symbol != Self.control { #expect((losses[symbol] ?? 0) > 1_440 / 8) }
        }
    }

    @Test func dropOneAtARateStrikesThatShareOfMinutes() {
        for rate in [0.0, 0.25, 0.5] {
            let flaw = CaptureFlaw(kind: .dropOne, rate: rate, seed: 3, control: Self.control)
            let struck = Self.day.count { minute in
                Self.names.contains { flaw.loses($0, minute, members: Self.names, sessionMinute: 0) }
            }
            #expect(abs(Double(struck) / 1_440 - rate) < 0.05)
        }
        let alone = CaptureFlaw(kind: .dropOne, control: Self.control)
        #expect(!alone.loses(Self.control, Self.day.lowerBound, members: [Self.control], sessionMinute: 0))
    }

    @Test func dropRandomLosesItsShareIndependently() {
        let flaw = CaptureFlaw(kind: .dropRandom, rate: 0.1, seed: 9)
        for symbol in Self.names {
            let lost = Self.day.count { flaw.loses(symbol, $0, members: Self.names, sessionMinute: 0) }
            #expect(abs(Double(lost) / 1_440 - 0.1) < 0.03)
        }
    }

    @Test func aBurstLosesEverythingInItsMinutesOfTheSession() {
        let flaw = CaptureFlaw(kind: .burst(from: 60, minutes: 20))
        for place in 0..<390 {
            let loses = flaw.loses(Self.control, Self.day.lowerBound, members: Self.names, sessionMinute: place)
            #expect(loses == (60..<80).contains(place))
        }
    }

    @Test func oneSeedLosesTheSameSlotsAndAnotherSeedOthers() {
        func losses(_ seed: UInt64) -> [Bool] {
            let flaw = CaptureFlaw(kind: .dropOne, seed: seed, control: Self.control)
            return Self.day.map { flaw.loses(Self.names[0], $0, members: Self.names, sessionMinute: 0) }
        }
        #expect(losses(5) == losses(5))
        #expect(losses(5) != losses(6))
    }

    @Test func whatIsWrittenReadsBack() {
        var kinds: [(CaptureFlaw.Kind, Double)] = [
            (.dropOne, 1), (.burst(from: 0, minutes: 1), 1), (.burst(from: 1439, minutes: 1440), 1),
            (.stall(from: 0, minutes: 1440), 1), (.duplicate, 0), (.late, 0.25), (.corrupt, 1),
        ]
        for step in 0...50 { kinds += [(.dropOne, Double(step) / 50), (.dropRandom, Double(step) / 50)] }
        for (kind, rate) in kinds {
            let flaw = CaptureFlaw(kind: kind, rate: rate, seed: 7, control: Self.control)
            #expect(CaptureFlaw.parse(flaw.text, seed: 7, control: Self.control) == flaw, "\(flaw.text)")
        }
        for text in [
            "", ":", "drop", "drop-one:1.1", "drop-random:-0.1", "drop-random:nan", "drop-one:x", "burst:60",
            "burst:1440+1",
            "burst:0+0", "burst:0+1441", "burst:1+2+3", "burst:-1+2", "burst:", "burst:1++2", "stall:1440+1",
            "stall:x+1",
            "late:2", "corrupt:-1", "duplicate:", "none", "late:0.1:2",
        ] {
            #expect(CaptureFlaw.parse(text, seed: 1, control: nil) == nil, "\(text)")
        }
    }

    @Test func severalFlawsStrikeAtOnceAndIndependently() {
        let flaws = ["drop-random:0.2", "duplicate:0.3", "late:0.3", "corrupt:0.3", "stall:100+50"].compactMap {
            CaptureFlaw.parse($0, seed: 4, control: nil)
        }
        var counts = (lost: 0, doubled: 0, late: 0, corrupt: 0, forgotten: 0, all: 0)
        for (place, minute) in Self.day.enumerated() {
            let treatment = flaws.treatment(of: Self.control, minute, members: Self.names, sessionMinute: place)
            counts.lost += treatment.isLost ? 1 : 0
            counts.doubled += treatment.isDoubled ? 1 : 0
            counts.late += treatment.delay > .zero ? 1 : 0
            counts.corrupt += treatment.corruption != nil ? 1 : 0
            counts.forgotten += treatment.isForgotten ? 1 : 0
            counts.all += treatment.isDoubled && treatment.delay > .zero && treatment.corruption != nil ? 1 : 0
        }
        for count in [counts.doubled, counts.late, counts.corrupt] { #expect(abs(count - 432) < 70) }
        #expect(abs(counts.lost - 288) < 60 && counts.forgotten == 50)
        #expect(counts.all > 15 && counts.all < 80, "as often as chance has it: \(counts.all)")
        #expect(
            [CaptureFlaw]().treatment(of: Self.control, Self.day.lowerBound, members: [], sessionMinute: 0) == .init())
    }

    @Test func aCorruptedValueCanBeToldFromItsAnswer() {
        let quote = Array("{\"c\":101.25,\"d\":null,\"h\":102,\"l\":100,\"o\":101,\"pc\":99,\"t\":1549895430}".utf8)
        let candle = TransformWorld.body([TransformWorld.bar(0, close: 101.25)])
        for corruption in ValueCorruption.allCases {
            var store = TransformStore()
            store.apply([
                TransformWorld.answer(
                    .quote(TransformWorld.pair, slot: TransformWorld.open),
                    .reply(status: 200, body: corruption.applied(to: quote)), purpose: .live,
                    received: TransformWorld.at(0, 50)),
                TransformWorld.answer(
                    .candles(TransformWorld.share, minutes: TransformWorld.minutes(0..<1), wanted: []),
                    .reply(status: 200, body: corruption.applied(to: candle)), purpose: .live,
                    received: TransformWorld.at(1, 1)),
            ])
            #expect(store.bars.isEmpty && store.quarantine.count == 2, "\(corruption)")
            #expect(store.note(0)?.reason == "quarantined")
        }
        for body in ["", "{}", "{\"c\":", "{\"c\":[]}", "{\"c\":null}", "{\"c\":-}"] {
            #expect(ValueCorruption.hundredfold.applied(to: Array(body.utf8)) == Array(body.utf8), "\(body)")
        }
    }
}
