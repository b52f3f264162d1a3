package import Pipeline
import Synchronization

/// Keeps a virtual clock and a source in another process on the same market time: before a session opens the pipeline
/// waits until the source is near the opening too.
package final class SourceAlignment: Sendable {
    private static let pause = Duration.milliseconds(100)
    private let source: SourceClient
    private let waiting = Mutex(false)
    private let reached = Mutex<MarketTime?>(nil)

    package init(source: SourceClient) { self.source = source }

    /// Whether clock and source already met before this opening: from there both run on by themselves.
    package func isReached(_ open: MarketTime) -> Bool { reached.withLock { $0 == open } }

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
            reached.withLock { $0 = open }
            waiting.withLock { $0 = false }
            post.yield(.deadlineReached)
        }
    }
}
