import ArgumentParser
import EmbeddedEngine
import Engine
import Pipeline

/// What people ordered.
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "What people ordered: waiting, being carried out, lying aside, done.",
        discussion: """
            An order (audit, repair, resynthesize, redrive, cancel, acknowledge, snooze, undo) lies in the data directory's \
            work queue from the moment it is taken down, and is carried out exactly once: whatever ends the owner or the \
            one who gave it, the next owner goes on. One that nobody came to for 24 hours of market time is refused. One \
            that ended its owner three times lies aside, with an alarm, until it is redriven or dropped.

            EXAMPLES
              kintsugi orders
              kintsugi orders --all --json
              kintsugi orders redrive 01K0M3N8Q2J7VZ5T9XW4RHCAEF
              kintsugi orders drop 01K0M3N8Q2J7VZ5T9XW4RHCAEF
            """,
        subcommands: [OrdersListCommand.self, OrdersRedriveCommand.self, OrdersDropCommand.self],
        defaultSubcommand: OrdersListCommand.self)
}

/// The orders there are.
struct OrdersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The orders that are not done, and the latest that are.",
        discussion: "Exit code 1 where an order lies aside.")

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Every order that is remembered, not only the latest 20 that are done.")
    var all = false

    func run() async throws {
        let reading = try await Reading.open(data)
        let orders = try await reading.orders(done: all ? QueuedWork.doneKept : 20)
        var output = Output()
        data.json ? output.json(.array(orders.map(\.json))) : show(orders, &output)
        output.flush()
        if orders.contains(where: { $0.work.state == .dead }) { throw Failure.silent(Exit.unwell) }
    }

    private func show(_ orders: [KnownOrder], _ output: inout Output) {
        guard !orders.isEmpty else { return output.line("no orders") }
        var table = TextTable(["id", "state", "given", "by", "order", "outcome"])
        for order in orders {
            table.add([
                harmless(order.work.item.id, limit: 40), order.work.state.title, order.given.iso8601,
                harmless(order.order?.by ?? "", limit: 40), harmless(order.order?.command.about ?? "cannot be read"),
                harmless(order.outcomeWords),
            ])
        }
        output.table(table)
    }
}

/// Let an order that lies aside be tried again.
struct OrdersRedriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Let an order that lies aside be tried again.",
        discussion: "The owner, or the next one, carries it out.")

    @OptionGroup var options: OperatorOptions

    @Argument(help: ArgumentHelp("Its id, as kintsugi orders shows it.", valueName: "ORDER"))
    var order: String

    func run() async throws {
        try await options.change(order, .redriveOrder(order), "tried again")
    }
}

/// Take an order out.
struct OrdersDropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Take an order out that waits or lies aside: it is never carried out.")

    @OptionGroup var options: OperatorOptions

    @Argument(help: ArgumentHelp("Its id, as kintsugi orders shows it.", valueName: "ORDER"))
    var order: String

    func run() async throws {
        try await options.change(order, .dropOrder(order), "dropped")
    }
}

extension OperatorOptions {
    /// Asks the owner, or for a moment as the owner, to change an order of the queue.
    fileprivate func change(_ order: String, _ command: PipelineCommand, _ done: String) async throws {
        let reading = try await Reading.open(data)
        guard let known = try await reading.directory.queue?.find(order) else {
            throw Failure.usage("\(harmless(order, limit: 40)) is no order here: kintsugi orders lists them")
        }
        if reading.directory.ownerProcess == nil {
            try await changeWithoutOwner(command, reading)
        } else {
            _ = try await SingleOrder(command, data, reading).carryOut(by: signature())
        }
        var output = Output()
        if data.json {
            output.json(.object([("id", .text(order)), ("done", .text(done))]))
        } else {
            let about = OperatorOrder(known.item)?.command.about ?? "an order that cannot be read"
            output.line("order \(harmless(order, limit: 40)) \(done): \(harmless(about))")
        }
        output.flush()
    }

    /// Nothing but the queue is touched: what waits in it is left to an owner.
    private func changeWithoutOwner(_ command: PipelineCommand, _ reading: Reading) async throws {
        let directory = try DataDirectory.own(path: reading.directory.path, birth: reading.directory.birth)
        var found = false
        do {
            switch command {
            case .redriveOrder(let id): found = try await directory.queue.redrive(id)
            case .dropOrder(let id): found = try await directory.queue.drop(id)
            default: break
            }
        } catch {
            await directory.close()
            throw error
        }
        await directory.close()
        guard found else {
            throw Failure.couldNot("\(command.about) refused: it does not lie aside, or is done: see kintsugi orders")
        }
    }
}

/// An order of the queue with what became of it.
struct KnownOrder {
    var work: QueuedWork
    var order: OperatorOrder?
    /// As the journal has it; nil where it was not carried out.
    var line: OrderJournal.Line?

    var given: MarketTime { MarketTime(microseconds: work.item.sent) }

    var outcomeWords: String {
        if let outcome = line?.outcome { return outcome.execution.map { "execution \($0)" } ?? outcome.text }
        guard work.receives > 0 || !work.error.isEmpty else { return "" }
        return "tried \(work.receives) times" + (work.error.isEmpty ? "" : ": \(work.error)")
    }

    var json: JSONValue {
        .object([
            ("id", .text(work.item.id)), ("state", .text(work.state.rawValue)), ("given", .moment(given)),
            ("by", order.map { .text($0.by) } ?? .null), ("verb", order.map { .text($0.command.verb) } ?? .null),
            ("order", order.map { .text($0.command.about) } ?? .null), ("receives", .integer(work.receives)),
            ("error", .text(work.error)), ("taken", line.map { .boolean($0.outcome.isTaken) } ?? .null),
            ("outcome", line.map { .text($0.outcome.text) } ?? .null),
            ("execution", line?.outcome.execution.map { .text($0) } ?? .null),
        ])
    }
}

extension QueuedWork.State {
    var title: String {
        switch self {
        case .waiting: "waiting"
        case .leased: "under way"
        case .done: "done"
        case .dead: "aside"
        }
    }
}

extension Reading {
    /// The orders that are not done, then the latest that are, each in the order of giving.
    func orders(done limit: Int) async throws -> [KnownOrder] {
        guard let queue = directory.queue else { return [] }
        let open = try await queue.list([.waiting, .leased, .dead], after: 0, limit: .max)
        let done = try await queue.list([.done], after: 0, limit: .max).suffix(limit)
        var orders: [KnownOrder] = []
        for work in open + done {
            let line = try await journal.lines(of: OrderJournal.prefix + work.item.id).last?.line
            orders.append(
                KnownOrder(work: work, order: OperatorOrder(work.item), line: line.flatMap { OrderJournal.read($0) }))
        }
        return orders
    }
}
