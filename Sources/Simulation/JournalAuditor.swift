import Engine
import Pipeline

/// Reads the journal as a history: every step of every execution is an arrow of the table, and no alarm stands twice.
struct JournalAuditor {
    let journal: JournalTable
    /// How many lines the journal held when each process began.
    let starts: [Int64]

    /// The arrows that were taken, and what is no arrow.
    func executions() -> (arrows: Set<AuditTransitionTable.Arrow>, complaints: [String]) {
        var arrows: Set<AuditTransitionTable.Arrow> = []
        var complaints: [String] = []
        for subject in journal.subjects(AuditJournal.prefix) {
            var before: (ordinal: Int64, execution: AuditExecution)?
            for entry in journal.lines(of: subject) {
                guard let execution = AuditJournal.execution(entry.line) else {
                    complaints.append("\(subject) has a line that is no execution")
                    continue
                }
                defer { before = (entry.ordinal, execution) }
                guard let before else {
                    if execution.state != .checking { complaints.append("\(subject) begins at \(execution.state)") }
                    continue
                }
                // A line whose acknowledgement was lost is written again.
                if before.execution == execution { continue }
                let from = state(of: before.execution, after: before.ordinal, until: entry.ordinal)
                if let arrow = arrow(from, execution) {
                    arrows.insert(arrow)
                } else if !isRedriven(from, execution.state) {
                    complaints.append("\(subject) goes from \(from) to \(execution.state)")
                }
            }
        }
        return (arrows, complaints)
    }

    /// Where an execution goes on that another process had under way.
    private func state(of execution: AuditExecution, after: Int64, until: Int64) -> AuditState {
        guard starts.contains(where: { after <= $0 && $0 < until }) else { return execution.state }
        switch execution.state {
        case .checking, .planning: return .checking
        case .repairing, .landing, .rechecking, .backingOff: return .landing
        case .resynthesizing, .confirming: return .resynthesizing
        case .succeeded, .healed, .waiting, .failed, .cancelled: return execution.state
        }
    }

    /// No arrow of the table: somebody took up an execution that had ended.
    private func isRedriven(_ from: AuditState, _ to: AuditState) -> Bool {
        [true, false].contains { AuditTransitionTable.redriven(from, keepsPlan: $0) == to }
    }

    private func arrow(_ from: AuditState, _ execution: AuditExecution) -> AuditTransitionTable.Arrow? {
        let found = AuditTransitionTable.arrows.filter { $0.from == from && $0.to == execution.state }
        // Two arrows lead from confirming to failed.
        let differs = execution.differences >= 2
        return found.count < 2 ? found.first : found.first { ($0.event == .differedAgain) == differs }
    }

    /// Alarms that were raised anew while they stood.
    var doubledAlarms: [String] {
        journal.subjects(AlarmJournal.prefix).compactMap { subject in
            var standing: JournalLine?
            for entry in journal.lines(of: subject) {
                let raises = entry.line.event == "raised"
                if let standing, raises, standing != entry.line { return "\(subject) stands twice" }
                if raises || entry.line.closes { standing = entry.line.closes ? nil : entry.line }
            }
            return nil
        }
    }
}

extension JournalTable {
    /// How many lines there are.
    var count: Int64 { lines("", after: 0, limit: .max).last?.ordinal ?? 0 }

    /// Every subject that begins with a prefix, by its latest line.
    func subjects(_ prefix: String) -> [String] {
        latest(prefix, before: .max, limit: .max).map(\.line.subject)
    }
}
