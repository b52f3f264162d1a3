import Pipeline
import Terminal

/// A line that is typed before something is done: why a gap or an alarm is acknowledged, or how long one is snoozed.
struct TypedLine: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
        case acknowledge(AcknowledgementSubject)
        case snooze(alarm: String)
        case goTo
    }

    var purpose: Purpose
    var text = ""
    /// What is wrong with what was typed; empty where nothing is known to be.
    var complaint = ""

    /// `Acknowledge`, `Snooze`.
    var verb: String {
        switch purpose {
        case .acknowledge: "Acknowledge"
        case .snooze: "Snooze"
        case .goTo: "Go to"
        }
    }

    /// What stands before the line.
    var prompt: String {
        switch purpose {
        case .acknowledge: "why: "
        case .snooze: "for how long: "
        case .goTo: "when: "
        }
    }
}

extension ConsoleState {
    /// On the alarms the chosen alarm; elsewhere the gaps in what is marked, or under the cursor.
    mutating func askAcknowledgement() {
        guard !readOnly else { return _ = refuseReadOnly() }
        guard focus != .alarms else {
            guard let alarm = chosenAlarm else { return sayWhyNoAlarm() }
            overlay = .typing(TypedLine(purpose: .acknowledge(.alarm(alarm.key))))
            return
        }
        let gaps = living.gapRuns(actingSelections)
        guard !gaps.isEmpty else { return say("nothing is missing there", role: .good) }
        overlay = .typing(TypedLine(purpose: .acknowledge(.slots(gaps))))
    }

    /// On the alarms the chosen alarm; elsewhere the worst that calls.
    mutating func askSnooze() {
        guard !readOnly else { return _ = refuseReadOnly() }
        let alarm = focus == .alarms ? chosenAlarm : status?.alarms.first(where: \.calls)
        guard let alarm else { return sayWhyNoAlarm() }
        overlay = .typing(TypedLine(purpose: .snooze(alarm: alarm.key)))
    }

    mutating func askGoTo() {
        guard status != nil else { return }
        overlay = .typing(TypedLine(purpose: .goTo))
    }

    private var chosenAlarm: AlarmStatus? { chosenLine.flatMap { $0.cleared == nil ? $0 : nil } }

    /// The alarm on the chosen line, whether it stands or is over.
    private var chosenLine: AlarmStatus? {
        guard let alarms = status?.alarms, !alarms.isEmpty else { return nil }
        return alarms[min(listLine[.alarms] ?? 0, alarms.count - 1)]
    }

    private mutating func sayWhyNoAlarm() {
        guard focus == .alarms, let over = chosenLine else { return say("no alarm stands that calls for anybody") }
        say("nothing to silence: \(endWords(over))")
    }

    private func endWords(_ alarm: AlarmStatus) -> String {
        alarm.endWords(at: alarm.cleared.map { "\(clock.near($0, now: now)) \(clock.zone)" } ?? "")
    }

    /// The runs of missing and unrepairable slots in some selections, as far as they are loaded: exactly what is seen is
    /// acknowledged, and not what may be lost beside it later.
    func gapRuns(_ selections: [SlotSelection]) -> [SlotSelection] {
        var runs: [SlotSelection] = []
        for selection in selections {
            for symbol in selection.symbols {
                guard let member = members[symbol] else { continue }
                for hour in selection.minutes.hours {
                    guard let verdicts = verdicts(member, hour) else { continue }
                    let lost = (verdicts.missing | verdicts.unrepairable) & mask(of: selection.minutes, in: hour)
                    add(lost, of: hour, symbol, to: &runs)
                }
            }
        }
        return runs
    }

    private func add(_ lost: UInt64, of hour: Hour, _ symbol: SymbolName, to runs: inout [SlotSelection]) {
        for offset in 0..<60 where lost & (1 << UInt64(offset)) != 0 {
            let minute = hour.firstMinute.advanced(by: offset)
            if let last = runs.last, last.symbols == [symbol], last.minutes.upperBound == minute {
                runs[runs.count - 1].minutes = last.minutes.lowerBound..<minute.advanced(by: 1)
            } else {
                runs.append(SlotSelection(symbols: [symbol], minutes: minute..<minute.advanced(by: 1)))
            }
        }
    }

