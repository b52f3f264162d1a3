package import Engine
import Foundation

/// The stores that are SQLite files.
package enum DataStore: String, Hashable, Sendable, CaseIterable {
    /// The durable stream.
    case stream
    /// The register of raw objects.
    case catalog
    /// Bars, masks and derived facts: can be built again from raw.
    case warehouse
    /// Work under way, and its history.
    case journal
    /// What people ordered and is not done.
    case queue

    package var fileName: String { "\(rawValue).sqlite" }
}

/// A folder that holds everything of one source: opened by one owner, or by any number of observers.
package enum DataDirectory {
    /// Opens a directory as its owner, and creates it where there is none; counts up its incarnation. Stores in `setAside`
    /// are moved to `aside/<incarnation>` first and begun anew, as a rebuild needs. Blocks; call it before all else.
    package static func own(
        path: String, birth: DataDirectoryBirth, setAside: [DataStore] = []
    ) throws(EngineError) -> OwnedDataDirectory {
        try prepare(path)
        let lock = try OwnerLock.take(directory: path)
        let pin = try admit(birth, path)
        return try DirectoryOpening(path: path, birth: pin, lock: lock).open(setAside: setAside)
    }

    /// Opens a directory for reading only, beside its owner if there is one; creates nothing.
    package static func observe(path: String) throws(EngineError) -> ObservedDataDirectory {
        guard let birth = try pin(path: path) else {
            throw EngineError(
                .missing, "there is no data directory", at: path, remedy: "choose one with --data, or let kintsugi run")
        }
        return try ObservedDataDirectory(path: path, birth: birth)
    }

    /// What a directory is pinned to; nil where there is none.
    package static func pin(path: String) throws(EngineError) -> DataDirectoryBirth? {
        try DataDirectoryBirth.load(directory: path)
    }

    /// The process that owns a directory now; nil where none does, or there is no directory.
    package static func owner(path: String) throws(EngineError) -> Int32? { try OwnerLock.owner(directory: path) }

    /// Bytes left for this user on the device of a path; nil where unknown.
    package static func diskLeft(_ path: String) -> Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// Files that may lie in a directory before it has a pin: a crash may come between the lock and the pin.
    private static let unborn: Set<String> = [
        OwnerLock.fileName, DataDirectoryBirth.fileName + ".new", "lost+found",
    ]

    private static func prepare(_ path: String) throws(EngineError) {
        guard Files.exists(path) else { return try Files.makeDirectories(path) }
        guard Files.isDirectory(path) else {
            throw EngineError(
                .foreign, "the data directory is a file", at: path, remedy: "choose another path with --data")
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw EngineError(
                .readOnly, "the data directory may not be written", at: path,
                remedy: "give this user permission, or choose another with --data")
        }
        let strangers = try Files.names(in: path).filter { !unborn.contains($0) }
        guard strangers.isEmpty || Files.exists("\(path)/\(DataDirectoryBirth.fileName)") else {
            throw EngineError(
                .foreign, "the directory holds \(strangers.sorted()[0]) and was not made by kintsugi", at: path,
                remedy: "choose an empty or a new directory with --data")
        }
    }

    /// The pin as it is on disk once the lock is held, so that of two first owners one is refused.
    private static func admit(_ birth: DataDirectoryBirth, _ path: String) throws(EngineError) -> DataDirectoryBirth {
        if let pin = try pin(path: path) {
            try pin.admit(birth, directory: path)
            return pin
        }
        try birth.save(directory: path)
        return birth
    }
}
