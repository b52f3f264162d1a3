import Engine
import Pipeline

/// Checks that each order was carried out exactly once: what was promised is done, and nothing was done twice.
struct OrderAuditor {
    let journal: JournalTable
    let queue: QueueTable
    /// The records of the stream of decisions that were ever made, wherever they are kept now.
    let decisions: [StreamRecord]
    /// False where the lake's only copy of some was damaged at rest.
    let areWhole: Bool
    let given: [GivenOrder]
    let dropped: Set<String>

    var complaints: [String] {
        given.flatMap(complaints) + strangers
            + queue.items.filter { $0.state != .done }
            .map { "\($0.item.id) is still \($0.state.rawValue) after \($0.receives) times: \($0.error)" }
    }

    private func complaints(_ one: GivenOrder) -> [String] {
        let id = one.item.id
        // A line whose acknowledgement was lost is written again, the same.
        let lines = Set(journal.lines(of: OrderJournal.prefix + id).map(\.line))
        guard lines.count < 2 else { return ["\(id) was carried out \(lines.count) times"] }
        guard let line = lines.first, let order = OrderJournal.read(line) else {
            let isOwed = one.isPromised && !dropped.contains(id)
            return isOwed ? ["\(id) was promised and is not carried out: \(one.command.about)"] : []
        }
        var complaints: [String] = []
        if order.outcome.isTaken, one.command.beginsExecution {
            let began = order.outcome.execution.map { journal.lines(of: AuditJournal.prefix + $0) } ?? []
            if began.isEmpty { complaints.append("\(id) was taken, and no execution began") }
        }
        if areWhole, line.event != "expired", !recorded.contains(id) {
            complaints.append("\(id) is not recorded in the stream")
        }
        return complaints
    }

    /// The orders that decisions name.
    private var recorded: Set<String> {
        Set(decisions.map { record in if case .decision(let decision) = record { decision.order } else { "" } })
    }

    /// Executions that people's orders began and that no order names, or two do.
    private var strangers: [String] {
        var named: [String: [String]] = [:]
        for subject in journal.subjects(OrderJournal.prefix) {
            guard let line = journal.lines(of: subject).last?.line, let order = OrderJournal.read(line) else {
                continue
            }
            if let execution = order.outcome.execution, order.verb != "redrive" {
                named[execution, default: []].append(order.id)
            }
        }
        return journal.subjects(AuditJournal.prefix).compactMap { subject in
            guard let first = journal.lines(of: subject).first, let execution = AuditJournal.execution(first.line),
                execution.trigger == "operator"
            else { return nil }
            let orders = named[execution.id] ?? []
            return orders.count == 1
                ? nil : "execution \(execution.id) was begun for \(orders.count) orders: \(orders)"
        }
    }
}
