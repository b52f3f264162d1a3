import Attachment
import Engine
import Foundation
import Pipeline
import Platform
import Synchronization

/// The line of one who attached to an owner: what it shows comes as steps, orders go the other way.
final class OwnerLine: Sendable {
    let steps: AsyncStream<ObserverStateMachine.Step>
    private let post: AsyncStream<ObserverStateMachine.Step>.Continuation
    private let connection: LocalConnection
    private let name: String
    private let state = Mutex(State())

    private struct State {
        var observer = ObserverStateMachine()
        var isOver = false
        var waiting: [String: CheckedContinuation<OrderOutcome, Never>] = [:]
    }

    private init(_ connection: LocalConnection, name: String) {
        self.connection = connection
        self.name = name
        (steps, post) = AsyncStream.makeStream(of: ObserverStateMachine.Step.self)
    }

    /// Connects to the owner of a data directory; throws where it does not answer.
    static func open(_ directory: String, as name: String) async throws(EngineError) -> OwnerLine {
        let line = OwnerLine(try LocalSocket.connect(to: "\(directory)/\(OwnerSocket.fileName)"), name: name)
        // Before anything else can be: an order from nobody is refused.
        let hello = AttachmentMessage.hello(.init(version: Kintsugi.version, process: getpid(), name: name))
        guard await line.connection.send(hello.line) else {
            throw EngineError(.unavailable, "the owner takes no line", at: directory)
        }
        Task { await line.listen() }
        Task { await line.watchTime() }
        return line
    }

    private func listen() async {
        var splitter = LineSplitter()
        while let piece = await connection.read(), !splitter.isOverrun {
            for line in splitter.take(piece) {
                guard let message = AttachmentMessage(line: line) else {
                    connection.close()
                    break
                }
                tell(state.withLock { $0.observer.received(message, at: Self.now) })
            }
        }
        close()
    }

    private func watchTime() async {
        while !state.withLock({ $0.isOver }) {
            try? await Task.sleep(for: .milliseconds(500))
            tell(state.withLock { $0.observer.elapsed(to: Self.now) })
        }
    }

    private static var now: Int64 { Int64(SystemClock.monotonicNanoseconds() / 1_000_000) }

    private func tell(_ steps: [ObserverStateMachine.Step]) {
        for step in steps {
            switch step {
            case .close: connection.close()
            case .outcome(let outcome):
                state.withLock { $0.waiting.removeValue(forKey: outcome.order) }?.resume(returning: outcome)
            case .show, .presence: break
            }
            post.yield(step)
        }
    }

    /// Ends the line; who waits for an outcome is told that none came.
    func close() {
        connection.close()
        let (steps, waiting) = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [:] }
            return (state.observer.lost(), state.waiting)
        }
        for (id, continuation) in waiting { continuation.resume(returning: Self.lost(id)) }
        tell(steps)
        post.finish()
    }

    private static func lost(_ id: String) -> OrderOutcome {
        OrderOutcome(
            order: id, isTaken: false,
            text:
                "the owner is gone before it answered: an order it had taken down is carried out by its next owner, and "
                + "`kintsugi orders` tells")
    }

    /// Gives an order and waits for what became of it.
    func carry(_ command: PipelineCommand) async -> OrderOutcome {
        await withCheckedContinuation { continuation in
            let order = state.withLock { state -> OperatorOrder? in
                guard !state.isOver else { return nil }
                let order = OperatorOrder(command, by: name, id: UniqueName.fresh())
                state.waiting[order.id] = continuation
                return order
            }
            guard let order else { return continuation.resume(returning: Self.lost("")) }
            Task { if await !connection.send(AttachmentMessage.order(order).line) { close() } }
        }
    }
}
