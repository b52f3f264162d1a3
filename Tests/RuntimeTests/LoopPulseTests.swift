import Engine
import Pipeline
import Synchronization
import Testing

@testable import Runtime

/// A sign of life comes from the loop's own progress.
struct LoopPulseTests {
    @Test(.timeLimit(.minutes(1))) func nobodyIsAnsweredUntilTheLoopTurns() async throws {
        let pulse = LoopPulse()
        let answered = Count()
        let (nudges, nudge) = AsyncStream.makeStream(of: Void.self)
        let asking = (0..<3).map { _ in
            Task {
                let isAlive = await pulse.next { nudge.yield() }
                answered.rise()
                return isAlive
            }
        }
        // A loop that hangs: the nudges arrive and nothing takes them in.
        var arriving = nudges.makeAsyncIterator()
        for _ in asking { _ = await arriving.next() }
        #expect(answered.value == 0)
        pulse.beat()
        for task in asking { #expect(await task.value) }
    }

    @Test(.timeLimit(.minutes(1))) func whoAsksALoopThatHasEndedIsToldSo() async throws {
        let pulse = LoopPulse()
        let waiting = Task { await pulse.next {} }
        await Task.yield()
        pulse.close()
        #expect(await waiting.value == false)
        #expect(await pulse.next { Issue.record("nobody is there to nudge") } == false)
    }
}

private final class Count: Sendable {
    private let held = Mutex(0)
    var value: Int { held.withLock { $0 } }
    func rise() { held.withLock { $0 += 1 } }
}
