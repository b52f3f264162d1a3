import Engine
import Pipeline

/// Looks at everything that goes in and out of the machine while a run goes on.
struct SafetyWatch {
    /// An append that was acknowledged.
    struct Acknowledged {
        var shard: StreamShard
        var sequences: ClosedRange<Int64>
        var received: [Int64]
    }

    /// A process that began: what was durable then.
    struct Start {
        var incarnation: Int64
        var lastReceived: Int64
        /// How many lines the journal held.
        var journalled: Int64
        /// How many appends were acknowledged before.
        var acknowledged: Int
    }

    /// The live executions as last journalled, oldest first.
    private(set) var executions: [AuditExecution] = []
    private(set) var acknowledged: [Acknowledged] = []
    private(set) var starts: [Start] = []
    private var rebuilding: Set<EffectID> = []
    private var heldUntil: MarketTime?

    /// A process began.
    mutating func began(_ incarnation: Int64, lastReceived: Int64, journal: JournalTable) {
        starts.append(
            Start(
                incarnation: incarnation, lastReceived: lastReceived, journalled: journal.count,
                acknowledged: acknowledged.count))
        heldUntil = nil
        rebuilding = []
        executions = journal.open(AuditJournal.prefix).compactMap { subject in
            journal.lines(of: subject).last.flatMap { AuditJournal.execution($0.line) }
        }
    }

    /// One event and what followed from it; the first promise it breaks, if any.
    mutating func take(
        _ event: PipelineEvent, _ effects: [PipelineEffect], callsOut: Int, at now: MarketTime
    ) -> String? {
        if case .answerArrived(_, let digest) = event, case .throttled = digest.outcome,
            let reset = digest.rate?.resetSeconds, MarketTime(seconds: reset) > now
        {
            heldUntil = max(heldUntil ?? now, MarketTime(seconds: reset))
        }
        return callsWhileHeld(effects, callsOut, now) ?? follow(effects)
    }

    /// While a 429 stands, only the next due call of live capture goes out, and only alone.
    private func callsWhileHeld(_ effects: [PipelineEffect], _ callsOut: Int, _ now: MarketTime) -> String? {
        guard let heldUntil, now < heldUntil else { return nil }
        var out = callsOut
        for effect in effects {
            guard case .fetch(let call) = effect.action else { continue }
            guard call.purpose == .live, out == 0 else { return "a call within a 429: \(effect.traceLine)" }
            out += 1
        }
        return nil
    }

    private mutating func follow(_ effects: [PipelineEffect]) -> String? {
        var rebuilds = false
        var changed = false
        for effect in effects {
            if case .synthesize = effect.action, rebuilds { rebuilding.insert(effect.id) }
            rebuilds = false
            guard case .journal(let lines) = effect.action else { continue }
            for line in lines where line.subject.hasPrefix(AuditJournal.prefix) {
                guard let execution = AuditJournal.execution(line) else { return "a line that is no execution" }
                executions.removeAll { $0.id == execution.id }
                if !execution.state.isEnd { executions.append(execution) }
                rebuilds = execution.state == .resynthesizing
                changed = true
            }
        }
        return changed ? sharedSlots : nil
    }

    /// A slot is in at most one live execution.
    private var sharedSlots: String? {
        var claimed: [String: UInt64] = [:]
        for execution in executions {
            for unit in execution.units where unit.standing == .open {
                for part in unit.wanted {
                    let key = "\(unit.symbol) \(part.hour)"
                    guard claimed[key, default: 0] & part.slots == 0 else {
                        return "slots of \(key) are in two live executions, \(execution.id) among them"
                    }
                    claimed[key, default: 0] |= part.slots
                }
            }
        }
        return nil
    }

    /// Whether an effect rebuilds rows for an execution.
    func rebuilds(_ id: EffectID) -> Bool { rebuilding.contains(id) }

    /// An effect was performed and its outcome reached the process.
    mutating func performed(_ effect: PipelineEffect, _ event: PipelineEvent) {
        guard case .append(let shard, let drafts) = effect.action, case .appended(_, let sequences, _) = event else {
            return
        }
        acknowledged.append(
            Acknowledged(shard: shard, sequences: sequences, received: drafts.map(\.received.microseconds)))
    }
}
