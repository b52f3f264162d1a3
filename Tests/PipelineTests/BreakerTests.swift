import Pipeline
import Testing

/// Every state of the breaker by every question and event.
struct BreakerTests {
    private static let start = MarketTime(seconds: 1_000_000)

    private static func opened(at now: MarketTime = start) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.failuresMax { _ = breaker.failed(at: now) }
        return breaker
    }

    private static func halfOpened() -> CircuitBreaker {
        var breaker = opened()
        breaker.callStarted(at: start + .seconds(10))
        return breaker
    }

    @Test func closedLetsCallsThroughUntilFiveFailInARow() {
        for wells in 0..<CircuitBreaker.failuresMax {
            var breaker = CircuitBreaker()
            for _ in 0..<wells { #expect(breaker.failed(at: Self.start) == false) }
            breaker.callStarted(at: Self.start)
            #expect(breaker.status == .closed && breaker.allowsCall(at: Self.start))
            let closedAnew = breaker.succeeded()
            #expect(!closedAnew && breaker.openedAt == nil && breaker.opensUntil == nil)
            // An answer forgets the failures before it.
            for _ in 1..<CircuitBreaker.failuresMax { #expect(breaker.failed(at: Self.start) == false) }
            #expect(breaker.isClosed)
            let opens = breaker.failed(at: Self.start)
            #expect(opens && !breaker.isClosed && breaker.openedAt == Self.start)
        }
    }

    @Test func openRefusesUntilItsPauseIsOverAndAnswersToLateOutcomes() {
        var breaker = Self.opened()
        #expect(breaker.status == .open(until: Self.start + .seconds(10)))
        #expect(!breaker.allowsCall(at: Self.start + .milliseconds(9_999)))
        #expect(breaker.allowsCall(at: Self.start + .seconds(10)))
        breaker.callStarted(at: Self.start + .seconds(9))
        #expect(breaker.status == .open(until: Self.start + .seconds(10)), "a call before its time is no trial")
        let opensAgain = breaker.failed(at: Self.start + .seconds(5))
        #expect(!opensAgain && breaker.opensUntil == Self.start + .seconds(10), "a late failure prolongs nothing")
        let closes = breaker.succeeded()
        #expect(closes && breaker.isClosed, "a late answer shows that the source is there")
    }

    @Test func halfOpenTriesOneCallAndPausesLongerEachTimeUpToABound() {
        var breaker = Self.halfOpened()
        #expect(breaker.status == .halfOpen && !breaker.allowsCall(at: .distantFuture) && breaker.opensUntil == nil)
        breaker.callStarted(at: Self.start + .seconds(11))
        #expect(breaker.status == .halfOpen)
        var pauses: [Int64] = []
        var now = Self.start + .seconds(20)
        for _ in 0..<6 {
            let opens = breaker.failed(at: now)
            #expect(!opens, "it was open all along")
            guard let until = breaker.opensUntil else { Issue.record("not open"); return }
            pauses.append((until - now).seconds)
            now = until
            breaker.callStarted(at: now)
        }
        #expect(pauses == [20, 40, 80, 80, 80, 80])
        #expect(breaker.openedAt == Self.start)
        let closes = breaker.succeeded()
        #expect(closes && breaker.allowsCall(at: now) && breaker.openedAt == nil)
    }
}
