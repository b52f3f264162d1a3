import Engine
import Pipeline

/// What was not there.
struct NothingThere: Error {}

/// The value, or an error: for calls that change what they are called on, which the macros do not take.
func unwrapped<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw NothingThere() }
    return value
}

/// A world by hand around the root machine: it performs effects with plain tables and the pure transform, answers as a
/// script says, and goes from outcome to outcome and from deadline to deadline.
struct RootWorld {
    /// How the scripted source answers one call, after so long.
    enum Reply {
        case reply(HTTPReply, after: MarketSpan)
        case failure(HTTPFailure, after: MarketSpan)
        case never
    }

    typealias Script = (SourceCall, MarketTime) -> Reply

    var machine: PipelineStateMachine
    var coverage = CoverageIndex()
    var now: MarketTime
    let settings: PipelineSettings
    let script: Script
    /// What comes of looking after the stores: usually nothing is old.
    var upkeep: (UpkeepTask) -> UpkeepOutcome = { task in
        switch task {
        case .tendStores: .storesTended([])
        case .trimStream: .streamTrimmed(records: 0, isMore: false)
        case .seal: .sealed(nil)
        case .retire: .retired
        case .dropRaw: .rawDropped(objects: 0)
        }
    }
    /// Says which effects fail for good, and why.
    var failing: (EffectAction) -> EngineError? = { _ in nil }
    /// Effects in the order issued.
    private(set) var issued: [PipelineEffect] = []
    private(set) var calls: [(at: MarketTime, call: SourceCall)] = []
    /// Deadlines that issued nothing and did not move the next one.
    private(set) var spins = 0
    /// Deadlines handled.
    private(set) var deadlines = 0
    private var pending: [(at: MarketTime, event: PipelineEvent)] = []
    private var held: [EffectID: (call: SourceCall, sent: MarketTime, answer: SourceAnswer)] = [:]
    private(set) var streams: [StreamShard: [StreamRecord]] = [:]
    private(set) var catalog: [CatalogEntry] = []
    private(set) var journal: [JournalLine] = []
    /// What the work queue holds and nobody has received, and what lies aside.
    var waiting: [ReceivedOrder] = []
    var dead: [DeadOrder] = []
    private(set) var acknowledged: [String] = []
    private(set) var released: [String] = []
    private var bars: [String: [Int64: BarRow]] = [:]
    private var notes: [String: [Int64: SlotNote]] = [:]
    private var facts: [DerivedTarget: [BarRow]] = [:]

    init(_ settings: PipelineSettings, at now: MarketTime, script: @escaping Script) {
        self.settings = settings
        self.now = now
        self.script = script
        machine = PipelineStateMachine(settings: settings, at: now)
    }

    mutating func start(_ recovery: PipelineRecovery = PipelineRecovery(incarnation: 1)) {
        handle(.recovered(recovery))
    }

    // MARK: Time

    mutating func run(until end: MarketTime) {
        while true {
            let deadline = machine.nextDeadline(after: now)
            if let first = pending.first, first.at <= end, first.at <= deadline ?? .distantFuture {
                pending.removeFirst()
                now = max(now, first.at)
                handle(first.event)
            } else if let deadline, deadline <= end {
                now = max(now, deadline)
                reachDeadline()
            } else {
                now = max(now, end)
                return
            }
        }
    }

    private mutating func reachDeadline() {
        deadlines += 1
        let before = issued.count
        handle(.deadlineReached)
        guard let next = machine.nextDeadline(after: now), next <= now, issued.count == before else { return }
        spins += 1
        // A driver would come back at once for ever; the world goes on a little, to count how often.
        now = now + .milliseconds(200)
    }

    mutating func handle(_ event: PipelineEvent) {
        if case .curated(_, let summary) = event { for row in summary.masks { coverage.apply(row) } }
        for effect in machine.handle(event, at: now, coverage: coverage) {
            issued.append(effect)
            perform(effect)
        }
    }

    private mutating func post(_ event: PipelineEvent, after span: MarketSpan = .zero) {
        let at = now + span
        pending.insert((at, event), at: pending.firstIndex { $0.at > at } ?? pending.endIndex)
    }

    // MARK: Effects

