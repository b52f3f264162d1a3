import Engine

/// How the rooms' notices become other rooms' inputs.
extension PipelineStateMachine {
    // MARK: Recovery and time

    mutating func recover(
        _ recovery: PipelineRecovery, _ coverage: CoverageIndex, _ now: MarketTime,
        _ effects: inout [PipelineEffect]
    ) {
        ids.incarnation = recovery.incarnation
        stream.recover(recovery)
        for batch in delivery.recover(recovery) {
            effects.append(PipelineEffect(id: ids.next(), action: .journal([DeliveryJournal.ended(batch, at: now)])))
        }
        curation.recover(recovery)
        take(alarms.recover(recovery.alarms, recovery.decisions), now, &effects)
        retention.recover(recovery)
        // The stores were opened and read: what stood against them before is over, or shows itself again.
        for prefix in ["store/", "sink/"] {
            for key in alarms.keys(withPrefix: prefix) { alarms.clear(key, at: now) }
        }
        effects.append(
            PipelineEffect(id: ids.next(), action: .recallAlarms(alarms.sounding.map { $0.notice(at: now) })))
        settle.recover(coverage: coverage, at: now)
        recovered = true
        log.add("started, incarnation \(recovery.incarnation)", at: now)
        for sentence in recovery.damage {
            log.add(sentence, at: now)
            raise("store/damage", .page, "store", sentence, command: "kintsugi verify", now, &effects)
        }
        noteAbsence(
            from: recovery.lastReceived > 0 ? MarketTime(microseconds: recovery.lastReceived) : .distantPast, now)
        if let decided = settings.universeDecided {
            record(
                .decision(
                    DecisionRecord(
                        by: settings.universeDecidedBy, verb: "universe", about: decided,
                        received: stream.stamp(at: now))))
        }
        take(audit.recover(recovery, at: now), now, &effects)
        orders.recover(recovery.orders)
        if let probe = entitlementProbe(now) { acquire.probe(probe) }
        let calls = settings.universe.members.count
        if calls > settings.callsPerMinute {
            log.add(
                "live capture wants \(calls) calls a minute and \(settings.callsPerMinute) are assumed: some slots are "
                    + "lost each minute, and repairs wait for the night",
                at: now)
        }
    }

    /// A small candle call in the past: whether the key may ask at all is known before the first repair.
    private func entitlementProbe(_ now: MarketTime) -> SourceCall? {
        guard let member = settings.universe.members.first else { return nil }
        let calendar = TradingCalendar.named(member.calendar)
        let session = calendar.session(before: now.minute) ?? calendar.session(containing: now.minute)
        guard let session else { return nil }
        let end = min(session.minutes.upperBound, now.minute)
        guard session.minutes.lowerBound < end else { return nil }
        return SourceCall(
            question: .candles(
                member.symbol, minutes: max(session.minutes.lowerBound, end.advanced(by: -5))..<end, wanted: []),
            purpose: .backfill)
    }

    /// A key may be given more: once an hour a source that refuses candles is asked again.
    mutating func askAgainForCandles(_ now: MarketTime) {
        guard acquire.candles == .refused, probedHour != now.hour else { return }
        if probedHour != nil, let probe = entitlementProbe(now) { acquire.probe(probe) }
        probedHour = now.hour
    }

    /// A gap while the program itself was not running says so.
    private mutating func noteAbsence(from: MarketTime, _ now: MarketTime) {
        guard settings.capturesLive else { return }
        var stream = self.stream
        let losses = Absence.losses(of: settings.universe, from: from, to: now) { stream.stamp(at: now) }
        self.stream = stream
        for loss in losses { record(.loss(loss)) }
    }

    mutating func timeSkipped(_ from: MarketTime, _ to: MarketTime) {
        noteAbsence(from: from, to)
        acquire.skip(to: to)
        log.add(
            "time went on from \(from) to \(to) without us: nothing is replayed, what was missed is audited", at: to)
        audit.wantWhole(because: "time skipped")
    }

    // MARK: Acquire

    mutating func take(
        _ notices: [AcquireStateMachine.Notice], _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        for notice in notices { take(notice, now, &effects) }
    }

