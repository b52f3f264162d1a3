import Engine
import Testing

@Suite struct CatalogConformance {
    private func entry(_ number: Int64, shard: StreamShard = StreamShard("quotes", 0)) -> CatalogEntry {
        CatalogEntry(
            key: "raw/\(shard)/\(number)", shard: shard, hour: 430_000 + number, first: number * 10 + 1,
            last: number * 10 + 10, bytes: 1234, sha256: String(repeating: "ab", count: 32), received: number * 1000)
    }

    private func ordinals(_ list: [(ordinal: Int64, entry: CatalogEntry)]) -> [Int64] { list.map(\.ordinal) }

    @Test(arguments: EngineKind.allCases) func ordinalsHaveNoGapsAndRepeatingIsSuccess(_ kind: EngineKind) async throws
    {
        let engines = try EngineFixture(kind)
        #expect(try await engines.catalog.register(entry(5)) == 1)
        #expect(try await engines.catalog.register(entry(2)) == 2)
        #expect(try await engines.catalog.register(entry(5)) == 1)
        #expect(try await engines.catalog.register(entry(9)) == 3)
        let again = try await engines.reopened()
        #expect(try await again.catalog.register(entry(2)) == 2)
        #expect(try await again.catalog.register(entry(1)) == 4)
    }

    @Test(arguments: EngineKind.allCases) func anotherEntryUnderTheKeyIsAConflict(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        _ = try await engines.catalog.register(entry(1))
        let changes: [(inout CatalogEntry) -> Void] = [
            { $0.bytes += 1 }, { $0.sha256 = "00" }, { $0.last += 1 }, { $0.first -= 1 }, { $0.received += 1 },
            { $0.hour += 1 }, { $0.shard.index = 3 },
        ]
        for change in changes {
            var other = entry(1)
            change(&other)
            let changed = other
            let refusal = await engineError { _ = try await engines.catalog.register(changed) }
            #expect(refusal?.kind == .conflict)
        }
        #expect(try await engines.catalog.list(after: 0, limit: 10).map(\.entry) == [entry(1)])
    }

    @Test(arguments: EngineKind.allCases) func lookingUpAndListing(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        for number in 1...7 as ClosedRange<Int64> { _ = try await engines.catalog.register(entry(number)) }
        let found = try await engines.catalog.lookup(entry(4).key)
        #expect(found?.ordinal == 4)
        #expect(found?.entry == entry(4))
        #expect(try await engines.catalog.lookup("raw/nothing") == nil)
        #expect(ordinals(try await engines.catalog.list(after: 0, limit: 3)) == [1, 2, 3])
        #expect(ordinals(try await engines.catalog.list(after: 3, limit: 3)) == [4, 5, 6])
        #expect(ordinals(try await engines.catalog.list(after: 6, limit: 3)) == [7])
        #expect(try await engines.catalog.list(after: 7, limit: 3).isEmpty)
        #expect(try await engines.catalog.list(after: .max, limit: 3).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func aCheckpointNeverGoesBack(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let quotes = StreamShard("quotes", 0)
        // The stream has to hold what is called delivered: a directory that opens compares the two.
        let records = (1...9).map { StreamEntry(key: "A", received: Int64($0), payload: [UInt8($0)]) }
        _ = try await engines.stream.append(records, to: quotes)
        #expect(try await engines.catalog.checkpoint(quotes) == 0)
        for (move, stands) in [(5, 5), (3, 5), (5, 5), (9, 9), (0, 9)] as [(Int64, Int64)] {
            try await engines.catalog.moveCheckpoint(quotes, to: move)
            #expect(try await engines.catalog.checkpoint(quotes) == stands)
        }
        #expect(try await engines.catalog.checkpoint(StreamShard("quotes", 1)) == 0)
        let again = try await engines.reopened()
        #expect(try await again.catalog.checkpoint(quotes) == 9)
        #expect(try await again.stream.read(quotes, after: 0, limit: 20).count == 9)
    }
}
