package import Pipeline
import Synchronization

/// Keeps a virtual clock and a source in another process on the same market time.
///
/// In session both run by themselves at the same speed. While every calendar is closed the pipeline's clock is held, and
/// goes from deadline to deadline only as far as the source's own time has come: whoever asks a source about minutes it
/// has not reached takes an unfinished session for a quiet one. Near the opening both are let go together.
package final class SourceAlignment: Sendable {
    /// What a deadline in closed hours may do.
    package enum Permit: Sendable {
        /// The source has passed it: jump.
        case go
        /// Both clocks are let go for this opening: wait as in session.
        case run
        /// The source has not come so far.
        case wait
    }

    private struct State {
        /// The source's time when it was last asked.
        var known = MarketTime.distantPast
        /// The opening for which both clocks were let go.
        var opening: MarketTime?
        var isAsking = false
        /// The speed to go on with; nil while the clock is not held.
        var heldSpeed: Double?
    }

    private static let pause = Duration.milliseconds(50)
    private static let near = MarketSpan.minutes(60)
    private let source: SourceClient
    private let state = Mutex(State())

    package init(source: SourceClient) { self.source = source }

    /// Whether the clock stands still until the source has come further.
    package var isHolding: Bool { state.withLock { $0.heldSpeed != nil } }

    package func permit(_ deadline: MarketTime, before open: MarketTime) -> Permit {
        state.withLock { state in
            if state.opening == open { return .run }
            return deadline < open && deadline <= state.known ? .go : .wait
        }
    }

    /// Holds the clock and asks the source for its time until it has passed the deadline, or comes near the opening.
    package func wait(
        for deadline: MarketTime, before open: MarketTime, clock: any MarketClock,
        post: AsyncStream<PipelineEvent>.Continuation
    ) {
        let starts = state.withLock { state in
            defer { state.isAsking = true }
            if state.heldSpeed == nil { state.heldSpeed = clock.speed }
            return !state.isAsking
        }
        guard starts else { return }
        clock.setSpeed(0)
        Task {
            while true {
                if let time = await source.marketTime() {
                    let isNear = time >= open - Self.near
                    if time >= min(deadline, open) || isNear {
                        arrived(time, letsGo: isNear && (deadline >= open || time < deadline), open, clock)
                        break
                    }
                }
                try? await Task.sleep(for: Self.pause)
            }
            post.yield(.deadlineReached)
        }
    }

    private func arrived(_ time: MarketTime, letsGo: Bool, _ open: MarketTime, _ clock: any MarketClock) {
        let speed = state.withLock { state -> Double? in
            state.known = time
            state.isAsking = false
            guard letsGo else { return nil }
            state.opening = open
            defer { state.heldSpeed = nil }
            return state.heldSpeed
        }
        guard let speed else { return }
        clock.jump(to: time)
        clock.setSpeed(speed)
    }
}
