import Engine

/// What people order: how orders come out of the work queue, and what the root makes of each.
extension PipelineStateMachine {
    // MARK: The work queue

    /// Something was sent to the queue, or some time has passed while something of it is held.
    mutating func lookForOrders(_ effects: inout [PipelineEffect]) {
        let held = orders.look()
        if !held.isEmpty { effects.append(PipelineEffect(id: ids.next(), action: .extendOrders(held))) }
    }

    mutating func ordersReceived(
        _ id: EffectID, _ delivery: OrderDelivery, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        guard orders.received(id, isEmpty: delivery.orders.isEmpty) else { return }
        tellDead(delivery.dead, now, &effects)
        guard !stopping else {
            // They were never begun: the next owner takes them.
            let ids = delivery.orders.map(\.order.id)
            if !ids.isEmpty { effects.append(PipelineEffect(id: self.ids.next(), action: .releaseOrders(ids))) }
            return
        }
        for received in delivery.orders where !orders.has(received.order.id) { take(received, now, &effects) }
    }

    private mutating func take(_ received: ReceivedOrder, _ now: MarketTime, _ effects: inout [PipelineEffect]) {
        let order = received.order
        if let outcome = orders.outcome(before: order.id) {
            // The process that carried it out ended before it said so. Its record may not have come into the stream.
            let isWaiting = record(decision(order, outcome.text, now), tag: OrderIntake.tag(order.id))
            return orders.take(outcome, journal: nil, recordWaits: isWaiting, isQueued: true)
        }
        guard now - received.given < settings.orderAgeMax else {
            let age = settings.orderAgeMax.seconds / 3_600
            let outcome = refuse(
                order, "it was given at \(received.given), more than \(age) hours ago: give it again", now)
            let line = OrderJournal.line(order, given: received.given, outcome, event: "expired", at: now)
            let effect = PipelineEffect(id: ids.next(), action: .journal([line]))
            effects.append(effect)
            return orders.take(outcome, journal: effect.id, recordWaits: false, isQueued: true)
        }
        let first = effects.count
        let (outcome, recordWaits) = carryOut(order, now, &effects)
        // What followed and that it was carried out are on disk together, or neither is.
        var lines: [JournalLine] = []
        for effect in effects[first...] { if case .journal(let written) = effect.action { lines += written } }
        effects[first...].removeAll { effect in if case .journal = effect.action { true } else { false } }
        let event = outcome.isTaken ? "taken" : "refused"
        lines.append(OrderJournal.line(order, given: received.given, outcome, event: event, at: now))
        let effect = PipelineEffect(id: ids.next(), action: .journal(lines))
        effects.append(effect)
        orders.take(outcome, journal: effect.id, recordWaits: recordWaits, isQueued: true)
    }

    /// An order that ended its process again and again is nobody's any more until somebody has looked.
    private mutating func tellDead(
        _ dead: [DeadOrder], _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        // One that an earlier process carried out without saying so was not lost.
        let carriedOut = dead.map(\.id).filter { orders.outcome(before: $0) != nil }
        if !carriedOut.isEmpty {
            effects.append(PipelineEffect(id: ids.next(), action: .acknowledgeOrders(carriedOut)))
        }
        guard let first = dead.first(where: { orders.outcome(before: $0.id) == nil }) else {
            return clear("orders/dead", now)
        }
        raise(
            "orders/dead", .ticket, "order \(harmless(first.id, limit: 40))",
            "lies aside, \(first.about): \(harmless(first.error))", command: "kintsugi orders", now, &effects)
    }

    /// The queue has answered whether it let a dead letter go on, or took an item out.
    mutating func orderChanged(
        _ id: EffectID, found: Bool, dead: [DeadOrder], _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        guard var outcome = orders.answered(id) else { return }
        if !found {
            outcome.isTaken = false
            outcome.text += " refused: there is no such order, or it is being carried out"
        }
        outcomes.append(outcome)
        tellDead(dead, now, &effects)
        lookForOrders(&effects)
    }

    // MARK: What an order does

