import Pipeline
import Testing

struct RetryTests {
    @Test func intervalsDoubleFromOneSecondAsStepFunctionsCountsThem() {
        let policy = RetryPolicy()
        #expect(policy.attemptsMax == 4)
        #expect((1...4).map { policy.delay(afterAttempt: $0).seconds } == [1, 2, 4, 8])
        #expect(policy.delay(afterAttempt: 0) == .seconds(1))
    }

    @Test func aGreatestDelayBoundsEveryIntervalAndNothingOverflows() {
        var policy = RetryPolicy()
        policy.delayMax = .seconds(3)
        #expect((1...4).map { policy.delay(afterAttempt: $0).seconds } == [1, 2, 3, 3])
        policy.delayMax = nil
        policy.backoffRate = 10
        var last = MarketSpan.zero
        for attempt in 1...2_000 {
            let delay = policy.delay(afterAttempt: attempt)
            #expect(delay >= last)
            last = delay
        }
    }

    @Test func fullJitterDrawsBetweenNothingAndTheInterval() {
        var policy = RetryPolicy()
        policy.jitter = .full
        for attempt in 1...4 {
            let whole = policy.delay(afterAttempt: attempt, chance: 1)
            #expect(whole == RetryPolicy().delay(afterAttempt: attempt))
            for step in 0...100 {
                let delay = policy.delay(afterAttempt: attempt, chance: Double(step) / 100)
                #expect(delay >= .zero && delay <= whole)
            }
            #expect(policy.delay(afterAttempt: attempt, chance: 0) == .zero)
            #expect(policy.delay(afterAttempt: attempt, chance: 7) == whole)
            #expect(policy.delay(afterAttempt: attempt, chance: -7) == .zero)
        }
        #expect(RetryPolicy().delay(afterAttempt: 2, chance: 0.1) == .seconds(2), "without jitter chance says nothing")
    }
}
