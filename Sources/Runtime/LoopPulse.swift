import Synchronization

/// Proof that the loop goes on: whoever asks is answered when the loop has taken in an event, and by nothing else.
final class LoopPulse: Sendable {
    private struct State {
        var isOver = false
        var asking: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())

    /// Waits for the loop's next turn, which `nudge` brings about; false where the loop has ended.
    func next(_ nudge: () -> Void) async -> Bool {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.asking.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume(returning: false) } else { nudge() }
        }
    }

    /// The loop has taken an event in.
    func beat() { answer(true) }

    /// The loop has ended.
    func close() {
        state.withLock { $0.isOver = true }
        answer(false)
    }

    private func answer(_ isAlive: Bool) {
        let asking = state.withLock { state in
            defer { state.asking = [] }
            return state.asking
        }
        for continuation in asking { continuation.resume(returning: isAlive) }
    }
}
