/// The states of one execution of the auditor; the whole machine is in `AuditTransitionTable`.
package enum AuditState: String, Hashable, Sendable, CaseIterable {
    /// Expected slots are compared with present ones, and derived digests with their inputs.
    case checking
    /// Gaps are coalesced per symbol into the fewest calls.
    case planning
    /// Calls go to the source under the rate budget.
    case repairing
    /// The answers are on their way into the lake and the warehouse; waits for their positions.
    case landing
    /// The slots are looked at again.
    case rechecking
    /// Waits for the retry policy's interval, or for the source.
    case backingOff
    /// Derived rows whose inputs changed are built again.
    case resynthesizing
    /// What was rebuilt is recomputed and compared.
    case confirming
    /// Ended: nothing was missing and nothing stale.
    case succeeded
    /// Ended: all whole.
    case healed
    /// Ended: some slots are handed to the schedule (a second witness, a closed session, an absent source).
    case waiting
    /// Ended: retries are spent; an alarm stands.
    case failed
    /// Ended by an operator.
    case cancelled

    /// Whether the execution is over.
    package var isEnd: Bool {
        switch self {
        case .succeeded, .healed, .waiting, .failed, .cancelled: true
        case .checking, .planning, .repairing, .landing, .rechecking, .backingOff, .resynthesizing, .confirming: false
        }
    }

    /// As shown on a screen.
    package var title: String { self == .backingOff ? "backing off" : rawValue }
}
