package import Engine

/// Looks after the logs of a directory's stores.
package struct EmbeddedUpkeep: StoreUpkeep {
    /// A log longer than this is moved into its file and cut, if nobody stands in the way.
    package static let logBytesMax: Int64 = 16 << 20
    /// Who stands in the way is looked for from this length on.
    package static let namedAboveBytes: Int64 = 32 << 20

    let stores: [(name: DataStore, store: SQLiteStore)]
    private let logBytesMax: Int64
    private let namedAboveBytes: Int64

    init(
        stores: [(name: DataStore, store: SQLiteStore)], logBytesMax: Int64 = Self.logBytesMax,
        namedAboveBytes: Int64 = Self.namedAboveBytes
    ) {
        self.stores = stores
        self.logBytesMax = logBytesMax
        self.namedAboveBytes = namedAboveBytes
    }

    package func tend() async throws(EngineError) -> [StoreLog] {
        var logs: [StoreLog] = []
        for (name, store) in stores {
            let bytes = try await store.shortenLog(above: logBytesMax)
            let readers = bytes > namedAboveBytes ? LogReaders.find(store: store.path) : []
            logs.append(StoreLog(store: name.rawValue, bytes: bytes, readers: readers))
        }
        return logs
    }
}

extension OwnedDataDirectory {
    package var upkeep: EmbeddedUpkeep { upkeep() }

    /// With limits of one's own.
    package func upkeep(
        logBytesMax: Int64 = EmbeddedUpkeep.logBytesMax, namedAboveBytes: Int64 = EmbeddedUpkeep.namedAboveBytes
    ) -> EmbeddedUpkeep {
        EmbeddedUpkeep(
            stores: [
                (.stream, stream.store), (.catalog, catalog.store), (.warehouse, warehouse.store),
                (.journal, journal.store),
            ], logBytesMax: logBytesMax, namedAboveBytes: namedAboveBytes)
    }
}
