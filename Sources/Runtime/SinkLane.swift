package import Engine
package import Pipeline
import Synchronization

/// Tells one sink, apart from the pipeline and from every other sink: whoever gives an alarm in never waits, and a sink that
/// hangs or refuses delays nobody but itself.
package final class SinkLane: AlarmSink {
    /// A stop waits this long for what is still to be told; what is left is told after the next start.
    private static let patience = Duration.seconds(1)

    private struct State {
        var outbox: AlarmOutbox
        var isClosing = false
        /// Whether the pipeline was told that there is trouble.
        var isTroubled = false
    }

    private let named: NamedSink
    private let post: @Sendable (PipelineEvent) -> Void
    private let state: Mutex<State>
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let began = ContinuousClock.now
    private let delivering = Mutex<Task<Void, Never>?>(nil)

    /// Begins to deliver; `post` is told of trouble and of its end.
    package init(_ named: NamedSink, post: @escaping @Sendable (PipelineEvent) -> Void) {
        self.named = named
        self.post = post
        state = Mutex(
            State(
                outbox: AlarmOutbox(name: named.name, interest: named.interest, told: named.memory?.told())))
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let task = Task { [self] in await deliver() }
        delivering.withLock { $0 = task }
    }

    package func raise(_ alarm: AlarmNotice) { take { $0.take(.raise(alarm)) } }
    package func clear(_ alarm: AlarmNotice) { take { $0.take(.clear(alarm)) } }
    package func beat(_ audit: CleanAudit) async { take { $0.take(.beat(audit)) } }
    package func recall(_ sounding: [AlarmNotice], at microseconds: Int64) async {
        guard named.memory != nil else { return }
        take { $0.recall(sounding, at: microseconds) }
    }

    private func take(_ change: (inout AlarmOutbox) -> Void) {
        state.withLock { change(&$0.outbox) }
        wake.yield()
    }

    /// Delivers what can be delivered at once, and ends.
    package func close() async {
        state.withLock { $0.isClosing = true }
        wake.yield()
        guard let task = delivering.withLock({ $0 }) else { return }
        let impatience = Task {
            try? await Task.sleep(for: Self.patience)
            task.cancel()
        }
        await task.value
        impatience.cancel()
    }

    // MARK: Delivering

    private var now: Int64 { Int64((ContinuousClock.now - began) / .milliseconds(1)) }

    private func deliver() async {
        var woken = wakes.makeAsyncIterator()
        while !Task.isCancelled {
            let (step, isClosing) = state.withLock { ($0.outbox.step(at: now), $0.isClosing) }
            switch step {
            case .tell(let telling): await tell(telling)
            case .wait, .rest:
                if isClosing { return }
                var alarmClock: Task<Void, Never>?
                if case .wait(let moment) = step { alarmClock = ring(at: moment) }
                _ = await woken.next()
                alarmClock?.cancel()
            }
        }
    }

    private func ring(at moment: Int64) -> Task<Void, Never> {
        let pause = max(1, moment - now)
        return Task { [wake] in
            try? await Task.sleep(for: .milliseconds(pause))
            if !Task.isCancelled { wake.yield() }
        }
    }

    private func tell(_ telling: AlarmOutbox.Telling) async {
        do throws(EngineError) {
            switch telling {
            case .raise(let notice): try await named.sink.raise(notice)
            case .clear(let notice): try await named.sink.clear(notice)
            case .beat(let audit): try await named.sink.beat(audit)
            }
            let told = state.withLock { state in
                let before = state.outbox.told
                state.outbox.delivered(telling)
                return state.outbox.told == before ? nil : state.outbox.told
            }
            // Where it cannot be kept the sink may be told once more after a restart.
            if let told { try? named.memory?.keep(told) }
        } catch {
            if Task.isCancelled { return }
            let now = self.now
            let chance = unitInterval(splitMix(fnv1a(named.name) ^ UInt64(bitPattern: now)))
            state.withLock { $0.outbox.refused(telling, because: error.what, at: now, chance: chance) }
        }
        report()
    }

    /// Tells the pipeline where the sink's standing has changed.
    private func report() {
        let event: PipelineEvent? = state.withLock { state in
            let trouble = state.outbox.trouble
            guard (trouble != nil) != state.isTroubled else { return nil }
            state.isTroubled = trouble != nil
            return trouble.map { .sinkTroubled(name: named.name, reason: $0) } ?? .sinkRecovered(name: named.name)
        }
        if let event { post(event) }
    }
}
