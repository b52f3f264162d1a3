import Dispatch
package import Engine

/// A data directory read beside its owner, or without one.
package struct ObservedDataDirectory: Sendable {
    package let path: String
    package let birth: DataDirectoryBirth
    /// The process that owned it when it was opened; nil where none did.
    package let ownerProcess: Int32?
    /// Refuses to append and to trim.
    package let stream: EmbeddedRecordStream
    package let objects: FileObjectStore
    /// Refuses to register and to move checkpoints.
    package let catalog: EmbeddedCatalog
    package let warehouse: EmbeddedWarehouseReader
    package let journal: EmbeddedJournalReader
    /// Nil in a directory that no owner has opened since there is a work queue.
    package let queue: EmbeddedWorkQueueReader?

    init(path: String, birth: DataDirectoryBirth) throws(EngineError) {
        self.path = path
        self.birth = birth
        guard !StoreSwap(directory: path).isUnderWay else {
            throw EngineError(
                .unavailable, "a rebuild was interrupted while it put its stores in place", at: path,
                remedy: "run `kintsugi rebuild` again, or start the owner: either carries it to its end")
        }
        let owner = try OwnerLock.owner(directory: path)
        ownerProcess = owner
        func store(_ store: DataStore, _ schema: StoreSchema) throws(EngineError) -> SQLiteStore {
            try SQLiteStore.observe("\(path)/\(store.fileName)", schema: schema, ownerLives: owner != nil)
        }
        objects = FileObjectStore(directory: "\(path)/lake", isWritable: false)
        stream = EmbeddedRecordStream(store: try store(.stream, EmbeddedRecordStream.schema))
        catalog = EmbeddedCatalog(store: try store(.catalog, EmbeddedCatalog.schema))
        warehouse = EmbeddedWarehouseReader(store: try store(.warehouse, EmbeddedWarehouse.schema))
        journal = EmbeddedJournalReader(store: try store(.journal, EmbeddedJournal.schema))
        queue =
            Files.exists("\(path)/\(DataStore.queue.fileName)")
            ? EmbeddedWorkQueueReader(store: try store(.queue, EmbeddedWorkQueue.schema)) : nil
    }

    /// Compares the files with the manifest of the last clean stop, bytes and all; empty where all is well or where there
    /// is no manifest, as beside a running owner. Not while another read is under way: closing a file gives up every lock
    /// that this process holds on it, SQLite's too.
    package func manifestDamage() async throws(EngineError) -> [String] {
        try await offPool(DispatchQueue(label: "kintsugi.manifest")) { [path] () throws(EngineError) in
            try CleanStopManifest.load(directory: path)?.damage(directory: path, hashing: true) ?? []
        }
    }
}
