import Pipeline
import Testing

/// The decoders of foreign bytes.
@Suite struct CandleDecoderTests {
    private func reason(_ text: String) -> String? {
        do throws(DecodeFault) {
            _ = try CandleDecoder.decode(Array(text.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func anAnswerIsReadWhateverTheOrderOfItsKeys() throws {
        let body = """
             { "v" : [ 10 , 2.5e1 ], "x":{"deep":[1,{"y":"\\"]"}],"z":null}, "c":[1.5,2],"t":[60,120.0],"l":[1,1],
             "h":[2,3],"o":[1.25,1], "s":"ok", "long key":true }
            """
        let bars = [
            Bar(minute: Minute(1), open: 1.25, high: 2, low: 1, close: 1.5, volume: 10),
            Bar(minute: Minute(2), open: 1, high: 3, low: 1, close: 2, volume: 25),
        ]
        #expect(try CandleDecoder.decode(Array(body.utf8)) == .bars(bars))
        #expect(try CandleDecoder.decode(Array("{\"s\":\"no_data\"}".utf8)) == .noData)
    }

    @Test func everyFaultHasItsReason() {
        let rest = "\"o\":[1],\"h\":[1],\"l\":[1],\"c\":[1],\"v\":[1]"
        #expect(reason("{\"s\":\"ok\",\"t\":[60],\(rest)}") == nil)
        #expect(reason("{\"s\":\"ok\",\"t\":[60,120],\(rest)}") == "unequal-arrays")
        #expect(reason("{\"s\":\"ok\",\(rest)}") == "missing-field")
        #expect(reason("{\"t\":[60],\(rest)}") == "missing-field")
        #expect(reason("{\"s\":\"error\",\"t\":[60],\(rest)}") == "wrong-status")
        #expect(reason("{\"s\":\"ok\",\"t\":[61],\(rest)}") == "off-minute")
        #expect(reason("{\"s\":\"ok\",\"t\":[60],\"t\":[60],\(rest)}") == "duplicate-field")
        #expect(reason("{\"s\":\"ok\",\"t\":[60],\(rest)} x") == "malformed")
        #expect(reason("{\"s\":\"ok\",\"t\":[60],\(rest)") == "malformed")
        #expect(reason("{\"s\":\"ok\",\"v\":[1e400]}") == "not-finite")
        #expect(reason("{\"x\":" + String(repeating: "[", count: 100_000)) == "too-deep")
        let many = String(repeating: "1,", count: CandleDecoder.barsMax) + "1"
        #expect(reason("{\"v\":[\(many)]}") == "too-many")
        for text in [
            "", "[", "null", "{\"v\":[NaN]}", "{\"v\":[.5]}", "{\"v\":[01]}", "{\"v\":[1.]}", "{\"v\":[-]}", "{,}",
        ] {
            #expect(reason(text) == "malformed", "\(text)")
        }
        #expect(reason("{\"s\":\"ok\",\"t\":[-60],\(rest)}") == "malformed")
        #expect(reason("{\"s\":\"ok\",\"t\":[1e300],\(rest)}") == "malformed")
    }

    @Test func damagedBodiesNeverTrapAndNeverBringWhatIsNotFinite() {
        let body = TransformWorld.body(TransformWorld.bars(0..<20, close: 171.125))
        var accepted = 0
        for seed in 0..<20_000 {
            var random = TransformSeed(UInt64(seed))
            guard case .bars(let bars)? = try? CandleDecoder.decode(TransformMutation.mutate(body, &random)) else {
                continue
            }
            accepted += 1
            for bar in bars {
                let finite = [bar.open, bar.high, bar.low, bar.close, bar.volume].allSatisfy { $0.isFinite }
                #expect(finite, "seed \(seed)")
            }
        }
        #expect(accepted > 500)
    }

    @Test func numeralsReadAsTheLibraryReadsThem() throws {
        var random = TransformSeed(4_711)
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in String(random.below(10)) }.joined()
        }
        for _ in 0..<100_000 {
            var text = random.chance(20) ? "-" : ""
            text +=
                random.chance(20) ? "0" : String(1 + random.below(9)) + digits(random.below(random.chance(10) ? 30 : 9))
            if random.chance(70) { text += "." + digits(1 + random.below(random.chance(10) ? 25 : 6)) }
            if random.chance(20) {
                text += ["e", "E"][random.below(2)] + ["", "+", "-"][random.below(3)] + String(random.below(330))
            }
            let expected = try #require(Double(text))
            let bodies = try? QuoteDecoder.decode(Array("{\"c\":1,\"pc\":\(text),\"t\":1}".utf8))
            guard case .quote(let quote)? = bodies, let value = quote.previousClose else {
                #expect(!expected.isFinite, "\(text)")
                continue
            }
            #expect(value.bitPattern == expected.bitPattern, "\(text)")
        }
    }
}
