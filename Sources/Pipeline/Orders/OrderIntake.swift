/// Takes orders out of the work queue, one batch at a time, and has each until everything that followed from it is on disk;
/// only then is it acknowledged, and its outcome told. Orders that end with their process (a stop, a speed) never lie in
/// the queue, and are told of in the same way.
package struct OrderIntake: Sendable {
    /// An order whose consequence is being written.
    private struct InHand {
        var outcome: OrderOutcome
        /// Writes its consequence and its own line.
        var journal: EffectID?
        /// Whether its record is on its way into the stream.
        var recordWaits: Bool
        var isQueued: Bool
        /// A store failed for good: it is not acknowledged, and the next process looks whether it was carried out.
        var isStuck = false

        var isWritten: Bool { journal == nil && !recordWaits }
    }

    private var inHand: [InHand] = []
    private var receiving: EffectID?
    private var acknowledging: [EffectID] = []
    /// Whether the queue may hold something.
    private var isWanted = true
    /// Orders that an earlier process carried out and did not acknowledge.
    private var concluded: [String: OrderOutcome] = [:]
    /// Questions to the queue itself.
    private var asked: [(effect: EffectID, outcome: OrderOutcome)] = []

    /// How a record of an order is tagged, so that its landing is known.
    static func tag(_ order: String) -> StreamStateMachine.Tag {
        StreamStateMachine.Tag(execution: OrderJournal.prefix + order, unit: 0)
    }

    /// Whether something of the queue is held, whose lease may have to be longer.
    package var holdsWork: Bool { inHand.contains(where: \.isQueued) }

    mutating func recover(_ orders: [OrderOutcome]) {
        for outcome in orders { concluded[outcome.order] = outcome }
    }

    /// What an earlier process made of an order; nil where it did not come to it.
    func outcome(before id: String) -> OrderOutcome? { concluded[id] }

    // MARK: What happens

    /// Something was sent, or time has passed: the ids held, whose lease is to be longer.
    mutating func look() -> [String] {
        isWanted = true
        return inHand.filter { $0.isQueued && !$0.isStuck }.map(\.outcome.order)
    }

    /// A batch has come; false where nobody waits for it.
    mutating func received(_ id: EffectID, isEmpty: Bool) -> Bool {
        guard receiving == id else { return false }
        receiving = nil
        if !isEmpty { isWanted = true }
        return true
    }

    /// Whether the order is in hand already.
    func has(_ id: String) -> Bool { inHand.contains { $0.outcome.order == id } }

    /// An order was carried out or refused, and this is being written.
    mutating func take(_ outcome: OrderOutcome, journal: EffectID?, recordWaits: Bool, isQueued: Bool) {
        inHand.append(InHand(outcome: outcome, journal: journal, recordWaits: recordWaits, isQueued: isQueued))
    }

    /// The queue itself was asked; its answer makes the outcome.
    mutating func ask(_ effect: EffectID, _ outcome: OrderOutcome) { asked.append((effect, outcome)) }

    /// The queue has answered: the outcome where it did as asked.
    mutating func answered(_ id: EffectID) -> OrderOutcome? {
        guard let place = asked.firstIndex(where: { $0.effect == id }) else { return nil }
        return asked.remove(at: place).outcome
    }

    mutating func journalled(_ id: EffectID) {
        for place in inHand.indices where inHand[place].journal == id { inHand[place].journal = nil }
    }

    mutating func recorded(_ landed: [StreamStateMachine.Landed]) {
        for place in inHand.indices where inHand[place].recordWaits {
            let tag = Self.tag(inHand[place].outcome.order)
            if landed.contains(where: { $0.tag == tag }) { inHand[place].recordWaits = false }
        }
    }

    mutating func done(_ id: EffectID) { acknowledging.removeAll { $0 == id } }

    /// The stream of orders stands still for good.
    mutating func recordsFailed() {
        for place in inHand.indices where inHand[place].recordWaits {
            inHand[place].recordWaits = false
            inHand[place].isStuck = true
        }
    }

    /// An effect failed for good; true where it was one of the queue.
    mutating func failed(_ id: EffectID) -> Bool {
        for place in inHand.indices where inHand[place].journal == id {
            inHand[place].journal = nil
            inHand[place].isStuck = true
        }
        let isOurs = receiving == id || acknowledging.contains(id)
        if receiving == id {
            receiving = nil
            isWanted = false
        }
        done(id)
        return isOurs
    }

    // MARK: Steps

    /// The outcomes of all that is written by now, and the acknowledgement of what lay in the queue.
    mutating func settle(_ ids: inout EffectIDs) -> (outcomes: [OrderOutcome], effect: PipelineEffect?) {
        let written = inHand.filter(\.isWritten)
        guard !written.isEmpty else { return ([], nil) }
        inHand.removeAll(where: \.isWritten)
        let done = written.filter { $0.isQueued && !$0.isStuck }.map(\.outcome.order)
        guard !done.isEmpty else { return (written.map(\.outcome), nil) }
        let effect = PipelineEffect(id: ids.next(), action: .acknowledgeOrders(done))
        acknowledging.append(effect.id)
        return (written.map(\.outcome), effect)
    }

    /// Asks the queue for more, once all that was received is acknowledged.
    mutating func receive(_ ids: inout EffectIDs) -> PipelineEffect? {
        guard isWanted, receiving == nil, acknowledging.isEmpty, !holdsWork else { return nil }
        isWanted = false
        let effect = PipelineEffect(id: ids.next(), action: .receiveOrders)
        receiving = effect.id
        return effect
    }
}