    private mutating func perform(_ effect: PipelineEffect) {
        if let error = failing(effect.action) { return post(.failed(effect.id, error)) }
        switch effect.action {
        case .fetch(let call): fetch(effect.id, call)
        case .drop(let ids):
            for id in ids { held[id] = nil }
            post(.done(effect.id))
        case .append(let shard, let drafts): append(effect.id, shard, drafts)
        case .journal(let lines):
            journal += lines
            post(.journalled(effect.id))
        case .putObject(let batch):
            post(
                .objectPut(
                    effect.id,
                    CatalogEntry(
                        key: batch.key, shard: batch.streamShard, hour: batch.hour, first: batch.first,
                        last: batch.last, bytes: 1, sha256: "", received: 0)))
        case .register(let entry):
            catalog.append(entry)
            post(.objectRegistered(effect.id, ordinal: Int64(catalog.count)))
        case .moveCheckpoint: post(.checkpointMoved(effect.id))
        case .curate(let ordinal, _): curate(effect.id, ordinal)
        case .synthesize(let targets):
            for target in targets { facts[target] = inputs(of: target) }
            post(.synthesized(effect.id, rows: targets.count))
        case .checkFacts(let targets):
            post(.factsChecked(effect.id, stale: targets.filter { facts[$0] != inputs(of: $0) }))
        case .raiseAlarm, .clearAlarm, .recallAlarms, .tellCleanAudit: post(.done(effect.id))
        case .upkeep(let task): post(.upkept(effect.id, upkeep(task)))
        case .receiveOrders, .extendOrders, .acknowledgeOrders, .releaseOrders, .redriveOrder, .dropOrder:
            performOrders(effect)
        }
    }

    private mutating func performOrders(_ effect: PipelineEffect) {
        switch effect.action {
        case .receiveOrders:
            post(.ordersReceived(effect.id, OrderDelivery(orders: waiting, dead: dead)))
            waiting = []
        case .redriveOrder(let id), .dropOrder(let id):
            let found = dead.contains { $0.id == id }
            dead.removeAll { $0.id == id }
            post(.orderChanged(effect.id, found: found, dead: dead))
        case .acknowledgeOrders(let ids):
            acknowledged += ids
            post(.done(effect.id))
        case .releaseOrders(let ids):
            released += ids
            post(.done(effect.id))
        default: post(.done(effect.id))
        }
    }

    private mutating func fetch(_ id: EffectID, _ call: SourceCall) {
        calls.append((now, call))
        let answer: SourceAnswer
        let digest: AnswerDigest
        let wait: MarketSpan
        switch script(call, now) {
        case .never: return
        case .reply(let reply, let after):
            answer = .reply(status: reply.status, body: reply.body)
            digest = .of(.success(reply), asked: call.question)
            wait = after
        case .failure(let failure, let after):
            answer = .failure(reason: failure.word)
            digest = .of(.failure(failure), asked: call.question)
            wait = after
        }
        held[id] = (call, now, answer)
        post(.answerArrived(id, digest), after: wait)
    }

    private mutating func append(_ id: EffectID, _ shard: StreamShard, _ drafts: [RecordDraft]) {
        let first = Int64(streams[shard]?.count ?? 0) + 1
        for draft in drafts {
            switch draft {
            case .made(let record): streams[shard, default: []].append(record)
            case .held(let answer, let received, let feedFresh):
                guard let one = held.removeValue(forKey: answer) else {
                    return post(.failed(id, EngineError(.missing, "an answer was forgotten")))
                }
                streams[shard, default: []].append(
                    .answer(
                        AnswerRecord(
                            source: settings.source, purpose: one.call.purpose, execution: one.call.execution,
                            attempt: one.call.attempt, question: one.call.question, sent: one.sent, received: received,
                            feedFresh: feedFresh, answer: one.answer)))
            }
        }
        post(.appended(id, sequences: first...first + Int64(drafts.count) - 1, bytes: Int64(drafts.count) * 100))
    }

    private mutating func curate(_ id: EffectID, _ ordinal: Int64) {
        let entry = catalog[Int(ordinal) - 1]
        let records = Array((streams[entry.shard] ?? [])[Int(entry.first) - 1..<Int(entry.last)])
        var found = Curation.Held()
        for part in Curation.footprint(records) {
            for minute in part.minutes {
                if let bar = bars[part.symbol.text]?[minute.index] { found.bars.append(bar) }
                if let note = notes[part.symbol.text]?[minute.index] { found.notes.append(note) }
            }
            for hour in part.minutes.hours {
                found.masks.append(coverage[part.symbol, hour].row(symbol: part.symbol, hour: hour))
            }
        }
        let (change, summary) = Curation.curate(
            records, object: entry.key, ordinal: ordinal, held: found, universe: settings.universe)
        for bar in change.bars { bars[bar.symbol, default: [:]][bar.minute] = bar }
        for note in change.notes { notes[note.symbol, default: [:]][note.minute] = note }
        post(.curated(id, summary))
    }

    private func inputs(of target: DerivedTarget) -> [BarRow] {
        let members = settings.universe.members.filter {
            target.span == .market ? $0.calendar.rawValue == target.symbol.text : $0.symbol == target.symbol
        }
        return members.flatMap { member in target.minutes.compactMap { bars[member.symbol.text]?[$0.index] } }
    }

    // MARK: Looking

