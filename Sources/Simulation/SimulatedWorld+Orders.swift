import Engine
import Pipeline

/// An order that somebody gave.
struct GivenOrder {
    var item: WorkItem
    var command: PipelineCommand
    /// Whether its giver was told that it is kept; then it must be carried out.
    var isPromised = false
}

/// What people order: everything goes through the work queue, whether a process is there or not.
extension SimulatedWorld {
    /// Gives an order, now and then twice under its one id. Without a process it lies in the queue until there is one.
    func give(_ command: PipelineCommand, isPoison: Bool = false) {
        let id = "order-\(given.count + 1)"
        let order = OperatorOrder(command, by: "operator", id: id)
        var item = order.workItem(given: clock.now())
        let isSpoilt = chance.happens(0.03)
        if isSpoilt, !isQuiet { item.body = Array("{".utf8) }
        if isPoison { poison.insert(id) }
        given.append(GivenOrder(item: item, command: command))
        trace.add("gives \(id) \(command.about)\(isPoison ? ", poison" : "")", at: clock.now())
        send(given.count - 1)
        if chance.happens(0.2) { send(given.count - 1) }
    }

    /// Sends once more whatever nobody was told of.
    func giveAgain() {
        for place in given.indices where !given[place].isPromised && chance.happens(0.7) { send(place) }
    }

    private func send(_ place: Int) {
        let queue = life == nil ? MemoryWorkQueue(world: memory) : MemoryWorkQueue(world: memory, faults: faults)
        do throws(EngineError) {
            _ = try queue.send(given[place].item)
            given[place].isPromised = true
            life?.inbox.append(.ordersWaiting)
        } catch {
            guard error.kind == .crashed, let life else { return }
            trace.add("crashed \(error.whereabouts)", at: clock.now())
            end(life, away: crashAway)
        }
    }

    /// Gives what leads to a call of the queue, so that a process that is to end there does.
    func provoke(_ call: EngineCall) {
        switch call.method {
        case "redrive": order(.redriveOrder("order-0"))
        case "drop": order(.dropOrder("order-0"))
        default: give(chosenOrder())
        }
        if call.method == "extend" { order(.setFlaws(settings.flaws)) }
    }

    /// Reacts to an effect where a process is to end at a call of the queue that is seldom made.
    func provoke(by effect: PipelineEffect, _ life: SimulatedLife) {
        guard let point = faults.armedPoint, point.call.store == .queue else { return }
        switch (point.call.method, effect.action) {
        case ("release", .receiveOrders):
            life.stopOrdered = life.stopOrdered ?? clock.now()
            life.inbox.insert(.ordered(OperatorOrder(.stop, by: "operator")), at: 0)
        case ("bury", .receiveOrders):
            memory.spoilWaiting()
        case ("extend", .journal(let lines)) where lines.contains { $0.subject.hasPrefix(OrderJournal.prefix) }:
            life.inbox.insert(.ordersWaiting, at: 0)
        default: break
        }
    }

    /// A process that comes to a poisoned order is at its end.
    func isTrapped(by event: PipelineEvent) -> Bool {
        guard case .ordersReceived(_, let delivery) = event, life?.machine.isStopping == false else { return false }
        return delivery.orders.contains { poison.contains($0.order.id) }
    }

    /// The program is mended, and a person looks after what lies aside: by turns it is tried again and dropped.
    func lookAfterDead() {
        poison = []
        for work in memory.queueTable.list([.dead], after: 0, limit: .max) {
            occurred.deadOrders += 1
            let isReadable = OperatorOrder(work.item) != nil
            if isReadable && work.ordinal % 3 != 0 {
                order(.redriveOrder(work.item.id))
            } else {
                dropped.insert(work.item.id)
                order(.dropOrder(work.item.id))
            }
        }
    }

    func chosenOrder() -> PipelineCommand {
        let first = scenario.begin.minute.advanced(by: chance.below(60))
        let selection = SlotSelection(
            symbols: [chance.pick(scenario.universe.members).symbol],
            minutes: first..<first.advanced(by: chance.within(1...90)))
        switch chance.below(8) {
        case 0: return .repair([selection])
        case 1: return .audit([selection])
        case 2: return .resynthesize([selection])
        case 3: return .cancel(execution: watch.executions.first?.id ?? "0-0")
        case 4: return .redrive(execution: "\(max(1, incarnation - 1))-\(chance.within(1...3))")
        case 5: return .acknowledge(.slots([selection]), note: "seen")
        case 6: return .snooze(alarm: "source/simulated/outage", .minutes(10), note: "known")
        default: return .undo(decision: "\(incarnation).1")
        }
    }

    /// Outcomes are told once they are on disk.
    func checkOutcomes(_ outcomes: [OrderOutcome]) {
        for outcome in outcomes where outcome.order.hasPrefix("order-") {
            if memory.journalTable.lines(of: OrderJournal.prefix + outcome.order).isEmpty {
                violate("the outcome of \(outcome.order) was told before it was on disk: \(outcome.text)")
            }
        }
    }
}
