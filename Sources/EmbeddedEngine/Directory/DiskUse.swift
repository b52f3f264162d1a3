package import Engine
import GRDB

/// What one part of a data directory takes on the device.
package struct DiskUse: Hashable, Sendable {
    /// `stream`, `catalog`, `warehouse`, `journal`, `raw` or `sealed`.
    package var store: String
    /// Bytes: of a store with its log, of objects in whole blocks.
    package var bytes: Int64
    /// Bytes of the log among them; 0 where there is none.
    package var logBytes: Int64
    /// Objects in it; 0 of a store.
    package var objects: Int64
}

extension ObservedDataDirectory {
    /// What every store takes, and what the catalogue knows of the lake: no folder is walked.
    package func diskUse() async throws(EngineError) -> [DiskUse] {
        var uses = DataStore.allCases.map { name in
            let file = "\(path)/\(name.fileName)"
            let log = Files.size(file + "-wal") ?? 0
            return DiskUse(store: name.rawValue, bytes: (Files.size(file) ?? 0) + log, logBytes: log, objects: 0)
        }
        let (raw, sealed) = try await catalog.objectUse()
        uses.append(DiskUse(store: "raw", bytes: raw.bytes, logBytes: 0, objects: raw.objects))
        uses.append(DiskUse(store: "sealed", bytes: sealed.bytes, logBytes: 0, objects: sealed.objects))
        return uses
    }
}

extension EmbeddedCatalog {
    /// Objects and their bytes in whole blocks of 4 KiB, as most file systems give them out.
    fileprivate func objectUse() async throws(EngineError) -> (
        raw: (objects: Int64, bytes: Int64), sealed: (objects: Int64, bytes: Int64)
    ) {
        try await store.read("read what the lake holds") { database in
            func sum(_ table: String) throws -> (objects: Int64, bytes: Int64) {
                try database.rows("SELECT count(*), coalesce(sum((bytes + 4095) / 4096 * 4096), 0) FROM \(table)") {
                    ($0.int(0), $0.int(1))
                }.first ?? (0, 0)
            }
            return (try sum("entries"), try sum("seals"))
        }
    }
}
