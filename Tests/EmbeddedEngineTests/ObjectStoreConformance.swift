import Engine
import Testing

@Suite struct ObjectStoreConformance {
    @Test(arguments: EngineKind.allCases) func anObjectIsNeverOverwritten(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let key = "raw/quotes/hour=2019-02-11T14/1.0-1-5.ndjson.gz"
        try await engines.objects.put([1, 2, 3], at: key)
        try await engines.objects.put([1, 2, 3], at: key)
        for other in [[1, 2], [], [1, 2, 4], [1, 2, 3, 4]] as [[UInt8]] {
            #expect(await engineError { try await engines.objects.put(other, at: key) }?.kind == .conflict)
        }
        #expect(try await engines.objects.get(key) == [1, 2, 3])
        let again = try await engines.reopened()
        #expect(try await again.objects.get(key) == [1, 2, 3])
        try await again.objects.put([1, 2, 3], at: key)
    }

    @Test(arguments: EngineKind.allCases) func whatIsNotThereIsMissing(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        try await engines.objects.put([], at: "raw/a")
        #expect(try await engines.objects.get("raw/a").isEmpty)
        for key in ["raw/b", "raw", "raw/a/b"] {
            #expect(await engineError { _ = try await engines.objects.get(key) }?.kind == .missing)
            try await engines.objects.delete(key)
        }
        try await engines.objects.delete("raw/a")
        #expect(await engineError { _ = try await engines.objects.get("raw/a") }?.kind == .missing)
        try await engines.objects.delete("raw/a")
        try await engines.objects.put([9], at: "raw/a")
        #expect(try await engines.objects.get("raw/a") == [9])
    }

    @Test(arguments: EngineKind.allCases) func listingGoesInByteOrderByPages(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        // A folder's keys go on with a slash, which comes after a full stop and before a digit.
        let keys = ["a.b", "a/b", "a/c/d", "a0", "b/hour=2/x", "b/hour=10/x", "b/hour=10/y.gz", "bb", "é/z"]
        for key in keys.reversed() { try await engines.objects.put(Array(key.utf8), at: key) }
        let ordered = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for prefix in ["", "a", "a/", "a/c", "b/hour=1", "b/hour=10/x", "nothing", "é"] {
            let expected = ordered.filter { $0.utf8.starts(with: prefix.utf8) }
            for limit in 1...4 {
                var read: [String] = []
                while true {
                    let page = try await engines.objects.list(prefix: prefix, after: read.last ?? "", limit: limit)
                    if page.isEmpty { break }
                    read += page
                }
                #expect(read == expected)
            }
            let all = try await engines.objects.list(prefix: prefix, after: "a/b", limit: 100)
            #expect(all == expected.filter { "a/b".utf8.lexicographicallyPrecedes($0.utf8) })
        }
    }

    @Test(arguments: EngineKind.allCases) func aKeyLeadsNowhereElse(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        for key in ["", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a/.b", "a\0b"] {
            #expect(await engineError { try await engines.objects.put([1], at: key) }?.kind == .conflict)
        }
        #expect(try await engines.objects.list(prefix: "", after: "", limit: 10).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func manyAtOnceOfOneKeyAgree(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let objects = engines.objects
        let won = await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<8 as Range<UInt8> {
                group.addTask { await engineError { try await objects.put([writer], at: "raw/contested") } == nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try await objects.list(prefix: "", after: "", limit: 10) == ["raw/contested"])
    }
}
