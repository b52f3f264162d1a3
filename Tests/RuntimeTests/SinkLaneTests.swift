import Engine
import Pipeline
import Runtime
import Synchronization
import Testing

/// Sinks are told apart from each other and from the pipeline.
struct SinkLaneTests {
    /// A sink whose manners a test sets.
    private final class Sink: AlarmSink {
        enum Manners: Sendable { case takes, refuses, hangs }

        private let state = Mutex<(manners: Manners, told: [String], tries: Int)>((.takes, [], 0))
        let news: AsyncStream<String>
        private let post: AsyncStream<String>.Continuation

        init(_ manners: Manners = .takes) {
            (news, post) = AsyncStream.makeStream(of: String.self)
            state.withLock { $0.manners = manners }
        }

        var told: [String] { state.withLock { $0.told } }
        var tries: Int { state.withLock { $0.tries } }
        func behave(_ manners: Manners) { state.withLock { $0.manners = manners } }

        func raise(_ alarm: AlarmNotice) async throws(EngineError) { try await take("raise " + alarm.key) }
        func clear(_ alarm: AlarmNotice) async throws(EngineError) { try await take("clear " + alarm.key) }
        func beat(_ audit: CleanAudit) async throws(EngineError) { try await take("beat " + audit.execution) }

        private func take(_ words: String) async throws(EngineError) {
            let manners = state.withLock { state in
                state.tries += 1
                return state.manners
            }
            switch manners {
            case .takes: break
            case .refuses: throw EngineError(.unavailable, "it answers 500")
            case .hangs:
                // Until it is cancelled: nothing else ends it.
                try? await Task.sleep(for: .seconds(3_600))
                throw EngineError(.unavailable, "not waited for")
            }
            state.withLock { $0.told.append(words) }
            post.yield(words)
        }

        /// Waits for what it is told next.
        func next(_ count: Int = 1) async -> [String] {
            var words: [String] = []
            for await word in news {
                words.append(word)
                if words.count == count { break }
            }
            return words
        }
    }

    private final class Memory: SinkMemory {
        private let kept = Mutex<[AlarmNotice]>([])
        func told() -> [AlarmNotice] { kept.withLock { $0 } }
        func keep(_ told: [AlarmNotice]) { kept.withLock { $0 = told } }
    }

    private func notice(_ key: String) -> AlarmNotice {
        AlarmNotice(key: key, severity: "page", text: key, command: "", at: 0)
    }

    private func lane(
        _ sink: Sink, name: String = "webhook", memory: Memory? = nil,
        post: @escaping @Sendable (PipelineEvent) -> Void = { _ in }
    ) -> SinkLane {
        SinkLane(NamedSink(name: name, place: "", sink: sink, memory: memory), post: post)
    }

    @Test(.timeLimit(.minutes(1))) func aSinkThatHangsDelaysNobody() async throws {
        let (hanging, well) = (Sink(.hangs), Sink())
        let lanes = [lane(hanging, name: "hanging"), lane(well, name: "well")]
        for number in 0..<50 { for lane in lanes { lane.raise(notice("\(number)")) } }
        #expect(await well.next(50) == (0..<50).map { "raise \($0)" })
        #expect(hanging.told.isEmpty)
        let began = ContinuousClock.now
        for lane in lanes { await lane.close() }
        #expect(ContinuousClock.now - began < .seconds(10), "a stop does not wait for it")
    }

    @Test(.timeLimit(.minutes(1))) func aRefusalIsShownTriedAgainAndOverWhenItIsTaken() async throws {
        let sink = Sink(.refuses)
        let (events, post) = AsyncStream.makeStream(of: PipelineEvent.self)
        let lane = lane(sink) { post.yield($0) }
        lane.raise(notice("a"))
        var seen = events.makeAsyncIterator()
        guard case .sinkTroubled("webhook", let reason)? = await seen.next() else {
            return #expect(Bool(false), "no trouble was told")
        }
        #expect(reason == "it answers 500")
        sink.behave(.takes)
        guard case .sinkRecovered("webhook")? = await seen.next() else {
            return #expect(Bool(false), "its end was not told")
        }
        #expect(sink.told == ["raise a"] && sink.tries >= 2)
        await lane.close()
    }

    @Test(.timeLimit(.minutes(1))) func whatWasNotTakenAndStillSoundsIsToldAfterARestart() async throws {
        let memory = Memory()
        let first = Sink()
        let before = lane(first, memory: memory)
        before.raise(notice("told"))
        before.raise(notice("told, then over"))
        #expect(await first.next(2).count == 2)
        first.behave(.refuses)
        before.raise(notice("untold"))
        before.raise(notice("untold, then over"))
        await before.close()

        let second = Sink()
        let after = lane(second, memory: memory)
        await after.recall([notice("told"), notice("untold"), notice("never heard of")], at: 1)
        #expect(
            await second.next(3) == ["raise untold", "raise never heard of", "clear told, then over"])
        await after.close()
        #expect(second.told.count == 3)
        #expect(Set(memory.told().map(\.key)) == ["told", "untold", "never heard of"])
    }

    @Test(.timeLimit(.minutes(1))) func aStopStillTellsWhatCanBeTold() async throws {
        let sink = Sink()
        let lane = lane(sink)
        for number in 0..<20 { lane.raise(notice("\(number)")) }
        await lane.close()
        #expect(sink.told.count == 20)
    }
}
