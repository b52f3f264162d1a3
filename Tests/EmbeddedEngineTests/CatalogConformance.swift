import EmbeddedEngine
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

    // MARK: Seals

    private func seal(_ first: Int64, _ last: Int64) -> SealEntry {
        SealEntry(
            key: "sealed/\(first)-\(last)", first: first, last: last, hours: first..<last + 2, bytes: 77, sha256: "ab",
            received: last * 1000, at: 5)
    }

    @Test(arguments: EngineKind.allCases) func aSealTakesThePlaceOfItsEntriesAndOrdinalsGoOn(_ kind: EngineKind)
        async throws
    {
        var engines = try EngineFixture(kind)
        for number in 1...7 as ClosedRange<Int64> { _ = try await engines.catalog.register(entry(number)) }
        try await engines.catalog.retire(seal(1, 3))
        try await engines.catalog.retire(seal(1, 3))
        #expect(ordinals(try await engines.catalog.list(after: 0, limit: 3)) == [4, 5, 6])
        #expect(ordinals(try await engines.catalog.list(after: 5, limit: 9)) == [6, 7])
        #expect(try await engines.catalog.lookup(entry(3).key) == nil)
        #expect(try await engines.catalog.lookup(entry(4).key)?.ordinal == 4)
        var changed = seal(1, 3)
        changed.bytes += 1
        for wrong in [seal(5, 6), changed, seal(4, 9)] {
            let catalog = engines.catalog
            #expect(await engineError { try await catalog.retire(wrong) }?.kind == .conflict, "\(wrong.key)")
        }
        try await engines.catalog.retire(seal(4, 7))
        try await engines.catalog.noteDropped(through: 3)
        engines = try await engines.reopened()
        #expect(try await engines.catalog.seals().map(\.entry) == [seal(1, 3), seal(4, 7)])
        #expect(try await engines.catalog.seals().map(\.isDropped) == [true, false])
        #expect(try await engines.catalog.list(after: 0, limit: 9).isEmpty)
        #expect(try await engines.catalog.register(entry(8)) == 8)
        if let embedded = engines.catalog as? EmbeddedCatalog { #expect(try await embedded.verifyChain().isEmpty) }
    }

    @Test(arguments: EngineKind.allCases) func anEmptyCatalogueGoesOnAfterASeal(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        try await engines.catalog.retire(seal(1, 4))
        try await engines.catalog.retire(seal(5, 9))
        #expect(try await engines.catalog.register(entry(1)) == 10)
        #expect(ordinals(try await engines.catalog.list(after: 0, limit: 9)) == [10])
        if let embedded = engines.catalog as? EmbeddedCatalog { #expect(try await embedded.verifyChain().isEmpty) }
    }

    @Test(arguments: EngineKind.allCases) func howFarAShardIsDeliveredBeforeAMoment(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let other = StreamShard("quotes", 1)
        for number in 1...5 as ClosedRange<Int64> { _ = try await engines.catalog.register(entry(number)) }
        _ = try await engines.catalog.register(entry(2, shard: other))
        let shard = StreamShard("quotes", 0)
        for (before, through, last) in [(3000, 9, 30), (3001, 9, 40), (9999, 4, 50), (9999, 9, 60), (1000, 9, 0)] {
            let found = try await engines.catalog.delivered(shard, before: Int64(before), through: Int64(through))
            #expect(found == Int64(last), "\(before) \(through)")
        }
        #expect(try await engines.catalog.delivered(other, before: 9999, through: 5) == 0)
        #expect(try await engines.catalog.delivered(other, before: 9999, through: 6) == 30)
    }
}
