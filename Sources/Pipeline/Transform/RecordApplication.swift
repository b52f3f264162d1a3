import Engine

/// One record on its way to one symbol's slate.
struct RecordApplication {
    let symbol: SymbolName
    /// Key of the raw object that holds the record.
    let object: String
    var slate: SymbolSlate
    private(set) var quarantine: [QuarantineRow] = []

    init(symbol: SymbolName, object: String, slate: SymbolSlate) {
        self.symbol = symbol
        self.object = object
        self.slate = slate
    }

    mutating func apply(_ record: StreamRecord, _ universe: Universe) {
        switch record {
        case .answer(let answer): apply(answer, universe)
        case .loss(let loss):
            for minute in loss.minutes.joined() { slate.lose(minute, loss.reason, object: object) }
        case .ruling(let ruling):
            for minute in ruling.minutes.joined() { slate.giveUp(minute, ruling.reason, object: object) }
        case .decision: break
        }
    }

    private mutating func apply(_ record: AnswerRecord, _ universe: Universe) {
        let outcome: Landing
        switch record.answer {
        case .failure(let word): outcome = miss(record, LossReason(failureWord: word))
        case .stored: outcome = reject(record, DecodeFault("unresolved", "the stored body was not at hand"))
        case .reply(let status, let body):
            switch AnswerContent(status: status, body: body, question: record.question) {
            case .quote(let quote): outcome = take(quote, record)
            case .bars(let bars): outcome = take(bars, record, universe)
            case .noData: outcome = miss(record, .noData)
            case .notData: outcome = miss(record, .notData)
            case .malformed(let fault): outcome = reject(record, fault)
            case .failed(let reason): outcome = miss(record, reason)
            }
        }
        guard !record.execution.isEmpty else { return }
        var landed = LandedAnswer(
            execution: record.execution, attempt: record.attempt, symbol: symbol, minutes: record.question.minutes,
            outcome: outcome.outcome, filled: outcome.filled, witnessed: outcome.witnessed, received: record.received)
        landed.spoilt = outcome.spoilt
        slate.land(landed)
    }

    /// What one answer came to.
    private struct Landing {
        var outcome: LandedAnswer.Outcome
        var filled = 0
        var witnessed = 0
        var spoilt: [Range<Minute>] = []
    }

    // MARK: Quotes

    /// A quote belongs to the slot it was scheduled for, whatever its own time says; that only judges it.
    private mutating func take(_ quote: Quote, _ record: AnswerRecord) -> Landing {
        guard case .quote(_, let slot) = record.question else { return Landing(outcome: .noData) }
        if let complaint = CandleReading.complaint(aboutPrice: quote.price) {
            return reject(record, DecodeFault("invalid-price", complaint))
        }
        if let fault = WitnessRule.complaint(about: quote, slot: slot, slate) { return reject(record, fault) }
        switch QuoteJudgement.judge(seconds: quote.seconds, slot: slot, feedFresh: record.feedFresh) {
        case .sample:
            let value = BarRow(
                symbol: symbol.text, minute: slot.index, open: nil, high: nil, low: nil, close: quote.price,
                volume: nil, sampled: true, revision: 0, provenance: provenance(of: record))
            return Landing(outcome: .bars(1), filled: slate.offer(value, purpose: record.purpose) ? 1 : 0)
        case .witness:
            // The slots since the last trade, too: where candles are refused a later quote is a slot's second witness.
            let silence = QuoteJudgement.silence(since: quote.seconds, through: slot)
            for minute in silence { slate.witness(minute, received: record.received, execution: record.execution) }
            return Landing(outcome: .witness, witnessed: silence.count)
        case .late: return miss(record, .late)
        case .stale: return miss(record, .stale)
        }
    }

    // MARK: Candles

    private mutating func take(_ bars: [Bar], _ record: AnswerRecord, _ universe: Universe) -> Landing {
        let reading = CandleReading(bars, asked: record.question.minutes)
        if let fault = WitnessRule.complaint(about: reading, record.question, slate) { return reject(record, fault) }
        for flaw in reading.flaws { add(flaw, record) }

        let provenance = provenance(of: record)
        var filled = 0
        for bar in reading.good {
            if slate.offer(BarRow(bar, symbol: symbol, provenance), purpose: record.purpose) { filled += 1 }
        }
        let evidence = QuietEvidence(reading: reading, record: record)
        let witnessed = takeEvidence(evidence, record, universe)
        if record.purpose == .settle { settle(evidence, record, universe) }
        if record.purpose == .repair { spend(evidence, record, universe) }
        let outcome: LandedAnswer.Outcome =
            reading.good.isEmpty ? .quarantined(reading.flaws.first?.reason ?? "empty") : .bars(reading.good.count)
        return Landing(
            outcome: outcome, filled: filled, witnessed: witnessed,
            spoilt: sought(record).filter(reading.isBad).map { $0..<$0.advanced(by: 1) })
    }

