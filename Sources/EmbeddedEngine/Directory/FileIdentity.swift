import Engine
import Foundation

/// Which file or folder stands at a path, whatever it holds: a data directory that is moved away or deleted below its owner
/// leaves open files that take every write and keep none.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// Nil where nothing stands at the path, or it cannot be looked at.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// Refuses to go on where another file, or none, has come into this one's place. It mends itself when the file is put
    /// back.
    func confirm(at path: String, doing: String) throws(EngineError) {
        guard FileIdentity(path) != self else { return }
        throw EngineError(
            .unavailable, "could not \(doing): it was moved or deleted while it was open", at: path,
            remedy: "put it back to go on, or stop kintsugi and start it again")
    }
}
