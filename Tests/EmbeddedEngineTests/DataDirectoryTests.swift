import EmbeddedEngine
import Engine
import Foundation
import Testing

@Suite struct DataDirectoryTests {
    private func refusal(_ path: String, _ birth: DataDirectoryBirth = .sample) -> EngineError? {
        do {
            _ = try DataDirectory.own(path: path, birth: birth)
            return nil
        } catch {
            return error
        }
    }

    @Test func everyOpeningCountsUpTheIncarnation() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/deep/down"
        for incarnation in 1...4 as ClosedRange<Int64> {
            let owned = try DataDirectory.own(path: path, birth: .sample)
            #expect(owned.incarnation == incarnation)
            #expect(owned.openingDamage.isEmpty)
            if incarnation != 2 { await owned.close() }
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o700)
    }

    @Test func aLostIncarnationIsNeverGivenTwice() async throws {
        let folder = try TemporaryFolder()
        await (try DataDirectory.own(path: folder.path, birth: .sample)).close()
        await (try DataDirectory.own(path: folder.path, birth: .sample)).close()
        try FileManager.default.removeItem(atPath: folder.path + "/incarnation")
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(owned.incarnation == 3)
        #expect(owned.openingDamage.count == 1)
    }

    @Test func everyAcknowledgedCommitIsOnDisk() throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        for store in [
            owned.stream.store, owned.catalog.store, owned.warehouse.store, owned.journal.store, owned.queue.store,
        ] {
            #expect(try store.writerSynchronous() == 2)
        }
    }

    /// A directory of an earlier version has no work queue and is none the worse; one that carried orders out has lost its.
    @Test func anOlderDirectoryGetsAWorkQueue() async throws {
        let folder = try TemporaryFolder()
        func queueGone() throws {
            for name in ["queue.sqlite", "manifest.json"] {
                try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
            }
        }
        await (try DataDirectory.own(path: folder.path, birth: .sample)).close()
        try queueGone()
        #expect(try DataDirectory.observe(path: folder.path).queue == nil)
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(owned.openingDamage.isEmpty)
        _ = try await owned.queue.send(WorkItem(id: "a", sent: 1, body: [1]))
        _ = try await owned.journal.append([
            JournalLine(subject: "order/a", at: 1, event: "taken", payload: Array("{}".utf8), closes: true)
        ])
        await owned.close()
        try queueGone()
        let again = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(again.openingDamage == ["queue.sqlite: gone; an empty one was begun"])
    }

    @Test func aDirectoryThatIsMovedAwayTakesNothingUntilItIsBack() async throws {
        let folder = try TemporaryFolder()
        let (path, away) = (folder.path + "/data", folder.path + "/away")
        let owned = try DataDirectory.own(path: path, birth: .sample)
        let shard = StreamShard("quotes", 0)
        func append(_ received: Int64) async throws(EngineError) -> ClosedRange<Int64> {
            try await owned.stream.append(
                [StreamEntry(key: "A", received: received, payload: Array("{}".utf8))], to: shard)
        }
        #expect(try await append(1) == 1...1)
        try FileManager.default.moveItem(atPath: path, toPath: away)
        for attempt in ["gone", "another in its place"] {
            let refused = await #expect(throws: EngineError.self) { _ = try await append(2) }
            #expect(refused?.kind == .unavailable && refused?.whereabouts.hasPrefix(path) == true, "\(attempt)")
            let put = await #expect(throws: EngineError.self) { try await owned.objects.put([1], at: "raw/a") }
            #expect(put?.kind == .unavailable, "\(attempt)")
            if attempt == "gone" {
                #expect(!FileManager.default.fileExists(atPath: path), "nothing was made anew")
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: away, toPath: path)
        #expect(try await append(2) == 2...2)
        try await owned.objects.put([1], at: "raw/a")
        await owned.close()
        #expect(try DataDirectory.own(path: path, birth: .sample).openingDamage.isEmpty)
    }

    @Test func aDirectoryThatIsDeletedIsLeftDeleted() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/data"
        let owned = try DataDirectory.own(path: path, birth: .sample)
        try FileManager.default.removeItem(atPath: path)
        await owned.close()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aSecondOwnerIsRefusedByName() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let error = refusal(folder.path)
        #expect(error?.kind == .locked)
        #expect(error?.description.contains("process \(getpid())") == true)
        #expect(try DataDirectory.observe(path: folder.path).ownerProcess == getpid())
        await owned.close()
        #expect(try DataDirectory.observe(path: folder.path).ownerProcess == nil)
        #expect(refusal(folder.path) == nil)
    }

    @Test func everyPinRefusesAnother() async throws {
        let folder = try TemporaryFolder()
        await (try DataDirectory.own(path: folder.path, birth: .sample)).close()
        let changes: [(String, (inout DataDirectoryBirth) -> Void)] = [
            ("finnhub", { $0.source = "finnhub" }), ("http://127.0.0.1:9", { $0.baseURL = "http://127.0.0.1:9" }),
            ("8", { $0.seed = 8 }), ("none", { $0.seed = nil }), ("XNYS", { $0.calendars = ["XNYS"] }),
            ("no", { $0.simulated = false }),
        ]
        for (word, change) in changes {
            var other = DataDirectoryBirth.sample
            change(&other)
            let error = refusal(folder.path, other)
            #expect(error?.kind == .foreign)
            #expect(error?.description.contains(word) == true)
        }
        var same = DataDirectoryBirth.sample
        same.calendars = ["24x7", "XNYS", "24x7"]
        same.born = 99
        #expect(refusal(folder.path, same) == nil)
        #expect(try DataDirectory.pin(path: folder.path) == .sample)
    }

    @Test func aNewerFormatIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        await (try DataDirectory.own(path: folder.path, birth: .sample)).close()
        var text = String(decoding: try folder.bytes("kintsugi.json"), as: UTF8.self)
        text.replace("\"formatVersion\" : 1", with: "\"formatVersion\" : 2")
        try folder.write(Array(text.utf8), to: "kintsugi.json")
        #expect(refusal(folder.path)?.kind == .newer)
        try folder.write(Array("{\"formatVersion\": 3, \"shape\": \"another\"}".utf8), to: "kintsugi.json")
        #expect(refusal(folder.path)?.kind == .newer)
        try folder.write(Array("{".utf8), to: "kintsugi.json")
        #expect(refusal(folder.path)?.kind == .damaged)
    }

    @Test func whatIsNotOursIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        try folder.write([1], to: "thesis.tex")
        let error = refusal(folder.path)
        #expect(error?.kind == .foreign)
        #expect(error?.description.contains("thesis.tex") == true)
        #expect(try folder.names() == ["thesis.tex"])
        #expect(refusal(folder.path + "/thesis.tex")?.kind == .foreign)
        #expect(throws: EngineError.self) { try DataDirectory.observe(path: folder.path) }
        #expect(try folder.names() == ["thesis.tex"])
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere")) func anUnwritableDirectorySaysSo() throws {
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o500)
        defer { chmod(folder.path, 0o700) }
        #expect(refusal(folder.path)?.kind == .readOnly)
    }

    @Test func diskLeftIsKnownWhereThePathIs() throws {
        let folder = try TemporaryFolder()
        #expect(try #require(DataDirectory.diskLeft(folder.path)) > 0)
        #expect(DataDirectory.diskLeft(folder.path + "/nothing") == nil)
    }

    @Test func aCleanStopLeavesPlainFilesAndAManifest() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.stream.append(
            [StreamEntry(key: "A", received: 5, payload: [1])], to: StreamShard("quotes", 0))
        await owned.close()
        await owned.close()
        let stopped = [
            "catalog.sqlite", "incarnation", "journal.sqlite", "kintsugi.json", "manifest.json", "owner.lock",
            "queue.sqlite", "stream.sqlite", "warehouse.sqlite",
        ]
        #expect(try folder.names() == stopped)
        let observed = try DataDirectory.observe(path: folder.path)
        #expect(try await observed.stream.extents().map(\.last) == [1])
        #expect(try await observed.manifestDamage().isEmpty)
        #expect(try folder.names() == stopped)
        let late = await engineError {
            _ = try await owned.stream.append(
                [StreamEntry(key: "A", received: 6, payload: [1])], to: StreamShard("quotes", 0))
        }
        #expect(late != nil)
    }

    @Test func aChangeBetweenStopAndStartIsSaid() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        try await owned.warehouse.replace([DerivedRow(span: .hourly, symbol: "KINTSUGI", start: 0, end: 60)])
        await owned.close()
        #expect(try folder.flip(in: "warehouse.sqlite", at: "KINTSUGI"))
        #expect(try await DataDirectory.observe(path: folder.path).manifestDamage().count == 1)
        let again = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(again.openingDamage == ["warehouse.sqlite: not the bytes it had at the last clean stop"])
        await again.close()
        try FileManager.default.removeItem(atPath: folder.path + "/journal.sqlite")
        let third = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(third.openingDamage == ["journal.sqlite: gone since the last clean stop"])
    }

    @Test func aStoreSetAsideBeginsAnew() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        _ = try await owned.warehouse.apply(CuratedChange(ordinal: 1))
        await owned.close()
        let again = try DataDirectory.own(path: folder.path, birth: .sample, setAside: [.warehouse])
        #expect(again.openingDamage.isEmpty)
        #expect(try await again.warehouse.applied() == 0)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/aside/2/warehouse.sqlite"))
    }
}
