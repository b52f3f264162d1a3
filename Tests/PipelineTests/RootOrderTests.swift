import Engine
import Pipeline
import Testing

/// Orders out of the work queue through the whole machine.
struct RootOrderTests {
    private static let pair = RootScripts.pairs[0]

    private static func world() -> RootWorld {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        world.start()
        world.run(until: RootScripts.start + .minutes(10))
        return world
    }

    private static func received(_ id: String, _ command: PipelineCommand, _ world: RootWorld) -> ReceivedOrder {
        ReceivedOrder(OperatorOrder(command, by: "ana", id: id), given: world.now)
    }

    private static var resynthesis: PipelineCommand {
        let first = RootScripts.start.minute
        return .resynthesize([SlotSelection(symbols: [pair], minutes: first..<first.advanced(by: 5))])
    }

    private static func give(_ orders: [ReceivedOrder], _ world: inout RootWorld) {
        world.waiting += orders
        world.handle(.ordersWaiting)
        world.run(until: world.now + .minutes(1))
    }

    private static func lines(_ world: RootWorld, _ id: String) -> [OrderJournal.Line] {
        world.journal.filter { $0.subject == OrderJournal.prefix + id }.compactMap(OrderJournal.read)
    }

    @Test func anOrderIsAcknowledgedOnlyWhenWhatFollowedIsOnDisk() throws {
        var world = Self.world()
        Self.give([Self.received("o1", Self.resynthesis, world)], &world)
        let written = try #require(
            world.issued.firstIndex { effect in
                guard case .journal(let lines) = effect.action else { return false }
                return lines.contains { $0.subject == "order/o1" }
            })
        guard case .journal(let lines) = world.issued[written].action else { return }
        #expect(lines.map { $0.subject.prefix { $0 != "/" } } == ["execution", "order"], "together or not at all")
        let acknowledged = try #require(
            world.issued.firstIndex { $0.action == .acknowledgeOrders(["o1"]) })
        #expect(acknowledged > written && world.acknowledged == ["o1"])
        let line = try #require(Self.lines(world, "o1").first)
        #expect(line.outcome.isTaken && line.by == "ana" && line.verb == "resynthesize")
        #expect(world.states(of: try #require(line.outcome.execution)).last == "healed")
        let recorded = world.streams[StreamShard("operator", 0)]?.contains { record in
            if case .decision(let decision) = record { decision.order == "o1" } else { false }
        }
        #expect(recorded == true)
        #expect(world.machine.takeOutcomes().map(\.order) == ["o1"] && !world.machine.holdsOrders)
    }

    /// Nothing is told or acknowledged while one of the two stores has not said that it is done.
    @Test func anUnwrittenOrderStaysHeld() {
        for stuck in ["journal", "stream"] {
            var world = Self.world()
            world.failing = { action in
                let isStuck =
                    switch action {
                    case .journal(let lines): stuck == "journal" && lines.contains { $0.subject.hasPrefix("order/") }
                    case .append(StreamShard("operator", 0), _): stuck == "stream"
                    default: false
                    }
                return isStuck ? EngineError(.damaged, "the store is damaged") : nil
            }
            Self.give([Self.received("o1", Self.resynthesis, world)], &world)
            #expect(world.acknowledged.isEmpty, "\(stuck)")
            #expect(world.machine.takeOutcomes().count == 1, "who waits is told, and the next process looks")
        }
    }

    @Test func whatAnEarlierProcessCarriedOutIsNotBegunAgain() throws {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        world.waiting = [
            Self.received("o1", Self.resynthesis, world), Self.received("o2", .undo(decision: "x"), world),
        ]
        var recovery = PipelineRecovery(incarnation: 2)
        recovery.orders = [OrderOutcome(order: "o1", isTaken: true, text: "resynthesize", execution: "1-4")]
        world.start(recovery)
        world.run(until: world.now + .minutes(1))
        #expect(world.acknowledged.sorted() == ["o1", "o2"])
        #expect(Self.lines(world, "o1").isEmpty && Self.lines(world, "o2").count == 1)
        let outcomes = world.machine.takeOutcomes()
        #expect(outcomes.first { $0.order == "o1" }?.execution == "1-4")
        #expect(outcomes.first { $0.order == "o2" }?.isTaken == false)
        #expect(!world.journal.contains { $0.subject == "execution/2-1" && $0.event == "resynthesizing" })
    }

    @Test func anOldOrderIsRefusedWithALine() throws {
        var world = Self.world()
        var old = Self.received("o1", Self.resynthesis, world)
        old.given = world.now - world.settings.orderAgeMax
        var young = Self.received("o2", .undo(decision: "x"), world)
        young.given = old.given + .minutes(2)
        Self.give([old, young], &world)
        #expect(world.acknowledged == ["o1", "o2"])
        let line = try #require(Self.lines(world, "o1").first)
        #expect(!line.outcome.isTaken && line.outcome.text.contains("more than 24 hours ago"))
        #expect(Self.lines(world, "o2").first?.outcome.text.contains("nothing of the id") == true)
    }

    @Test func aStoppingProcessBeginsNothing() {
        var world = Self.world()
        world.handle(.ordered(OperatorOrder(.stop, by: "ana")))
        world.waiting = [Self.received("o1", Self.resynthesis, world)]
        world.handle(.ordersWaiting)
        world.run(until: world.now + .minutes(1))
        #expect(world.acknowledged.isEmpty && world.waiting.count == 1)
        // One that was on its way goes back.
        var late = Self.world()
        late.waiting = [Self.received("o1", Self.resynthesis, late)]
        late.handle(.ordersWaiting)
        late.handle(.ordered(OperatorOrder(.stop, by: "ana")))
        late.run(until: late.now + .minutes(1))
        #expect(late.released == ["o1"] && Self.lines(late, "o1").isEmpty)
    }

    @Test func aDeadLetterIsATicketUntilItIsGone() throws {
        var world = Self.world()
        var work = QueuedWork(
            ordinal: 1, item: OperatorOrder(Self.resynthesis, by: "ana", id: "o9").workItem(given: world.now))
        work.error = "its process\u{1B}[2J ended"
        world.dead = [DeadOrder(work)]
        world.handle(.ordersWaiting)
        world.run(until: world.now + .minutes(1))
        let alarm = try #require(world.status().alarms.first { $0.key == "orders/dead" })
        #expect(alarm.severity == .ticket && alarm.cleared == nil && !alarm.reason.contains("\u{1B}"))
        #expect(alarm.reason.contains("resynthesize"))
        for (id, found) in [("o8", false), ("o9", true)] {
            world.handle(.ordered(OperatorOrder(.dropOrder(id), by: "ana", id: "q-\(id)")))
            world.run(until: world.now + .minutes(1))
            let outcome = try #require(world.machine.takeOutcomes().first)
            #expect(outcome.order == "q-\(id)" && outcome.isTaken == found)
        }
        #expect(world.status().alarms.first { $0.key == "orders/dead" }?.cleared != nil)
    }

    @Test func heldOrdersAreExtendedAndNoMoreAreReceivedMeanwhile() throws {
        var world = Self.world()
        func handle(_ event: PipelineEvent) -> [PipelineEffect] {
            world.machine.handle(event, at: world.now, coverage: world.coverage)
        }
        let receive = try #require(handle(.ordersWaiting).first { $0.action == .receiveOrders })
        #expect(!handle(.ordersWaiting).contains { $0.action == .receiveOrders }, "one question at a time")
        let orders = [Self.received("o1", Self.resynthesis, world)]
        let effects = handle(.ordersReceived(receive.id, OrderDelivery(orders: orders, dead: [])))
        let journal = try #require(effects.first { if case .journal = $0.action { true } else { false } })
        let append = try #require(effects.first { if case .append = $0.action { true } else { false } })
        #expect(handle(.ordersWaiting).map(\.action) == [.extendOrders(["o1"])])
        #expect(handle(.ordersReceived(receive.id, OrderDelivery(orders: orders, dead: []))).isEmpty, "a stale outcome")
        #expect(handle(.journalled(journal.id)).isEmpty && world.machine.takeOutcomes().isEmpty)
        let acknowledge = try #require(
            handle(.appended(append.id, sequences: 1...1, bytes: 9)).first { $0.action == .acknowledgeOrders(["o1"]) })
        #expect(world.machine.takeOutcomes().count == 1)
        #expect(handle(.done(acknowledge.id)).contains { $0.action == .receiveOrders }, "then comes the next batch")
    }

    @Test func anOrderIsReadBackAsItWasGiven() throws {
        let commands: [PipelineCommand] = [
            Self.resynthesis, .cancel(execution: "1-2"), .redrive(execution: "3-4"), .undo(decision: "1.1"),
            .acknowledge(.rule(try SlotRule(parsing: "reason:no-data")), note: "ja\u{1B}"),
            .snooze(alarm: "a", .minutes(3), note: ""),
        ]
        for command in commands {
            let order = OperatorOrder(command, by: "ana", id: "o1")
            let item = order.workItem(given: RootScripts.start)
            #expect(OperatorOrder(item) == order && command.outlivesProcess)
            var other = item
            other.id = "o2"
            #expect(OperatorOrder(other) == nil, "an item is the order of its own id")
        }
        #expect(OperatorOrder(WorkItem(id: "o1", sent: 0, body: Array("{".utf8))) == nil)
        #expect(!PipelineCommand.stop.outlivesProcess)
    }
}
