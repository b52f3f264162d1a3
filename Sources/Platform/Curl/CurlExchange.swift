import Engine
import Synchronization

/// One request on its way, shared by the task that waits for it and the thread that performs it. It is answered once.
final class CurlExchange: Sendable {
    typealias Answer = Result<HTTPReply, HTTPFailure>

    private enum State {
        /// Made, and nobody waits yet.
        case fresh
        /// A task waits for the answer.
        case awaited(CheckedContinuation<Answer, Never>)
        /// Answered, or given up.
        case over
    }

    let request: HTTPRequest
    /// On the monotonic clock, nanoseconds; time spent in the queue counts too.
    let deadline: UInt64
    private let state = Mutex<State>(.fresh)

    init(_ request: HTTPRequest, now: UInt64) {
        self.request = request
        let milliseconds = UInt64(min(max(0, request.deadlineMilliseconds), Int(Int32.max)))
        deadline = now + milliseconds * 1_000_000
    }

    var isOver: Bool {
        state.withLock { if case .over = $0 { true } else { false } }
    }

    /// Registers who waits; false where the exchange was given up before, and the waiter has been told.
    func await(_ waiter: CheckedContinuation<Answer, Never>) -> Bool {
        let accepted = state.withLock { state in
            guard case .fresh = state else { return false }
            state = .awaited(waiter)
            return true
        }
        if !accepted { waiter.resume(returning: .failure(.cancelled)) }
        return accepted
    }

    /// Answers; a second answer is dropped.
    func finish(_ answer: Answer) {
        let waiter: CheckedContinuation<Answer, Never>? = state.withLock { state in
            defer { state = .over }
            if case .awaited(let waiter) = state { return waiter }
            return nil
        }
        waiter?.resume(returning: answer)
    }

    /// Whole milliseconds left, rounded up; 0 where the deadline has passed.
    func millisecondsLeft(at now: UInt64) -> Int {
        now >= deadline ? 0 : Int((deadline - now + 999_999) / 1_000_000)
    }
}
