package import Pipeline
import Runtime
import Synchronization

/// The time of a simulated world: it stands still until the world moves it, and never goes back.
package final class SimulatedClock: MarketClock {
    private let time: Mutex<MarketTime>

    package init(start: MarketTime) { time = Mutex(start) }

    package func now() -> MarketTime { time.withLock { $0 } }
    package var speed: Double { 60 }
    package var mayJump: Bool { true }
    package func setSpeed(_ speed: Double) {}
    package func jump(to moment: MarketTime) { time.withLock { $0 = max($0, moment) } }
    package func nanoseconds(until time: MarketTime) -> UInt64? { nil }
    package func behind() -> MarketSpan? { nil }
    package func skipped() -> (from: MarketTime, to: MarketTime)? { nil }
}
