import Pipeline
import Testing

struct SettleTests {
    private static let symbols = [SymbolName("AAPL")!, SymbolName("MSFT")!]
    /// The session of 2019-02-11.
    private static let session = Minute(seconds: 1_549_895_400)..<Minute(seconds: 1_549_918_800)
    private static let universe = Universe(
        symbols.map { UniverseMember(symbol: $0, calendar: .xnys, lifetime: Minute(0)..<Minute(60_000_000)) })

    private static func schedule(at now: MarketTime) -> SettleSchedule {
        SettleSchedule(universe: universe, delay: .minutes(30), at: now)
    }

    @Test func eachSymbolIsAskedOnceASessionHalfAnHourAfterIt() {
        var schedule = Self.schedule(at: Self.session.lowerBound.start)
        var asked: [SymbolName: [MarketTime]] = [:]
        var now = Self.session.lowerBound.start
        // A week, minute by minute: five sessions, of which none is a holiday.
        for _ in 0..<7 * 1_440 {
            for call in schedule.advance(at: now) {
                asked[call.question.symbol, default: []].append(now)
                #expect(call.purpose == .settle && call.question.minutes.count == 390)
                #expect(now - call.question.minutes.upperBound.start == .minutes(30))
                schedule.ended(call.question.symbol, call.question.minutes, .answered, at: now)
            }
            if let deadline = schedule.nextDeadline() { #expect(deadline > now) }
            now = now + .minutes(1)
        }
        for symbol in Self.symbols { #expect(asked[symbol]?.count == 5) }
        #expect(schedule.isIdle)
    }

    /// Goes from deadline to deadline for some hours and says when calls went out.
    private static func calls(_ fate: AcquireStateMachine.CallFate, hours: Int64) -> [MarketTime] {
        var schedule = Self.schedule(at: session.lowerBound.start)
        var now = session.lowerBound.start
        var moments: [MarketTime] = []
        while let next = schedule.nextDeadline(), next < session.upperBound.start + .minutes(60 * hours) {
            now = next
            for call in schedule.advance(at: now) where call.question.symbol == symbols[0] {
                moments.append(now)
                schedule.ended(call.question.symbol, call.question.minutes, fate, at: now)
            }
        }
        return moments
    }

    @Test func aCallThatFailedIsTriedAgainAFewTimesAndLater() {
        let moments = Self.calls(.failed(.notData), hours: 17)
        #expect(moments.count == 6)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 >= .minutes(10) })
        #expect(Self.calls(.answered, hours: 17).count == 1)
    }

    @Test func anAbsentSourceCostsNoTry() {
        let moments = Self.calls(.sourceAway, hours: 17)
        #expect(moments.count > 60, "it is asked until the source is back: \(moments.count)")
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 >= .minutes(10) })
    }

    @Test func sessionsThatEndedBeforeThisProcessAreSettledUnlessTheyWere() {
        let now = Self.session.upperBound.start + .minutes(600)
        var coverage = CoverageIndex()
        for hour in Self.session.hours {
            var masks = PartitionMasks()
            masks.settled = Self.universe.expectedMask(Self.universe.members[0], hour)
            coverage.apply(masks.row(symbol: Self.symbols[0], hour: hour))
        }
        var schedule = Self.schedule(at: now)
        schedule.recover(coverage: coverage, at: now)
        #expect(schedule.advance(at: now).isEmpty, "what is missing is the auditor's to fetch first")
        let calls = schedule.advance(at: now + .minutes(10))
        let today = calls.filter { $0.question.minutes == Self.session }
        #expect(today.map(\.question.symbol) == [Self.symbols[1]])
        #expect(calls.allSatisfy { $0.question.minutes.upperBound.start <= now })
        let sessions = TradingCalendar.named(.xnys).sessions(
            overlapping: now.minute.advanced(by: -30 * 1_440)..<now.minute)
        #expect(calls.count == 2 * sessions.count - 1, "a month back and no further")
    }
}
