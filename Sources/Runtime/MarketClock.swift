package import Pipeline
import Synchronization

/// The time everything but HTTP deadlines and the screen runs on.
package protocol MarketClock: Sendable {
    func now() -> MarketTime
    /// Market seconds per real second; 0 while held.
    var speed: Double { get }
    /// Whether closed hours may be passed over.
    var mayJump: Bool { get }
    /// Sets the speed, from now on; a real clock ignores it.
    func setSpeed(_ speed: Double)
    /// Goes on to a moment; a moment in the past, and any by a real clock, is ignored.
    func jump(to time: MarketTime)
    /// Real nanoseconds until a moment; nil while held.
    func nanoseconds(until time: MarketTime) -> UInt64?
    /// If the clock went on by itself since the last question (a sleep, a jump of the wall clock): from and to.
    func skipped() -> (from: MarketTime, to: MarketTime)?
    /// How far the wall clock stands behind the time kept here, where that is more than a trifle: it was set back.
    func behind() -> MarketSpan?
}

/// Market time at a chosen speed, from a chosen moment; never goes back.
package final class VirtualClock: MarketClock {
    private struct State {
        var base: MarketTime
        var since: UInt64
        var speed: Double
    }

    private let state: Mutex<State>
    private let monotonic: @Sendable () -> UInt64
    package let mayJump: Bool

    /// `monotonic` gives real nanoseconds from any origin.
    package init(start: MarketTime, speed: Double, mayJump: Bool = true, monotonic: @escaping @Sendable () -> UInt64) {
        state = Mutex(State(base: start, since: monotonic(), speed: speed))
        self.monotonic = monotonic
        self.mayJump = mayJump
    }

    private func time(_ state: State, at real: UInt64) -> MarketTime {
        let elapsed = Double(real &- state.since) / 1_000 * state.speed
        return state.base + MarketSpan(microseconds: Int64(elapsed))
    }

    package func now() -> MarketTime { state.withLock { time($0, at: monotonic()) } }
    package var speed: Double { state.withLock { $0.speed } }

    package func setSpeed(_ speed: Double) {
        state.withLock { state in
            let real = monotonic()
            state = State(base: time(state, at: real), since: real, speed: max(0, speed))
        }
    }

    package func jump(to time: MarketTime) {
        state.withLock { state in
            let real = monotonic()
            state = State(base: max(time, self.time(state, at: real)), since: real, speed: state.speed)
        }
    }

    package func nanoseconds(until time: MarketTime) -> UInt64? {
        state.withLock { state in
            guard state.speed > 0 else { return nil }
            let span = time - self.time(state, at: monotonic())
            return UInt64(max(0, min(Double(span.microseconds) * 1_000 / state.speed, 1e18)))
        }
    }

    package func skipped() -> (from: MarketTime, to: MarketTime)? { nil }
    package func behind() -> MarketSpan? { nil }
}

/// Wall time, held on the monotonic clock: a difference of more than two seconds between both is a jump.
package final class WallClock: MarketClock {
    private struct State {
        var base: MarketTime
        var since: UInt64
    }

    private static let tolerance = MarketSpan.seconds(2)
    private let state: Mutex<State>
    private let monotonic: @Sendable () -> UInt64
    private let wall: @Sendable () -> Int64
    package let speed = 1.0
    package let mayJump = false

    /// `wall` gives microseconds since 1970 UTC.
    package init(monotonic: @escaping @Sendable () -> UInt64, wall: @escaping @Sendable () -> Int64) {
        self.monotonic = monotonic
        self.wall = wall
        state = Mutex(State(base: MarketTime(microseconds: wall()), since: monotonic()))
    }

    private func time(_ state: State) -> MarketTime {
        state.base + MarketSpan(microseconds: Int64((monotonic() &- state.since) / 1_000))
    }

    package func now() -> MarketTime { state.withLock { time($0) } }
    package func setSpeed(_ speed: Double) {}
    package func jump(to time: MarketTime) {}

    package func nanoseconds(until time: MarketTime) -> UInt64? {
        let span = time - now()
        return UInt64(max(0, span.microseconds)) * 1_000
    }

    package func skipped() -> (from: MarketTime, to: MarketTime)? {
        state.withLock { state in
            let held = time(state)
            let shown = MarketTime(microseconds: wall())
            // A wall clock set back changes nothing: time here never goes back.
            guard shown - held > Self.tolerance else { return nil }
            state = State(base: shown, since: monotonic())
            return (held, shown)
        }
    }

    package func behind() -> MarketSpan? {
        let span = now() - MarketTime(microseconds: wall())
        return span > Self.tolerance ? span : nil
    }
}
