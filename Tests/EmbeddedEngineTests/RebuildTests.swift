import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Runtime
import Simulation
import Testing

/// Catalogue and warehouse from the lake alone, over both engines, and how they come into the place of the old ones.
struct RebuildTests {
    private static let everything = Int64.min / 4..<Int64.max / 4
    /// A market that was faulty, whose processes crashed, and which was audited against the truth.
    private static let life = Task {
        var scenario = Scenario(seed: 8)
        scenario.rawRetention = nil
        let world = SimulatedWorld(scenario)
        let report = await world.run()
        #expect(report.isClean, "\(report)")
        return Life(memory: world.memory, universe: world.scenario.universe, now: world.clock.now())
    }

    /// The directory's own stream and its count of processes know nothing of the life whose lake was put into it.
    private static func isOfTheLake(_ sentence: String) -> Bool {
        !sentence.hasPrefix("stream ") && !sentence.hasPrefix("incarnation")
    }

    private struct Life {
        var memory: MemoryWorld
        var universe: Universe
        var now: MarketTime
    }

    /// A directory with the world's lake, and stores that know nothing of it.
    private static func directory() async throws -> (folder: TemporaryFolder, world: Life) {
        let found = await life.value
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path + "/data", birth: .sample)
        let lake = MemoryObjectStore(world: found.memory)
        for key in try lake.list(prefix: "", after: "", limit: .max) {
            try await owned.objects.put(try lake.get(key), at: key)
        }
        await owned.close()
        return (folder, found)
    }

    private static func rebuild(_ site: RebuildSite, _ world: Life) async throws -> RebuildReport {
        try await Rebuild(
            Rebuild.Places(
                objects: site.objects, copies: site.copies, catalog: site.catalog, warehouse: site.warehouse),
            universe: world.universe, now: world.now
        ).run { _, _, _, _ in }
    }

    private struct Holdings: Equatable {
        var entries: [CatalogEntry] = []
        var checkpoints: [Int64] = []
        var bars: [BarRow] = []
        var revisions: [BarRow] = []
        var masks: [MaskRow] = []
        var notes: [SlotNote] = []
        var quarantine: [QuarantineRow] = []
        var facts: [DerivedRow] = []

        init(_ catalog: any PartitionCatalog, _ warehouse: any WarehouseReader, _ universe: Universe) async throws {
            entries = try await catalog.list(after: 0, limit: 100_000).map(\.entry)
            for shard in Set(entries.map(\.shard)).sorted() { checkpoints.append(try await catalog.checkpoint(shard)) }
            for symbol in universe.members.map(\.symbol.text) {
                bars += try await warehouse.bars(symbol, minutes: everything)
                revisions += try await warehouse.revisions(symbol, minutes: everything)
                notes += try await warehouse.notes(symbol, minutes: everything)
            }
            masks = try await warehouse.masks([], hours: everything)
            quarantine = try await warehouse.quarantine(minutes: everything, limit: 100_000)
            for span in DerivedSpan.allCases {
                facts += try await warehouse.derived(span, symbol: nil, minutes: everything)
            }
        }
    }

    /// The holdings that the same lake gives in memory.
    private static func wanted(_ world: Life) async throws -> Holdings {
        let fresh = MemoryWorld()
        let (catalog, warehouse) = (MemoryCatalog(world: fresh), MemoryWarehouse(world: fresh))
        _ = try await Rebuild(
            Rebuild.Places(objects: MemoryObjectStore(world: world.memory), catalog: catalog, warehouse: warehouse),
            universe: world.universe, now: world.now
        ).run { _, _, _, _ in }
        return try await Holdings(catalog, warehouse, world.universe)
    }

    @Test func bothEnginesComeToTheSame() async throws {
        let (folder, world) = try await Self.directory()
        let wanted = try await Self.wanted(world)
        #expect(wanted.entries.count > 20 && wanted.bars.count > 100 && !wanted.facts.isEmpty)
        let path = folder.path + "/data"
        // In its own place, and into a second directory, from which the first keeps everything.
        for into in [folder.path + "/second", nil] {
            let site = try DataDirectory.rebuild(path: path, into: into)
            let report = try await Self.rebuild(site, world)
            #expect(report.objects == wanted.entries.count && report.from == nil)
            let aside = try await site.commit(
                incarnation: report.incarnation, stamp: report.received.microseconds)
            #expect((aside == nil) == (into != nil))
            let owned = try DataDirectory.own(path: into ?? path, birth: .sample)
            #expect(owned.openingDamage.filter(Self.isOfTheLake) == [], "\(owned.openingDamage)")
            #expect(owned.incarnation > report.incarnation, "no object is ever written under a name that was used")
            let held = try await Holdings(owned.catalog, owned.warehouse, world.universe)
            #expect(held == wanted)
            #expect(try await owned.catalog.verifyChain().isEmpty)
            #expect(try await owned.warehouse.verifyStructure().isEmpty)
            let keys = try await owned.objects.list(prefix: "", after: "", limit: 100_000)
            #expect(keys == (try MemoryObjectStore(world: world.memory).list(prefix: "", after: "", limit: .max)))
            await owned.close()
            #expect(
                Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)).isSubset(of: ["data", "second"]))
        }
    }

    /// However far the new stores had come into their place, the next opening finds the old ones or the new ones.
    @Test func anInterruptedRebuildLeavesTheOldOrTheNew() async throws {
        let (folder, world) = try await Self.directory()
        let (path, second) = (folder.path + "/data", folder.path + "/second")
        let site = try DataDirectory.rebuild(path: path, into: second)
        let report = try await Self.rebuild(site, world)
        _ = try await site.commit(incarnation: report.incarnation, stamp: report.received.microseconds)
        let files = FileManager.default
        let stores = ["catalog.sqlite", "warehouse.sqlite"]
        for decided in [false, true] {
            for moved in 0...4 where decided || moved == 0 {
                let place = folder.path + "/case"
                try files.copyItem(atPath: path, toPath: place)
                try files.createDirectory(atPath: place + "/rebuilding", withIntermediateDirectories: true)
                for store in stores {
                    try files.copyItem(atPath: "\(second)/\(store)", toPath: "\(place)/rebuilding/\(store)")
                }
                if decided {
                    try Data("aside/9".utf8).write(to: URL(fileURLWithPath: place + "/rebuilding/decided"))
                    try files.createDirectory(atPath: place + "/aside/9", withIntermediateDirectories: true)
                }
                // Each store is moved aside, and then the new one into its place.
                for step in 0..<moved {
                    let store = stores[step / 2]
                    if step % 2 == 0 {
                        try files.moveItem(atPath: "\(place)/\(store)", toPath: "\(place)/aside/9/\(store)")
                    } else {
                        try files.moveItem(atPath: "\(place)/rebuilding/\(store)", toPath: "\(place)/\(store)")
                    }
                }
                let seen = await engineError { _ = try DataDirectory.observe(path: place) }
                #expect((seen?.remedy.contains("kintsugi rebuild") == true) == decided, "\(moved) moved")
                let owned = try DataDirectory.own(path: place, birth: .sample)
                let held = try await owned.catalog.list(after: 0, limit: 100_000).count
                #expect(held == (decided ? report.objects : 0), "\(moved) moved")
                #expect(try await owned.warehouse.applied() == Int64(held))
                #expect(owned.openingDamage.filter(Self.isOfTheLake) == [], "\(owned.openingDamage)")
                await owned.close()
                #expect(!files.fileExists(atPath: place + "/rebuilding"))
                for store in stores {
                    #expect(files.fileExists(atPath: "\(place)/aside/9/\(store)") == decided)
                }
                try files.removeItem(atPath: place)
            }
        }
    }

    @Test func whatMayNotBeIsRefusedAndLeavesNothing() async throws {
        let (folder, world) = try await Self.directory()
        let (path, second) = (folder.path + "/data", folder.path + "/second")
        let owned = try DataDirectory.own(path: path, birth: .sample)
        let refused = await engineError { _ = try DataDirectory.rebuild(path: path, into: nil) }
        #expect(refused?.kind == .locked && refused?.remedy.contains("stop it first") == true)
        await owned.close()
        let nowhere = await engineError { _ = try DataDirectory.rebuild(path: folder.path + "/none", into: nil) }
        #expect(nowhere?.kind == .missing)
        try folder.write([1], to: "file")
        let full = await engineError { _ = try DataDirectory.rebuild(path: path, into: folder.path + "/file") }
        #expect(full?.kind == .foreign)
        let before = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
        for into in [second, nil] {
            let site = try DataDirectory.rebuild(path: path, into: into)
            _ = try await Self.rebuild(site, world)
            site.abandon()
            #expect(try FileManager.default.subpathsOfDirectory(atPath: path).sorted() == before)
        }
        #expect(!FileManager.default.fileExists(atPath: second))
        // What a process that was killed left behind is begun anew; what is not a rebuild's is left alone.
        try FileManager.default.createDirectory(
            atPath: second + ".rebuilding", withIntermediateDirectories: true)
        let foreign = await engineError { _ = try DataDirectory.rebuild(path: path, into: second) }
        #expect(foreign?.kind == .foreign && FileManager.default.fileExists(atPath: second + ".rebuilding"))
        try folder.write([], to: "second.rebuilding/.rebuilding")
        try folder.write([1, 2, 3], to: "second.rebuilding/catalog.sqlite")
        let site = try DataDirectory.rebuild(path: path, into: second)
        _ = try await site.commit(incarnation: 1, stamp: 0)
        #expect(FileManager.default.fileExists(atPath: second + "/catalog.sqlite"))
    }

    /// An object that is damaged or gone is named, and everything else is built.
    @Test func whatCannotBeReadIsNamedAndPassedOver() async throws {
        let world = await Self.life.value
        let lake = MemoryObjectStore(world: world.memory)
        let keys = try lake.list(prefix: "raw/", after: "", limit: .max)
        let copy = MemoryWorld()
        let objects = MemoryObjectStore(world: copy)
        for (place, key) in keys.enumerated() where place != 5 { try objects.put(try lake.get(key), at: key) }
        #expect(copy.damageObject(keys[9], byte: 40))
        try objects.put([1, 2, 3], at: "raw/quotes/stray")
        let fresh = MemoryWorld()
        let report = try await Rebuild(
            Rebuild.Places(
                objects: objects, catalog: MemoryCatalog(world: fresh), warehouse: MemoryWarehouse(world: fresh)),
            universe: world.universe, now: world.now
        ).run { _, _, _, _ in }
        #expect(report.objects == keys.count - 2)
        #expect(report.damage.contains { $0.contains(keys[9]) && $0.contains("cannot be unpacked") })
        #expect(report.damage.contains { $0.contains("stray") })
        #expect(report.damage.contains { $0.contains("no object holds its records") } || report.from != nil)
        #expect(report.damage.count <= 6, "\(report.damage)")
    }
}
