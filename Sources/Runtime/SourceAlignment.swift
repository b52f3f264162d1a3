package import Pipeline
import Synchronization

/// Keeps a virtual clock and a source in another process on the same market time: before a session opens the pipeline
/// waits until the source is near the opening too.
package final class SourceAlignment: Sendable {
    private static let pause = Duration.milliseconds(100)
    private let source: SourceClient
    private let waiting = Mutex(false)

    package init(source: SourceClient) { self.source = source }

    /// Holds the clock until the source's own time comes near `open`, then goes on with the source.
    package func wait(
        untilNear open: MarketTime, clock: any MarketClock, post: AsyncStream<PipelineEvent>.Continuation
    ) {
        let starts = waiting.withLock { waiting in
            defer { waiting = true }
            return !waiting
        }
        guard starts else { return }
        let speed = clock.speed
        clock.setSpeed(0)
        Task {
            while true {
                if let time = await source.marketTime(), time >= open - .minutes(60) {
                    clock.jump(to: time)
                    break
                }
                try? await Task.sleep(for: Self.pause)
            }
            clock.setSpeed(speed)
            waiting.withLock { $0 = false }
            post.yield(.deadlineReached)
        }
    }
}
