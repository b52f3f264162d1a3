import Engine
import Pipeline
import Testing

struct AlarmTests {
    private static let start = MarketTime(seconds: 1_000_000)

    private static func alarm(
        _ key: String, _ severity: AlarmSeverity = .ticket, slots: Int = 1, at raised: MarketTime = start
    ) -> AlarmStatus {
        AlarmStatus(key: key, severity: severity, scope: key, reason: "because", slots: slots, raised: raised)
    }

    @Test func oneCauseStandsOnceAndKeepsTheWorstOfItsReports() {
        var book = AlarmBook()
        let first = book.raise(Self.alarm("a"))
        let second = book.raise(Self.alarm("a", .page, slots: 9))
        let third = book.raise(Self.alarm("a", .info, slots: 3))
        #expect(first.count == 1 && second.isEmpty && third.isEmpty)
        #expect(book.status.count == 1 && book.status[0].slots == 9 && book.status[0].severity == .page)
        #expect(book.stands("a") && !book.stands("b"))
    }

    @Test func ofAnAlarmThatIsOverItIsSaidSinceWhenAndHow() {
        var book = AlarmBook()
        _ = book.raise(Self.alarm("source/simulated/outage"))
        _ = book.raise(Self.alarm("capture/stalled"))
        #expect(book.absence(of: "source/simulated/outage") == nil)
        #expect(book.absence(of: "never/heard\u{1B}")?.hasSuffix("stands") ?? false)
        book.clear("source/simulated/outage", at: Self.start + .minutes(20))
        book.clear("capture/stalled", at: Self.start + .seconds(40))
        #expect(
            book.absence(of: "source/simulated/outage")
                == "no alarm source/simulated/outage stands: it is over since \(Self.start + .minutes(20)), "
                + "after 20 minutes: the source answers again")
        #expect(book.absence(of: "capture/stalled")?.hasSuffix("after less than a minute") ?? false)
        // What comes back stands, and what it was like before is of no interest.
        _ = book.raise(Self.alarm("capture/stalled"))
        #expect(book.absence(of: "capture/stalled") == nil)
    }

    @Test func anEndIsToldOnceWithItsDurationWhenItHasLasted() {
        var book = AlarmBook()
        _ = book.raise(Self.alarm("a"))
        let stood = book.clear("a", at: Self.start + .seconds(90))
        let again = book.clear("a", at: Self.start + .seconds(91))
        #expect(stood && !again && !book.stands("a") && book.status.first?.cleared != nil)
        #expect(book.hasEndsToTell)
        #expect(book.advance(at: Self.start + .seconds(389)).isEmpty)
        #expect(book.nextDeadline() == Self.start + .seconds(390))
        let told = book.advance(at: Self.start + .seconds(390))
        guard case .cleared(let over)? = told.first, told.count == 1 else {
            Issue.record("not told once")
            return
        }
        #expect(over.notice(at: Self.start).text.contains("over after 90 s"))
        #expect(book.advance(at: .distantFuture).isEmpty && book.nextDeadline() == nil && !book.hasEndsToTell)
    }

    /// Whatever comes and goes, a sink hears raised and cleared by turns, and at rest what it heard last is true.
    @Test func whatASinkHearsIsTrueHoweverAnAlarmFlaps() {
        for seed in UInt64(1)...40 {
            var random = TransformSeed(seed)
            var book = AlarmBook()
            var heard: [String: Bool] = [:]
            var now = Self.start
            for _ in 0..<300 {
                now = now + .seconds(Int64(random.below(240)))
                let key = ["a", "b"][random.below(2)]
                if random.chance(50) {
                    for case .raised in book.raise(Self.alarm(key, at: now)) {
                        #expect(heard[key] != true)
                        heard[key] = true
                    }
                } else {
                    book.clear(key, at: now)
                }
                for case .cleared(let over) in book.advance(at: now) {
                    #expect(heard[over.key] == true)
                    heard[over.key] = false
                }
                for key in ["a", "b"] where book.stands(key) { #expect(heard[key] == true, "seed \(seed)") }
            }
            for case .cleared(let over) in book.advance(at: now + .minutes(5)) { heard[over.key] = false }
            for key in ["a", "b"] { #expect((heard[key] ?? false) == book.stands(key)) }
        }
    }

    @Test func anAlarmThatFlapsIsToldOnce() {
        var book = AlarmBook()
        var told = 0
        for minute in 0..<20 {
            let now = Self.start + .minutes(Int64(minute))
            told += book.raise(Self.alarm("a", at: now)).count
            book.clear("a", at: now + .seconds(30))
            told += book.advance(at: now + .seconds(45)).count
        }
        #expect(told == 1)
        #expect(book.advance(at: Self.start + .minutes(60)).count == 1)
        let later = book.raise(Self.alarm("a", at: Self.start + .minutes(61)))
        #expect(later.count == 1, "after a quiet while it is a new one")
    }

    @Test func theWorstStandFirstAndTheListIsBounded() {
        var book = AlarmBook()
        for number in 0..<300 {
            _ = book.raise(
                Self.alarm("k\(number)", AlarmSeverity.allCases[number % 3], at: Self.start + .seconds(Int64(number))))
        }
        let ranks = book.status.map(\.severity)
        #expect(ranks.count == 100 && ranks == ranks.sorted().reversed())
    }

    @Test func aJournalLineReadsBackWhole() throws {
        var alarm = Self.alarm("slots/no-data", .page, slots: 4)
        alarm.command = "kintsugi repair"
        let selection = SlotSelection(symbols: [SymbolName("AAPL")!], minutes: Minute(5)..<Minute(9))
        alarm.selection = selection
        alarm.concerned = [selection]
        alarm.acknowledged = AcknowledgementMark(decision: "2.1", by: "ana", at: Self.start, note: "the vendor knows")
        alarm.snoozed = SnoozeMark(decision: "2.2", by: "bo", until: Self.start + .minutes(30), note: "")
        let raised = AlarmJournal.line(alarm, at: Self.start)
        #expect(!raised.closes && raised.subject == "alarm/slots/no-data" && AlarmJournal.alarm(raised) == alarm)
        alarm.cleared = Self.start + .seconds(5)
        let cleared = AlarmJournal.line(alarm, at: Self.start)
        #expect(cleared.closes && AlarmJournal.alarm(cleared) == alarm)
        var broken = raised
        broken.payload = Array("{".utf8)
        #expect(AlarmJournal.alarm(broken) == nil)
        var book = AlarmBook()
        book.recover([try #require(AlarmJournal.alarm(raised))])
        var bare = raised
        bare.payload = Array(
            String(decoding: raised.payload, as: UTF8.self).replacing(/"(acknowledged|snoozed)":\{[^}]*\},?/, with: "")
                .replacing(/,\}$/, with: "}").utf8)
        let older = try #require(AlarmJournal.alarm(bare))
        #expect(older.sounds && older.concerned == [selection], "a line of an older version reads too")
        let repeated = book.raise(Self.alarm("slots/no-data"))
        #expect(repeated.isEmpty, "a restart raises nothing twice")
    }
}
