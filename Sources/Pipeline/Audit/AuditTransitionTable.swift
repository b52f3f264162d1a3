/// What can happen to an execution of the auditor.
package enum AuditEvent: String, Hashable, Sendable, CaseIterable {
    /// Nothing is missing and nothing is stale.
    case foundWell
    /// Slots are missing.
    case foundGaps
    /// Nothing is missing, but derived rows are not current, or are ordered anew.
    case foundStale
    /// The calls are planned.
    case planned
    /// No call can help: the slots are given up at once, and the ruling must land.
    case nothingAskable
    /// Every planned call has ended.
    case callsEnded
    /// Every position is in the warehouse.
    case landed
    /// Some slots are to be tried again.
    case retriesLeft
    /// Some slots are given up: the ruling must land before the others go on.
    case gaveUp
    /// Nothing is left to try in this execution.
    case settled
    /// The retry policy's interval is over.
    case intervalPassed
    /// The derived rows are built.
    case rebuilt
    /// What was built differs from what is recomputed: it is built once more.
    case differed
    /// It differs again.
    case differedAgain
    /// All whole.
    case confirmedWhole
    /// Whole, but for slots that wait for a witness, a session's end or the source.
    case confirmedWaiting
    /// Slots were given up.
    case confirmedSpent
    /// An operator ended it.
    case cancelled
}

/// The whole machine of one execution: tested exhaustively, drawn by the console, exported as Amazon States Language.
package enum AuditTransitionTable {
    /// One arrow.
    package struct Arrow: Hashable, Sendable {
        package let from: AuditState
        package let event: AuditEvent
        package let to: AuditState
    }

    private static let steps: [Arrow] = [
        Arrow(from: .checking, event: .foundWell, to: .succeeded),
        Arrow(from: .checking, event: .foundStale, to: .resynthesizing),
        Arrow(from: .checking, event: .foundGaps, to: .planning),
        Arrow(from: .planning, event: .planned, to: .repairing),
        Arrow(from: .planning, event: .nothingAskable, to: .landing),
        Arrow(from: .repairing, event: .callsEnded, to: .landing),
        Arrow(from: .landing, event: .landed, to: .rechecking),
        Arrow(from: .rechecking, event: .retriesLeft, to: .backingOff),
        Arrow(from: .rechecking, event: .gaveUp, to: .landing),
        Arrow(from: .rechecking, event: .settled, to: .resynthesizing),
        Arrow(from: .backingOff, event: .intervalPassed, to: .repairing),
        Arrow(from: .resynthesizing, event: .rebuilt, to: .confirming),
        Arrow(from: .confirming, event: .differed, to: .resynthesizing),
        Arrow(from: .confirming, event: .differedAgain, to: .failed),
        Arrow(from: .confirming, event: .confirmedWhole, to: .healed),
        Arrow(from: .confirming, event: .confirmedWaiting, to: .waiting),
        Arrow(from: .confirming, event: .confirmedSpent, to: .failed),
    ]

    /// Every arrow: the steps above, and from each state that is not an end the one an operator may take.
    package static let arrows: [Arrow] =
        steps
        + AuditState.allCases.filter { !$0.isEnd }.map { Arrow(from: $0, event: .cancelled, to: .cancelled) }

    /// Where an event leads; nil where it cannot happen in that state.
    package static func next(_ state: AuditState, _ event: AuditEvent) -> AuditState? {
        arrows.first { $0.from == state && $0.event == event }?.to
    }

    /// Where an execution that ended is taken up again by an operator, with the calls it had planned or looking anew; nil
    /// where nothing of it is left to do. No arrow of
    /// the machine: an end is an end, and a redrive begins anew from what was kept, as Step Functions has it.
    package static func redriven(_ state: AuditState, keepsPlan: Bool) -> AuditState? {
        switch state {
        case .failed, .waiting, .cancelled: keepsPlan ? .planning : .checking
        case .succeeded, .healed, .checking, .planning, .repairing, .landing, .rechecking, .backingOff,
            .resynthesizing, .confirming:
            nil
        }
    }

    /// The way of an execution in which everything is needed and nothing goes wrong, for drawing.
    package static let mainPath: [AuditState] = [
        .checking, .planning, .repairing, .landing, .rechecking, .resynthesizing, .confirming, .healed,
    ]

    /// The machine as an Amazon States Language definition: each state that is no end becomes a `Choice` over the event.
    package static var statesLanguage: String {
        let states = AuditState.allCases.map { state -> String in
            guard !state.isEnd else {
                return "\"\(state.rawValue)\":{\"Type\":\"\(state == .failed ? "Fail" : "Succeed")\"}"
            }
            let choices = arrows.filter { $0.from == state }.map {
                "{\"Variable\":\"$.event\",\"StringEquals\":\"\($0.event.rawValue)\",\"Next\":\"\($0.to.rawValue)\"}"
            }
            return "\"\(state.rawValue)\":{\"Type\":\"Choice\",\"Choices\":[\(choices.joined(separator: ","))]}"
        }
        return "{\"StartAt\":\"checking\",\"States\":{\(states.joined(separator: ","))}}"
    }
}
