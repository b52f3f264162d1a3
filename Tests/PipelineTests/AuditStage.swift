import Engine
import Pipeline

/// An auditor driven by hand: its orders are answered as a test says, and every effect at once.
struct AuditStage {
    static let symbols = ["AAA", "BBB", "CCC"].map { SymbolName($0)! }
    static let start = MarketTime(seconds: 1_549_843_200)
    /// Two hours in, when everything of the first hour is past its grace.
    static let noon = start + .minutes(120)

    var machine: AuditStateMachine
    var coverage = CoverageIndex()
    var now = noon
    var candles = SourceStatus.Entitlement.granted
    var sourceIsThere = true
    var lastAnswer = noon
    var current = true
    var landed = true
    /// Rows found stale when they are checked; one answer for each check.
    var stale: [[DerivedTarget]] = []
    /// Whether checks fail for good.
    var failsChecks = false
    /// Effects are left unanswered while held.
    var holds = false
    private(set) var notices: [AuditStateMachine.Notice] = []
    private(set) var journal: [AuditExecution] = []
    private(set) var orders: [(execution: String, unit: Int, call: SourceCall)] = []
    private(set) var rulings: [(symbol: SymbolName, minutes: [Range<Minute>], reason: LossReason)] = []
    private(set) var checks = 0
    private(set) var built: [DerivedTarget] = []
    private var ids = EffectIDs(incarnation: 1)
    private var sequence: Int64 = 0
    let settings: PipelineSettings

    init(symbols: [SymbolName] = symbols) {
        settings = RootScripts.settings(symbols)
        machine = AuditStateMachine(settings: settings, at: Self.noon)
    }

    /// Sets every slot up to now present, but for those given, counted in minutes from the start.
    mutating func fill(but missing: [SymbolName: [Int]] = [:], unrepairable: [SymbolName: [Int]] = [:]) {
        for member in settings.universe.members {
            for hour in Self.start.hour..<now.hour {
                var masks = PartitionMasks()
                masks.present = settings.universe.expectedMask(member, hour)
                for offset in (missing[member.symbol] ?? []) + (unrepairable[member.symbol] ?? []) {
                    let minute = Self.minute(offset)
                    if minute.hour == hour { masks.present &= ~minute.bit }
                }
                for offset in unrepairable[member.symbol] ?? [] where Self.minute(offset).hour == hour {
                    masks.unrepairable |= Self.minute(offset).bit
                }
                coverage.apply(masks.row(symbol: member.symbol, hour: hour))
            }
        }
    }

    mutating func change(_ symbol: SymbolName, _ offset: Int, _ body: (inout PartitionMasks, UInt64) -> Void) {
        let minute = Self.minute(offset)
        var masks = coverage[symbol, minute.hour]
        body(&masks, minute.bit)
        coverage.apply(masks.row(symbol: symbol, hour: minute.hour))
    }

    mutating func heal(_ symbol: SymbolName, _ offset: Int) {
        change(symbol, offset) { masks, bit in
            masks.present |= bit
            masks.unrepairable &= ~bit
        }
    }

    static func minute(_ offset: Int) -> Minute { start.minute.advanced(by: offset) }

    /// Begins an execution over the first hours of every symbol, or of some.
    mutating func begin(
        _ kind: AuditExecution.Kind = .audit, _ symbols: [SymbolName] = symbols, facts: Bool = false
    ) -> String {
        let scope = [SlotSelection(symbols: symbols, minutes: Self.minute(0)..<Self.minute(60))]
        var told: [AuditStateMachine.Notice] = []
        let id = machine.begin(kind, trigger: "test", over: scope, facts: facts ? scope : [], at: now, &told)
        take(told)
        return id
    }

    mutating func advance() {
        var rounds = 0
        while rounds < 50 {
            let effects = notices.count
            take(machine.advance(surroundings))
            guard notices.count != effects else { return }
            rounds += 1
        }
    }

    private var surroundings: AuditStateMachine.Surroundings {
        let landed = landed
        return AuditStateMachine.Surroundings(
            now: now, coverage: coverage, hasLanded: { _ in landed }, warehouseIsCurrent: current, candles: candles,
            sourceIsThere: sourceIsThere, lastAnswer: lastAnswer, chance: 1)
    }