    private mutating func take(
        _ notice: AcquireStateMachine.Notice, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        switch notice {
        case .record(let name, let symbol, let draft, let execution, let unit):
            let tag = execution.isEmpty ? nil : StreamStateMachine.Tag(execution: execution, unit: unit)
            for copy in 0..<draft.copies {
                let held = RecordDraft.held(draft.id, received: stream.stamp(at: now), feedFresh: draft.feedFresh)
                if stream.add(held, key: symbol.text, to: name, tag: tag) {
                    if tag != nil { audit.recordWaits(execution) }
                } else if copy == 0 {
                    effects.append(PipelineEffect(id: ids.next(), action: .drop([draft.id])))
                    break
                }
            }
        case .drop(let id): effects.append(PipelineEffect(id: ids.next(), action: .drop([id])))
        case .lost(let symbol, let minute, let reason):
            record(
                .loss(
                    LossRecord(
                        symbol: symbol, minutes: [minute..<minute.advanced(by: 1)], reason: reason,
                        received: stream.stamp(at: now))))
        case .ended(let execution, let unit, let fate):
            audit.callEnded(execution, unit: unit, fate)
            totals.count(at: now) { $0.repairCalls += 1 }
        case .settled(let symbol, let minutes, let fate): settle.ended(symbol, minutes, fate, at: now)
        case .sourceOpened(let reason):
            sourceAwaySince = now
            clear("capture/stalled", now)
            log.add("the source does not answer (\(reason.words)): calls pause, one is tried now and then", at: now)
        case .sourceClosed:
            if sourceAwaySince != nil {
                log.add("the source answers again", at: now)
                audit.wantWhole(because: "source back")
            }
            sourceAwaySince = nil
            clear("source/\(settings.source)/outage", now)
        case .keyRefused:
            clear("capture/stalled", now)
            raise(
                "source/\(settings.source)/key", .page, settings.sourceTitle,
                "the key is refused; set a valid one and start again", command: "kintsugi status", now, &effects)
        case .keyAccepted:
            if alarms.stands("source/\(settings.source)/key") { audit.wantWhole(because: "key accepted") }
            clear("source/\(settings.source)/key", now)
        case .candlesRefused:
            raise(
                "source/\(settings.source)/candles", .ticket, settings.sourceTitle,
                "no candle access: quotes go on, lost slots cannot be repaired from this source",
                command: "kintsugi gaps --reason no-candle-access", now, &effects)
        case .candlesGranted:
            log.add("the source grants candles", at: now)
            if alarms.stands("source/\(settings.source)/candles") {
                audit.wantWhole(because: AuditExecution.candlesGranted)
            }
            clear("source/\(settings.source)/candles", now)
        case .capturedLive: clear("capture/stalled", now)
        }
    }

    /// Losses and rulings go into the stream of failures; true where the record was taken.
    @discardableResult
    mutating func record(_ record: StreamRecord, tag: StreamStateMachine.Tag? = nil) -> Bool {
        let name: StreamName
        if case .decision = record { name = .orders } else { name = .failures }
        return stream.add(.made(record), key: record.key, to: name, tag: tag)
    }

    /// A source that is away for three minutes in session is a page; so is a capture that stands still.
    mutating func watchSource(_ now: MarketTime, _ effects: inout [PipelineEffect]) {
        guard let opened = sessionStart(now) else { return }
        if let since = sourceAwaySince, now - max(since, opened) >= .minutes(3) {
            raise(
                "source/\(settings.source)/outage", .page, settings.sourceTitle,
                "does not answer: \(acquire.trouble)", command: "kintsugi status", now, &effects)
        } else if settings.capturesLive, acquire.breaker.isClosed, !acquire.keyRefused,
            now - max(acquire.lastCapture, opened) >= .minutes(4)
        {
            raise(
                "capture/stalled", .page, settings.sourceTitle, "nothing was captured for three minutes",
                command: "kintsugi gaps", now, &effects)
        }
    }

    /// When the session began that has been open longest; nil while every calendar is closed.
    private func sessionStart(_ now: MarketTime) -> MarketTime? {
        settings.universe.calendars.compactMap { name in
            TradingCalendar.named(name).session(containing: now.minute)?.minutes.lowerBound.start
        }.min()
    }

    // MARK: Stream, lake, transform

    mutating func appended(_ id: EffectID, _ sequences: ClosedRange<Int64>, _ bytes: Int64, _ now: MarketTime) {
        guard let result = stream.appended(id, sequences, bytes: bytes, at: now) else { return }
        delivery.added(result.segments, to: result.shard)
        audit.placed(result.landed)
        orders.recorded(result.landed)
        clear("store/stream/\(result.shard)", now)
        if let last = result.landed.map(\.sequence).max() { delivery.hurry(result.shard, through: last) }
    }

    mutating func objectRegistered(
        _ id: EffectID, _ ordinal: Int64, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        guard let result = delivery.registered(id, &ids) else { return }
        effects.append(result.effect)
        clear("store/lake/\(result.entry.shard)", now)
        curation.add(ordinal: ordinal, result.entry)
    }

