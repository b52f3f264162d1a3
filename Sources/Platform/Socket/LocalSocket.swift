package import Engine
import Foundation
import Synchronization

/// Sockets by a path of this machine: who may open the file may talk.
package enum LocalSocket {
    /// Listens at a path for this user alone. A file that a dead process left there is replaced: whoever calls this holds
    /// the lock that says that no other lives.
    package static func listen(at path: String) throws(EngineError) -> LocalListener {
        let file = try open(path)
        // The mode of the file is the socket's own, set before it has a name: nobody finds it open for an instant.
        guard fchmod(file, 0o600) == 0, unlink(path) == 0 || errno == ENOENT,
            try address(path, { bind(file, $0, $1) }) == 0, Foundation.listen(file, 16) == 0
        else {
            let code = errno
            close(file)
            throw failure("listen at the socket", path, code)
        }
        return LocalListener(file: file, path: path)
    }

    /// Connects to whoever listens at a path.
    package static func connect(to path: String) throws(EngineError) -> LocalConnection {
        let file = try open(path)
        guard try address(path, { Foundation.connect(file, $0, $1) }) == 0 else {
            let code = errno
            close(file)
            throw failure("reach the owner at its socket", path, code)
        }
        return LocalConnection(file: file)
    }

    private static func open(_ path: String) throws(EngineError) -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { throw failure("make a socket", path, errno) }
        return file
    }

    /// The address holds 107 bytes: a longer path is said through its folder's descriptor.
    private static func address(
        _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(EngineError) -> Int32 {
        var folder: Int32 = -1
        defer { if folder >= 0 { close(folder) } }
        var name = path
        if path.utf8.count > 107 {
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            folder = Foundation.open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { throw failure("look at the folder of the socket", path, errno) }
            name = "/proc/self/fd/\(folder)" + path[slash...]
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw failure("name the socket", path, ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ doing: String, _ path: String, _ code: Int32) -> EngineError {
        EngineError(.unavailable, "could not \(doing): \(String(cString: strerror(code)))", at: path)
    }
}

/// A path at which others may connect.
package final class LocalListener: Sendable {
    private let end: SocketEnd
    private let path: String

    fileprivate init(file: Int32, path: String) {
        end = SocketEnd(file)
        self.path = path
    }

    /// The next who connects; nil once it is closed.
    package func accept() async -> LocalConnection? {
        await end.blocking { file in
            while true {
                let one = Foundation.accept(file, nil, nil)
                if one >= 0 {
                    _ = fcntl(one, F_SETFD, FD_CLOEXEC)
                    return LocalConnection(file: one)
                }
                // Too many open files is no end: some will be closed. The one who knocks stays in the queue meanwhile, and a
                // tenth of a second later is soon enough for a person and no burden on a process that is short already.
                guard errno == EINTR || errno == ECONNABORTED || errno == EMFILE || errno == ENFILE else { return nil }
                if errno == EMFILE || errno == ENFILE { usleep(100_000) }
            }
        }
    }

    /// Takes nobody further, and takes the name away.
    package func close() {
        unlink(path)
        end.shut()
    }
}

/// One line to another process of this machine.
package final class LocalConnection: Sendable {
    private let end: SocketEnd

    fileprivate init(file: Int32) {
        end = SocketEnd(file)
        // A reader that takes nothing is given this long.
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// What comes next, a piece at a time; nil once the line is over.
    package func read() async -> [UInt8]? {
        await end.blocking { file in
            var piece = [UInt8](repeating: 0, count: 64 << 10)
            while true {
                let count = recv(file, &piece, piece.count, 0)
                if count > 0 { return Array(piece[..<count]) }
                if count < 0, errno == EINTR { continue }
                return nil
            }
        }
    }

    /// Sends all of it; false where the other end does not take it within five seconds, or is gone.
    package func send(_ bytes: [UInt8]) async -> Bool {
        await end.blocking { file in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Foundation.send(file, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count > 0 { sent += count } else if errno != EINTR { return false }
            }
            return true
        }
    }

    /// Ends the line; whoever reads or sends comes back.
    package func close() { end.shut() }
}

/// A descriptor that calls block on, each on a thread of its own, and that is closed when nobody does any more.
private final class SocketEnd: Sendable {
    private let file: Int32
    private let isShut = Mutex(false)

    init(_ file: Int32) { self.file = file }
    deinit { close(file) }

    func blocking<Value: Sendable>(_ call: @escaping @Sendable (Int32) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            // The closure holds this end, so that the descriptor lives as long as somebody blocks on it.
            Thread.detachNewThread { continuation.resume(returning: call(self.file)) }
        }
    }

    /// Wakes whoever blocks; the next call comes back at once.
    func shut() {
        let isFirst = isShut.withLock { shut in
            defer { shut = true }
            return !shut
        }
        if isFirst { shutdown(file, Int32(SHUT_RDWR)) }
    }
}
