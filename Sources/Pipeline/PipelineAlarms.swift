import Engine

/// Alarms and their ends, and what people decide about them: how the root carries the alarm book's notices on.
extension PipelineStateMachine {
    mutating func raise(
        _ key: String, _ severity: AlarmSeverity, _ scope: String, _ reason: String, slots: Int = 0,
        command: String = "", selection: SlotSelection? = nil, concerned: [SlotSelection] = [], _ now: MarketTime,
        _ effects: inout [PipelineEffect]
    ) {
        var alarm = AlarmStatus(
            key: key, severity: severity, scope: scope, reason: reason, slots: slots, raised: now, command: command,
            selection: selection)
        alarm.concerned = concerned
        take(alarms.raise(alarm), now, &effects)
    }

    mutating func clear(_ key: String, _ now: MarketTime) { alarms.clear(key, at: now) }

    /// Tells of the alarms that ended and stayed away, and of those whose snooze is over.
    mutating func tellEnds(_ now: MarketTime, _ effects: inout [PipelineEffect]) {
        take(alarms.advance(at: now), now, &effects)
    }

    /// Journals everything that follows from one change at once, then tells the sinks.
    mutating func take(
        _ notices: [AlarmBook.Notice], journal lines: [JournalLine] = [], _ now: MarketTime,
        _ effects: inout [PipelineEffect]
    ) {
        let lines = lines + notices.map { line($0, now) }
        guard !lines.isEmpty else { return }
        effects.append(PipelineEffect(id: ids.next(), action: .journal(lines)))
        for notice in notices {
            guard let action = tell(notice, now) else { continue }
            effects.append(PipelineEffect(id: ids.next(), action: action))
        }
    }

    private func line(_ notice: AlarmBook.Notice, _ now: MarketTime) -> JournalLine {
        switch notice {
        case .raised(let alarm), .cleared(let alarm): AlarmJournal.line(alarm, at: now)
        case .changed(let alarm): AlarmJournal.line(alarm, at: now, event: "changed")
        case .silenced(let alarm): AlarmJournal.line(alarm, at: now, event: "silenced")
        case .sounded(let alarm): AlarmJournal.line(alarm, at: now, event: "sounded")
        case .ended(let decision): DecisionJournal.line(decision, event: "ended", closes: true, at: now)
        }
    }

    /// What the sinks are to hear of a notice; nil where it is nothing.
    private mutating func tell(_ notice: AlarmBook.Notice, _ now: MarketTime) -> EffectAction? {
        switch notice {
        case .raised(let alarm):
            let silent = alarm.sounds ? "" : ", silent: \(alarm.silenceWords)"
            log.add("alarm \(alarm.severity.rawValue): \(alarm.scope): \(alarm.reason)\(silent)", at: now)
            return alarm.sounds ? .raiseAlarm(alarm.notice(at: now)) : nil
        case .changed: return nil
        case .silenced(let alarm):
            log.add("alarm silent, \(alarm.silenceWords): \(alarm.scope): \(alarm.reason)", at: now)
            return .clearAlarm(alarm.notice(at: now))
        case .sounded(let alarm):
            log.add("alarm \(alarm.severity.rawValue) again: \(alarm.scope): \(alarm.reason)", at: now)
            return .raiseAlarm(alarm.notice(at: now))
        case .cleared(let alarm):
            log.add("alarm over: \(alarm.scope): \(alarm.reason)", at: now)
            return alarm.sounds ? .clearAlarm(alarm.notice(at: now)) : nil
        case .ended(let decision):
            log.add(
                "\(decision.isSnooze ? "snooze" : "acknowledgement") \(decision.id) of \(decision.by) is over: "
                    + decision.subject.words, at: now)
            return nil
        }
    }

    /// Alarms of spent attempts end by themselves when none of the slots they are about is unrepairable any more.
    mutating func clearSlotAlarms(
        _ coverage: CoverageIndex, _ now: MarketTime, _ effects: inout [PipelineEffect]
    ) {
        guard slotAlarmsMayClear else { return }
        slotAlarmsMayClear = false
        let keys = alarms.keys(withPrefix: "slots/")
        guard !keys.isEmpty else { return }
        if coverage.counts(in: settings.universe, now: now).unrepairable == 0 {
            for key in keys { clear(key, now) }
        } else {
            for key in keys where isMended(alarms.concerned(key), coverage, now) { clear(key, now) }
        }
    }