    /// An order that ends with its process, or that nobody wants to outlive it.
    mutating func ordered(_ order: OperatorOrder, _ now: MarketTime, _ effects: inout [PipelineEffect]) {
        switch order.command {
        case .redriveOrder(let id): ask(order, .redriveOrder(id), now, &effects)
        case .dropOrder(let id): ask(order, .dropOrder(id), now, &effects)
        default:
            let first = effects.count
            let (outcome, recordWaits) = carryOut(order, now, &effects)
            guard !order.id.isEmpty else { return }
            let journal = effects[first...].last { effect in if case .journal = effect.action { true } else { false } }
            orders.take(outcome, journal: journal?.id, recordWaits: recordWaits, isQueued: false)
        }
    }

    private mutating func ask(
        _ order: OperatorOrder, _ action: EffectAction, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        log.add(order.command.about, by: order.by, at: now)
        record(decision(order, order.command.about, now))
        let effect = PipelineEffect(id: ids.next(), action: action)
        orders.ask(effect.id, OrderOutcome(order: order.id, isTaken: true, text: order.command.about))
        effects.append(effect)
    }

    private mutating func decision(_ order: OperatorOrder, _ about: String, _ now: MarketTime) -> StreamRecord {
        .decision(
            DecisionRecord(
                by: order.by, verb: order.command.verb, about: about, received: stream.stamp(at: now), order: order.id))
    }

    /// Does what is asked, or says why not; and whether its record is on its way into the stream.
    private mutating func carryOut(
        _ order: OperatorOrder, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) -> (outcome: OrderOutcome, recordWaits: Bool) {
        // What can be undone is named by the id it would have.
        let about = order.command.about + (order.command.makesDecision ? " [\(nextDecision)]" : "")
        log.add(about, by: order.by, at: now)
        let tag = order.id.isEmpty ? nil : OrderIntake.tag(order.id)
        let recordWaits = record(decision(order, about, now), tag: tag) && tag != nil
        var notices: [AuditStateMachine.Notice] = []
        var outcome = OrderOutcome(order: order.id, isTaken: true, text: about)
        if order.command.beginsExecution, audit.executionsLive >= settings.ordersMax {
            outcome = refuse(order, "\(audit.executionsLive) executions are under way; wait or cancel one", now)
            return (outcome, recordWaits)
        }
        var complaint: String?
        switch order.command {
        case .audit(let selections):
            outcome.execution = audit.begin(
                .audit, trigger: order.by, over: selections, facts: selections, at: now, &notices)
        case .repair(let selections):
            outcome.execution = audit.begin(.repair, trigger: order.by, over: selections, facts: [], at: now, &notices)
        case .resynthesize(let selections):
            outcome.execution = audit.begin(
                .resynthesize, trigger: order.by, over: selections, facts: selections, at: now, &notices)
        case .cancel(let execution):
            let result = audit.cancel(execution, at: now)
            if !result.found { complaint = "execution \(harmless(execution, limit: 40)) is not under way" }
            notices += result.notices
        case .redrive(let execution):
            complaint = audit.redrive(execution, at: now, &notices)
            outcome.execution = execution
        case .acknowledge(let subject, let note):
            complaint = acknowledge(subject, note: note, by: order.by, now, &effects)
        case .snooze(let alarm, let end, let note):
            complaint = snooze(alarm, end, note: note, by: order.by, now, &effects)
        case .undo(let decision): complaint = undo(decision, by: order.by, now, &effects)
        case .setSpeed(let speed): speedAsked = speed
        case .setFlaws(let flaws): acquire.setFlaws(flaws)
        case .startOutage:
            if !settings.simulated { complaint = "with a real source nothing goes wrong on purpose" }
        case .stop:
            stopping = true
            delivery.flushAll()
            resynthesis.flushAll()
        case .redriveOrder, .dropOrder: break
        }
        if let complaint { outcome = refuse(order, complaint, now) }
        take(notices, now, &effects)
        return (outcome, recordWaits)
    }

    private mutating func refuse(_ order: OperatorOrder, _ complaint: String, _ now: MarketTime) -> OrderOutcome {
        let text = "\(order.command.verb) refused: \(complaint)"
        log.add(text, by: order.by, at: now)
        return OrderOutcome(order: order.id, isTaken: false, text: text)
    }
}
