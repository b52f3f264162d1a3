import Exchange
package import Pipeline
import Synchronization

/// Where the exchange takes its time from.
package protocol ExchangeClock: Sendable {
    /// The market time now; never earlier than before.
    func now() -> MarketTime
    /// Market seconds a real second.
    var speed: Double { get }
    /// Changes the speed; false where this clock cannot.
    func setSpeed(_ speed: Double) -> Bool
}

extension ExchangeClock {
    package var speed: Double { 1 }
    /// A clock shared with the pipeline is not the exchange's to change.
    package func setSpeed(_ speed: Double) -> Bool { false }
}

/// A clock that begins to run when it is first looked at: an exchange that nobody has asked yet is still at its start, so
/// whoever comes late misses nothing.
package final class FirstLookClock: ExchangeClock {
    private let running = Mutex<FreeRunningClock?>(nil)
    private let begin: @Sendable () -> FreeRunningClock

    package init(_ begin: @escaping @Sendable () -> FreeRunningClock) { self.begin = begin }

    private var clock: FreeRunningClock {
        running.withLock { running in
            let clock = running ?? begin()
            running = clock
            return clock
        }
    }

    package func now() -> MarketTime { clock.now() }
    package var speed: Double { clock.speed }
    package func setSpeed(_ speed: Double) -> Bool { clock.setSpeed(speed) }
}

/// The clock of an exchange that stands alone.
package final class FreeRunningClock: ExchangeClock {
    private let face: Mutex<MarketClockFace>
    private let monotonic: @Sendable () -> UInt64

    /// `monotonic` gives nanoseconds of a clock that never goes back; `calendars` are those of everything traded.
    package init(
        start: MarketTime, speed: Double = 1, skipsNights: Bool = false, calendars: [CalendarName] = [],
        monotonic: @escaping @Sendable () -> UInt64
    ) {
        self.monotonic = monotonic
        face = Mutex(
            MarketClockFace(
                start: start, speed: speed, skipsNights: skipsNights, calendars: calendars, real: monotonic()))
    }

    package func now() -> MarketTime {
        face.withLock { $0.read(monotonic()) }
    }

    package var speed: Double { face.withLock { $0.speed } }

    package func setSpeed(_ speed: Double) -> Bool {
        guard speed.isFinite, speed > 0 else { return false }
        face.withLock { $0.setSpeed(speed, at: monotonic()) }
        return true
    }
}
