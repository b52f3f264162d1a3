import Engine
import Foundation

/// Files by their system calls: what Foundation writes it does not sync with its folder.
enum Files {
    /// What a refusal of the system means to a person.
    static func failure(_ doing: String, _ path: String, code: Int32 = errno) -> EngineError {
        let reason = String(cString: strerror(code))
        let (kind, remedy): (EngineError.Kind, String) =
            switch code {
            case ENOSPC, EDQUOT: (.full, "free some space on the device")
            case EACCES, EPERM, EROFS: (.readOnly, "give this user permission to read and write there")
            case ENOENT: (.missing, "")
            case ENOTDIR, EISDIR, ENAMETOOLONG, EEXIST: (.conflict, "")
            case EIO: (.unavailable, "look at the device: the system log says more")
            default: (.unavailable, "")
            }
        return EngineError(kind, "could not \(doing): \(reason)", at: path, remedy: remedy)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// The whole file; nil where there is none.
    static func read(_ path: String) throws(EngineError) -> [UInt8]? {
        guard let size = size(path) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("look at a file", path)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(size))
        try readPieces(path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// A file too large to hold, piece by piece.
    static func readPieces(_ path: String, _ take: ([UInt8]) -> Void) throws(EngineError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open a file", path) }
        defer { close(file) }
        var piece = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count = piece.withUnsafeMutableBytes { Foundation.read(file, $0.baseAddress, $0.count) }
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read a file", path)
            }
            take(Array(piece[..<count]))
        }
    }

    /// Creates a file that did not exist, with these bytes on disk; its name is not yet.
    static func writeNew(_ bytes: [UInt8], to path: String) throws(EngineError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("create a file", path) }
        defer { close(file) }
        try write(bytes, to: file, path: path)
        guard fsync(file) == 0 else { throw failure("sync a file", path) }
    }

    static func write(_ bytes: [UInt8], to file: Int32, path: String) throws(EngineError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress! + written, $0.count - written) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("write a file", path)
            }
            written += count
        }
    }

    /// Puts these bytes under the name in one step, whatever it held, and has both on disk.
    static func replace(_ path: String, with bytes: [UInt8]) throws(EngineError) {
        let fresh = path + ".new"
        try writeNew(bytes, to: fresh)
        guard rename(fresh, path) == 0 else { throw failure("rename a file", path) }
        try sync(directory: parent(of: path))
    }

    static func remove(_ path: String) throws(EngineError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove a file", path) }
    }

    /// Has the file's bytes on disk.
    static func sync(file path: String) throws(EngineError) {
        try sync(path, flags: O_RDONLY | O_CLOEXEC)
    }

    /// Has the names within a folder on disk.
    static func sync(directory path: String) throws(EngineError) {
        try sync(path, flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    private static func sync(_ path: String, flags: Int32) throws(EngineError) {
        let file = open(path, flags)
        guard file >= 0 else { throw failure("open for syncing", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("sync", path) }
    }

    /// Creates a folder and those above it, each on disk by name; existing ones stay as they are.
    static func makeDirectories(_ path: String) throws(EngineError) {
        if isDirectory(path) { return }
        let above = parent(of: path)
        if above != path { try makeDirectories(above) }
        guard mkdir(path, 0o700) == 0 || (errno == EEXIST && isDirectory(path)) else {
            throw failure("create a folder", path)
        }
        try sync(directory: above)
    }

    /// Removes a file, or a folder with everything in it.
    static func removeTree(_ path: String) throws(EngineError) {
        guard exists(path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch { throw failure("remove a folder", path) }
        try sync(directory: parent(of: path))
    }

    /// Copies a file that is not written to meanwhile, and has the copy on disk.
    static func copy(_ path: String, to target: String) throws(EngineError) {
        let file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("create a file", target) }
        defer { close(file) }
        var failed: EngineError?
        try readPieces(path) { piece in
            guard failed == nil else { return }
            do throws(EngineError) { try write(piece, to: file, path: target) } catch { failed = error }
        }
        if let failed { throw failed }
        guard fsync(file) == 0 else { throw failure("sync a file", target) }
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The names within a folder in no order; empty where there is none.
    static func names(in path: String) throws(EngineError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            if !exists(path) { return [] }
            throw EngineError(
                .readOnly, "could not list a folder", at: path, remedy: "give this user permission to read it")
        }
    }
}