    private mutating func takeEvidence(
        _ evidence: QuietEvidence, _ record: AnswerRecord, _ universe: Universe
    ) -> Int {
        var witnessed = 0
        var sessions = SessionLookup(symbol: symbol)
        for place in slate.partitions.indices {
            let open = slate.open(at: place, within: record.question.minutes)
            forEachMinute(of: open, in: slate.partitions[place].hour) { minute in
                guard evidence.covers(minute, session: sessions.session(of: minute, universe)) else { return }
                slate.witness(minute, received: record.received, execution: record.execution)
                witnessed += 1
            }
        }
        return witnessed
    }

    /// Slots of sessions that were over when the answer came have the vendor's later word now.
    private mutating func settle(_ evidence: QuietEvidence, _ record: AnswerRecord, _ universe: Universe) {
        guard !evidence.reading.strays else { return }
        var sessions = SessionLookup(symbol: symbol)
        for place in slate.partitions.indices {
            let partition = slate.partitions[place]
            var settled: UInt64 = 0
            let asked = partition.expected & partition.hour.mask(of: record.question.minutes)
            forEachMinute(of: asked, in: partition.hour) { minute in
                guard let session = sessions.session(of: minute, universe), !evidence.reading.isBad(minute),
                    session.upperBound.start <= record.received
                else { return }
                settled |= minute.bit
            }
            slate.settle(settled, at: place)
        }
    }

    /// Slots that were sought and of which the answer says nothing cost an attempt.
    private mutating func spend(_ evidence: QuietEvidence, _ record: AnswerRecord, _ universe: Universe) {
        var sessions = SessionLookup(symbol: symbol)
        for minute in sought(record) where minute.end <= record.received {
            guard !evidence.covers(minute, session: sessions.session(of: minute, universe)) else { continue }
            slate.spend(minute, evidence.reading.isBad(minute) ? .quarantined : .noData, object: object)
        }
    }

    // MARK: No data

    private mutating func miss(_ record: AnswerRecord, _ reason: LossReason) -> Landing {
        lose(record, reason)
        return Landing(outcome: reason == .noData ? .noData : .failed(reason))
    }

    private mutating func reject(_ record: AnswerRecord, _ fault: DecodeFault) -> Landing {
        let first = record.question.minutes.lowerBound
        add(.init(reason: fault.reason, minute: first, count: 1, detail: fault.detail), record)
        lose(record, .quarantined)
        return Landing(outcome: .quarantined(fault.reason))
    }

    private mutating func lose(_ record: AnswerRecord, _ reason: LossReason) {
        for minute in sought(record) {
            switch record.purpose {
            case .live: slate.lose(minute, reason, object: object)
            case .repair where reason.costsAttempt: slate.spend(minute, reason, object: object)
            case .repair, .settle, .backfill, .imported: break
            }
        }
    }

    /// The slots that a question was asked for.
    private func sought(_ record: AnswerRecord) -> [Minute] {
        switch record.question {
        case .quote(_, let slot): [slot]
        case .candles(_, let minutes, let wanted): wanted.flatMap { Array($0.clamped(to: minutes)) }
        }
    }

    private mutating func add(_ flaw: CandleReading.Flaw, _ record: AnswerRecord) {
        slate.quarantine(flaw.count)
        let detail = flaw.count == 1 ? flaw.detail : "\(flaw.detail) (\(flaw.count) bars)"
        quarantine.append(
            QuarantineRow(
                symbol: symbol.text, minute: flaw.minute.index, reason: flaw.reason, detail: harmless(detail),
                provenance: provenance(of: record)))
    }

    private func provenance(of record: AnswerRecord) -> Provenance {
        Provenance(
            source: record.source, purpose: record.purpose.rawValue, execution: record.execution,
            attempt: record.attempt, object: object, received: record.received.microseconds)
    }
}

extension LossReason {
    /// Whether a repair attempt that ended so is spent. Limits, outages and refusals say nothing of the slot.
    package var costsAttempt: Bool {
        switch self {
        case .noData, .notData, .quarantined, .late, .stale: true
        case .throttled, .timedOut, .unreachable, .sourceFailed, .keyRefused, .noCandleAccess, .flaw, .noBudget,
            .breakerOpen, .notRunning, .attemptsSpent:
            false
        }
    }
}

extension BarRow {
    fileprivate init(_ bar: Bar, symbol: SymbolName, _ provenance: Provenance) {
        self.init(
            symbol: symbol.text, minute: bar.minute.index, open: bar.open, high: bar.high, low: bar.low,
            close: bar.close, volume: bar.volume, sampled: false, revision: 0, provenance: provenance)
    }
}
