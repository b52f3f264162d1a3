/// Runs the executions of the auditor. Each step looks up its arrow in `AuditTransitionTable`; what a state does on
/// entering stands in `AuditSteps.swift`, what begins an execution in `AuditTriggers.swift`.
package struct AuditStateMachine: Sendable {
    /// One live execution with what need not survive a crash.
    struct Live: Sendable {
        var execution: AuditExecution
        /// Derived rows still to be checked while checking.
        var unchecked = DerivedQueue()
        /// Derived rows being checked just now.
        var checking: [DerivedTarget] = []
        /// Derived rows found stale, or ordered anew.
        var stale: [DerivedTarget] = []
        /// Derived rows being built, or confirmed.
        var derived: [DerivedTarget] = []
        /// The coverage version the rows were built from.
        var builtFrom: Int64 = 0
        /// The effect it waits for.
        var waitsFor: EffectID?
        /// Calls under way, by unit.
        var calling: [Int] = []
        var fates: [CallResult] = []
        /// Records on their way to a position, and positions on their way into the warehouse.
        var unplaced = 0
        var positions: [StreamStateMachine.Landed] = []
        /// What landed answers held, for rechecking.
        var answers: [LandedAnswer] = []
        var retryAt: MarketTime?
        /// In checking: whether the slots were looked at.
        var gapsChecked = false
        /// Answers must be landed before it can check: everything appended before it began.
        var waitsForWarehouse = false
    }

    /// How the last call of a unit ended.
    struct CallResult: Sendable {
        var unit: Int
        var fate: AcquireStateMachine.CallFate
    }

    /// What the rest of the machine is asked or told.
    package enum Notice: Sendable {
        /// Ask the source.
        case order(execution: String, calls: [(unit: Int, call: SourceCall)])
        /// Forget the calls that have not gone out.
        case cancelCalls(execution: String)
        /// Give up slots.
        case rule(execution: String, SymbolName, [Range<Minute>], LossReason)
        /// Effects that need an id: their outcome comes back to the execution.
        case effect(execution: String, EffectAction)
        /// Derived rows that an execution builds itself.
        case takes([DerivedTarget])
        case journal(AuditExecution, at: MarketTime)
        case log(String)
        /// Attempts were spent, or no call can help; the slots given up as runs of minutes.
        case gaveUp(LossReason, SymbolName, [Range<Minute>], fresh: Bool)
        /// Confirming found a difference twice.
        case differs(execution: String)
        /// An operator's execution ended; what to tell.
        case ended(AuditExecution)
    }

    let settings: PipelineSettings
    var live: [Live] = []
    var history: [AuditExecution] = []
    var counter: Int64 = 0
    var incarnation: Int64 = 0
    var schedule: AuditSchedule

    package init(settings: PipelineSettings, at now: MarketTime) {
        self.settings = settings
        schedule = AuditSchedule(at: now)
    }

    package var isIdle: Bool { live.isEmpty }
    package var executionsLive: Int { live.count }

    // MARK: Outcomes from outside

    /// A planned call ended.
    package mutating func callEnded(
        _ execution: String, unit: Int, _ fate: AcquireStateMachine.CallFate
    ) {
        guard let place = place(execution), live[place].execution.state == .repairing else { return }
        live[place].calling.removeAll { $0 == unit }
        live[place].fates.removeAll { $0.unit == unit }
        live[place].fates.append(CallResult(unit: unit, fate: fate))
    }

    /// A record of the execution is on its way into the stream.
    package mutating func recordWaits(_ execution: String) {
        guard let place = place(execution) else { return }
        live[place].unplaced += 1
    }

    /// Records of executions are on disk.
    package mutating func placed(_ landed: [StreamStateMachine.Landed]) {
        for position in landed {
            guard let place = place(position.tag.execution) else { continue }
            live[place].unplaced -= 1
            live[place].positions.append(position)
        }
    }

    /// An object is in the warehouse: what its answers held.
    package mutating func curated(_ answers: [LandedAnswer]) {
        for answer in answers where !answer.execution.isEmpty {
            guard let place = place(answer.execution) else { continue }
            live[place].answers.append(answer)
        }
    }

    /// Derived rows were checked. False where nobody waits for the outcome.
    package mutating func factsChecked(_ id: EffectID, stale: [DerivedTarget]) -> Bool {
        guard let place = live.firstIndex(where: { $0.waitsFor == id }) else { return false }
        live[place].waitsFor = nil
        live[place].checking = []
        live[place].stale += stale
        return true
    }

    /// Derived rows were built. False where nobody waits for the outcome.
    package mutating func synthesized(_ id: EffectID, rows: Int) -> Bool {
        guard let place = live.firstIndex(where: { $0.waitsFor == id }) else { return false }
        live[place].waitsFor = nil
        return true
    }

    /// An effect of an execution failed for good. Rows that could not be checked are not known to be current, so they
    /// count as stale; rows that could not be built show themselves when they are confirmed.
    package mutating func failed(_ id: EffectID) -> Bool {
        guard let place = live.firstIndex(where: { $0.waitsFor == id }) else { return false }
        live[place].waitsFor = nil
        live[place].stale += live[place].checking
        live[place].checking = []
        return true
    }

    func place(_ execution: String) -> Int? { live.firstIndex { $0.execution.id == execution } }

    /// Notes which effect an execution waits for.
    package mutating func waits(_ execution: String, for id: EffectID) {
        guard let place = place(execution) else { return }
        live[place].waitsFor = id
    }

    // MARK: Status

    package func status(now: MarketTime) -> [ExecutionStatus] {
        (live.map { $0.execution } + history.reversed()).prefix(50).map { execution in
            let open = live.first { $0.execution.id == execution.id }
            let slots = execution.units.filter { $0.standing != .settled && $0.reasks != true }.reduce(0) {
                $0 + $1.slotCount
            }
            return ExecutionStatus(
                id: execution.id, trigger: execution.trigger, state: execution.state, attempt: execution.round,
                attemptsMax: settings.retry.attemptsMax, gaps: execution.gapsFound, slots: execution.slotsFound,
                settledSlots: max(0, execution.slotsFound - slots),
                callsDone: execution.units.count - (open?.calling.count ?? 0), callsPlanned: execution.units.count,
                derivedPlanned: execution.derivedCount, derivedDone: execution.state.isEnd ? execution.derivedCount : 0,
                began: MarketTime(microseconds: execution.began),
                ended: execution.ended.map(MarketTime.init(microseconds:)), waitsFor: open.map(waiting) ?? "")
        }
    }

    private func waiting(_ one: Live) -> String {
        switch one.execution.state {
        case .checking: one.waitsForWarehouse ? "what was appended to land" : ""
        case .repairing: some(one.calling.count, "call")
        case .landing: some(one.unplaced + one.positions.count, "record", " to land")
        case .backingOff: one.retryAt.map { "retry at \($0.iso8601.dropFirst(11))" } ?? ""
        case .resynthesizing, .confirming: some(one.derived.count, "derived row")
        case .planning, .rechecking, .succeeded, .healed, .waiting, .failed, .cancelled: ""
        }
    }

    /// `1 call`, `3 records to land`; what there is none of is waited for no more.
    private func some(_ count: Int, _ word: String, _ rest: String = "") -> String {
        count > 0 ? counted(count, word) + rest : ""
    }

    /// The slots under repair, for the console.
    package func repairing(limit: Int) -> [RepairingPartition] {
        var result: [RepairingPartition] = []
        for one in live where one.execution.state != .checking {
            for unit in one.execution.units where unit.standing == .open && unit.reasks != true {
                guard let symbol = SymbolName(unit.symbol) else { continue }
                for part in unit.wanted {
                    guard result.count < limit else { return result }
                    result.append(RepairingPartition(symbol: symbol, hour: Hour(part.hour), slots: part.slots))
                }
            }
        }
        return result
    }

    /// The slots of a partition that a live execution other than `except` sought and did not settle.
    func claimed(_ symbol: SymbolName, _ hour: Hour, except: String) -> UInt64 {
        var mask: UInt64 = 0
        for one in live where one.execution.id != except {
            for unit in one.execution.units where unit.symbol == symbol.text && unit.standing != .settled {
                for part in unit.wanted where part.hour == hour.index { mask |= part.slots }
            }
        }
        return mask
    }
}
