import Engine
import Pipeline
import Testing

@Suite struct AnswerClassTests {
    private let quote = SourceQuestion.quote(TransformWorld.pair, slot: TransformWorld.open)
    private let candles = SourceQuestion.candles(
        TransformWorld.pair, minutes: TransformWorld.minutes(0..<5), wanted: [])

    private func classify(_ status: Int, _ body: String, _ question: SourceQuestion, _ headers: [HTTPField] = [])
        -> AnswerClass
    {
        AnswerClass.classify(status: status, headers: headers, body: Array(body.utf8), to: question)
    }

    @Test func everyRowOfTheTableHasItsClass() {
        #expect(classify(200, "{\"c\":1,\"t\":60}", quote) == .data)
        #expect(classify(200, "{\"c\":0,\"t\":0}", quote) == .notData)
        #expect(classify(200, "{\"s\":\"no_data\"}", candles) == .noData)
        #expect(classify(401, "{\"error\":\"Invalid API key.\"}", quote) == .keyRefused)
        #expect(classify(403, "{\"error\":\"You don't have access to this resource.\"}", candles) == .noAccess)
        #expect(classify(429, "{\"error\":\"API limit reached.\"}", candles) == .throttled(retryAfterSeconds: nil))
        #expect(classify(429, "", candles, [HTTPField("retry-After", " 7")]) == .throttled(retryAfterSeconds: 7))
        for status in [500, 502, 503, 522, 302, 404] {
            #expect(classify(status, "{\"c\":1,\"t\":60}", quote) == .transient(.sourceFailed))
        }
        #expect(classify(200, " \n<!DOCTYPE html>", candles) == .transient(.sourceFailed))
        #expect(classify(200, "", quote) == .transient(.sourceFailed))
        guard case .malformed = classify(200, "{\"error\":\"?\"}", candles) else {
            Issue.record("an error under a 200 is not data")
            return
        }
    }

    @Test func everyFailureOfTheTransportIsTransient() {
        let failures: [(HTTPFailure, LossReason)] = [
            (.unknownHost, .unreachable), (.unreachable("x"), .unreachable), (.timedOut, .timedOut),
            (.insecure("x"), .unreachable), (.redirected("x"), .sourceFailed), (.tooLarge, .sourceFailed),
            (.brokenEncoding, .sourceFailed), (.cancelled, .unreachable),
        ]
        for (failure, reason) in failures {
            #expect(AnswerClass.classify(.failure(failure), to: quote) == .transient(reason))
            #expect(LossReason(failureWord: failure.word) == reason)
            #expect(!reason.costsAttempt)
        }
    }

    @Test func rateHeadersAreReadWhereTheyMakeSense() {
        let headers = RateHeaders([
            HTTPField("X-RateLimit-Limit", "60"), HTTPField("x-ratelimit-remaining", "0 "),
            HTTPField("X-Ratelimit-Reset", "1549895460.5"), HTTPField("Retry-After", "Mon, 11 Feb 2019 14:31:00 GMT"),
            HTTPField("X-Ratelimit-Limit", "30"),
        ])
        #expect(headers.limit == 60 && headers.remaining == 0 && headers.resetSeconds == 1_549_895_460)
        #expect(headers.retryAfterSeconds == nil)
        let hostile = RateHeaders([
            HTTPField("X-Ratelimit-Limit", "99999999999999999999"), HTTPField("X-Ratelimit-Remaining", "-1"),
        ])
        #expect(hostile.limit == nil && hostile.remaining == nil)
        for text in ["1e308", "60 calls", "-0", "+5", "0x3C", "6\u{1B}[2J", "5.", ".5", "", " "] {
            let read = RateHeaders([HTTPField("Retry-After", text), HTTPField("X-Ratelimit-Remaining", text)])
            #expect(
                read.retryAfterSeconds == (text == "5." ? 5 : nil) && read.remaining == read.retryAfterSeconds,
                "\(text)")
        }
    }
}
