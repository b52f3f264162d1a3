import ExchangeServer
import Pipeline
import Synchronization
import Testing

/// A clock that stands until somebody looks.
struct FirstLookClockTests {
    private final class Real: Sendable {
        let nanoseconds = Mutex<UInt64>(5_000_000_000)
        var now: UInt64 { nanoseconds.withLock { $0 } }
        func pass(_ seconds: UInt64) { nanoseconds.withLock { $0 += seconds * 1_000_000_000 } }
    }

    @Test func theMarketBeginsWithTheFirstLook() {
        let start = MarketTime(seconds: 1_549_895_400)
        let real = Real()
        let clock = FirstLookClock { FreeRunningClock(start: start, speed: 60, monotonic: { real.now }) }
        real.pass(3_600)
        #expect(clock.now() == start, "an hour without a question is no time at all")
        real.pass(2)
        #expect(clock.now() == start + .seconds(120))
        #expect(clock.setSpeed(1) && clock.speed == 1)
        real.pass(5)
        #expect(clock.now() == start + .seconds(125))
    }
}
