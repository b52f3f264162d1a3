import Engine
import Pipeline
import Testing

/// What people decide about alarms and gaps, in the book alone.
struct DecisionTests {
    private static let start = MarketTime(seconds: 1_549_843_200)
    private static let symbols = ["AAA", "BBB"].map { SymbolName($0)! }

    private static func minutes(_ from: Int, _ to: Int) -> Range<Minute> {
        start.minute.advanced(by: from)..<start.minute.advanced(by: to)
    }

    private static func alarm(
        _ key: String = "slots/no-data", _ severity: AlarmSeverity = .ticket, _ symbol: SymbolName = symbols[0],
        runs: [Range<Minute>] = [minutes(0, 5)]
    ) -> AlarmStatus {
        var alarm = AlarmStatus(key: key, severity: severity, scope: symbol.text, reason: "because", raised: start)
        alarm.selection = SlotSelection(symbols: [symbol], minutes: runs[0])
        alarm.concerned = runs.map { SlotSelection(symbols: [symbol], minutes: $0) }
        return alarm
    }

    private static func decision(
        _ id: String, _ subject: StandingDecision.Subject, at: MarketTime = start
    ) -> StandingDecision {
        StandingDecision(id: id, by: "ana", at: at, note: "known", subject: subject)
    }

    private static func slots(_ symbol: SymbolName, _ from: Int, _ to: Int) -> StandingDecision.Subject {
        .slots([SlotSelection(symbols: [symbol], minutes: minutes(from, to))])
    }

    /// The words of notices.
    private static func words(_ notices: [AlarmBook.Notice]?) -> [String] {
        (notices ?? []).map { notice in
            switch notice {
            case .raised: "raised"
            case .changed: "changed"
            case .silenced: "silenced"
            case .sounded: "sounded"
            case .cleared: "cleared"
            case .ended(let decision): "ended \(decision.id)"
            }
        }
    }

    @Test func anAlarmIsAcknowledgedWhenAllItsSlotsAreAndNotBefore() {
        var book = AlarmBook()
        _ = book.raise(Self.alarm(runs: [Self.minutes(0, 5), Self.minutes(9, 12)]))
        let half = book.decide(Self.decision("1.1", Self.slots(Self.symbols[0], 0, 5)))
        #expect(Self.words(half) == [] && book.status[0].sounds)
        let other = book.decide(Self.decision("1.2", Self.slots(Self.symbols[1], 0, 60)))
        #expect(Self.words(other) == [] && book.status[0].sounds)
        let whole = book.decide(Self.decision("1.3", Self.slots(Self.symbols[0], 8, 12)))
        #expect(Self.words(whole) == ["silenced"] && book.status[0].acknowledged?.note == "known")
        let undone = book.undo("1.1")
        #expect(Self.words(undone?.notices) == ["sounded"] && undone?.decision.id == "1.1")
        let twice = book.undo("1.1")
        #expect(twice == nil)
    }

    @Test func aRuleCoversWhatIsToComeUntilItIsUndone() throws {
        var book = AlarmBook()
        let rule = try SlotRule(parsing: "reason:no-data")
        _ = book.decide(Self.decision("1.1", .rule(rule)))
        let silent = book.raise(Self.alarm())
        #expect(Self.words(silent) == ["raised"] && !book.status[0].sounds, "it stands, and calls for nobody")
        let grown = book.raise(Self.alarm(runs: [Self.minutes(20, 25)]))
        #expect(Self.words(grown) == ["changed"] && !book.status[0].sounds)
        let loud = book.raise(Self.alarm("slots/quarantined"))
        #expect(Self.words(loud) == ["raised"] && book.status[0].key == "slots/quarantined", "the loud one first")
        let told1 = Self.words(book.undo("1.1")?.notices)
        #expect(told1 == ["sounded"])
        #expect(book.decisions.standing.isEmpty)
    }

