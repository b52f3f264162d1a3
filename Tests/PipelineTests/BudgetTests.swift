import Pipeline
import Engine
import Testing

/// The budget against a simulated server that counts calls in windows of a minute, each from its first call.
struct BudgetTests {
    private struct Server {
        let limit: Int
        var windowEnds = MarketTime.distantPast
        var used = 0

        mutating func takes(at now: MarketTime) -> Bool {
            if now >= windowEnds {
                windowEnds = now + .seconds(60)
                used = 0
            }
            guard used < limit else { return false }
            used += 1
            return true
        }

        var headers: RateHeaders {
            RateHeaders([
                HTTPField("X-Ratelimit-Limit", String(limit)),
                HTTPField("X-Ratelimit-Remaining", String(limit - used)),
                // Whole seconds, rounded up: a client that believes it is never early.
                HTTPField("X-Ratelimit-Reset", String((windowEnds + .milliseconds(999)).seconds)),
            ])
        }
    }

    private static let start = MarketTime(seconds: 1_000_000)

    @Test func theServerNeverSeesMoreThanItsLimitWhateverTheClientAssumes() {
        for seed in UInt64(1)...40 {
            var random = TransformSeed(seed)
            var server = Server(limit: 20 + random.below(60))
            let perSecond = 1 + random.below(30)
            // The client knows the limit, or less than it, and learns it.
            var budget = RateBudget(limit: 20, perSecond: perSecond)
            var now = Self.start
            var inSecond: [MarketTime] = []
            for _ in 0..<4_000 {
                now = now + .milliseconds(Int64(random.below(700)))
                let allowed =
                    random.chance(50)
                    ? budget.allowsLive(at: now, inFlight: random.below(3))
                    : budget.allowsOther(at: now, liveDue: random.below(5))
                guard allowed else { continue }
                budget.callSent(at: now)
                let took = server.takes(at: now)
                #expect(took, "seed \(seed)")
                budget.learned(server.headers, at: now)
                inSecond.removeAll { now - $0 >= .seconds(2) }
                inSecond.append(now)
                #expect(inSecond.count <= 3 * perSecond)
            }
        }
    }

    @Test func othersLeaveRoomForTheLiveCallsThatWillBeDue() {
        for due in 0...10 {
            var budget = RateBudget(limit: 10, perSecond: 100)
            var others = 0
            while budget.allowsOther(at: Self.start, liveDue: due) {
                budget.callSent(at: Self.start)
                others += 1
            }
            #expect(others == 10 - due)
            for _ in 0..<due {
                #expect(budget.allowsLive(at: Self.start, inFlight: 9))
                budget.callSent(at: Self.start)
            }
            #expect(!budget.allowsLive(at: Self.start, inFlight: 0) && budget.left(at: Self.start) == 0)
            #expect(budget.allowsLive(at: Self.start + .seconds(60), inFlight: 9))
        }
    }

    @Test func whileA429StandsOneLiveCallAtATimeGoesAndNothingElse() {
        var budget = RateBudget(limit: 60, perSecond: 25)
        budget.callSent(at: Self.start)
        budget.throttled(retryAfterSeconds: nil, at: Self.start + .seconds(1))
        var trials = 0
        for tenth in 10..<600 {
            let now = Self.start + .milliseconds(Int64(tenth) * 100)
            #expect(!budget.allowsOther(at: now, liveDue: 0) && !budget.allowsLive(at: now, inFlight: 1))
            guard budget.allowsLive(at: now, inFlight: 0) else { continue }
            trials += 1
            budget.callSent(at: now)
            budget.throttled(retryAfterSeconds: nil, at: now)
        }
        #expect((1...10).contains(trials), "a live call is tried now and then, not as fast as answers come: \(trials)")
    }

    @Test func aRetryAfterIsKeptToAndBounded() {
        for seconds in [1, 30, 3_600, 1_000_000] {
            var budget = RateBudget(limit: 60, perSecond: 25)
            budget.throttled(retryAfterSeconds: seconds, at: Self.start)
            let end = Self.start + .seconds(Int64(min(seconds, 3_600)))
            #expect(budget.isHeld(at: end + .milliseconds(-1)) && !budget.isHeld(at: end))
            #expect(budget.allowsOther(at: end, liveDue: 0))
        }
    }

    @Test func anAnswerOfTheWindowBeforeDoesNotSpendTheNext() {
        var budget = RateBudget(limit: 10, perSecond: 100)
        for _ in 0..<10 { budget.callSent(at: Self.start) }
        let late = RateHeaders([
            HTTPField("X-Ratelimit-Remaining", "0"), HTTPField("X-Ratelimit-Reset", String(Self.start.seconds + 60)),
        ])
        budget.callSent(at: Self.start + .seconds(61))
        budget.learned(late, at: Self.start + .seconds(62))
        #expect(budget.left(at: Self.start + .seconds(62)) == 9, "that window is over")
        // A window that the server opened while ours was over begins with what it says is left.
        var other = RateBudget(limit: 10, perSecond: 100)
        for _ in 0..<10 { other.callSent(at: Self.start) }
        let fresh = RateHeaders([
            HTTPField("X-Ratelimit-Remaining", "7"), HTTPField("X-Ratelimit-Reset", String(Self.start.seconds + 119)),
        ])
        other.learned(fresh, at: Self.start + .seconds(61))
        #expect(other.left(at: Self.start + .seconds(62)) == 7)
    }

    @Test func theNextChangeIsAlwaysAhead() {
        for seed in UInt64(1)...30 {
            var random = TransformSeed(seed)
            var budget = RateBudget(limit: 5, perSecond: 2)
            var now = Self.start
            for _ in 0..<500 {
                now = now + .milliseconds(Int64(random.below(3_000)))
                if budget.allowsLive(at: now, inFlight: 0) { budget.callSent(at: now) }
                if random.chance(5) { budget.throttled(retryAfterSeconds: random.below(30), at: now) }
                let blocked = !budget.allowsLive(at: now, inFlight: 0)
                let change = budget.nextChange(after: now)
                if let change { #expect(change > now) }
                if blocked { #expect(change != nil, "what is blocked says until when") }
            }
        }
    }

    /// The last answer of a spent window, then the first of the next one, then a straggler of the first: the calls of the
    /// new window are those the source counted in it.
    @Test func answersThatOvertakeEachOtherAtAWindowsEndSpeakOfTheirOwnWindow() {
        func headers(remaining: Int, reset: Int64) -> RateHeaders {
            RateHeaders([
                HTTPField("X-Ratelimit-Limit", "60"), HTTPField("X-Ratelimit-Remaining", String(remaining)),
                HTTPField("X-Ratelimit-Reset", String(reset)),
            ])
        }
        let start = MarketTime(seconds: 1_000_000)
        var budget = RateBudget(limit: 60, perSecond: 25)
        budget.callSent(at: start)
        let now = start + .milliseconds(59_500)
        budget.learned(headers(remaining: 0, reset: start.seconds + 60), at: now)
        #expect(budget.left(at: now) == 0)
        budget.learned(headers(remaining: 59, reset: start.seconds + 121), at: now)
        #expect(budget.left(at: now) == 59)
        budget.learned(headers(remaining: 0, reset: start.seconds + 60), at: now)
        #expect(budget.left(at: now) == 59)
        #expect(budget.allowsLive(at: now, inFlight: 20))
    }
}
