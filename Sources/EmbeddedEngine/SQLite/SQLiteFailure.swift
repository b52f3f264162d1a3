import Engine
import GRDB

/// What SQLite's refusals mean to a person.
enum SQLiteFailure {
    static func engineError(_ error: any Error, doing: String, path: String) -> EngineError {
        if let known = error as? EngineError { return known }
        guard let failure = error as? DatabaseError else {
            return EngineError(.unavailable, "\(doing): \(error)", at: path)
        }
        let (kind, remedy) = meaning(of: failure, mending: mending(path))
        return EngineError(kind, "\(doing): \(failure.message ?? "SQLite refuses")", at: path, remedy: remedy)
    }

    /// What helps where a file is damaged: two of the stores can be built again, the others cannot.
    static func mending(_ path: String) -> String {
        let isBuilt = RebuildSite.stores.contains { path.hasSuffix("/\($0.fileName)") }
        return isBuilt
            ? "stop the owner and run `kintsugi rebuild`, which builds it again from the raw lake"
            : "run `kintsugi verify`, then restore the file from a copy"
    }

    private static func meaning(
        of failure: DatabaseError, mending: String
    ) -> (EngineError.Kind, remedy: String) {
        switch failure.resultCode {
        case .SQLITE_FULL: (.full, "free some space on the device")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            (.readOnly, "give this user permission to read and write the file and its folder")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            (.damaged, mending)
        case .SQLITE_BUSY, .SQLITE_LOCKED: (.unavailable, "close the other program that holds the file open")
        case .SQLITE_CONSTRAINT: (.conflict, "")
        case .SQLITE_IOERR: (.unavailable, "look at the device: the system log says more")
        case .SQLITE_INTERRUPT:
            (.unavailable, "it took longer than a reader beside the owner may; try again, or when the owner is stopped")
        case .SQLITE_ERROR: (.damaged, "the file is not the store it should be; \(mending)")
        default: (.unavailable, "")
        }
    }

    /// Whether a reader without write permission cannot read because a write-ahead log was left to be recovered.
    static func needsRecovery(_ error: any Error) -> Bool {
        guard let failure = error as? DatabaseError else { return false }
        return [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(failure.resultCode)
    }
}