    @Test func anAcknowledgedAlarmThatGetsWorseOrComesBackCallsAgain() {
        var book = AlarmBook()
        _ = book.raise(Self.alarm())
        let told2 = Self.words(book.decide(Self.decision("1.1", .alarm("slots/no-data"))))
        #expect(told2 == ["silenced"])
        let same = book.raise(Self.alarm())
        #expect(Self.words(same) == [])
        let worse = book.raise(Self.alarm("slots/no-data", .page))
        #expect(Self.words(worse) == ["ended 1.1", "sounded"])
        let told3 = Self.words(book.decide(Self.decision("1.2", .alarm("slots/no-data"))))
        #expect(told3 == ["silenced"])
        let grown = book.raise(Self.alarm("slots/no-data", .page, Self.symbols[1]))
        #expect(Self.words(grown) == ["ended 1.2", "sounded"])
        let told4 = Self.words(book.decide(Self.decision("1.3", .alarm("slots/no-data"))))
        #expect(told4 == ["silenced"])
        book.clear("slots/no-data", at: Self.start)
        let over = book.advance(at: Self.start + .minutes(5))
        #expect(Self.words(over) == ["cleared", "ended 1.3"])
        let anew = book.raise(Self.alarm())
        #expect(Self.words(anew) == ["raised"] && book.status[0].sounds)
    }

    @Test func aSnoozedAlarmComesBackByItself() {
        var book = AlarmBook()
        _ = book.raise(Self.alarm())
        let until = Self.start + .minutes(30)
        let told5 = Self.words(book.decide(Self.decision("1.1", .snooze(alarm: "slots/no-data", until: until))))
        #expect(told5 == ["silenced"])
        #expect(book.nextDeadline() == until && book.status[0].snoozed?.until == until)
        let told6 = Self.words(book.advance(at: until - .seconds(1)))
        #expect(told6 == [])
        // A second snooze takes the place of the first.
        let later = until + .minutes(30)
        let again = book.decide(Self.decision("1.2", .snooze(alarm: "slots/no-data", until: later)))
        #expect(Self.words(again) == ["ended 1.1", "changed"] && book.nextDeadline() == later)
        let told7 = Self.words(book.advance(at: later))
        #expect(told7 == ["ended 1.2", "sounded"])
        #expect(book.nextDeadline() == nil)
    }

    /// Whatever people and causes do, a sink hears by turns, and hears last whether the alarm calls for somebody.
    @Test func whatASinkHearsIsTrueWhateverPeopleDecide() {
        for seed in UInt64(1)...40 {
            var random = TransformSeed(seed)
            var book = AlarmBook()
            var sounds: [String: Bool] = [:]
            var now = Self.start
            var made = 0
            for _ in 0..<120 {
                now = now + .seconds(Int64(random.below(200)))
                let key = ["slots/no-data", "slots/late"][random.below(2)]
                let symbol = Self.symbols[random.below(2)]
                var notices: [AlarmBook.Notice] = []
                switch random.below(8) {
                case 0, 1, 2:
                    let from = random.below(50)
                    let severity = AlarmSeverity.allCases[random.below(3)]
                    notices = book.raise(
                        Self.alarm(key, severity, symbol, runs: [Self.minutes(from, from + 1 + random.below(9))]))
                case 3: book.clear(key, at: now)
                case 4:
                    guard let one = book.decisions.standing.randomly(&random) else { continue }
                    notices = book.undo(one.id)?.notices ?? []
                default:
                    made += 1
                    let subjects: [StandingDecision.Subject] = [
                        .alarm(key), .snooze(alarm: key, until: now + .minutes(Int64(1 + random.below(20)))),
                        Self.slots(symbol, random.below(30), 30 + random.below(40)),
                        .rule(SlotRule(reason: random.chance(50) ? .noData : .late)), .rule(SlotRule(symbol: symbol)),
                    ]
                    let subject = subjects[random.below(subjects.count)]
                    if case .alarm = subject, !book.stands(key) { continue }
                    if case .snooze = subject, !book.stands(key) { continue }
                    notices = book.decide(Self.decision("1.\(made)", subject, at: now)) ?? []
                }
                for notice in notices + book.advance(at: now) {
                    switch notice {
                    case .raised(let alarm):
                        #expect(sounds[alarm.key] != true, "seed \(seed)")
                        sounds[alarm.key] = alarm.sounds
                    case .sounded(let alarm):
                        #expect(sounds[alarm.key] == false && alarm.sounds, "seed \(seed)")
                        sounds[alarm.key] = true
                    case .silenced(let alarm):
                        #expect(sounds[alarm.key] == true && !alarm.sounds, "seed \(seed)")
                        sounds[alarm.key] = false
                    case .cleared(let alarm):
                        #expect((sounds[alarm.key] ?? false) == alarm.sounds, "seed \(seed)")
                        sounds[alarm.key] = false
                    case .changed, .ended: break
                    }
                }
                for alarm in book.status where alarm.cleared == nil {
                    #expect(sounds[alarm.key] == alarm.sounds, "seed \(seed)")
                }
            }
        }
    }