    private func isMended(_ concerned: [SlotSelection], _ coverage: CoverageIndex, _ now: MarketTime) -> Bool {
        guard !concerned.isEmpty else { return false }
        return concerned.allSatisfy { selection in
            selection.symbols.compactMap(settings.universe.member).allSatisfy { member in
                coverage.gaps(member, minutes: selection.minutes, in: settings.universe, now: now)
                    .allSatisfy { $0.verdict != .unrepairable }
            }
        }
    }

    // MARK: What people decide

    /// The id of the next decision; `ordered` gives it out only where one is made.
    var nextDecision: String { "\(ids.incarnation).\(decisionsMade + 1)" }

    /// Acknowledges gaps or an alarm; the complaint where that cannot be done.
    mutating func acknowledge(
        _ subject: AcknowledgementSubject, note: String, by who: String, _ now: MarketTime,
        _ effects: inout [PipelineEffect]
    ) -> String? {
        switch subject {
        case .slots(let selections):
            guard selections.contains(where: { !$0.symbols.isEmpty && !$0.minutes.isEmpty }) else {
                return "no slots are named"
            }
            return decide(.slots(selections), note: note, by: who, now, &effects)
        case .rule(let rule): return decide(.rule(rule), note: note, by: who, now, &effects)
        case .alarm(let key):
            if let absence = alarms.absence(of: key) { return absence }
            return decide(.alarm(key), note: note, by: who, now, &effects)
        }
    }

    /// Silences an alarm for a while; the complaint where that cannot be done.
    mutating func snooze(
        _ key: String, _ end: SnoozeEnd, note: String, by who: String, _ now: MarketTime,
        _ effects: inout [PipelineEffect]
    ) -> String? {
        if let absence = alarms.absence(of: key) { return absence }
        let until: MarketTime
        switch end {
        case .minutes(let minutes): until = now + .minutes(Int64(max(1, min(minutes, SnoozeEnd.minutesMax))))
        case .open:
            guard let open = settings.universe.nextOpen(after: now) else { return "no further open is known" }
            until = open
        }
        return decide(.snooze(alarm: key, until: until), note: note, by: who, now, &effects)
    }

    private mutating func decide(
        _ subject: StandingDecision.Subject, note: String, by who: String, _ now: MarketTime,
        _ effects: inout [PipelineEffect]
    ) -> String? {
        let decision = StandingDecision(
            id: nextDecision, by: who, at: now, note: harmless(note, limit: StandingDecision.noteMax), subject: subject)
        guard let notices = alarms.decide(decision) else {
            return "\(DecisionBook.standingMax) acknowledgements stand: undo some, or use a rule"
        }
        decisionsMade += 1
        take(
            notices, journal: [DecisionJournal.line(decision, event: "made", closes: false, at: now)], now, &effects)
        return nil
    }

    /// Takes a decision back; the complaint where it does not stand.
    mutating func undo(_ id: String, by who: String, _ now: MarketTime, _ effects: inout [PipelineEffect]) -> String? {
        guard let undone = alarms.undo(id) else { return "nothing of the id \(harmless(id, limit: 40)) stands" }
        let decision = undone.decision
        log.add(
            "undone: \(decision.isSnooze ? "snooze" : "acknowledgement") \(id) of \(decision.by), "
                + decision.subject.words, by: who, at: now)
        take(
            undone.notices, journal: [DecisionJournal.line(decision, event: "undone", closes: true, at: now)], now,
            &effects)
        return nil
    }
}

extension AlarmStatus {
    /// `it is over since 2026-03-03T15:25:00Z, after 20 minutes: the source answers again`; empty while it stands. How it
    /// ended is said where one thing alone ends it.
    package var endWords: String { cleared.map { endWords(at: "\($0)") } ?? "" }

    /// The same with the moment of its end in the words of a clock.
    package func endWords(at moment: String) -> String {
        guard let cleared else { return "" }
        let minutes = Int((cleared - raised).seconds / 60)
        let lasted = minutes > 0 ? counted(minutes, "minute") : "less than a minute"
        let how: String
        switch key.split(separator: "/").first {
        case "slots": how = ": none of its slots is unrepairable any more"
        case "source" where key.hasSuffix("/outage"): how = ": the source answers again"
        case "source" where key.hasSuffix("/key"): how = ": the source takes the key again"
        case "source" where key.hasSuffix("/candles"): how = ": the source grants candles"
        default: how = ""
        }
        return "it is over since \(moment), after \(lasted)\(how)"
    }

    /// Why it calls for nobody, in words; empty where it does.
    package var silenceWords: String {
        if let acknowledged {
            return "acknowledged by \(acknowledged.by)" + (acknowledged.note.isEmpty ? "" : ": \(acknowledged.note)")
        }
        return snoozed.map { "snoozed by \($0.by) until \($0.until)" } ?? ""
    }
}
