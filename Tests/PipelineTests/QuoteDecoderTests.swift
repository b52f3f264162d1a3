import Pipeline
import Testing

@Suite struct QuoteDecoderTests {
    private func decode(_ text: String) -> QuoteAnswer? { try? QuoteDecoder.decode(Array(text.utf8)) }

    @Test func aQuoteIsReadAndItsDayKeptApart() {
        #expect(
            decode("{\"c\":171.5,\"d\":null,\"dp\":null,\"h\":172,\"l\":170,\"o\":171,\"pc\":170.5,\"t\":1549895430}")
                == .quote(
                    Quote(
                        price: 171.5, dayOpen: 171, dayHigh: 172, dayLow: 170, previousClose: 170.5,
                        seconds: 1_549_895_430)))
    }

    @Test func zerosAreNoPrice() {
        #expect(decode("{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"pc\":0,\"t\":0}") == .notData)
        #expect(decode("{\"c\":0,\"t\":1549895430}") == .notData)
    }

    @Test func halfAQuoteIsNone() {
        for text in [
            "{}", "{\"c\":1}", "{\"t\":1}", "{\"c\":null,\"t\":1}", "{\"c\":\"1\",\"t\":1}",
            "{\"c\":1,\"c\":1,\"t\":1}",
        ] {
            #expect(decode(text) == nil, "\(text)")
        }
    }

    @Test func damagedQuotesNeverTrap() {
        let body = Array("{\"c\":171.5,\"d\":null,\"h\":172,\"l\":170,\"o\":171,\"pc\":170.5,\"t\":1549895430}".utf8)
        var accepted = 0
        for seed in 0..<20_000 {
            var random = TransformSeed(UInt64(seed))
            if case .quote(let quote)? = try? QuoteDecoder.decode(TransformMutation.mutate(body, &random)) {
                accepted += 1
                #expect(quote.price.isFinite && quote.price != 0)
            }
        }
        #expect(accepted > 500)
    }

    @Test func theMarketSaysWhetherItIsOpenAndWhatTimeItIs() throws {
        let body =
            "{\"exchange\":\"US\",\"holiday\":null,\"isOpen\":true,\"session\":\"regular\",\"t\":1549895430,\"timezone\":\"x\"}"
        #expect(try MarketStatusDecoder.decode(Array(body.utf8)) == MarketStatus(isOpen: true, seconds: 1_549_895_430))
        #expect(throws: DecodeFault.self) { try MarketStatusDecoder.decode(Array("{\"isOpen\":true}".utf8)) }
    }

    @Test func everyMinuteBoundaryIsJudgedHalfOpen() {
        let slot = Minute(1_000)
        for (seconds, fresh, judgement) in [
            (slot.seconds - 1, true, QuoteJudgement.witness), (slot.seconds - 1, false, .stale),
            (slot.seconds, false, .sample), (slot.seconds + 59, true, .sample), (slot.seconds + 60, true, .late),
            (slot.seconds + 60, false, .late),
        ] {
            #expect(QuoteJudgement.judge(seconds: seconds, slot: slot, feedFresh: fresh) == judgement)
        }
    }
}
