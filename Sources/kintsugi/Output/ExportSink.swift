import Foundation

/// Where an export goes: standard output, or a file that appears under its name when it is whole.
struct ExportSink {
    private static let piece = 1 << 18
    /// What is not written yet.
    var bytes: [UInt8] = []
    private let path: String?
    private let unfinished: String
    private let descriptor: Descriptor

    init(path: String?) throws {
        self.path = path == "-" ? nil : path
        guard let path = self.path else {
            descriptor = .output
            unfinished = ""
            return
        }
        unfinished = "\(path).unfinished-\(getpid())"
        let opened = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw Self.refused(path, errno) }
        descriptor = Descriptor(number: opened)
    }

    /// Writes what has gathered, once it is much.
    mutating func flushSome() throws { if bytes.count >= Self.piece { try flush() } }

    private mutating func flush() throws {
        if let path {
            if let code = descriptor.tryWrite(bytes) { throw Self.refused(path, code) }
        } else {
            descriptor.write(bytes)
        }
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws {
        try flush()
        guard let path else { return }
        defer { close(descriptor.number) }
        guard fsync(descriptor.number) == 0, rename(unfinished, path) == 0 else {
            let code = errno
            unlink(unfinished)
            throw Self.refused(path, code)
        }
    }

    /// Leaves nothing behind.
    func abandon() {
        guard path != nil else { return }
        close(descriptor.number)
        unlink(unfinished)
    }

    private static func refused(_ path: String, _ code: Int32) -> Failure {
        .couldNot("the file cannot be written (\(path)): \(String(cString: strerror(code)))")
    }
}
