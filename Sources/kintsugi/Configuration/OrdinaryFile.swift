import Foundation
import Pipeline

/// A small file somebody may have put anything in the place of: read without waiting, as a FIFO would have it wait, and
/// without taking in more than is permitted.
struct OrdinaryFile {
    /// Why a file is not read, as the end of a sentence.
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    let bytes: [UInt8]
    /// Its permissions.
    let mode: mode_t

    /// Whether somebody besides its owner may read it.
    var isReadByOthers: Bool { mode & 0o077 != 0 }

    /// Nil where there is no such file.
    static func read(_ path: String, bytesMax: Int) throws(Refusal) -> OrdinaryFile? {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw Refusal(description: "the path is none") }
        let file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Refusal(description: words(errno))
        }
        defer { close(file) }
        var about = stat()
        guard fstat(file, &about) == 0 else { throw Refusal(description: words(errno)) }
        guard about.st_mode & S_IFMT == S_IFREG else {
            let isFolder = about.st_mode & S_IFMT == S_IFDIR
            throw Refusal(description: isFolder ? "it is a directory" : "it is no ordinary file")
        }
        guard about.st_size <= bytesMax else {
            throw Refusal(description: "it has \(about.st_size) bytes, and \(bytesMax) are permitted")
        }
        return OrdinaryFile(bytes: try contents(file, bytesMax), mode: about.st_mode & 0o7777)
    }

    private static func contents(_ file: Int32, _ bytesMax: Int) throws(Refusal) -> [UInt8] {
        // One byte more than is permitted, so that a file that grows meanwhile is noticed.
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let taken = bytes.withUnsafeMutableBytes {
                Foundation.read(
                    file, UnsafeMutableRawBufferPointer(rebasing: $0[count...]).baseAddress, $0.count - count)
            }
            if taken < 0, errno == EINTR { continue }
            guard taken >= 0 else { throw Refusal(description: words(errno)) }
            guard taken > 0 else { break }
            count += taken
        }
        guard count <= bytesMax else { throw Refusal(description: "it grows, and \(bytesMax) bytes are permitted") }
        return Array(bytes.prefix(count))
    }

    private static func words(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "this user may not read it"
        case ELOOP: "its links lead round in a circle"
        default: String(cString: strerror(code))
        }
    }
}
