import Exchange
import ExchangeServer
import Pipeline
import Synchronization
import Testing

struct MarketClockFaceTests {
    /// Friday 2024-05-10 19:59Z, one minute before the close.
    static let friday = MarketTime(seconds: 1_715_371_140)
    static let mondayOpen = MarketTime(seconds: 1_715_607_000)

    static func face(speed: Double, skips: Bool = true, calendars: [CalendarName] = [.xnys]) -> MarketClockFace {
        MarketClockFace(start: friday, speed: speed, skipsNights: skips, calendars: calendars, real: 1_000)
    }

    static func nanoseconds(_ seconds: Double) -> UInt64 { 1_000 + UInt64(seconds * 1e9) }

    @Test func timeRunsAtItsSpeed() {
        var face = Self.face(speed: 60, skips: false)
        #expect(face.read(0) == Self.friday)
        #expect(face.read(Self.nanoseconds(10)) == Self.friday + .seconds(600))
        #expect(face.read(Self.nanoseconds(5)) == Self.friday + .seconds(600))
        face.setSpeed(1, at: Self.nanoseconds(20))
        #expect(face.read(Self.nanoseconds(21)) == Self.friday + .seconds(1_201))
    }

    @Test func aNightIsSkippedFromFiveMinutesAfterTheCloseToTheLeadBeforeTheOpen() {
        var face = Self.face(speed: 60)
        // Six minutes of market time to the skip; three real seconds are the lead, three market minutes.
        #expect(face.read(Self.nanoseconds(5.999)) < Self.friday + .minutes(6))
        #expect(face.read(Self.nanoseconds(6)) == Self.mondayOpen - .minutes(3))
        #expect(face.read(Self.nanoseconds(9)) == Self.mondayOpen)
        var slow = Self.face(speed: 1)
        #expect(slow.read(Self.nanoseconds(360)) == Self.mondayOpen - .minutes(2))
    }

    @Test func howOftenItIsReadChangesNothing() {
        for speed in [1.0, 60, 997, 40_000] {
            var often = Self.face(speed: speed)
            for step in 1...60 {
                let now = Self.nanoseconds(Double(step) * 3e4 / speed)
                var once = Self.face(speed: speed)
                let apart = (often.read(now) - once.read(now)).microseconds
                #expect(abs(apart) <= 1_000 + Int64(speed), "\(speed) \(step) \(apart)")
            }
        }
    }

    @Test func aMarketThatNeverClosesIsNeverSkipped() {
        var face = Self.face(speed: 60, calendars: [.xnys, .alwaysOpen])
        #expect(face.read(Self.nanoseconds(3_600)) == Self.friday + .minutes(3_600))
        var empty = Self.face(speed: 60, calendars: [])
        #expect(empty.read(Self.nanoseconds(3_600)) == Self.friday + .minutes(3_600))
    }

    @Test func itNeverGoesBackAndKeepsToSessions() {
        let calendar = TradingCalendar.named(.xnys)
        for seed in 1...20 as ClosedRange<UInt64> {
            let generator = seededGenerator(seed)
            var face = Self.face(speed: Double(1 + generator() % 5_000))
            var real = Self.nanoseconds(0)
            var before = Self.friday
            for _ in 0..<300 {
                real += generator() % 20_000_000_000
                if generator() % 20 == 0 { face.setSpeed(Double(1 + generator() % 5_000), at: real) }
                let now = face.read(real)
                #expect(now >= before)
                before = now
                let near = now.minute.advanced(by: -6)..<now.minute.advanced(by: 600)
                #expect(!calendar.sessions(overlapping: near).isEmpty, "\(now)")
            }
        }
    }

    @Test func theFreeClockReadsWhatItIsGiven() {
        let real = Atomic<UInt64>(5)
        let clock = FreeRunningClock(start: Self.friday, speed: 60) { real.load(ordering: .relaxed) }
        real.store(1_000_000_005, ordering: .relaxed)
        #expect(clock.now() == Self.friday + .minutes(1))
        #expect(clock.setSpeed(2) && clock.speed == 2)
        #expect(!clock.setSpeed(0) && !clock.setSpeed(.nan))
    }
}
