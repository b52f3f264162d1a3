/// How the write-ahead log of one store stands. It grows while somebody holds an old state of the store in view, and only
/// then.
package struct StoreLog: Hashable, Sendable {
    /// `stream`, `catalog`, `warehouse` or `journal`.
    package var store: String
    /// Bytes of the log on disk.
    package var bytes: Int64
    /// Who holds it, as far as can be found; looked for only where the log is long.
    package var readers: [StoreReader]

    package init(store: String, bytes: Int64, readers: [StoreReader] = []) {
        self.store = store
        self.bytes = bytes
        self.readers = readers
    }
}

/// A process that reads a store.
package struct StoreReader: Hashable, Sendable {
    package var process: Int32
    /// The program's name as the system has it: a foreign text.
    package var name: String

    package init(process: Int32, name: String) {
        self.process = process
        self.name = name
    }
}

/// Looking after the stores beside the work.
package protocol StoreUpkeep: Sendable {
    /// Shortens every log that may be shortened without waiting for anybody, and says how each stands.
    func tend() async throws(EngineError) -> [StoreLog]
}
