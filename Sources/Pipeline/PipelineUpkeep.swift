import Engine

/// What the root looks after beside the way of the data: clocks set back, stores that fail and come back.
extension PipelineStateMachine {
    // MARK: Clock

    /// The wall clock was set back behind the time kept here, or, where `span` is nil, agrees with it again.
    mutating func clockSetBack(by span: MarketSpan?, _ now: MarketTime, _ effects: inout [PipelineEffect]) {
        guard let span else { return clear("clock/behind", now) }
        raise(
            "clock/behind", .ticket, "clock",
            "the wall clock was set back by \(span.seconds) s, and market time never goes back: set the clock right, or "
                + "start again where it was wrong before",
            command: "kintsugi status", now, &effects)
    }

    /// Beyond the dates a calendar knows nothing is expected, and so nothing would be known to be missing: it is said a month
    /// before, and again when it has come.
    mutating func watchCalendars(_ now: MarketTime, _ effects: inout [PipelineEffect]) {
        guard calendarsWatched != now.hour else { return }
        calendarsWatched = now.hour
        for name in settings.universe.calendars {
            let calendar = TradingCalendar.named(name)
            let known = calendar.knownMinutes
            if known.contains(now.minute) {
                clear("calendar/\(name.rawValue)/unknown", now)
                guard !known.contains((now + Self.calendarNotice).minute) else { continue }
                raise(
                    "calendar/\(name.rawValue)/ends", .ticket, name.rawValue,
                    "the calendar is known through \(calendar.knownThrough) only: use a newer version of kintsugi before then",
                    command: "kintsugi calendar --exchange \(name.rawValue)", now, &effects)
            } else {
                raise(
                    "calendar/\(name.rawValue)/unknown", .page, name.rawValue,
                    "the calendar is known from \(calendar.knownFrom) through \(calendar.knownThrough): nothing is expected "
                        + "now, and nothing that is missing would be known",
                    command: "kintsugi calendar --exchange \(name.rawValue)", now, &effects)
            }
        }
    }

    private static let calendarNotice = MarketSpan.minutes(30 * 1440)

    // MARK: Stores

    mutating func failed(
        _ id: EffectID, _ error: EngineError, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        log.add(error.description, at: now)
        if storeWatch.failed(id) { return }
        if retention.failed(id) { return retentionStands(error, now, &effects) }
        if let shard = stream.failed(id) {
            if shard.stream == StreamName.orders.rawValue { orders.recordsFailed() }
            raise(
                "store/stream/\(shard)", .page, "stream", error.description, command: "kintsugi verify", now, &effects)
        } else if let shard = delivery.failed(id) {
            raise(
                "store/lake/\(shard)", .page, "raw lake", error.description, command: "kintsugi verify", now, &effects)
        } else if let key = curation.failed(id) {
            raise("store/object", .page, key, error.description, command: error.mending, now, &effects)
        } else if orders.failed(id) {
            raise("store/queue", .page, "work queue", error.description, command: "kintsugi verify", now, &effects)
        } else if let outcome = orders.answered(id) {
            outcomes.append(OrderOutcome(order: outcome.order, isTaken: false, text: error.description))
        } else if audit.failed(id) || resynthesis.failed(id) {
            raise("store/warehouse", .page, "warehouse", error.description, command: error.mending, now, &effects)
        }
    }

    // MARK: What would grow without end

    mutating func lookAfterStores(_ now: MarketTime, _ effects: inout [PipelineEffect]) {
        effects += storeWatch.advance(at: now, &ids).map { [$0] } ?? []
        effects += retention.advance(at: now, shards: stream.tips.map(\.shard), &ids).map { [$0] } ?? []
    }

    mutating func upkept(
        _ id: EffectID, _ outcome: UpkeepOutcome, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        if case .storesTended(let logs) = outcome {
            guard storeWatch.tended(id, logs) else { return }
            for log in logs { judge(log, now, &effects) }
            return
        }
        for notice in retention.done(id, outcome) ?? [] {
            switch notice {
            case .log(let text): log.add(text, at: now)
            case .stands(let error): retentionStands(error, now, &effects)
            }
        }
    }

    /// A log that grows because somebody reads without end is a ticket, and over when it has shrunk.
    private mutating func judge(_ log: StoreLog, _ now: MarketTime, _ effects: inout [PipelineEffect]) {
        let key = "store/\(log.store)/log"
        guard log.bytes > settings.logBytesAlarm else { return clear(key, now) }
        raise(
            key, .ticket, "\(log.store) store", StoreWatch.complaint(about: log), command: "kintsugi status", now,
            &effects)
    }

    private mutating func retentionStands(
        _ error: EngineError, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        raise(
            "store/retention", .ticket, "retention", "nothing more is let go of: \(error.description)",
            command: "kintsugi verify", now, &effects)
    }

    mutating func storeTroubled(
        _ lane: EffectLane, _ error: EngineError, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        troubledStores.removeAll { $0.lane == lane }
        troubledStores.append((lane, error.kind))
        // One root cause, however many stores stand on the disk that is full or gone.
        raise(
            "store/\(error.kind.rawValue)", .page, "\(lane.rawValue) store", error.description,
            command: "kintsugi status", now, &effects)
    }

    /// What a person is not told there is still told here, and at every other sink.
    mutating func sinkTroubled(
        _ name: String, _ reason: String, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        raise(
            "sink/\(name)", .info, "alarms by \(name)", "do not come through: \(harmless(reason)); tried again",
            command: "kintsugi doctor --test-alarm", now, &effects)
    }

    mutating func storeRecovered(_ lane: EffectLane, _ now: MarketTime, _ effects: inout [PipelineEffect]) {
        troubledStores.removeAll { $0.lane == lane }
        for kind in EngineError.Kind.allCases where !troubledStores.contains(where: { $0.kind == kind }) {
            clear("store/\(kind.rawValue)", now)
        }
    }
}

extension EngineError {
    /// What a person runs when the warehouse fails: one that is damaged is built again.
    fileprivate var mending: String { kind == .damaged ? "kintsugi rebuild" : "kintsugi verify" }
}
