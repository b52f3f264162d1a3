package import Pipeline

/// What changed of a status since the one sent before: a part that is nil is as it was. The parts that change seldom and are
/// long (universe, log, executions, alarms) cost nothing while they rest.
package struct StatusPatch: Hashable, Sendable, Codable {
    package var sourceName: String?
    package var simulated: Bool?
    package var clock: ClockStatus?
    package var source: SourceStatus?
    package var streams: [ShardStatus]?
    package var appendedPerMinute: [Int]?
    package var lagRecords: Int?
    package var lagSeconds: Int64?
    package var lake: LakeStatus?
    package var universe: [UniverseMember]?
    package var coverage: SlotCounts?
    package var coverageVersion: Int64?
    package var executions: [ExecutionStatus]?
    package var repairing: [RepairingPartition]?
    /// Twice optional: the part may rest, or have become nil.
    package var nextAudit: Moment?
    package var alarms: [AlarmStatus]?
    package var decisions: [StandingDecision]?
    /// The lines that are new, newest first; the receiver keeps those it has behind them.
    package var newLog: [LogLine]?
    package var flaws: [CaptureFlaw]?
    package var healing: HealingScore?
    package var healingDays: [HealingDay]?

    /// A moment that may be none.
    package struct Moment: Hashable, Sendable, Codable {
        package var at: MarketTime?
    }

    private static let logMax = 200

    /// From one status to another; from nothing where `old` is nil.
    package init(from old: PipelineStatus?, to new: PipelineStatus) {
        func part<Value: Equatable>(_ path: KeyPath<PipelineStatus, Value>) -> Value? {
            let value = new[keyPath: path]
            return old?[keyPath: path] == value ? nil : value
        }
        sourceName = part(\.sourceName)
        simulated = part(\.simulated)
        clock = part(\.clock)
        source = part(\.source)
        streams = part(\.streams)
        appendedPerMinute = part(\.appendedPerMinute)
        lagRecords = part(\.lagRecords)
        lagSeconds = part(\.lagSeconds)
        lake = part(\.lake)
        universe = part(\.universe)
        coverage = part(\.coverage)
        coverageVersion = part(\.coverageVersion)
        executions = part(\.executions)
        repairing = part(\.repairing)
        nextAudit = part(\.nextAudit).map(Moment.init)
        alarms = part(\.alarms)
        decisions = part(\.decisions)
        let known = old?.log.first?.number ?? 0
        let lines = new.log.prefix { $0.number > known }
        newLog = lines.isEmpty ? nil : Array(lines)
        flaws = part(\.flaws)
        healing = part(\.healing)
        healingDays = part(\.healingDays)
    }

    /// Whether nothing changed.
    package var isEmpty: Bool { self == StatusPatch(from: PipelineStatus(), to: PipelineStatus()) }

    /// Brings a status up to date.
    package func apply(to status: inout PipelineStatus) {
        func put<Value>(_ value: Value?, _ path: WritableKeyPath<PipelineStatus, Value>) {
            if let value { status[keyPath: path] = value }
        }
        put(sourceName, \.sourceName)
        put(simulated, \.simulated)
        put(clock, \.clock)
        put(source, \.source)
        put(streams, \.streams)
        put(appendedPerMinute, \.appendedPerMinute)
        put(lagRecords, \.lagRecords)
        put(lagSeconds, \.lagSeconds)
        put(lake, \.lake)
        put(universe, \.universe)
        put(coverage, \.coverage)
        put(coverageVersion, \.coverageVersion)
        put(executions, \.executions)
        put(repairing, \.repairing)
        put(nextAudit.map(\.at), \.nextAudit)
        put(alarms, \.alarms)
        put(decisions, \.decisions)
        if let newLog { status.log = Array((newLog + status.log).prefix(Self.logMax)) }
        put(flaws, \.flaws)
        put(healing, \.healing)
        put(healingDays, \.healingDays)
    }
}
