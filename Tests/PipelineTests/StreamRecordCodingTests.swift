import Pipeline
import Testing

/// Records and their one line.
@Suite struct StreamRecordCodingTests {
    @Test func everyRecordReadsBackAsItWas() throws {
        for seed in 0..<3_000 {
            var random = TransformSeed(UInt64(seed))
            let record = Self.record(&random)
            let line = record.encoded()
            #expect(!line.contains(0x0A), "seed \(seed)")
            #expect(try StreamRecord.decode(line) == record, "seed \(seed)")
            #expect(try StreamRecord.decode(([1, 2] + line + [3])[2..<(line.count + 2)]) == record)
        }
    }

    @Test func aLineReadsAsIsToAPersonAndToAnyJSONReader() {
        let record = TransformWorld.quote(slot: 0, price: 171)
        #expect(
            String(decoding: record.encoded(), as: UTF8.self) == """
                {"v":1,"kind":"answer","source":"simulated","purpose":"live","execution":"","attempt":0,\
                "symbol":"BTCUSDT","slot":25831590,"sent":1549895450000000,"received":1549895450000000,"fresh":true,\
                "status":200,"body":"{\\"c\\":171.0,\\"d\\":null,\\"dp\\":null,\\"h\\":999,\\"l\\":1,\\"o\\":500,\\"pc\\":99,\\"t\\":1549895430}"}
                """)
    }

    /// Whatever bytes are damaged in whatever way, decoding ends in a fault or in a record that has exactly this line.
    @Test func damagedLinesNeverTrapAndNothingHasTwoForms() {
        var accepted = 0
        for seed in 0..<20_000 {
            var random = TransformSeed(UInt64(seed) &+ 77)
            let line = TransformMutation.mutate(Self.record(&random).encoded(), &random)
            if let record = try? StreamRecord.decode(line) {
                accepted += 1
                #expect(record.encoded() == line, "seed \(seed)")
            }
        }
        #expect(accepted > 100)
    }

    @Test func garbageNeverTraps() {
        for seed in 0..<5_000 {
            var random = TransformSeed(UInt64(seed))
            let bytes = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(throws: DecodeFault.self) { try StreamRecord.decode(bytes) }
        }
        let deep = Array("{\"v\":1,\"kind\":\"answer\",\"source\":".utf8) + [UInt8](repeating: 0x5B, count: 100_000)
        #expect(throws: DecodeFault.self) { try StreamRecord.decode(deep) }
    }

    @Test func anotherVersionIsNamed() {
        let line = Array("{\"v\":2,\"kind\":\"answer\"}".utf8)
        #expect { try StreamRecord.decode(line) } throws: { ($0 as? DecodeFault)?.reason == "unknown-version" }
    }

    @Test func momentsAndRangesOutOfAllTimeAreFaults() {
        func decode(_ minutes: String, _ received: String) -> Bool {
            let text =
                "{\"v\":1,\"kind\":\"loss\",\"symbol\":\"A\",\"minutes\":\(minutes),\"reason\":\"flaw\",\"received\":\(received)}"
            return (try? StreamRecord.decode(Array(text.utf8))) != nil
        }
        #expect(decode("[[1,2]]", "5"))
        for minutes in ["[[2,1]]", "[[1,9223372036854775807]]", "[[0,99999999]]", "[[1,2],]", "[[01,2]]"] {
            #expect(!decode(minutes, "5"), "\(minutes)")
        }
        for received in ["9223372036854775807", "9223372036854775808", "-0", "05", "1.0", ""] {
            #expect(!decode("[[1,2]]", received), "\(received)")
        }
    }

    @Test func linesSplitAndJoin() {
        #expect(NDJSON.lines([]).isEmpty)
        let lines: [[UInt8]] = [[1], [2, 3], []]
        #expect(NDJSON.lines(NDJSON.joined(lines)).map(Array.init) == lines)
        #expect(NDJSON.lines([1, 0x0A, 2]).map(Array.init) == [[1], [2]])
    }

    static func record(_ random: inout TransformSeed) -> StreamRecord {
        let symbol = SymbolName(["AAPL", "BINANCE:BTCUSDT", "^GSPC", "BRK.B"][random.below(4)])!
        let received = MarketTime(microseconds: Int64(random.below(1 << 60)))
        let reason = LossReason.allCases.randomElement(using: &random)!
        switch random.below(6) {
        case 0: return .loss(LossRecord(symbol: symbol, minutes: spans(&random), reason: reason, received: received))
        case 1:
            return .ruling(
                RulingRecord(
                    symbol: symbol, minutes: spans(&random), reason: reason, execution: text(&random),
                    received: received))
        case 2:
            return .decision(
                DecisionRecord(by: text(&random), verb: text(&random), about: text(&random), received: received))
        default:
            let minute = Minute(Int64(random.below(40_000_000)))
            let question: SourceQuestion =
                random.chance(50)
                ? .quote(symbol, slot: minute)
                : .candles(symbol, minutes: minute..<minute.advanced(by: random.below(500)), wanted: spans(&random))
            return .answer(
                AnswerRecord(
                    source: text(&random), purpose: Purpose.allCases.randomElement(using: &random)!,
                    execution: text(&random), attempt: random.below(9), question: question, sent: received,
                    received: received, feedFresh: random.chance(50), answer: answer(&random)))
        }
    }

    private static func spans(_ random: inout TransformSeed) -> [Range<Minute>] {
        (0..<random.below(4)).map { _ in
            let from = Minute(Int64(random.below(40_000_000)))
            return from..<from.advanced(by: random.below(1_000))
        }
    }

    private static func text(_ random: inout TransformSeed) -> String {
        var text = ""
        for _ in 0..<random.below(12) {
            text.append(
                ["a", "\"", "\\", "\n", "\u{1}", "\u{1F}", "é", "漢", "👩‍👩‍👧", "/", "\u{7F}", "\u{202E}"][random.below(12)])
        }
        return text
    }

    private static func answer(_ random: inout TransformSeed) -> SourceAnswer {
        switch random.below(5) {
        case 0: .failure(reason: text(&random))
        case 1: .stored(status: random.below(600), object: text(&random), bytes: random.below(1 << 30))
        case 2: .reply(status: 200, body: (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        default: .reply(status: random.below(600), body: Array(text(&random).utf8))
        }
    }
}

/// Damages bytes as disks, networks and other people's programs do.
enum TransformMutation {
    static func mutate(_ bytes: [UInt8], _ random: inout TransformSeed) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + random.below(3)) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 3: bytes.removeLast(random.below(bytes.count))
            case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random.below(9))], at: place)
            default:
                let tokens = ["1e999", "-", "NaN", "null", "[[[[", "\\u0000", "9223372036854775808", "\"", "{}", "0.0"]
                bytes.insert(contentsOf: tokens[random.below(tokens.count)].utf8, at: place)
            }
        }
        return bytes
    }
}
