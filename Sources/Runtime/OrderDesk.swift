import Pipeline
import Synchronization

/// Where people wait for what became of their orders.
final class OrderDesk: Sendable {
    private struct State {
        var isClosed = false
        var waiting: [String: Waiting] = [:]
    }

    private struct Waiting {
        var continuation: CheckedContinuation<OrderOutcome, Never>
        /// Whether the order lies in the work queue, and outlives the process.
        var isKept = false
    }

    private let state = Mutex(State())

    /// Waits for the outcome of an order, which `give` hands over once somebody waits.
    func outcome(of order: OperatorOrder, give: () -> Void) async -> OrderOutcome {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard !state.isClosed, state.waiting[order.id] == nil else { return false }
                state.waiting[order.id] = Waiting(continuation: continuation)
                return true
            }
            guard isOpen else { return continuation.resume(returning: Self.refusal(order.id)) }
            give()
        }
    }

    /// The order is on disk.
    func kept(_ id: String) { state.withLock { $0.waiting[id]?.isKept = true } }

    func tell(_ outcome: OrderOutcome) {
        state.withLock { $0.waiting.removeValue(forKey: outcome.order) }?.continuation.resume(returning: outcome)
    }

    /// The pipeline has ended: who still waits is told so.
    func close() {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for (id, waiting) in left {
            waiting.continuation.resume(returning: waiting.isKept ? Self.later(id) : Self.refusal(id))
        }
    }

    private static func refusal(_ id: String) -> OrderOutcome {
        OrderOutcome(order: id, isTaken: false, text: "the pipeline is ending: give the order again to its next owner")
    }

    private static func later(_ id: String) -> OrderOutcome {
        OrderOutcome(
            order: id, isTaken: true,
            text: "the pipeline is ending: the order is kept, and its next owner carries it out")
    }
}
