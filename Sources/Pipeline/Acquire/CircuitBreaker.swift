/// Keeps calls away from a source that fails, and lets one through now and then to see whether it is back.
package struct CircuitBreaker: Hashable, Sendable {
    /// Calls go through; so many failed in a row.
    /// No calls until a moment; then one trial.
    /// One trial is under way.
    private enum State: Hashable, Sendable {
        case closed(failures: Int)
        case open(until: MarketTime, step: Int)
        case halfOpen(step: Int)
    }

    /// Failures in a row that open it.
    package static let failuresMax = 5
    private static let pauseMin = MarketSpan.seconds(10)
    private static let stepMax = 3

    private var state = State.closed(failures: 0)
    /// When it last left the closed state; nil while closed.
    package private(set) var openedAt: MarketTime?

    package init() {}

    package var isClosed: Bool {
        if case .closed = state { return true }
        return false
    }

    /// Whether a call may go now. In the half-open state the one trial is already under way.
    package func allowsCall(at now: MarketTime) -> Bool {
        switch state {
        case .closed: true
        case .open(let until, _): now >= until
        case .halfOpen: false
        }
    }

    /// A call goes out; past an open pause it is the trial.
    package mutating func callStarted(at now: MarketTime) {
        if case .open(let until, let step) = state, now >= until { state = .halfOpen(step: step) }
    }

    /// Any answer of the source itself, also a refusal: the source is there. True if this closed it.
    package mutating func succeeded() -> Bool {
        let closes = !isClosed
        state = .closed(failures: 0)
        openedAt = nil
        return closes
    }

    /// An outage-like failure. True if this opened it anew.
    package mutating func failed(at now: MarketTime) -> Bool {
        switch state {
        case .closed(let failures) where failures + 1 < Self.failuresMax:
            state = .closed(failures: failures + 1)
            return false
        case .closed:
            state = .open(until: now + Self.pauseMin, step: 0)
            openedAt = now
            return true
        case .open:
            return false
        case .halfOpen(let step):
            let next = min(step + 1, Self.stepMax)
            state = .open(until: now + Self.pauseMin * (1 << Int64(next)), step: next)
            return false
        }
    }

    /// When a trial may go; nil unless open.
    package var opensUntil: MarketTime? {
        if case .open(let until, _) = state { return until }
        return nil
    }

    package var status: SourceStatus.Breaker {
        switch state {
        case .closed: .closed
        case .open(let until, _): .open(until: until)
        case .halfOpen: .halfOpen
        }
    }
}
