/// What the asking of the source tells the other rooms.
extension AcquireStateMachine {
    /// What the rest of the machine is told.
    package enum Notice: Sendable {
        /// Append this record to the stream; `unit` names the planned call of an execution it answers.
        case record(StreamName, SymbolName, AnswerDraft, execution: String, unit: Int)
        /// Forget the held answer.
        case drop(EffectID)
        /// Slots that live capture lost without having asked.
        case lost(SymbolName, Minute, LossReason)
        /// A planned call of an execution ended.
        case ended(execution: String, unit: Int, CallFate)
        /// The settle call of a symbol ended.
        case settled(SymbolName, Range<Minute>, CallFate)
        case sourceOpened(LossReason)
        case sourceClosed
        case keyRefused
        case keyAccepted
        case candlesRefused
        case candlesGranted
        case capturedLive(SymbolName, Minute)
    }

    /// A held answer on its way into the stream; its `received` is given by the stream machine.
    package struct AnswerDraft: Hashable, Sendable {
        package var id: EffectID
        package var feedFresh: Bool
        /// How often it is appended; more than once only by a flaw.
        package var copies = 1
    }

    /// How a planned call ended, as the execution sees it.
    package enum CallFate: Hashable, Sendable {
        /// An answer with data or with none: the slots tell the rest once it has landed.
        case answered
        /// The source or the key refuses candles.
        case noAccess, keyRefused
        /// It failed while the source was otherwise there: costs an attempt.
        case failed(LossReason)
        /// The source is away: costs none.
        case sourceAway
    }
}
