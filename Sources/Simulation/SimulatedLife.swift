import Engine
import Pipeline
import Runtime

/// One process of a simulated world: the machine, the performer, and all that is lost when it ends.
final class SimulatedLife {
    /// Effects of one lane, done one at a time in order.
    struct Lane {
        let name: EffectLane
        var queue: [PipelineEffect] = []
        /// When the first of them may be performed.
        var readyAt = MarketTime.distantPast
        var pause = SimulatedLife.pauseMin
        var isTroubled = false
    }

    /// What may happen next.
    enum Step {
        case event
        case lane(Int)
        case call(Int)
    }

    static let pauseMin = MarketSpan.milliseconds(100)
    static let pauseMax = MarketSpan.seconds(5)

    var machine: PipelineStateMachine
    let performer: EffectPerformer
    let warehouse: DerangedWarehouse
    var coverage = CoverageIndex()
    var inbox: [PipelineEvent] = []
    var lanes = EffectLane.allCases.filter { $0 != .source }.map { Lane(name: $0) }
    /// Calls on their way to the source, and answers on their way back.
    var calls: [(effect: PipelineEffect, at: MarketTime)] = []
    var answers: [(event: PipelineEvent, at: MarketTime)] = []
    /// Effects whose outcome the machine has not seen.
    var inFlight = 0
    /// The calls among them.
    var callsOut: Set<EffectID> = []
    /// When a stop was ordered.
    var stopOrdered: MarketTime?

    init(machine: PipelineStateMachine, performer: EffectPerformer, warehouse: DerangedWarehouse) {
        self.machine = machine
        self.performer = performer
        self.warehouse = warehouse
    }

    /// Everything that may happen at this moment, in an order that is the same each time.
    func steps(at now: MarketTime) -> [Step] {
        takeIn(at: now)
        var steps: [Step] = inbox.isEmpty ? [] : [.event]
        for (place, lane) in lanes.enumerated() where !lane.queue.isEmpty && lane.readyAt <= now {
            steps.append(.lane(place))
        }
        for (place, call) in calls.enumerated() where call.at <= now { steps.append(.call(place)) }
        return steps
    }

    private func takeIn(at now: MarketTime) {
        for answer in answers where answer.at <= now { inbox.append(answer.event) }
        answers.removeAll { $0.at <= now }
    }

    /// When something of what is under way goes on; nil where nothing is.
    var nextMoment: MarketTime? {
        let moments = lanes.filter { !$0.queue.isEmpty }.map(\.readyAt) + calls.map(\.at) + answers.map(\.at)
        return moments.min()
    }

    /// Whether everything acknowledged is in the lake and only answers are still out.
    var isDrained: Bool { machine.isDrained && inFlight == callsOut.count && inbox.isEmpty }
}
