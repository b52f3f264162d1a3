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
        ]
        for step in 0...50 { kinds += [(.dropOne, Double(step) / 50), (.dropRandom, Double(step) / 50)] }
        for (kind, rate) in kinds {
            let flaw = CaptureFlaw(kind: kind, rate: rate, seed: 7, control: Self.control)
            #expect(CaptureFlaw.parse(flaw.text, seed: 7, control: Self.control) == flaw, "\(flaw.text)")
        }
        for text in [
            "", ":", "drop", "drop-one:1.1", "drop-random:-0.1", "drop-random:nan", "drop-one:x", "burst:60",
            "burst:1440+1",
            "burst:0+0", "burst:0+1441", "burst:1+2+3", "burst:-1+2",
        ] {
            #expect(CaptureFlaw.parse(text, seed: 1, control: nil) == nil, "\(text)")
        }
    }
}
