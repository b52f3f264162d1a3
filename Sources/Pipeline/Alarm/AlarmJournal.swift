package import Engine

/// How an alarm stands in the journal: `alarm/<key>`.
package enum AlarmJournal {
    package static let prefix = "alarm/"

    /// What of an alarm survives a restart.
    private struct Line: Codable {
        var key: String
        var severity: String
        var scope: String
        var reason: String
        var slots: Int
        var raised: Int64
        var cleared: Int64?
        var command: String
        var symbols: [String]?
        var from: Int64?
        var to: Int64?
        var concerned: [AuditExecution.Scope]?
        var acknowledged: Mark?
        var snoozed: Mark?
    }

    private struct Mark: Codable {
        var decision: String
        var by: String
        /// When it was acknowledged; of a snooze, until when.
        var at: Int64
        var note: String
    }

    package static func line(_ alarm: AlarmStatus, at now: MarketTime, event: String? = nil) -> JournalLine {
        let line = Line(
            key: alarm.key, severity: alarm.severity.rawValue, scope: alarm.scope, reason: alarm.reason,
            slots: alarm.slots, raised: alarm.raised.microseconds, cleared: alarm.cleared?.microseconds,
            command: alarm.command, symbols: alarm.selection?.symbols.map(\.text),
            from: alarm.selection?.minutes.lowerBound.index, to: alarm.selection?.minutes.upperBound.index,
            concerned: alarm.concerned.isEmpty ? nil : alarm.concerned.map(AuditExecution.Scope.init),
            acknowledged: alarm.acknowledged.map {
                Mark(decision: $0.decision, by: $0.by, at: $0.at.microseconds, note: $0.note)
            },
            snoozed: alarm.snoozed.map {
                Mark(decision: $0.decision, by: $0.by, at: $0.until.microseconds, note: $0.note)
            })
        return JournalLine(
            subject: prefix + alarm.key, at: now.microseconds,
            event: event ?? (alarm.cleared == nil ? "raised" : "cleared"),
            payload: JournalPayload.encode(line), closes: alarm.cleared != nil)
    }

    /// Reads an alarm back; nil where the line is none.
    package static func alarm(_ line: JournalLine) -> AlarmStatus? {
        guard let read = JournalPayload.decode(Line.self, line.payload),
            let severity = AlarmSeverity(rawValue: read.severity)
        else { return nil }
        var selection: SlotSelection?
        if let symbols = read.symbols?.compactMap({ SymbolName($0) }), let from = read.from, let to = read.to,
            from <= to
        {
            selection = SlotSelection(symbols: symbols, minutes: Minute(from)..<Minute(to))
        }
        var alarm = AlarmStatus(
            key: read.key, severity: severity, scope: read.scope, reason: read.reason, slots: read.slots,
            raised: MarketTime(microseconds: read.raised), cleared: read.cleared.map(MarketTime.init(microseconds:)),
            command: read.command, selection: selection)
        alarm.concerned = read.concerned?.map(\.selection) ?? selection.map { [$0] } ?? []
        alarm.acknowledged = read.acknowledged.map {
            AcknowledgementMark(
                decision: $0.decision, by: $0.by, at: MarketTime(microseconds: $0.at), note: $0.note)
        }
        alarm.snoozed = read.snoozed.map {
            SnoozeMark(decision: $0.decision, by: $0.by, until: MarketTime(microseconds: $0.at), note: $0.note)
        }
        return alarm
    }
}

extension AlarmStatus {
    /// As a sink is told of it.
    package func notice(at now: MarketTime) -> AlarmNotice {
        var text = "\(scope): \(reason)"
        if slots > 0 { text += ", \(slots) slots" }
        if let cleared {
            text += ", over after \((cleared - raised).seconds) s"
        } else if !sounds {
            text += ", \(silenceWords)"
        }
        return AlarmNotice(
            key: key, severity: severity.rawValue, text: text, scope: scope, reason: reason, slots: slots,
            command: command, at: now.microseconds)
    }
}

/// How a decision stands in the journal: `decision/<id>`, closed when it is undone or over.
package enum DecisionJournal {
    package static let prefix = "decision/"

    private struct Line: Codable {
        var id: String
        var by: String
        var at: Int64
        var note: String
        var slots: [AuditExecution.Scope]?
        var rule: String?
        var alarm: String?
        /// Of a snooze.
        var until: Int64?
    }

    /// `event` is what became of it: `made`, `undone`, `ended`.
    package static func line(
        _ decision: StandingDecision, event: String, closes: Bool, at now: MarketTime
    ) -> JournalLine {
        var line = Line(
            id: decision.id, by: decision.by, at: decision.at.microseconds, note: decision.note)
        switch decision.subject {
        case .slots(let selections): line.slots = selections.map(AuditExecution.Scope.init)
        case .rule(let rule): line.rule = rule.text
        case .alarm(let key): line.alarm = key
        case .snooze(let key, let until):
            line.alarm = key
            line.until = until.microseconds
        }
        return JournalLine(
            subject: prefix + decision.id, at: now.microseconds, event: event, payload: JournalPayload.encode(line),
            closes: closes)
    }

    /// Reads a decision back; nil where the line is none.
    package static func decision(_ line: JournalLine) -> StandingDecision? {
        guard let read = JournalPayload.decode(Line.self, line.payload), let subject = subject(read) else { return nil }
        return StandingDecision(
            id: read.id, by: read.by, at: MarketTime(microseconds: read.at), note: read.note, subject: subject)
    }

    private static func subject(_ read: Line) -> StandingDecision.Subject? {
        if let slots = read.slots { return .slots(slots.map(\.selection)) }
        if let rule = read.rule { return (try? SlotRule(parsing: rule)).map { .rule($0) } }
        guard let alarm = read.alarm else { return nil }
        return read.until.map { .snooze(alarm: alarm, until: MarketTime(microseconds: $0)) } ?? .alarm(alarm)
    }
}