    mutating func take(_ told: [AuditStateMachine.Notice]) {
        notices += told
        for notice in told {
            switch notice {
            case .order(let execution, let calls): orders += calls.map { (execution, $0.unit, $0.call) }
            case .rule(let execution, let symbol, let minutes, let reason):
                rulings.append((symbol, minutes, reason))
                land(execution)
                for run in minutes {
                    for minute in run {
                        change(symbol, Self.start.minute.distance(to: minute)) { masks, bit in masks.unrepairable |= bit
                        }
                    }
                }
            case .effect(let execution, let action): perform(execution, action)
            case .journal(let execution, _): journal.append(execution)
            case .cancelCalls, .takes, .log, .gaveUp, .differs, .ended: break
            }
        }
    }

    private var heldBack: EffectID?

    /// The effect held back is done, and the next one is held.
    mutating func release() {
        guard let id = heldBack else { return }
        _ = machine.synthesized(id, rows: 1)
        advance()
    }

    /// Sets an execution into a state that is passed through in one step, as a crash may find it in the journal.
    mutating func stop(_ id: String, in state: AuditState) {
        guard var execution = last(id) else { return }
        execution.state = state
        let line = AuditJournal.line(execution, at: now)
        journal.append(execution)
        machine = AuditStateMachine(settings: settings, at: now)
        _ = machine.recover(
            PipelineRecovery(incarnation: 1, executions: [RecoveredExecution(id: id, lines: [line])]), at: now)
    }

    private mutating func perform(_ execution: String, _ action: EffectAction) {
        let id = ids.next()
        machine.waits(execution, for: id)
        heldBack = id
        guard !holds else { return }
        switch action {
        case .checkFacts:
            checks += 1
            if failsChecks {
                _ = machine.failed(id)
            } else {
                _ = machine.factsChecked(id, stale: stale.isEmpty ? [] : stale.removeFirst())
            }
        case .synthesize(let targets):
            built += targets
            _ = machine.synthesized(id, rows: targets.count)
        default: break
        }
    }

    /// A record of an execution goes to its position.
    mutating func land(_ execution: String) {
        sequence += 1
        machine.recordWaits(execution)
        machine.placed([
            .init(tag: .init(execution: execution, unit: 0), shard: StreamShard("repairs", 0), sequence: sequence)
        ])
    }

    /// Answers every open order: with what `fate` says, and with `bars` read from each answer.
    mutating func answer(
        _ fate: (SymbolName) -> AcquireStateMachine.CallFate,
        outcome: (SymbolName) -> LandedAnswer.Outcome? = { _ in .bars(1) }, spoilt: [Int] = []
    ) {
        let open = orders
        orders = []
        for one in open {
            let symbol = one.call.question.symbol
            land(one.execution)
            if let outcome = outcome(symbol) {
                var landed = LandedAnswer(
                    execution: one.execution, attempt: one.call.attempt, symbol: symbol,
                    minutes: one.call.question.minutes, outcome: outcome, filled: 0, witnessed: 0, received: now)
                landed.spoilt = spoilt.map { Self.minute($0)..<Self.minute($0 + 1) }
                machine.curated([landed])
            }
            machine.callEnded(one.execution, unit: one.unit, fate(symbol))
        }
    }

    /// The states an execution was journalled in, in order.
    func states(_ id: String) -> [AuditState] { journal.filter { $0.id == id }.map(\.state) }

    func last(_ id: String) -> AuditExecution? { journal.last { $0.id == id } }

    /// A new machine that takes up what the journal says.
    mutating func restart() {
        var lines: [String: [JournalLine]] = [:]
        for execution in journal { lines[execution.id, default: []].append(AuditJournal.line(execution, at: now)) }
        let open = lines.filter { !($0.value.last?.closes ?? true) }.map {
            RecoveredExecution(id: $0.key, lines: $0.value)
        }
        .sorted { $0.id < $1.id }
        machine = AuditStateMachine(settings: settings, at: now)
        orders = []
        take(machine.recover(PipelineRecovery(incarnation: 2, executions: open), at: now))
    }
}
