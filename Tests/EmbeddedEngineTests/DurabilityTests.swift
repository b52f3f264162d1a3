import EmbeddedEngine
import Engine
import Foundation
import Testing

@Suite struct DurabilityTests {
    let quotes = StreamShard("quotes", 0)

    private func entries(_ numbers: ClosedRange<Int64>) -> [StreamEntry] {
        numbers.map { StreamEntry(key: "AAPL", received: $0, payload: Array("{\"record\":\"number-\($0)-\"}".utf8)) }
    }

    private func object(_ first: Int64, _ last: Int64) -> CatalogEntry {
        CatalogEntry(
            key: "raw/quotes/\(first)", shard: quotes, hour: 1, first: first, last: last, bytes: 9, sha256: "ab",
            received: last)
    }

    private func line(_ subject: String) -> JournalLine {
        JournalLine(subject: subject, at: 1, event: "began", payload: Array("{}".utf8), closes: false)
    }

    @Test func whatWasAcknowledgedSurvivesACrash() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.stream.append(entries(1...50), to: quotes)
        _ = try await owned.catalog.register(object(1, 20))
        try await owned.catalog.moveCheckpoint(quotes, to: 20)
        _ = try await owned.warehouse.apply(CuratedChange(ordinal: 1, notes: [SlotNote(symbol: "A", minute: 1)]))
        _ = try await owned.journal.append([line("execution/1")])
        try await owned.objects.put([1, 2], at: "raw/quotes/1")
        let crashed = try folder.copyAsAfterCrash()
        let again = try DataDirectory.own(path: crashed.path, birth: .sample)
        #expect(again.openingDamage.isEmpty)
        #expect(again.incarnation == 2)
        #expect(again.lastReceived == 50)
        #expect(try await again.stream.read(quotes, after: 0, limit: 99).map(\.entry) == entries(1...50))
        #expect(try await again.catalog.checkpoint(quotes) == 20)
        #expect(try await again.warehouse.applied() == 1)
        #expect(try await again.journal.open(prefix: "") == ["execution/1"])
        #expect(try await again.objects.get("raw/quotes/1") == [1, 2])
        #expect(try await again.stream.verifyChain().isEmpty)
        #expect(try await again.catalog.verifyChain().isEmpty)
        #expect(try await again.journal.verifyChain().isEmpty)
    }

    @Test func anObserverReadsBesideTheOwner() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let observed = try DataDirectory.observe(path: folder.path)
        for number in 1...5 as ClosedRange<Int64> {
            _ = try await owned.stream.append(entries(number...number), to: quotes)
            _ = try await owned.warehouse.apply(CuratedChange(ordinal: number))
            #expect(try await observed.stream.extents().map(\.last) == [number])
            #expect(try await observed.warehouse.applied() == number)
        }
        let entries = entries(6...6)
        let append = await engineError { _ = try await observed.stream.append(entries, to: quotes) }
        #expect(append?.kind == .readOnly)
        #expect(await engineError { try await observed.objects.put([1], at: "raw/a") }?.kind == .readOnly)
        #expect(await engineError { try await observed.catalog.moveCheckpoint(quotes, to: 1) }?.kind == .readOnly)
        await owned.close()
        #expect(try await observed.stream.extents().map(\.last) == [5])
        let next = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await next.stream.append(entries, to: quotes)
        #expect(try await observed.stream.extents().map(\.last) == [6])
    }

    @Test func anObserverReadsWhatACrashLeft() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.stream.append(entries(1...9), to: quotes)
        _ = try await owned.journal.append([line("execution/1")])
        let crashed = try folder.copyAsAfterCrash()
        let observed = try DataDirectory.observe(path: crashed.path)
        #expect(observed.ownerProcess == nil)
        #expect(try await observed.stream.read(quotes, after: 4, limit: 99).count == 5)
        #expect(try await observed.journal.open(prefix: "execution/") == ["execution/1"])
        #expect(try await observed.warehouse.version() == 0)
    }

    @Test func aFlippedBitOfARecordIsNamedAndNeverServed() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.stream.append(entries(1...9), to: quotes)
        await owned.close()
        #expect(try folder.flip(in: "stream.sqlite", at: "number-4-"))
        let again = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(again.openingDamage.count == 1)
        let error = await engineError { _ = try await again.stream.read(quotes, after: 0, limit: 99) }
        #expect(error?.kind == .damaged)
        #expect(error?.whereabouts == "stream quotes-0, record 4")
        #expect(try await again.stream.read(quotes, after: 4, limit: 99).count == 5)
        #expect(try await again.stream.verifyChain() == ["stream quotes-0, record 4: not what was written"])
    }

    @Test func flippedBitsOfJournalAndCatalogueAreNamed() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.journal.append([line("execution/1"), line("execution/NEEDLE")])
        _ = try await owned.catalog.register(object(1, 5))
        await owned.close()
        #expect(try folder.flip(in: "journal.sqlite", at: "execution/NEEDLEbegan"))
        #expect(try folder.flip(in: "catalog.sqlite", at: "raw/quotes/1quotes"))
        let again = try DataDirectory.observe(path: folder.path)
        #expect(await engineError { _ = try await again.catalog.list(after: 0, limit: 9) }?.kind == .damaged)
        #expect(try await again.catalog.verifyChain().contains("catalog, entry 1: not what was written"))
        let lines = await engineError { _ = try await again.journal.lines(prefix: "", after: 0, limit: 9) }
        #expect(lines?.whereabouts == "journal, line 2")
        #expect(try await again.journal.verifyChain().contains("journal, line 2: not what was written"))
    }

    /// A lost tail of the stream: the lake is ahead of it, so the numbers go on after what was delivered.
    @Test func aStreamBehindItsCheckpointIsDamage() async throws {
        let folder = try TemporaryFolder()
        var owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.stream.append(entries(1...5), to: quotes)
        await owned.close()
        let early = try folder.bytes("stream.sqlite")
        owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.stream.append(entries(6...12), to: quotes)
        _ = try await owned.catalog.register(object(1, 9))
        try await owned.catalog.moveCheckpoint(quotes, to: 9)
        _ = try await owned.warehouse.apply(CuratedChange(ordinal: 1))
        await owned.close()
        try folder.write(early, to: "stream.sqlite")
        owned = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(owned.openingDamage.contains { $0.hasPrefix("stream quotes-0: ends at 5") })
        #expect(try await owned.stream.append(entries(13...13), to: quotes) == 10...10)
        #expect(try await owned.stream.verifyChain().isEmpty)
        await owned.close()
        owned = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(owned.openingDamage.isEmpty)
    }

    @Test func aWarehouseBeyondItsCatalogueIsDamage() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.warehouse.apply(CuratedChange(ordinal: 1))
        await owned.close()
        let again = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(again.openingDamage.count == 1)
        #expect(again.openingDamage[0].hasPrefix("warehouse: has applied object 1"))
    }

    @Test func aFileThatIsNoStoreIsSaidToBe() async throws {
        let folder = try TemporaryFolder()
        await (try DataDirectory.own(path: folder.path, birth: .sample)).close()
        try folder.write(
            Array("this is not a database, it only takes its place for a moment".utf8), to: "journal.sqlite")
        let error = await engineError { _ = try DataDirectory.own(path: folder.path, birth: .sample) }
        #expect(error?.kind == .damaged)
        #expect(error?.whereabouts.hasSuffix("journal.sqlite") == true)
    }

    @Test func halfWrittenObjectsAreClearedAndNeverListed() async throws {
        let folder = try TemporaryFolder()
        var owned = try DataDirectory.own(path: folder.path, birth: .sample)
        try await owned.objects.put([1], at: "raw/a")
        try folder.write([9, 9], to: "lake/.unfinished/1.1")
        #expect(try await owned.objects.list(prefix: "", after: "", limit: 9) == ["raw/a"])
        await owned.close()
        owned = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/lake/.unfinished").isEmpty)
    }
}
