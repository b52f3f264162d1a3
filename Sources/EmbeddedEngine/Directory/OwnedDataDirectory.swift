import Dispatch
import Engine
import Synchronization

/// A data directory in the hands of its one owner.
package final class OwnedDataDirectory: Sendable {
    package let path: String
    package let birth: DataDirectoryBirth
    /// Counts up with every opening, from 1; part of the names of raw objects.
    package let incarnation: Int64
    package let stream: EmbeddedRecordStream
    package let objects: FileObjectStore
    package let catalog: EmbeddedCatalog
    package let warehouse: EmbeddedWarehouse
    package let journal: EmbeddedJournal
    package let queue: EmbeddedWorkQueue
    /// The greatest `received` on disk at opening, UTC microseconds; 0 where there is none.
    package let lastReceived: Int64
    /// What was found not to be what it was left as; one sentence each.
    package let openingDamage: [String]
    private let lock: OwnerLock
    private let identity: FileIdentity?
    private let isClosed = Mutex(false)

    init(
        path: String, birth: DataDirectoryBirth, incarnation: Int64, stream: EmbeddedRecordStream,
        objects: FileObjectStore, catalog: EmbeddedCatalog, warehouse: EmbeddedWarehouse, journal: EmbeddedJournal,
        queue: EmbeddedWorkQueue, lastReceived: Int64, openingDamage: [String], lock: OwnerLock
    ) {
        self.path = path
        self.birth = birth
        self.incarnation = incarnation
        self.stream = stream
        self.objects = objects
        self.catalog = catalog
        self.warehouse = warehouse
        self.journal = journal
        self.queue = queue
        self.lastReceived = lastReceived
        self.openingDamage = openingDamage
        self.lock = lock
        identity = FileIdentity(path)
    }

    /// A clean stop: every log moves into its file, the manifest is written, the lock is released. Every later call of a
    /// store fails. Closing again does nothing.
    package func close() async {
        let isFirst = isClosed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard isFirst else { return }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "kintsugi.closing").async {
                self.closeNow()
                continuation.resume()
            }
        }
    }

    private func closeNow() {
        // What is told in SQL is told as of the last moment the directory has seen.
        if let stamp = try? stream.extentsNow().map(\.lastReceived).max() { try? warehouse.passNow(stamp) }
        if let stamp = try? journal.lastStampNow() { try? warehouse.passNow(stamp) }
        for store in [stream.store, catalog.store, warehouse.store, journal.store, queue.store] { store.closeNow() }
        // Without a manifest the next opening has less to compare, and says nothing wrong.
        if identity == FileIdentity(path) {
            try? CleanStopManifest.write(directory: path, incarnation: incarnation)
        }
        lock.release()
    }
}
