import Engine
import Foundation

/// Opens the stores of a directory that is locked and pinned, and asks each what it knows of the others.
struct DirectoryOpening {
    let path: String
    let birth: DataDirectoryBirth
    let lock: OwnerLock
    private var damage: [String] = []

    init(path: String, birth: DataDirectoryBirth, lock: OwnerLock) {
        self.path = path
        self.birth = birth
        self.lock = lock
    }

    static let incarnationName = "incarnation"

    func open(setAside: [DataStore]) throws(EngineError) -> OwnedDataDirectory {
        var opening = self
        return try opening.opened(setAside: setAside)
    }

    private mutating func opened(setAside: [DataStore]) throws(EngineError) -> OwnedDataDirectory {
        let before = try Self.incarnation(directory: path)
        try StoreSwap(directory: path).finish()
        try checkManifest()
        let hadQueue = Files.exists("\(path)/\(DataStore.queue.fileName)")
        if before != nil { noteMissing() }
        for store in setAside { try move(store, aside: (before ?? 0) + 1) }

        let objects = FileObjectStore(directory: "\(path)/lake")
        try objects.clearUnfinished()
        let stream = EmbeddedRecordStream(store: try store(.stream, EmbeddedRecordStream.schema))
        let catalog = EmbeddedCatalog(store: try store(.catalog, EmbeddedCatalog.schema))
        let warehouse = EmbeddedWarehouse(store: try store(.warehouse, EmbeddedWarehouse.schema))
        let journal = EmbeddedJournal(store: try store(.journal, EmbeddedJournal.schema))
        let queue = EmbeddedWorkQueue(store: try store(.queue, EmbeddedWorkQueue.schema))
        // A directory from before there was a queue has none; one in which orders were carried out had one.
        if !hadQueue, try journal.knowsNow(prefix: "order/") { noteMissing(.queue) }

        let known = try catalog.highWaterNow()
        try compare(stream, with: known)
        try compare(warehouse, with: known)
        let incarnation = try count(before, known.incarnation, catalog)
        let received = try stream.extentsNow().map(\.lastReceived).max() ?? 0
        try warehouse.passNow(max(received, try journal.lastStampNow()))
        return OwnedDataDirectory(
            path: path, birth: birth, incarnation: incarnation, stream: stream, objects: objects, catalog: catalog,
            warehouse: warehouse, journal: journal, queue: queue, lastReceived: max(received, known.received),
            openingDamage: damage, lock: lock)
    }

    private func store(_ store: DataStore, _ schema: StoreSchema) throws(EngineError) -> SQLiteStore {
        try SQLiteStore.own("\(path)/\(store.fileName)", schema: schema)
    }

    /// The manifest speaks of a stopped directory, so it goes before the first store is opened.
    private mutating func checkManifest() throws(EngineError) {
        guard let manifest = try CleanStopManifest.load(directory: path) else { return }
        damage += try manifest.damage(directory: path, hashing: manifest.isHashedAtOpening)
        try Files.remove("\(path)/\(CleanStopManifest.fileName)")
        try Files.sync(directory: path)
    }

    private mutating func noteMissing() {
        for store in DataStore.allCases where store != .queue && !Files.exists("\(path)/\(store.fileName)") {
            noteMissing(store)
        }
    }

    private mutating func noteMissing(_ store: DataStore) {
        let sentence = "\(store.fileName): gone; an empty one was begun"
        if !damage.contains(where: { $0.hasPrefix("\(store.fileName): gone") }) { damage.append(sentence) }
    }

    private func move(_ store: DataStore, aside incarnation: Int64) throws(EngineError) {
        let target = "\(path)/aside/\(incarnation)"
        try Files.makeDirectories(target)
        for name in ["", "-wal", "-shm", "-journal"].map({ store.fileName + $0 })
        where Files.exists("\(path)/\(name)") {
            guard rename("\(path)/\(name)", "\(target)/\(name)") == 0 else {
                throw Files.failure("set a store aside", "\(path)/\(name)")
            }
        }
        try Files.sync(directory: target)
        try Files.sync(directory: path)
    }

    /// A stream that ends before what the lake holds of it has lost commits. What was delivered is safe; the numbers go on
    /// after it, because a number given twice would never be delivered.
    private mutating func compare(_ stream: EmbeddedRecordStream, with known: CatalogHighWater) throws(EngineError) {
        let extents = try stream.extentsNow()
        for (shard, delivered) in known.delivered {
            let last = extents.first { $0.shard == shard }?.last ?? 0
            guard last < delivered else { continue }
            damage.append(
                "stream \(shard): ends at \(last), though the lake holds it through \(delivered); records after that may"
                    + " be lost, and the numbers go on from there")
            try stream.skipNow(shard, to: delivered)
        }
    }

    private mutating func compare(_ warehouse: EmbeddedWarehouse, with known: CatalogHighWater) throws(EngineError) {
        let applied = try warehouse.appliedNow()
        guard applied > known.last else { return }
        damage.append(
            "warehouse: has applied object \(applied), though the catalogue ends at \(known.last); run `kintsugi rebuild`"
        )
    }

    /// Never the number of an earlier process, whichever of its two places survived.
    private mutating func count(
        _ before: Int64?, _ marked: Int64, _ catalog: EmbeddedCatalog
    ) throws(EngineError) -> Int64 {
        if marked > before ?? 0 {
            damage.append("\(Self.incarnationName): behind the catalogue, which remembers \(marked)")
        }
        let incarnation = max(before ?? 0, marked) + 1
        try catalog.markNow(incarnation: incarnation)
        try Files.replace("\(path)/\(Self.incarnationName)", with: Array("\(incarnation)\n".utf8))
        return incarnation
    }

    /// The incarnation on disk; nil in a directory whose stores were never all there.
    static func incarnation(directory: String) throws(EngineError) -> Int64? {
        let path = "\(directory)/\(incarnationName)"
        guard let bytes = try Files.read(path) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let number = Int64(text), number > 0 else {
            throw EngineError(
                .damaged, "the incarnation cannot be read", at: path,
                remedy: "remove the file: the catalogue knows it too")
        }
        return number
    }
}
