import Engine
import Foundation
import Synchronization

/// The lock of a data directory's owner: `flock` on a file, so that it dies with its process and needs no hand after a
/// crash. The file names the process, for whoever is refused.
final class OwnerLock: Sendable {
    private let file: Mutex<Int32?>

    private init(file: Int32) {
        self.file = Mutex(file)
    }

    deinit { release() }

    static let fileName = "owner.lock"

    static func take(directory: String) throws(EngineError) -> OwnerLock {
        let path = "\(directory)/\(fileName)"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Files.failure("open the owner's lock", path) }
        do throws(EngineError) {
            try lock(file, path)
            ftruncate(file, 0)
            try Files.write(Array("\(getpid())\n".utf8), to: file, path: path)
            return OwnerLock(file: file)
        } catch {
            close(file)
            throw error
        }
    }

    private static func lock(_ file: Int32, _ path: String) throws(EngineError) {
        // An observer that asks who owns the directory holds the lock for an instant, so one refusal is not the last.
        for _ in 0..<20 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Files.failure("lock the data directory", path) }
            usleep(5_000)
        }
        let owner = try process(path).map { "process \($0)" } ?? "another process"
        throw EngineError(
            .locked, "\(owner) owns the data directory", at: Files.parent(of: path),
            remedy: "stop it, or choose another directory with --data")
    }

    /// The process that owns a data directory now; nil where none does.
    static func owner(directory: String) throws(EngineError) -> Int32? {
        let path = "\(directory)/\(fileName)"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return try process(path) ?? 0
    }

    private static func process(_ path: String) throws(EngineError) -> Int32? {
        let text = String(decoding: try Files.read(path) ?? [], as: UTF8.self)
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    func release() {
        file.withLock { file in
            if let open = file { close(open) }
            file = nil
        }
    }
}
