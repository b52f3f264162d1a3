import Pipeline
import Synchronization

/// Where people wait for what became of their orders.
final class OrderDesk: Sendable {
    private struct State {
        var isClosed = false
        var waiting: [String: CheckedContinuation<OrderOutcome, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Waits for the outcome of an order, which `give` hands over once somebody waits.
    func outcome(of order: OperatorOrder, give: () -> Void) async -> OrderOutcome {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard !state.isClosed, state.waiting[order.id] == nil else { return false }
                state.waiting[order.id] = continuation
                return true
            }
            guard isOpen else { return continuation.resume(returning: Self.refusal(order.id)) }
            give()
        }
    }

    func tell(_ outcome: OrderOutcome) {
        state.withLock { $0.waiting.removeValue(forKey: outcome.order) }?.resume(returning: outcome)
    }

    /// The pipeline has ended: who still waits is told so.
    func close() {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for (id, continuation) in left { continuation.resume(returning: Self.refusal(id)) }
    }

    private static func refusal(_ id: String) -> OrderOutcome {
        OrderOutcome(order: id, isTaken: false, text: "the pipeline is ending: give the order again to its next owner")
    }
}

/// Outcomes that are told only once what they began is on disk.
struct UnwrittenOutcomes {
    private var held: [(outcomes: [OrderOutcome], behind: Set<EffectID>)] = []

    /// Takes outcomes with the effects that write their consequence; gives those that wait for nothing.
    mutating func hold(_ outcomes: [OrderOutcome], behind effects: [PipelineEffect]) -> [OrderOutcome] {
        guard !outcomes.isEmpty else { return [] }
        let writes = effects.compactMap { effect -> EffectID? in
            switch effect.action {
            case .append, .journal: effect.id
            default: nil
            }
        }
        guard !writes.isEmpty else { return outcomes }
        held.append((outcomes, Set(writes)))
        return []
    }

    /// An effect is done, or failed for good; gives the outcomes that waited for it last.
    mutating func landed(_ id: EffectID) -> [OrderOutcome] {
        guard !held.isEmpty else { return [] }
        for place in held.indices { held[place].behind.remove(id) }
        defer { held.removeAll { $0.behind.isEmpty } }
        return held.filter { $0.behind.isEmpty }.flatMap(\.outcomes)
    }
}
