package import Engine

/// How what became of an order stands in the journal: `order/<id>`, one line, written together with what followed from the
/// order or not at all. An order with a line is carried out and never again.
package enum OrderJournal {
    package static let prefix = "order/"

    /// An order with what became of it.
    package struct Line: Hashable, Sendable, Codable {
        package var id: String
        package var by: String
        /// `PipelineCommand.verb`.
        package var verb: String
        /// When it was given, on the market time of whoever gave it, UTC microseconds.
        package var given: Int64
        package var outcome: OrderOutcome
    }

    static func line(
        _ order: OperatorOrder, given: MarketTime, _ outcome: OrderOutcome, event: String, at now: MarketTime
    ) -> JournalLine {
        let line = Line(
            id: order.id, by: order.by, verb: order.command.verb, given: given.microseconds, outcome: outcome)
        return JournalLine(
            subject: prefix + order.id, at: now.microseconds, event: event, payload: JournalPayload.encode(line),
            closes: true)
    }

    /// Reads a line back; nil where it is none of an order.
    package static func read(_ line: JournalLine) -> Line? { JournalPayload.decode(Line.self, line.payload) }
}

extension OperatorOrder {
    /// The order as the work queue holds it.
    package func workItem(given now: MarketTime) -> WorkItem {
        WorkItem(id: id, sent: now.microseconds, body: JournalPayload.encode(self))
    }

    /// Reads an order out of the work queue; nil where the item holds none that this program knows.
    package init?(_ item: WorkItem) {
        guard let order = JournalPayload.decode(OperatorOrder.self, item.body), order.id == item.id else { return nil }
        self = order
    }
}

/// An order out of the work queue.
package struct ReceivedOrder: Hashable, Sendable {
    package var order: OperatorOrder
    /// When it was given.
    package var given: MarketTime

    package init(_ order: OperatorOrder, given: MarketTime) {
        self.order = order
        self.given = given
    }
}

/// An order that was tried too often, or cannot be read.
package struct DeadOrder: Hashable, Sendable {
    package var id: String
    /// What it asks, in words; why it cannot be read where it cannot.
    package var about: String
    /// What went wrong last.
    package var error: String

    package init(_ work: QueuedWork) {
        id = work.item.id
        about = OperatorOrder(work.item)?.command.about ?? "an order this version does not know"
        error = work.error
    }
}

/// What the work queue gave.
package struct OrderDelivery: Hashable, Sendable {
    package var orders: [ReceivedOrder]
    /// Every dead letter there is, the oldest few.
    package var dead: [DeadOrder]

    package init(orders: [ReceivedOrder], dead: [DeadOrder]) {
        self.orders = orders
        self.dead = dead
    }
}
