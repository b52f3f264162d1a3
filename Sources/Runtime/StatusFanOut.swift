package import Pipeline
import Synchronization

/// The newest status for everybody who wants it: each has a place for one, so that who is slow misses those between and
/// holds up nobody.
package final class StatusFanOut: Sendable {
    private struct State {
        var next = 0
        var isOver = false
        var places: [Int: AsyncStream<PipelineStatus>.Continuation] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The statuses from now on, until the stream is dropped or the pipeline ends.
    package func subscribe() -> AsyncStream<PipelineStatus> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PipelineStatus.self, bufferingPolicy: .bufferingNewest(1))
        let place = state.withLock { state -> Int? in
            guard !state.isOver else { return nil }
            state.next += 1
            state.places[state.next] = continuation
            return state.next
        }
        guard let place else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.leave(place) }
        return stream
    }

    private func leave(_ place: Int) { _ = state.withLock { $0.places.removeValue(forKey: place) } }

    package func publish(_ status: PipelineStatus) {
        let places = state.withLock { $0.places.map(\.value) }
        for place in places { place.yield(status) }
    }

    package func finish() {
        let places = state.withLock { state in
            state.isOver = true
            return state.places.map(\.value)
        }
        for place in places { place.finish() }
    }
}
