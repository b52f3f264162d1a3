package import Engine
package import Pipeline

/// The imperative shell: one actor, one inbox, one loop. It feeds events to the machine, hands its effects to the
/// performer, sleeps until the machine's next deadline, and publishes the newest status.
package actor PipelineRuntime {
    /// When the run ends by itself.
    package enum End: Sendable {
        case whenAsked
        /// When nothing past its grace is missing and no execution is open.
        case healed
        case at(MarketTime)
    }

    /// How the process began: what the data directory gave.
    package struct Birth: Sendable {
        package var incarnation: Int64
        package var lastReceived: Int64
        package var damage: [String]

        package init(incarnation: Int64, lastReceived: Int64, damage: [String]) {
            self.incarnation = incarnation
            self.lastReceived = lastReceived
            self.damage = damage
        }
    }

    /// What is told of each acknowledged append, for those who print it.
    package struct Acknowledged: Sendable {
        package var shard: StreamShard
        package var sequences: ClosedRange<Int64>
    }

    private var machine: PipelineStateMachine
    private var coverage = CoverageIndex()
    private let performer: EffectPerformer
    private let stores: Stores
    private let clock: any MarketClock
    private let inbox: AsyncStream<PipelineEvent>
    private nonisolated let post: AsyncStream<PipelineEvent>.Continuation
    /// The newest status; a slow reader misses the ones between.
    package nonisolated let statuses: AsyncStream<PipelineStatus>
    /// For who else wants to know.
    package nonisolated let audience = StatusFanOut()
    private nonisolated let desk = OrderDesk()
    private nonisolated let loopPulse = LoopPulse()
    private let lanes: EffectLanes
    private let sinks: [SinkLane]
    private let end: End
    private let alignment: SourceAlignment?
    private let onAppend: (@Sendable (Acknowledged) -> Void)?
    private let diskLeft: @Sendable () -> Int64?
    /// Effects under way; of the calls to the source which, for an end does not wait for them.
    private var inFlight = 0
    private var sourceCalls: Set<EffectID> = []
    private var stopExpired = false
    private var stopTimer: Task<Void, Never>?
    private var appendShards: [EffectID: StreamShard] = [:]
    /// Runs while orders of the work queue are held.
    private var leaseTimer: Task<Void, Never>?
    private var timer: (fires: ContinuousClock.Instant, task: Task<Void, Never>)?
    private var lastPublished: ContinuousClock.Instant?
    private var publishPending = false
    private var endOrdered = false
    private var clockIsBehind = false

    package init(
        settings: PipelineSettings, stores: Stores, sinks: [NamedSink] = [], source: SourceClient,
        clock: any MarketClock, end: End = .whenAsked, alignment: SourceAlignment? = nil,
        onAppend: (@Sendable (Acknowledged) -> Void)? = nil, diskLeft: @escaping @Sendable () -> Int64? = { nil }
    ) {
        machine = PipelineStateMachine(settings: settings, at: clock.now())
        let (inbox, post) = AsyncStream.makeStream(of: PipelineEvent.self)
        (self.inbox, self.post) = (inbox, post)
        let sinkLanes = sinks.map { SinkLane($0) { post.yield($0) } }
        self.sinks = sinkLanes
        var told = stores
        told.sinks += sinkLanes as [any AlarmSink]
        performer = EffectPerformer(stores: told, source: source, settings: settings, clock: clock)
        self.stores = stores
        self.clock = clock
        self.end = end
        self.alignment = alignment
        self.onAppend = onAppend
        self.diskLeft = diskLeft
        statuses = audience.subscribe()
        lanes = EffectLanes(performer: performer, post: post)
    }

    /// Takes an order in that ends with this process; its outcome shows in the log and the status.
    package nonisolated func submit(_ order: OperatorOrder) { post.yield(.ordered(order)) }

    /// Gives an order that has an id, and waits until what became of it is on disk. One that outlives the process lies in
    /// the work queue from then on, and is carried out once whatever becomes of this process and of who gave it.
    package nonisolated func carry(_ order: OperatorOrder) async -> OrderOutcome {
        await desk.outcome(of: order) {
            if order.command.outlivesProcess { Task { await keep(order) } } else { post.yield(.ordered(order)) }
        }
    }

    private nonisolated func keep(_ order: OperatorOrder) async {
        do throws(EngineError) {
            let work = try await stores.queue.send(order.workItem(given: clock.now()))
            desk.kept(order.id)
            // An id that was given before is told what became of it then.
            let line = work.receives > 0 || work.state != .waiting ? try await concluded(order.id) : nil
            if let line { return desk.tell(line.outcome) }
            switch work.state {
            case .waiting, .leased: post.yield(.ordersWaiting)
            case .done:
                desk.tell(OrderOutcome(order: order.id, isTaken: false, text: "the order was dropped: give another"))
            case .dead:
                desk.tell(
                    OrderOutcome(order: order.id, isTaken: false, text: "the order lies aside: see kintsugi orders"))
            }
        } catch {
            desk.tell(
                OrderOutcome(
                    order: order.id, isTaken: false, text: "the order could not be kept: \(error.description)"))
        }
    }

    private nonisolated func concluded(_ id: String) async throws(EngineError) -> OrderJournal.Line? {
        try await stores.journal.lines(of: OrderJournal.prefix + id).last.flatMap { OrderJournal.read($0.line) }
    }

    /// Waits until the loop has taken one further turn; false where it has ended. A loop that hangs answers nobody.
    package nonisolated func pulse() async -> Bool { await loopPulse.next { post.yield(.deadlineReached) } }

    /// Runs until ordered to stop, or until its end comes by itself; then everything acknowledged is in the lake.
    package func run(_ birth: Birth) async throws(EngineError) {
        defer {
            audience.finish()
            desk.close()
            loopPulse.close()
        }
        do throws(EngineError) {
            try await recover(birth)
        } catch {
            await closeSinks()
            throw error
        }
        for await event in inbox {
            take(event)
            if machine.isStopping, mayEnd() { break }
        }
        timer?.task.cancel()
        stopTimer?.cancel()
        leaseTimer?.cancel()
        lanes.finish()
        await closeSinks()
        publishNow()
    }

    private func recover(_ birth: Birth) async throws(EngineError) {
        let reader = RecoveryReader(stores)
        let universe = machine.settings.universe
        try await stores.warehouse.expect(universe.expectation(until: clock.now() + Universe.expectationAhead))
        coverage = try await reader.coverage()
        let recovery = try await reader.recovery(
            incarnation: birth.incarnation, lastReceived: birth.lastReceived, damage: birth.damage)
        take(.recovered(recovery))
    }

    private func closeSinks() async {
        await withTaskGroup { group in
            for sink in sinks { group.addTask { await sink.close() } }
        }
    }

    /// Everything acknowledged is in the lake; or two seconds are over, and the next start delivers the rest.
    private func mayEnd() -> Bool {
        if stopTimer == nil {
            stopTimer = Task { [weak self, post] in
                try? await Task.sleep(for: .seconds(2))
                await self?.expireStop()
                post.yield(.deadlineReached)
            }
        }
        return stopExpired || machine.isDrained && inFlight == sourceCalls.count
    }

    private func expireStop() { stopExpired = true }

    // MARK: The loop

    private func take(_ event: PipelineEvent) {
        note(event)
        if let skip = clock.skipped() { handle(.timeSkipped(from: skip.from, to: skip.to)) }
        let behind = clock.behind()
        if (behind == nil) == clockIsBehind {
            clockIsBehind = behind != nil
            handle(.clockSetBack(by: behind))
        }
        handle(event)
        applySpeed()
        orderEnd()
        passClosedHours()
        keepLeases()
        arm()
        publishSoon()
        loopPulse.beat()
    }

    private func handle(_ event: PipelineEvent) {
        let effects = machine.handle(event, at: clock.now(), coverage: coverage)
        for outcome in machine.takeOutcomes() { desk.tell(outcome) }
        for effect in effects {
            inFlight += 1
            if case .fetch = effect.action { sourceCalls.insert(effect.id) }
            if case .append(let shard, _) = effect.action, onAppend != nil { appendShards[effect.id] = shard }
            lanes.perform(effect)
        }
    }

    /// What the loop itself learns of an event before the machine sees it.
    private func note(_ event: PipelineEvent) {
        switch event {
        case .curated(_, let summary):
            inFlight -= 1
            for row in summary.masks { coverage.apply(row) }
        case .appended(let id, let sequences, _):
            inFlight -= 1
            if let shard = appendShards.removeValue(forKey: id) {
                onAppend?(Acknowledged(shard: shard, sequences: sequences))
            }
        case .answerArrived(let id, _):
            inFlight -= 1
            sourceCalls.remove(id)
        case .journalled, .objectPut, .objectRegistered, .checkpointMoved, .synthesized,
            .factsChecked, .objectDamaged, .upkept, .ordersReceived, .orderChanged, .done, .failed:
            inFlight -= 1
        case .recovered, .deadlineReached, .storeTroubled, .storeRecovered, .sinkTroubled, .sinkRecovered, .timeSkipped,
            .clockSetBack, .ordered, .ordersWaiting:
            break
        }
    }

    private func applySpeed() {
        guard let speed = machine.takeSpeed() else { return }
        clock.setSpeed(speed)
    }

    private func orderEnd() {
        guard !endOrdered else { return }
        switch end {
        case .whenAsked: return
        case .healed: guard machine.isHealed(coverage, at: clock.now()), inFlight == 0 else { return }
        case .at(let time): guard clock.now() >= time else { return }
        }
        endOrdered = true
        handle(.ordered(OperatorOrder(.stop, by: "pipeline")))
    }

    /// While every calendar is closed, time goes from deadline to deadline with all effects drained.
    private func passClosedHours() {
        guard clock.mayJump, clock.speed > 0 || alignment?.isHolding == true, !machine.isStopping else { return }
        while inFlight == 0, !machine.isOpen(at: clock.now()), var next = machine.nextDeadline(after: clock.now()) {
            if case .at(let time) = end { next = min(next, time) }
            guard next > clock.now() else { return }
            if let alignment, let open = machine.nextOpen(after: clock.now()) {
                switch alignment.permit(next, before: open) {
                case .go: break
                case .run: return
                case .wait: return alignment.wait(for: next, before: open, clock: clock, post: post)
                }
            }
            clock.jump(to: next)
            handle(.deadlineReached)
            orderEnd()
        }
    }

    // MARK: Deadlines

    /// A third of a lease: a store that does not answer for a while must not make the order look forgotten.
    private static let leasePause = Duration.microseconds(EffectPerformer.leaseMicroseconds / 3)

    private func keepLeases() {
        guard machine.holdsOrders, leaseTimer == nil else { return }
        leaseTimer = Task { [weak self, post] in
            try? await Task.sleep(for: Self.leasePause)
            guard !Task.isCancelled else { return }
            await self?.leasePauseEnded()
            post.yield(.ordersWaiting)
        }
    }

    private func leasePauseEnded() { leaseTimer = nil }

    private func arm() {
        var next = machine.nextDeadline(after: clock.now())
        if case .at(let time) = end, !endOrdered { next = next.map { min($0, time) } ?? time }
        guard let deadline = next, let nanoseconds = clock.nanoseconds(until: deadline) else { return }
        // At least a fifth of a millisecond, so that a deadline in the past cannot spin.
        let pause = Duration.nanoseconds(Int64(max(200_000, min(nanoseconds, 3_600_000_000_000))))
        let fires = ContinuousClock.now + pause
        if let timer, timer.fires <= fires + .milliseconds(1) { return }
        timer?.task.cancel()
        let post = self.post
        let task = Task { [weak self] in
            try? await Task.sleep(for: pause)
            guard !Task.isCancelled else { return }
            await self?.timerFired()
            post.yield(.deadlineReached)
        }
        timer = (fires, task)
    }

    private func timerFired() { timer = nil }

    // MARK: Status

    /// No eye follows figures that change more often, and each change is bytes on somebody's line.
    private static let publishPause = Duration.milliseconds(300)

    /// Once in that time at the most; the last change is never held back for longer.
    private func publishSoon() {
        let now = ContinuousClock.now
        guard let last = lastPublished, now - last < Self.publishPause else {
            publishNow()
            return
        }
        guard !publishPending else { return }
        publishPending = true
        Task { [weak self] in
            try? await Task.sleep(for: Self.publishPause)
            await self?.publishNow()
        }
    }

    private func publishNow() {
        publishPending = false
        lastPublished = .now
        audience.publish(status())
    }

    /// The status at this moment.
    package func status() -> PipelineStatus {
        var status = machine.status(coverage, at: clock.now())
        status.clock.speed = clock.speed
        status.lake.diskLeft = diskLeft()
        return status
    }
}