    mutating func curated(_ id: EffectID, _ summary: CurationSummary, _ now: MarketTime) {
        guard curation.curated(id) else { return }
        totals.add(summary, at: now)
        audit.curated(summary.answers)
        var targets: [DerivedTarget] = []
        for partition in summary.partitions {
            targets += DerivedDependence.targets(partition.symbol, partition.hour, in: settings.universe)
        }
        resynthesis.touched(targets, at: now)
        if summary.quarantined > 0 { log.add(summary.quarantineWords, at: now) }
    }

    /// A damaged object is named, and what it held is asked for again.
    mutating func objectDamaged(
        _ id: EffectID, _ key: String, _ error: EngineError, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        guard curation.curated(id) else { return }
        raise("store/object", .page, key, error.description, command: "kintsugi verify", now, &effects)
        audit.wantWhole(because: "damaged object")
    }

    mutating func synthesized(_ id: EffectID, _ rows: Int, _ now: MarketTime) {
        clear("store/warehouse", now)
        if resynthesis.synthesized(id, rows: rows) { return }
        if audit.synthesized(id, rows: rows) { totals.derivedRows += Int64(rows) }
    }

    // MARK: Audit

    mutating func take(
        _ notices: [AuditStateMachine.Notice], _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        for notice in notices { take(notice, now, &effects) }
    }

    private mutating func take(
        _ notice: AuditStateMachine.Notice, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        switch notice {
        case .order(_, let calls): acquire.order(calls)
        case .cancelCalls(let execution): acquire.cancel(execution: execution)
        case .rule(let execution, let symbol, let minutes, let reason):
            let ruling = RulingRecord(
                symbol: symbol, minutes: minutes, reason: reason, execution: execution,
                received: stream.stamp(at: now))
            if record(.ruling(ruling), tag: .init(execution: execution, unit: 0)) { audit.recordWaits(execution) }
        case .effect(let execution, let action):
            let id = ids.next()
            audit.waits(execution, for: id)
            effects.append(PipelineEffect(id: id, action: action))
        case .takes(let targets): resynthesis.taken(targets, at: now)
        case .journal(let execution, let at):
            effects.append(PipelineEffect(id: ids.next(), action: .journal([AuditJournal.line(execution, at: at)])))
        case .log(let text): log.add(text, at: now)
        case .gaveUp(let reason, let symbol, let runs, let fresh):
            guard reason != .noCandleAccess, let first = runs.first, let last = runs.last else { return }
            let minutes = first.lowerBound..<last.upperBound
            raise(
                "slots/\(reason.rawValue)", fresh ? .page : .ticket, symbol.text,
                "\(reason.words): every attempt is spent", slots: runs.reduce(0) { $0 + $1.count },
                command: "kintsugi repair --symbol \(symbol) --from \(minutes.lowerBound) --to \(minutes.upperBound)",
                selection: SlotSelection(symbols: [symbol], minutes: minutes),
                concerned: runs.map { SlotSelection(symbols: [symbol], minutes: $0) }, now, &effects)
        case .differs(let execution):
            raise(
                "audit/differs", .page, "execution \(execution)", "derived rows differ from what is recomputed",
                command: "kintsugi verify", now, &effects)
        case .ended(let execution): executionEnded(execution, now, &effects)
        }
    }

    private mutating func executionEnded(
        _ execution: AuditExecution, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        totals.count(at: now) { score in
            score.gapsFound += execution.gapsFound
            score.quietCalls += execution.quietCalls
            guard let seconds = execution.secondsToDetect, !execution.followsAbsence else { return }
            score.slotsDetected += execution.slotsFound
            score.secondsToDetect += seconds
        }
        if execution.state != .failed {
            slotAlarmsMayClear = true
            clear("audit/differs", now)
            // What a damaged object held was asked for again over everything retained.
            if execution.trigger == "damaged object" { clear("store/object", now) }
        }
        if execution.isCleanHour {
            let clean = CleanAudit(execution: execution.id, at: now.microseconds)
            effects.append(PipelineEffect(id: ids.next(), action: .tellCleanAudit(clean)))
        }
        let took = (now - MarketTime(microseconds: execution.began)).seconds
        let came = execution.units.filter { $0.reasks == true }.reduce(0) { $0 + $1.slotCount }
        let found =
            execution.kind == .resynthesize
            ? "rebuilt \(execution.rebuiltWords)"
            : execution.reasks == true
                ? "\(counted(execution.calls, "old session")) asked for once more, \(counted(came, "slot")) came"
                : "\(counted(execution.slotsFound, "slot")) in \(counted(execution.gapsFound, "gap")), "
                    + "\(counted(execution.calls, "call")), \(counted(execution.derivedCount, "derived row"))"
        log.add(
            "\(execution.kind.rawValue) \(execution.id) (\(execution.trigger)) \(execution.state.title): \(found), "
                + "\(took) s",
            at: now)
    }
}