    @Test func decisionsSurviveARestartAndWhatFollowsFromThemToo() throws {
        var book = AlarmBook()
        _ = book.raise(Self.alarm())
        let decisions = [
            Self.decision("1.1", Self.slots(Self.symbols[0], 0, 60)),
            Self.decision("1.2", .rule(try SlotRule(parsing: "reason:late symbol:BBB"))),
            Self.decision("1.3", .snooze(alarm: "slots/no-data", until: Self.start + .minutes(9))),
            Self.decision("1.4", .alarm("gone")),
        ]
        let read = decisions.compactMap {
            DecisionJournal.decision(DecisionJournal.line($0, event: "made", closes: false, at: Self.start))
        }
        #expect(read == decisions)
        // The crash came after the decisions and before the alarm's own line.
        var after = AlarmBook()
        let followed = after.recover(book.status, read)
        #expect(Self.words(followed) == ["ended 1.4", "silenced"])
        #expect(after.status[0].acknowledged?.decision == "1.1" && after.status[0].snoozed?.decision == "1.3")
    }

    @Test func slotsAreCoveredByReasonBySymbolAndByPlace() throws {
        var book = DecisionBook()
        let (one, other) = (Self.symbols[0], Self.symbols[1])
        _ = book.add(Self.decision("1.1", Self.slots(one, 0, 5)))
        _ = book.add(Self.decision("1.2", Self.slots(one, 5, 9)))
        _ = book.add(Self.decision("1.3", .rule(try SlotRule(parsing: "symbol:BBB reason:late"))))
        #expect(book.acknowledgement(of: one, all: Self.minutes(2, 8), reason: nil)?.decision == "1.2")
        #expect(book.acknowledgement(of: one, all: Self.minutes(2, 10), reason: nil) == nil)
        #expect(book.acknowledgement(of: one, Self.start.minute, reason: .late)?.decision == "1.1")
        #expect(book.acknowledgement(of: other, all: Self.minutes(0, 90), reason: .late)?.decision == "1.3")
        #expect(book.acknowledgement(of: other, all: Self.minutes(0, 90), reason: .noData) == nil)
        #expect(book.acknowledgement(of: other, all: Self.minutes(0, 90), reason: nil) == nil)
    }

    @Test func rulesAndSnoozesAreReadOrRefusedWithAReason() {
        let bad = [
            "", "reason", "reason:", "reason:nonsense", "symbol:", "symbol:a b", "AAPL", "reason:late nonsense",
        ]
        for text in bad {
            #expect(throws: SlotRuleFault.self, "\(text)") { try SlotRule(parsing: text) }
        }
        for text in ["reason:late", "symbol:AAPL", "reason:late symbol:X"] {
            #expect((try? SlotRule(parsing: text))?.text == text)
        }
        #expect(SnoozeEnd(parsing: "open") == .open && SnoozeEnd(parsing: "45") == .minutes(45))
        #expect(SnoozeEnd(parsing: "2h") == .minutes(120) && SnoozeEnd(parsing: "1d") == .minutes(1_440))
        for text in ["", "0", "-5", "m", "31d", "99999999999999999999", "5x", "5 m", "١"] {
            #expect(SnoozeEnd(parsing: text) == nil, "\(text)")
        }
    }
}

extension [StandingDecision] {
    fileprivate func randomly(_ random: inout TransformSeed) -> StandingDecision? {
        isEmpty ? nil : self[random.below(count)]
    }
}
