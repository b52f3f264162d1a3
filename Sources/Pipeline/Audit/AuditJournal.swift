package import Engine

/// How an execution stands in the journal: `execution/<id>`, one line a transition, each holding the execution whole.
package enum AuditJournal {
    package static let prefix = "execution/"

    package static func line(_ execution: AuditExecution, at now: MarketTime) -> JournalLine {
        JournalLine(
            subject: prefix + execution.id, at: now.microseconds, event: execution.state.rawValue,
            payload: JournalPayload.encode(execution), closes: execution.state.isEnd)
    }

    /// Reads an execution back; nil where the line is none.
    package static func execution(_ line: JournalLine) -> AuditExecution? {
        JournalPayload.decode(AuditExecution.self, line.payload)
    }
}
