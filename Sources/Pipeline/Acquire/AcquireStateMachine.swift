/// Asks the source: live capture on its cadence, and after it what repairs and settles, all under one rate budget.
package struct AcquireStateMachine: Sendable {
    private let settings: PipelineSettings
    private var flaws: [CaptureFlaw]
    private var scheduledThrough: Minute
    private var live: [LiveCall] = []
    /// Live calls that a flaw holds back, and until when.
    private var heldBack: [(until: MarketTime, call: LiveCall)] = []
    private var ordered: [OrderedCall] = []
    private var settling: [OrderedCall] = []
    private var inFlight: [EffectID: InFlight] = [:]
    private var probeWanted: SourceCall?
    package private(set) var budget: RateBudget
    package private(set) var breaker = CircuitBreaker()
    package private(set) var candles = SourceStatus.Entitlement.unknown
    package private(set) var keyRefused = false
    /// While the key is refused one call goes at this moment, to see whether that has changed.
    private var keyTrialAt = MarketTime.distantPast
    private static let keyTrialPause = MarketSpan.seconds(60)
    /// Whether the source, and the key, have shown themselves well since this process began.
    private var sourceShown = false
    private var keyShown = false
    /// The last answer of the source that was not a failure of it.
    package private(set) var lastAnswer = MarketTime.distantPast
    package private(set) var trouble = ""
    /// The last minute in which some quote was a sample, and whose; two, so that another symbol's can be told.
    private var fresh: [(symbol: SymbolName, slot: Minute)] = []
    /// The latest live capture of anything, for the stall alarm.
    package private(set) var lastCapture: MarketTime

    package init(settings: PipelineSettings, at now: MarketTime) {
        self.settings = settings
        flaws = settings.flaws
        scheduledThrough = now.minute.advanced(by: -1)
        budget = RateBudget(limit: settings.callsPerMinute, perSecond: settings.callsPerSecond)
        lastCapture = now
    }

    package var flawsInForce: [CaptureFlaw] { flaws }
    package mutating func setFlaws(_ flaws: [CaptureFlaw]) { self.flaws = flaws }
    package var backlog: Int { live.count + ordered.count + settling.count }

    // MARK: Orders

    /// Asks once whether the key may ask for candles.
    package mutating func probe(_ call: SourceCall) { probeWanted = call }

    /// Queues the planned calls of an execution.
    package mutating func order(_ calls: [(unit: Int, call: SourceCall)]) {
        ordered += calls.map { OrderedCall(call: $0.call, unit: $0.unit) }
    }

    package mutating func settle(_ calls: [SourceCall]) {
        settling += calls.map { OrderedCall(call: $0, unit: 0) }
    }

    /// Forgets the calls of an execution that have not gone out.
    package mutating func cancel(execution: String) { ordered.removeAll { $0.call.execution == execution } }

    // MARK: Time

    /// Skips what lies before a moment: nothing that was missed while the clock went on is asked live.
    package mutating func skip(to now: MarketTime) {
        scheduledThrough = max(scheduledThrough, now.minute.advanced(by: -1))
        lastCapture = now
    }

    /// The moment at which the live calls of a minute are due.
    private func due(_ slot: Minute) -> MarketTime {
        switch settings.capture {
        case .quotes: slot.end - settings.quoteLead
        case .candles: slot.end + settings.candleDelay
        }
    }

    private func expiry(_ slot: Minute) -> MarketTime {
        settings.capture == .quotes ? slot.end : slot.end + CoverageIndex.grace
    }

    /// Schedules what has become due, gives up what is too late, and sends what the budget allows.
    package mutating func advance(at now: MarketTime, _ ids: inout EffectIDs) -> ([PipelineEffect], [Notice]) {
        var notices: [Notice] = []
        schedule(at: now, &notices)
        release(at: now)
        expire(at: now, &notices)
        let effects = dispatch(at: now, &ids, &notices)
        return (effects, notices)
    }

    private mutating func schedule(at now: MarketTime, _ notices: inout [Notice]) {
        guard settings.capturesLive else { return }
        while due(scheduledThrough.advanced(by: 1)) <= now {
            let slot = scheduledThrough.advanced(by: 1)
            scheduledThrough = slot
            schedule(slot, &notices)
        }
    }

    private mutating func schedule(_ slot: Minute, _ notices: inout [Notice]) {
        let members = settings.universe.members.filter { settings.universe.isExpected($0, slot) }
        guard !members.isEmpty else { return }
        let names = members.map(\.symbol)
        for member in members {
            let session = TradingCalendar.named(member.calendar).session(containing: slot)
            let place = session.map { $0.minutes.lowerBound.distance(to: slot) } ?? 0
            let treatment = flaws.treatment(of: member.symbol, slot, members: names, sessionMinute: place)
            if settings.capture == .candles, candles == .refused {
                notices.append(.lost(member.symbol, slot, .noCandleAccess))
            } else if treatment.isForgotten {
                continue
            } else if treatment.isLost {
                notices.append(.lost(member.symbol, slot, .flaw))
            } else {
                add(LiveCall(symbol: member.symbol, slot: slot, expires: expiry(slot), treatment: treatment))
            }
        }
    }

    private mutating func add(_ call: LiveCall) {
        guard call.treatment.delay > .zero else { return live.append(call) }
        var call = call
        call.expires = max(call.expires, call.slot.end + .minutes(1))
        heldBack.append((due(call.slot) + call.treatment.delay, call))
    }

    private mutating func release(at now: MarketTime) {
        live += heldBack.filter { $0.until <= now }.map(\.call)
        heldBack.removeAll { $0.until <= now }
    }

    private mutating func expire(at now: MarketTime, _ notices: inout [Notice]) {
        guard live.contains(where: { $0.expires <= now }) else { return }
        let reason: LossReason =
            keyRefused
            ? .keyRefused
            : !breaker.isClosed ? .breakerOpen : budget.isHeld(at: now) ? .throttled : .noBudget
        for call in live where call.expires <= now { notices.append(.lost(call.symbol, call.slot, reason)) }
        live.removeAll { $0.expires <= now }
    }

    // MARK: Sending

    private mutating func dispatch(
        at now: MarketTime, _ ids: inout EffectIDs, _ notices: inout [Notice]
    ) -> [PipelineEffect] {
        var effects: [PipelineEffect] = []
        while inFlight.count < settings.callsInFlightMax, breaker.allowsCall(at: now), mayFollow(at: now) {
            guard let next = takeNext(at: now) else { break }
            let id = ids.next()
            budget.callSent(at: now)
            breaker.callStarted(at: now)
            let call: SourceCall
            switch next {
            case .live(let one, _):
                call = SourceCall(
                    question: question(for: one), purpose: .live, corruption: one.treatment.corruption)
            case .ordered(let one, _): call = one.call
            case .probe:
                guard let probe = probeWanted else { continue }
                call = probe
                probeWanted = nil
            }
            inFlight[id] = next
            effects.append(PipelineEffect(id: id, action: .fetch(call)))
        }
        if !breaker.isClosed { giveBackOrdered(.sourceAway, &notices) }
        if keyRefused { giveBackOrdered(.keyRefused, &notices) }
        return effects
    }

    /// Whether the source is there for repairs: it answers, and takes the key.
    package var isThere: Bool { breaker.isClosed && !keyRefused }

    /// Whether a call may follow those under way: a source that limits, or refuses the key, is tried with one at a time.
    private func mayFollow(at now: MarketTime) -> Bool {
        if keyRefused, now < keyTrialAt { return false }
        return inFlight.isEmpty || !(keyRefused || budget.isLimited)
    }

    private func question(for call: LiveCall) -> SourceQuestion {
        switch settings.capture {
        case .quotes: .quote(call.symbol, slot: call.slot)
        case .candles:
            .candles(
                call.symbol, minutes: call.slot..<call.slot.advanced(by: 1),
                wanted: [call.slot..<call.slot.advanced(by: 1)])
        }
    }

    /// Live first; then one probe, executions, settling.
    private mutating func takeNext(at now: MarketTime) -> InFlight? {
        if !live.isEmpty {
            guard budget.allowsLive(at: now, inFlight: inFlight.count) else { return nil }
            return .live(live.removeFirst(), sent: now)
        }
        // Half of the places are kept: a live call never waits for a slow answer to another.
        guard inFlight.count < max(1, settings.callsInFlightMax / 2) else { return nil }
        guard budget.allowsOther(at: now, liveDue: liveDueInWindow(at: now)) else { return nil }
        if probeWanted != nil { return .probe }
        if !ordered.isEmpty { return .ordered(ordered.removeFirst(), sent: now) }
        if !settling.isEmpty, candles != .refused { return .ordered(settling.removeFirst(), sent: now) }
        return nil
    }

    /// Live calls that will become due before the budget's window ends: kept free for them.
    private func liveDueInWindow(at now: MarketTime) -> Int {
        let end = budget.windowEnd(after: now) ?? now + .seconds(60)
        var count = 0
        var slot = scheduledThrough.advanced(by: 1)
        while due(slot) < end {
            count += settings.universe.members.count { settings.universe.isExpected($0, slot) }
            slot = slot.advanced(by: 1)
        }
        return count
    }

    /// While the source is away nothing of an execution waits: it is handed back, and asked again when it returns.
    private mutating func giveBackOrdered(_ fate: CallFate, _ notices: inout [Notice]) {
        for one in ordered {
            notices.append(.ended(execution: one.call.execution, unit: one.unit, fate))
        }
        ordered.removeAll()
        for one in settling { notices.append(.settled(one.call.question.symbol, one.call.question.minutes, fate)) }
        settling.removeAll()
    }

    // MARK: Answers

    /// Takes an answer in; an id nobody waits for is dropped.
    package mutating func answered(_ id: EffectID, _ digest: AnswerDigest, at now: MarketTime) -> [Notice] {
        guard let call = inFlight.removeValue(forKey: id) else { return [.drop(id)] }
        var notices: [Notice] = []
        if let rate = digest.rate { budget.learned(rate, at: now) }
        learnHealth(digest.outcome, at: now, &notices)
        switch call {
        case .live(let one, _): answeredLive(one, id, digest, at: now, &notices)
        case .ordered(let one, _): answeredOrdered(one, id, digest, at: now, &notices)
        case .probe: notices.append(.drop(id))
        }
        if asksCandles(call) { learnEntitlement(digest.outcome, &notices) }
        return notices
    }

    private func asksCandles(_ call: InFlight) -> Bool {
        switch call {
        case .live: settings.capture == .candles
        case .ordered, .probe: true
        }
    }

    private mutating func learnHealth(_ outcome: AnswerClass, at now: MarketTime, _ notices: inout [Notice]) {
        switch outcome {
        case .transient(let reason):
            trouble = reason.words
            if breaker.failed(at: now) { notices.append(.sourceOpened(reason)) }
        case .throttled(let seconds):
            trouble = "calls limited by the source"
            budget.throttled(retryAfterSeconds: seconds, at: now)
            sourceAnswered(at: now, &notices)
        case .keyRefused:
            trouble = "the key is refused"
            sourceAnswered(at: now, &notices)
            if !keyRefused { notices.append(.keyRefused) }
            keyRefused = true
            keyTrialAt = now + Self.keyTrialPause
        case .data, .noData, .notData, .noAccess, .malformed:
            trouble = outcome.isWell ? "" : outcome.trouble ?? trouble
            sourceAnswered(at: now, &notices)
            budget.taken()
            if keyRefused || !keyShown { notices.append(.keyAccepted) }
            keyRefused = false
            keyShown = true
        }
    }

    /// The first answer is told too: an alarm of a process before this one may stand.
    private mutating func sourceAnswered(at now: MarketTime, _ notices: inout [Notice]) {
        lastAnswer = now
        if breaker.succeeded() || !sourceShown { notices.append(.sourceClosed) }
        sourceShown = true
    }

    private mutating func learnEntitlement(_ outcome: AnswerClass, _ notices: inout [Notice]) {
        switch outcome {
        case .noAccess:
            if candles != .refused { notices.append(.candlesRefused) }
            candles = .refused
        case .data, .noData:
            if candles != .granted { notices.append(.candlesGranted) }
            candles = .granted
        case .notData, .malformed, .throttled, .transient, .keyRefused: break
        }
    }

    private mutating func answeredLive(
        _ call: LiveCall, _ id: EffectID, _ digest: AnswerDigest, at now: MarketTime, _ notices: inout [Notice]
    ) {
        if case .throttled = digest.outcome, call.expires > now {
            live.insert(call, at: 0)
            notices.append(.drop(id))
            return
        }
        let freshElsewhere = fresh.contains {
            $0.symbol != call.symbol && $0.slot.distance(to: call.slot) <= 3 && $0.slot <= call.slot
        }
        let stream: StreamName = digest.outcome.isWell ? .quotes : .failures
        notices.append(
            .record(
                stream, call.symbol,
                AnswerDraft(id: id, feedFresh: freshElsewhere, copies: call.treatment.isDoubled ? 2 : 1),
                execution: "", unit: 0))
        guard digest.outcome.isAnswer else { return }
        // A minute in which nobody traded is an answer too; a feed in which nothing moves for anybody stands still.
        if !isFrozen(digest.quoteTime, at: now) {
            lastCapture = now
            notices.append(.capturedLive(call.symbol, call.slot))
        }
        if let time = digest.quoteTime, time >= call.slot.start, time < call.slot.end {
            fresh.removeAll { $0.symbol == call.symbol }
            fresh.append((call.symbol, call.slot))
            if fresh.count > 2 { fresh.removeFirst() }
        }
    }

    /// Whether a quote is so old that it shows no life; of one or two symbols nobody can tell.
    private func isFrozen(_ quoteTime: MarketTime?, at now: MarketTime) -> Bool {
        guard let quoteTime, settings.universe.members.count > 2 else { return false }
        return now - quoteTime > .minutes(8)
    }

    private mutating func answeredOrdered(
        _ one: OrderedCall, _ id: EffectID, _ digest: AnswerDigest, at now: MarketTime, _ notices: inout [Notice]
    ) {
        if case .throttled = digest.outcome {
            // Costs nothing: the call goes to the head of its queue and waits for the window.
            if one.call.purpose == .settle { settling.insert(one, at: 0) } else { ordered.insert(one, at: 0) }
            notices.append(.drop(id))
            return
        }
        let symbol = one.call.question.symbol
        let stream: StreamName = digest.outcome.isAnswer ? .repairs : .failures
        notices.append(
            .record(
                stream, symbol, AnswerDraft(id: id, feedFresh: false), execution: one.call.execution, unit: one.unit))
        if one.call.purpose == .settle {
            notices.append(.settled(symbol, one.call.question.minutes, fate(of: digest.outcome)))
        } else {
            notices.append(.ended(execution: one.call.execution, unit: one.unit, fate(of: digest.outcome)))
        }
    }

    private func fate(of outcome: AnswerClass) -> CallFate {
        switch outcome {
        case .data, .noData: .answered
        case .noAccess: .noAccess
        case .keyRefused: .keyRefused
        case .malformed: .failed(.quarantined)
        case .notData: .failed(.notData)
        case .throttled: .sourceAway
        case .transient(let reason): breaker.isClosed ? .failed(reason) : .sourceAway
        }
    }

    // MARK: Deadlines

    /// When `advance` must be called next, whatever happens.
    package func nextDeadline(after now: MarketTime) -> MarketTime? {
        var moments: [MarketTime] = []
        if settings.capturesLive, let slot = nextExpectedSlot() { moments.append(max(due(slot), now)) }
        if let call = live.map(\.expires).min() { moments.append(call) }
        if let call = heldBack.map(\.until).min() { moments.append(call) }
        if !live.isEmpty || !ordered.isEmpty || probeWanted != nil || (!settling.isEmpty && candles != .refused) {
            if let change = budget.nextChange(after: now) { moments.append(change) }
            // A trial that was not made when it was due waits for the budget, or for a call to end.
            if let trial = breaker.opensUntil, trial > now { moments.append(trial) }
            if keyRefused, keyTrialAt > now { moments.append(keyTrialAt) }
        }
        return moments.min()
    }

    /// The next minute some member is expected to trade in; minutes nobody trades in are passed over in one step.
    private func nextExpectedSlot() -> Minute? {
        let next = scheduledThrough.advanced(by: 1)
        if settings.universe.members.contains(where: { settings.universe.isExpected($0, next) }) { return next }
        let opens = settings.universe.members.compactMap { member -> Minute? in
            let from = max(next, member.lifetime.lowerBound)
            let open = TradingCalendar.named(member.calendar).session(atOrAfter: from)
                .map { max($0.minutes.lowerBound, from) }
            return open.flatMap { $0 < member.lifetime.upperBound ? $0 : nil }
        }
        return opens.min()
    }
}
