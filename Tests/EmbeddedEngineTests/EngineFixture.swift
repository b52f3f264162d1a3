import EmbeddedEngine
import Engine
import Foundation
import Simulation

/// Whose engines a conformance test runs over.
enum EngineKind: String, CaseIterable, Sendable {
    case embedded, memory
}

/// One world of engines that can be opened again after a stop.
struct EngineFixture {
    let stream: any RecordStream
    let objects: any ObjectStore
    let catalog: any PartitionCatalog
    let warehouse: any Warehouse
    let journal: any ExecutionJournal
    let queue: any WorkQueue
    private let reopening: () async throws -> EngineFixture

    init(_ kind: EngineKind) throws {
        switch kind {
        case .memory: self.init(world: MemoryWorld())
        case .embedded: try self.init(folder: TemporaryFolder())
        }
    }

    private init(world: MemoryWorld) {
        stream = MemoryRecordStream(world: world)
        objects = MemoryObjectStore(world: world)
        catalog = MemoryCatalog(world: world)
        warehouse = MemoryWarehouse(world: world)
        journal = MemoryJournal(world: world)
        queue = MemoryWorkQueue(world: world)
        reopening = { EngineFixture(world: world) }
    }

    private init(folder: TemporaryFolder) throws {
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        stream = owned.stream
        objects = owned.objects
        catalog = owned.catalog
        warehouse = owned.warehouse
        journal = owned.journal
        queue = owned.queue
        reopening = {
            await owned.close()
            return try EngineFixture(folder: folder)
        }
    }

    /// Stops and opens again over what is durable; this fixture is of no use after that.
    func reopened() async throws -> EngineFixture { try await reopening() }
}

/// A folder that goes with the last who holds it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/kintsugi-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A copy of what a power cut would leave: everything but the shared memory of SQLite.
    func copyAsAfterCrash() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where !name.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        return copy
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// Flips one bit within the first occurrence of a text; false where the text is not there.
    func flip(in name: String, at text: String) throws -> Bool {
        var data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
        guard let range = data.range(of: Data(text.utf8)) else { return false }
        data[range.lowerBound] ^= 1
        try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return true
    }
}

extension DataDirectoryBirth {
    static let sample = DataDirectoryBirth(
        source: "simulated", baseURL: "", seed: 7, calendars: ["XNYS", "24x7"], simulated: true, born: 1_000_000)
}

/// SplitMix64: numbers that are the same in every run.
struct SeededGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// The error that a call of an engine must end with.
func engineError(_ body: () async throws -> Void) async -> EngineError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? EngineError
    }
}
