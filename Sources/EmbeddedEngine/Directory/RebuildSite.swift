import Dispatch
package import Engine
import Foundation

/// A catalogue and a warehouse that are built anew, for the directory whose lake they come from or for a second one. They
/// stand apart until they are whole: whatever happens before, the old ones are the stores, and afterwards the new ones.
package final class RebuildSite: Sendable {
    /// The directory whose lake is read.
    package let path: String
    /// The second directory; nil where the stores come into the place of the old ones.
    package let into: String?
    package let birth: DataDirectoryBirth
    package let objects: FileObjectStore
    /// The second directory's own lake, to be filled with a copy.
    package let copies: FileObjectStore?
    package let catalog: EmbeddedCatalog
    package let warehouse: EmbeddedWarehouse
    /// The last moment that stream and journal have seen, UTC microseconds; 0 where neither can tell.
    package let lastStamp: Int64
    /// What was found on the way here, one sentence each.
    package let findings: [String]
    private let work: String
    private let lock: OwnerLock

    /// The stores that come from raw alone.
    static let stores: [DataStore] = [.catalog, .warehouse]
    /// Stands in a folder that holds an unfinished second directory.
    private static let unfinished = ".rebuilding"

    init(path: String, into: String?) throws(EngineError) {
        guard let birth = try DataDirectoryBirth.load(directory: path) else {
            throw EngineError(
                .missing, "there is no data directory", at: path, remedy: "choose one with --data, or let kintsugi run")
        }
        try birth.admit(birth, directory: path)
        lock = try Self.lock(path)
        self.path = path
        self.into = into
        self.birth = birth
        objects = FileObjectStore(directory: "\(path)/lake", isWritable: false)
        _ = try StoreSwap(directory: path).finish()
        var findings = try CleanStopManifest.load(directory: path)?.damage(directory: path, hashing: true) ?? []
        findings.removeAll { sentence in Self.stores.contains { sentence.hasPrefix($0.fileName) } }
        lastStamp = Self.lastStamp(path, &findings)
        self.findings = findings
        let work = into.map { $0 + ".rebuilding" } ?? StoreSwap(directory: path).folder
        self.work = work
        if let into { try Self.begin(into, work, of: path) } else { try Files.makeDirectories(work) }
        copies = into == nil ? nil : FileObjectStore(directory: "\(work)/lake")
        func store(_ store: DataStore, _ schema: StoreSchema) throws(EngineError) -> SQLiteStore {
            try SQLiteStore.own("\(work)/\(store.fileName)", schema: schema)
        }
        catalog = EmbeddedCatalog(store: try store(.catalog, EmbeddedCatalog.schema))
        warehouse = EmbeddedWarehouse(store: try store(.warehouse, EmbeddedWarehouse.schema))
    }

    private static func lock(_ path: String) throws(EngineError) -> OwnerLock {
        do { return try OwnerLock.take(directory: path) } catch {
            guard error.kind == .locked else { throw error }
            throw EngineError(
                .locked, error.what + ", and a rebuild needs it for itself", at: path,
                remedy: "stop it first (kintsugi stop), then rebuild")
        }
    }

    /// What the stores that stay have seen; one that cannot be read is named and otherwise left alone.
    private static func lastStamp(_ path: String, _ findings: inout [String]) -> Int64 {
        var stamp: Int64 = 0
        do throws(EngineError) {
            let store = try SQLiteStore.observe(
                "\(path)/\(DataStore.stream.fileName)", schema: EmbeddedRecordStream.schema, ownerLives: false)
            stamp = try EmbeddedRecordStream(store: store).extentsNow().map(\.lastReceived).max() ?? 0
        } catch { findings.append("stream: \(error.description)") }
        do throws(EngineError) {
            let store = try SQLiteStore.observe(
                "\(path)/\(DataStore.journal.fileName)", schema: EmbeddedJournal.schema, ownerLives: false)
            stamp = max(stamp, try EmbeddedJournal(store: store).lastStampNow())
        } catch { findings.append("journal: \(error.description)") }
        return stamp
    }

    // MARK: A second directory

    /// Makes the folder in which a second directory comes to be, with everything but the lake and what is built.
    private static func begin(_ into: String, _ work: String, of path: String) throws(EngineError) {
        if Files.exists(into) {
            let names = Files.isDirectory(into) ? try Files.names(in: into).sorted() : ["a file"]
            guard names.isEmpty else {
                throw EngineError(
                    .foreign, "the second directory is there already, and holds \(names[0])", at: into,
                    remedy: "choose an empty or a new one with --into")
            }
        }
        if Files.exists(work) {
            guard Files.exists("\(work)/\(unfinished)") else {
                throw EngineError(
                    .foreign, "this is needed as a place to build in, and was not made by a rebuild", at: work,
                    remedy: "move it away, or choose another directory with --into")
            }
            try Files.removeTree(work)
        }
        try Files.makeDirectories(work)
        try Files.replace("\(work)/\(unfinished)", with: [])
        var names = [DataDirectoryBirth.fileName, DirectoryOpening.incarnationName, DataDirectory.universeName]
        for store in DataStore.allCases where !stores.contains(store) {
            names += ["", "-wal"].map { store.fileName + $0 }
        }
        for name in names where Files.exists("\(path)/\(name)") {
            try Files.copy("\(path)/\(name)", to: "\(work)/\(name)")
        }
    }

    // MARK: The end

    /// Puts the new stores in their place, in one step for whoever opens the directory next; returns where the old ones
    /// lie, if any. `incarnation` is the greatest number of a process that the lake knows, `stamp` the last moment.
    package func commit(incarnation: Int64, stamp: Int64) async throws(EngineError) -> String? {
        try await offPool(DispatchQueue(label: "kintsugi.rebuild")) { () throws(EngineError) in
            try self.commitNow(incarnation: incarnation, stamp: stamp)
        }
    }

    private func commitNow(incarnation: Int64, stamp: Int64) throws(EngineError) -> String? {
        defer { lock.release() }
        let known = max(incarnation, (try? DirectoryOpening.incarnation(directory: path)) ?? 0)
        try catalog.markNow(incarnation: known)
        try warehouse.passNow(max(stamp, lastStamp))
        for store in [catalog.store, warehouse.store] {
            store.closeNow()
            guard Files.size(store.path + "-wal") ?? 0 == 0 else {
                throw EngineError(.unavailable, "a new store cannot be closed", at: store.path)
            }
            try Files.sync(file: store.path)
        }
        guard let into else { return try StoreSwap(directory: path).begin(after: known) }
        try Files.replace("\(work)/\(DirectoryOpening.incarnationName)", with: Array("\(known)\n".utf8))
        // A log that was copied with its file goes into it at the next opening: the file is not what it will be.
        let isStopped = try Files.names(in: work).allSatisfy { !$0.hasSuffix("-wal") }
        if isStopped { try CleanStopManifest.write(directory: work, incarnation: known) }
        try Files.remove("\(work)/\(Self.unfinished)")
        try Files.sync(directory: work)
        // An empty folder gives way to another of its name.
        guard rename(work, into) == 0 else { throw Files.failure("give the second directory its name", into) }
        try Files.sync(directory: Files.parent(of: into))
        return nil
    }

    /// Leaves everything as it was.
    package func abandon() {
        for store in [catalog.store, warehouse.store] { store.closeNow() }
        // What was decided is carried to its end by whoever opens the directory next.
        if into != nil || !StoreSwap(directory: path).isUnderWay { try? Files.removeTree(work) }
        lock.release()
    }
}

extension DataDirectory {
    /// The table of symbols, which lies beside the stores.
    static let universeName = "universe.json"

    /// Begins to build catalogue and warehouse of a directory anew, in its place or into a second directory. Refuses while
    /// a process owns it. Blocks; call it before all else.
    package static func rebuild(path: String, into: String?) throws(EngineError) -> RebuildSite {
        try RebuildSite(path: path, into: into)
    }
}
