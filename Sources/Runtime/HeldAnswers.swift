import Engine
package import Pipeline
import Synchronization

/// An answer between its arrival and its append.
package struct HeldAnswer: Sendable {
    package var call: SourceCall
    package var sent: MarketTime
    package var answer: SourceAnswer
}

/// The bytes the machine decides about without ever holding them; bounded by the calls in flight and the stream's queue.
package final class HeldAnswers: Sendable {
    private let answers = Mutex<[EffectID: HeldAnswer]>([:])

    package init() {}

    package func hold(_ answer: HeldAnswer, as id: EffectID) { answers.withLock { $0[id] = answer } }
    package func peek(_ id: EffectID) -> HeldAnswer? { answers.withLock { $0[id] } }
    package func drop(_ ids: [EffectID]) {
        answers.withLock { answers in
            for id in ids { answers[id] = nil }
        }
    }
    package var count: Int { answers.withLock { $0.count } }
}