    /// What a typed line is about, from the live state.
    func lines(of typed: TypedLine) -> [String] {
        switch typed.purpose {
        case .acknowledge(.slots(let gaps)):
            // As it is now: what healed since it was asked calls for nobody anyway.
            let open = gapRuns(gaps)
            let slots = open.reduce(0) { $0 + $1.minutes.count * $1.symbols.count }
            guard slots > 0 else { return ["nothing is missing there any more"] }
            return [
                scope(open, estimate(open)),
                "\(Wording.count(slots, "slot")) in \(Wording.count(open.count, "gap")); each stays what it is, and calls for nobody",
            ].map { harmless($0) }
        case .acknowledge(.rule(let rule)): return [harmless(rule.text)]
        case .acknowledge(.alarm(let key)):
            return alarmLines(key) + ["it stands, and calls for nobody until it gets worse"]
        case .snooze(let key):
            return alarmLines(key) + [
                "30 (minutes), 2h, 1d, or open (until the market opens)", "then it comes back by itself",
            ]
        case .goTo:
            let zone = exchangeClock(cursorCalendar ?? .xnys).zone
            return ["2019-02-11 14:30, 2019-02-11, 14:30 (\(zone); Z for UTC), -2d, +90m, now"]
        }
    }

    private func alarmLines(_ key: String) -> [String] {
        guard let alarm = status?.alarms.first(where: { $0.key == key && $0.cleared == nil }) else {
            let over = status?.alarms.first { $0.key == key }
            return [over.map(endWords) ?? "the alarm is over"]
        }
        let silence = alarm.silenceWords
        return ["\(alarm.severity.rawValue) · \(alarm.scope): \(alarm.reason)"].map { harmless($0) }
            + (silence.isEmpty ? [] : [harmless(silence)])
    }

    /// A key while a line is typed: Enter does it where something stands in the line, Esc leaves everything as it was.
    mutating func type(_ key: Key, into typed: TypedLine) -> [ConsoleEffect] {
        var typed = typed
        typed.complaint = ""
        switch key {
        case .enter: return finish(typed)
        case .escape, .control("c"):
            overlay = .nothing
            say("\(typed.verb.lowercased()): not done")
            return []
        case .backspace, .delete: if !typed.text.isEmpty { typed.text.removeLast() }
        case .control("u"): typed.text = ""
        case .character(let character) where characterWidth(character) > 0: typed.text.append(character)
        case .paste(let text): typed.text += harmless(text, limit: StandingDecision.noteMax)
        default: break
        }
        typed.text = String(typed.text.prefix(StandingDecision.noteMax))
        overlay = .typing(typed)
        return []
    }

    private mutating func finish(_ typed: TypedLine) -> [ConsoleEffect] {
        var text = Substring(typed.text)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        guard !text.isEmpty else {
            overlay = .nothing
            say("\(typed.verb.lowercased()): not done, nothing was typed")
            return []
        }
        switch typed.purpose {
        case .goTo:
            do throws(TimeText.Complaint) {
                try go(to: String(text))
                overlay = .nothing
            } catch {
                // The line stays, so that it can be mended.
                overlay = .typing(TypedLine(purpose: .goTo, text: typed.text, complaint: error.text))
            }
            return []
        case .acknowledge(let subject):
            return order(.acknowledge(subject, note: harmless(String(text))), verb: typed.verb)
        case .snooze(let key):
            guard let end = SnoozeEnd(parsing: String(text)) else {
                overlay = .nothing
                say("snooze: not done, \(harmless(String(text), limit: 20)) is no time: 30, 2h, 1d or open", role: .bad)
                return []
            }
            return order(.snooze(alarm: key, end, note: ""), verb: typed.verb)
        }
    }
}