    func bar(_ symbol: SymbolName, _ minute: Minute) -> BarRow? { bars[symbol.text]?[minute.index] }
    func counts() -> SlotCounts { coverage.counts(in: settings.universe, now: now) }
    func status() -> PipelineStatus { machine.status(coverage, at: now) }

    /// Keys of the alarms raised at the sinks, in order.
    var raised: [String] {
        issued.compactMap { if case .raiseAlarm(let notice) = $0.action { notice.key } else { nil } }
    }

    /// The states that executions went through, in order.
    func states(of execution: String) -> [String] {
        journal.filter { $0.subject == "execution/\(execution)" }.map(\.event)
    }

    /// Every effect issued in a few words, to follow one thing through the rooms.
    var trail: [String] {
        issued.map { effect in
            switch effect.action {
            case .fetch(let call):
                "fetch \(call.purpose.rawValue) \(call.question.symbol) \(call.question.minutes.lowerBound)"
            case .drop: "drop"
            case .append(let shard, let drafts): "append \(shard) \(drafts.count)"
            case .journal(let lines):
                "journal \(lines.map { "\($0.subject.prefix { $0 != "/" }) \($0.event)" }.joined())"
            case .putObject(let batch): "put \(batch.streamShard)"
            case .register(let entry): "register \(entry.shard)"
            case .moveCheckpoint(let shard, _): "checkpoint \(shard)"
            case .curate(_, let key): "curate \(key.dropFirst(4).prefix { $0 != "/" })"
            case .synthesize: "synthesize"
            case .checkFacts: "check"
            case .raiseAlarm(let notice): "raise \(notice.key)"
            case .clearAlarm(let notice): "clear \(notice.key)"
            case .upkeep: "upkeep"
            case .recallAlarms(let notices): "recall \(notices.count)"
            case .tellCleanAudit(let audit): "clean \(audit.execution)"
            case .receiveOrders: "receive"
            case .extendOrders(let ids): "extend \(ids.joined(separator: " "))"
            case .acknowledgeOrders(let ids): "acknowledge \(ids.joined(separator: " "))"
            case .releaseOrders(let ids): "release \(ids.joined(separator: " "))"
            case .redriveOrder(let id): "redrive \(id)"
            case .dropOrder(let id): "drop \(id)"
            }
        }
    }
}

/// Scripts and settings that the tests of the root share.
enum RootScripts {
    static let start = MarketTime(seconds: 1_549_843_200)
    static let latency = MarketSpan.milliseconds(80)
    static let pairs = ["ADAUSDT", "BTCUSDT", "ETHUSDT"].map { SymbolName($0)! }

    /// Pairs that trade always, from the start on.
    static func settings(_ symbols: [SymbolName] = pairs, flaws: [CaptureFlaw] = []) -> PipelineSettings {
        let members = symbols.map {
            UniverseMember(symbol: $0, calendar: .alwaysOpen, lifetime: start.minute..<Minute(60_000_000))
        }
        return PipelineSettings(
            source: "scripted", sourceTitle: "scripted source", simulated: true, universe: Universe(members),
            capture: .quotes, flaws: flaws)
    }

    /// Shares of New York, from some days before the start on.
    static func shares() -> PipelineSettings {
        var settings = settings()
        settings.universe = Universe(
            ["AAPL", "MSFT"].map {
                UniverseMember(
                    symbol: SymbolName($0)!, calendar: .xnys,
                    lifetime: start.minute.advanced(by: -3 * 1_440)..<Minute(60_000_000))
            })
        return settings
    }

    static func price(_ symbol: SymbolName, _ minute: Minute) -> Double {
        100 + Double(fnv1a(symbol.text) % 50) + Double(minute.index % 7)
    }

    /// A source that knows a price for every minute.
    static func well(_ call: SourceCall, _ now: MarketTime) -> RootWorld.Reply {
        switch call.question {
        case .quote(let symbol, _):
            let text = "{\"c\":\(price(symbol, now.minute)),\"h\":999,\"l\":1,\"o\":2,\"pc\":3,\"t\":\(now.seconds)}"
            return .reply(HTTPReply(status: 200, headers: [], body: Array(text.utf8)), after: latency)
        case .candles(let symbol, let minutes, _):
            let bars = minutes.filter { $0.end <= now }.map { minute in
                let close = price(symbol, minute)
                return Bar(minute: minute, open: close, high: close + 1, low: close - 1, close: close, volume: 5)
            }
            let body = bars.isEmpty ? Array("{\"s\":\"no_data\"}".utf8) : TransformWorld.body(bars)
            return .reply(HTTPReply(status: 200, headers: [], body: body), after: latency)
        }
    }

    static func refusal(_ status: Int) -> RootWorld.Reply {
        .reply(HTTPReply(status: status, headers: [], body: Array("{\"error\":\"no\"}".utf8)), after: latency)
    }
}
