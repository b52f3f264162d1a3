package import Engine
package import Pipeline
import Synchronization

/// Runs effects: those of one lane one at a time in order, source calls side by side. A store that is full or away is
/// tried again until it answers; meanwhile its lane stands still, which is the back-pressure.
package final class EffectLanes: Sendable {
    private static let pauseMin = Duration.milliseconds(100)
    private static let pauseMax = Duration.seconds(5)
    private let performer: EffectPerformer
    private let post: AsyncStream<PipelineEvent>.Continuation
    private let queues: [EffectLane: AsyncStream<PipelineEffect>.Continuation]
    private let finished = Mutex(false)

    package init(performer: EffectPerformer, post: AsyncStream<PipelineEvent>.Continuation) {
        self.performer = performer
        self.post = post
        var queues: [EffectLane: AsyncStream<PipelineEffect>.Continuation] = [:]
        var lanes: [(EffectLane, AsyncStream<PipelineEffect>)] = []
        for lane in EffectLane.allCases where lane != .source {
            let (stream, continuation) = AsyncStream.makeStream(of: PipelineEffect.self)
            queues[lane] = continuation
            lanes.append((lane, stream))
        }
        self.queues = queues
        for (lane, stream) in lanes {
            Task {
                for await effect in stream { await self.performUntilDone(effect, lane) }
            }
        }
    }

    package func perform(_ effect: PipelineEffect) {
        let lane = effect.action.lane
        guard lane == .source else {
            queues[lane]?.yield(effect)
            return
        }
        Task { await performUntilDone(effect, lane) }
    }

    /// No further effects come; lanes that retry give up.
    package func finish() {
        finished.withLock { $0 = true }
        for lane in EffectLane.allCases { queues[lane]?.finish() }
    }

    private func performUntilDone(_ effect: PipelineEffect, _ lane: EffectLane) async {
        var pause = Self.pauseMin
        var troubled = false
        while true {
            do {
                let event = try await performer.perform(effect)
                if troubled { post.yield(.storeRecovered(lane)) }
                post.yield(event)
                return
            } catch {
                guard error.mayMend, !finished.withLock({ $0 }) else {
                    post.yield(.failed(effect.id, error))
                    return
                }
                if !troubled { post.yield(.storeTroubled(lane, error)) }
                troubled = true
                // A full disk tells nobody when it has room again: it is tried again, ever more slowly.
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.pauseMax)
            }
        }
    }
}

extension EngineError {
    /// Whether the same call may succeed later without anybody's doing anything to the program.
    package var mayMend: Bool {
        switch kind {
        case .full, .readOnly, .unavailable, .locked: true
        case .missing, .damaged, .foreign, .newer, .conflict, .crashed: false
        }
    }
}
