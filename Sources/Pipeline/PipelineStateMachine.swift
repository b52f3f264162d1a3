import Engine

/// The pipeline as a value: it takes an event and returns effects. Read this file first: its switch follows the data from
/// acquire to alarm and only routes; what is decided stands in the machine of each room.
package struct PipelineStateMachine: Sendable {
    package let settings: PipelineSettings
    var acquire: AcquireStateMachine
    var stream: StreamStateMachine
    var delivery: DeliveryStateMachine
    var curation = CurationQueue()
    var resynthesis: ResynthesisStateMachine
    var settle: SettleSchedule
    var audit: AuditStateMachine
    var retention: RetentionStateMachine
    var storeWatch = StoreWatch()
    var alarms = AlarmBook()
    var orders = OrderIntake()
    var log = PipelineLog()
    var totals = PipelineTotals()
    var ids = EffectIDs()
    /// The stores that do not answer, and why.
    var troubledStores: [(lane: EffectLane, kind: EngineError.Kind)] = []
    var recovered = false
    var stopping = false
    /// Acknowledgements and snoozes made by this process, for their ids.
    var decisionsMade: Int64 = 0
    var speedAsked: Double?
    /// Outcomes of orders that nobody has fetched yet.
    var outcomes: [OrderOutcome] = []
    /// When the source went away, for the page after three minutes.
    var sourceAwaySince: MarketTime?
    /// Set when an execution ended well: alarms of spent attempts may be over.
    var slotAlarmsMayClear = false
    /// The hour in which the ends of the calendars were last looked at.
    var calendarsWatched: Hour?
    /// The hour in which a source that refuses candles was last asked whether it still does.
    var probedHour: Hour?

    package init(settings: PipelineSettings, at now: MarketTime) {
        self.settings = settings
        acquire = AcquireStateMachine(settings: settings, at: now)
        stream = StreamStateMachine(quoteShards: settings.quoteShards)
        delivery = DeliveryStateMachine(age: settings.deliveryAge, bytesMax: settings.deliveryBytes)
        resynthesis = ResynthesisStateMachine(universe: settings.universe)
        settle = SettleSchedule(universe: settings.universe, delay: settings.settleDelay, at: now)
        audit = AuditStateMachine(settings: settings, at: now)
        retention = RetentionStateMachine(.init(stream: settings.streamRetention, raw: settings.rawRetention))
    }

    /// Takes one event in. `coverage` already holds every mask the event brought.
    package mutating func handle(
        _ event: PipelineEvent, at now: MarketTime, coverage: CoverageIndex
    ) -> [PipelineEffect] {
        var effects: [PipelineEffect] = []
        switch event {
        case .recovered(let recovery): recover(recovery, coverage, now, &effects)
        case .deadlineReached: break
        case .answerArrived(let id, let digest): take(acquire.answered(id, digest, at: now), now, &effects)
        case .appended(let id, let sequences, let bytes): appended(id, sequences, bytes, now)
        case .journalled(let id):
            orders.journalled(id)
            effects += delivery.journalled(id, &ids).map { [$0] } ?? []
        case .objectPut(let id, let entry): effects += delivery.objectPut(id, entry, &ids).map { [$0] } ?? []
        case .objectRegistered(let id, let ordinal): objectRegistered(id, ordinal, now, &effects)
        case .checkpointMoved(let id):
            effects += delivery.checkpointMoved(id, at: now, &ids).map { [$0] } ?? []
        case .curated(let id, let summary): curated(id, summary, now)
        case .objectDamaged(let id, let key, let error): objectDamaged(id, key, error, now, &effects)
        case .synthesized(let id, let rows): synthesized(id, rows, now)
        case .factsChecked(let id, let stale): _ = audit.factsChecked(id, stale: stale)
        case .upkept(let id, let outcome): upkept(id, outcome, now, &effects)
        case .done(let id): orders.done(id)
        case .failed(let id, let error): failed(id, error, now, &effects)
        case .storeTroubled(let lane, let error): storeTroubled(lane, error, now, &effects)
        case .storeRecovered(let lane): storeRecovered(lane, now, &effects)
        case .sinkTroubled(let name, let reason): sinkTroubled(name, reason, now, &effects)
        case .sinkRecovered(let name): clear("sink/\(name)", now)
        case .timeSkipped(let from, let to): timeSkipped(from, to)
        case .clockSetBack(let span): clockSetBack(by: span, now, &effects)
        case .ordered(let order): ordered(order, now, &effects)
        case .ordersWaiting: lookForOrders(&effects)
        case .ordersReceived(let id, let delivery): ordersReceived(id, delivery, now, &effects)
        case .orderChanged(let id, let found, let dead): orderChanged(id, found: found, dead: dead, now, &effects)
        }
        if recovered { advance(now, coverage, &effects) }
        return effects
    }

    /// Lets every room take the steps that need nothing from outside, in the order of the data.
    private mutating func advance(
        _ now: MarketTime, _ coverage: CoverageIndex, _ effects: inout [PipelineEffect]
    ) {
        if !stopping {
            if settings.capturesLive { acquire.settle(settle.advance(at: now)) }
            let asked = acquire.advance(at: now, &ids)
            effects += asked.0
            take(asked.1, now, &effects)
            watchSource(now, &effects)
            watchCalendars(now, &effects)
            askAgainForCandles(now)
            take(
                audit.schedule(
                    at: now, coverage: coverage, sourceIsThere: acquire.isThere, candles: acquire.candles), now,
                &effects)
        }
        if audit.wantsWarehouse { for tip in stream.tips { delivery.hurry(tip.shard, through: tip.sequence) } }
        for _ in 0..<2 {
            effects += stream.flush(&ids)
            effects += delivery.advance(at: now, &ids)
            effects += curation.advance(&ids).map { [$0] } ?? []
            effects += resynthesis.advance(at: now, &ids).map { [$0] } ?? []
            if !stopping { take(audit.advance(surroundings(now, coverage)), now, &effects) }
        }
        let settled = orders.settle(&ids)
        outcomes += settled.outcomes
        effects += settled.effect.map { [$0] } ?? []
        if !stopping { effects += orders.receive(&ids).map { [$0] } ?? [] }
        clearSlotAlarms(coverage, now, &effects)
        tellEnds(now, &effects)
        guard !stopping else { return }
        if settings.capturesLive { lookAfterStores(now, &effects) }
        let asked = acquire.advance(at: now, &ids)
        effects += asked.0
        take(asked.1, now, &effects)
    }

    private func surroundings(_ now: MarketTime, _ coverage: CoverageIndex) -> AuditStateMachine.Surroundings {
        let queue = curation
        return AuditStateMachine.Surroundings(
            now: now, coverage: coverage, hasLanded: { queue.hasLanded($0.shard, $0.sequence) },
            warehouseIsCurrent: warehouseIsCurrent, candles: acquire.candles,
            sourceIsThere: acquire.isThere, lastAnswer: acquire.lastAnswer,
            chance: unitInterval(splitMix(UInt64(bitPattern: ids.count))))
    }

    private var warehouseIsCurrent: Bool {
        stream.isIdle && stream.tips.allSatisfy { curation.hasLanded($0.shard, $0.sequence) }
    }

    /// When something must happen by itself, whatever else happens; nil where nothing will.
    package func nextDeadline(after now: MarketTime) -> MarketTime? {
        guard recovered else { return nil }
        var moments = [delivery.nextDeadline(), resynthesis.nextDeadline()]
        if !stopping {
            moments += [acquire.nextDeadline(after: now), alarms.nextDeadline()]
            if settings.capturesLive { moments.append(settle.nextDeadline()) }
            moments.append(audit.nextDeadline(after: now, sourceIsThere: acquire.isThere))
        }
        return moments.compactMap { $0 }.min()
    }

    /// Whether nothing is under way and nothing is left to flush: the process may end.
    package var isDrained: Bool {
        stream.isIdle && delivery.isIdle && curation.isIdle && resynthesis.isIdle
    }

    /// Whether, at this instant, nothing past its grace is missing, no execution is open, and what an earlier process said
    /// stands has been taken back where it is over.
    package func isHealed(_ coverage: CoverageIndex, at now: MarketTime) -> Bool {
        recovered && audit.isIdle && !audit.startsSoon && !alarms.hasEndsToTell && !alarms.stands("capture/stalled")
            && coverage.counts(in: settings.universe, now: now).missing == 0
    }

    package var isStopping: Bool { stopping }
    /// Whether orders of the work queue are held, whose lease must not end meanwhile.
    package var holdsOrders: Bool { orders.holdsWork }

    /// Whether any calendar of the universe is in session.
    package func isOpen(at now: MarketTime) -> Bool { settings.universe.isOpen(now.minute) }
    /// When the next session of any calendar begins.
    package func nextOpen(after now: MarketTime) -> MarketTime? { settings.universe.nextOpen(after: now) }

    /// What became of orders, now that it is on disk, since the last question.
    package mutating func takeOutcomes() -> [OrderOutcome] {
        defer { outcomes = [] }
        return outcomes
    }

    /// The speed an operator asked for since the last question.
    package mutating func takeSpeed() -> Double? {
        defer { speedAsked = nil }
        return speedAsked
    }
}
