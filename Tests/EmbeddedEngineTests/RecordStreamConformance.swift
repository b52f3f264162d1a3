import Engine
import Testing

@Suite struct RecordStreamConformance {
    let quotes = StreamShard("quotes", 0)

    private func entries(_ numbers: ClosedRange<Int64>) -> [StreamEntry] {
        numbers.map { StreamEntry(key: "S\($0 % 3)", received: $0 * 10, payload: Array("{\"n\":\($0)}".utf8)) }
    }

    @Test(arguments: EngineKind.allCases) func numbersGoOnPerShardFromOne(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        #expect(try await engines.stream.append(entries(1...3), to: quotes) == 1...3)
        #expect(try await engines.stream.append(entries(4...4), to: quotes) == 4...4)
        #expect(try await engines.stream.append(entries(1...2), to: StreamShard("quotes", 1)) == 1...2)
        #expect(try await engines.stream.append(entries(1...1), to: StreamShard("failures", 0)) == 1...1)
    }

    @Test(arguments: EngineKind.allCases) func readingGivesWhatWasAppendedInPages(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let all = entries(1...10)
        _ = try await engines.stream.append(all, to: quotes)
        var read: [SequencedEntry] = []
        while true {
            let page = try await engines.stream.read(quotes, after: read.last?.sequence ?? 0, limit: 3)
            #expect(page.count <= 3)
            if page.isEmpty { break }
            read += page
        }
        #expect(read.map(\.entry) == all)
        #expect(read.map(\.sequence) == Array(1...10))
        #expect(try await engines.stream.read(quotes, after: 10, limit: 5).isEmpty)
        #expect(try await engines.stream.read(quotes, after: .max, limit: 5).isEmpty)
        #expect(try await engines.stream.read(quotes, after: 0, limit: .max).count == 10)
        #expect(try await engines.stream.read(StreamShard("quotes", 9), after: 0, limit: 5).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func trimmingForgetsAndNumbersGoOn(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        _ = try await engines.stream.append(entries(1...5), to: quotes)
        try await engines.stream.trim(quotes, through: 3)
        #expect(try await engines.stream.read(quotes, after: 0, limit: 9).map(\.sequence) == [4, 5])
        try await engines.stream.trim(quotes, through: 2)
        #expect(try await engines.stream.read(quotes, after: 0, limit: 9).map(\.sequence) == [4, 5])
        try await engines.stream.trim(quotes, through: 99)
        #expect(
            try await engines.stream.extents() == [ShardExtent(shard: quotes, first: 6, last: 5, lastReceived: 50)])
        try await engines.stream.trim(StreamShard("operator", 0), through: 1)
        let again = try await engines.reopened()
        #expect(try await again.stream.append(entries(6...6), to: quotes) == 6...6)
        #expect(try await again.stream.read(quotes, after: 0, limit: 9).map(\.sequence) == [6])
    }

    @Test(arguments: EngineKind.allCases) func extentsAreInOrderAndOutliveAStop(_ kind: EngineKind) async throws {
        var engines = try EngineFixture(kind)
        #expect(try await engines.stream.extents().isEmpty)
        _ = try await engines.stream.append(entries(5...6), to: StreamShard("repairs", 0))
        _ = try await engines.stream.append(entries(1...4), to: StreamShard("quotes", 1))
        _ = try await engines.stream.append(entries(2...2), to: quotes)
        let expected = [
            ShardExtent(shard: quotes, first: 1, last: 1, lastReceived: 20),
            ShardExtent(shard: StreamShard("quotes", 1), first: 1, last: 4, lastReceived: 40),
            ShardExtent(shard: StreamShard("repairs", 0), first: 1, last: 2, lastReceived: 60),
        ]
        #expect(try await engines.stream.extents() == expected)
        engines = try await engines.reopened()
        #expect(try await engines.stream.extents() == expected)
    }

    @Test(arguments: EngineKind.allCases) func anyBytesComeBackAsTheyWere(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let odd = [
            StreamEntry(key: "", received: 0, payload: []),
            StreamEntry(key: "BINANCE:BTCUSDT", received: -5, payload: [0, 255, 10, 0]),
            StreamEntry(key: "BRK.B", received: .max, payload: [UInt8](repeating: 7, count: 256 * 1024)),
        ]
        _ = try await engines.stream.append(odd, to: quotes)
        #expect(try await engines.stream.read(quotes, after: 0, limit: 10).map(\.entry) == odd)
    }

    /// A model of one array a shard, against a hundred random steps for each of several seeds.
    @Test(arguments: EngineKind.allCases) func randomStepsAgreeWithAModel(_ kind: EngineKind) async throws {
        for seed in 1...(kind == .memory ? 20 : 3) as ClosedRange<UInt64> {
            var generator = SeededGenerator(state: seed)
            var engines = try EngineFixture(kind)
            var model: [[SequencedEntry]] = [[], []]
            var last: [Int64] = [0, 0]
            for _ in 0..<100 {
                let index = generator.below(2)
                let shard = StreamShard("quotes", index)
                switch generator.below(8) {
                case 0...3:
                    let batch = entries(1...Int64(1 + generator.below(5)))
                    let range = try await engines.stream.append(batch, to: shard)
                    #expect(range == last[index] + 1...last[index] + Int64(batch.count))
                    model[index] += zip(range, batch).map { SequencedEntry(sequence: $0, entry: $1) }
                    last[index] = range.upperBound
                case 4:
                    let through = Int64(generator.below(Int(last[index]) + 3))
                    try await engines.stream.trim(shard, through: through)
                    model[index].removeAll { $0.sequence <= through }
                case 5 where generator.below(4) == 0: engines = try await engines.reopened()
                default:
                    let after = Int64(generator.below(Int(last[index]) + 2))
                    let limit = generator.below(7)
                    let expected = model[index].filter { $0.sequence > after }.prefix(limit)
                    #expect(try await engines.stream.read(shard, after: after, limit: limit) == Array(expected))
                }
            }
        }
    }
}
