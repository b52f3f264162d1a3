package import Engine
import Foundation
import Synchronization

/// A file of lines that never grows past a bound: full, it is named `FILE.1`, the one before `FILE.2`, and so on, and the
/// oldest goes. A line is there whole or not at all, whatever breaks in between.
package final class RotatingFile: Sendable {
    private struct State {
        var file: Int32 = -1
        var size = 0
    }

    private let path: String
    private let bytesMax: Int
    private let kept: Int
    private let makesFolder: Bool
    private let state = Mutex(State())
    /// write(2), or what a test puts in its place.
    private let system: @Sendable (Int32, UnsafeRawBufferPointer) -> Int

    /// At most `bytesMax` bytes a file, and `kept` full ones beside it. Nothing is opened before the first line. The folder it
    /// lies in is made only where that is said: a data directory that was moved away is not begun anew by its logs.
    package convenience init(path: String, bytesMax: Int, kept: Int, makesFolder: Bool = false) {
        self.init(path: path, bytesMax: bytesMax, kept: kept, makesFolder: makesFolder) {
            Foundation.write($0, $1.baseAddress, $1.count)
        }
    }

    init(
        path: String, bytesMax: Int, kept: Int, makesFolder: Bool = false,
        system: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    ) {
        self.path = path
        self.bytesMax = bytesMax
        self.kept = kept
        self.makesFolder = makesFolder
        self.system = system
    }

    deinit {
        state.withLock { if $0.file >= 0 { close($0.file) } }
    }

    /// Adds one line; on disk when the system puts it there, and after a crash of this process alone all the same.
    package func append(_ line: String) throws(EngineError) {
        let bytes = Array(line.utf8) + [0x0A]
        try state.withLock { (state) throws(EngineError) in
            try reopen(&state)
            if state.size > 0, state.size + bytes.count > bytesMax { try rotate(&state) }
            let code = write(bytes, to: state.file)
            guard code == 0 else {
                // What there is of it goes: half a line would spoil the next.
                ftruncate(state.file, off_t(state.size))
                throw failure("write to a log", code)
            }
            state.size += bytes.count
        }
    }

    // MARK: Opening

    /// Opens the file, or again where somebody took it away.
    private func reopen(_ state: inout State) throws(EngineError) {
        if state.file >= 0 {
            var (held, named) = (stat(), stat())
            if fstat(state.file, &held) == 0, lstat(path, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                return
            }
            close(state.file)
            state.file = -1
        }
        makeFolder()
        // A FIFO that nobody reads must not hold us.
        let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600)
        guard file >= 0 else { throw failure("open a log", errno) }
        var about = stat()
        guard fstat(file, &about) == 0, about.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw EngineError(.conflict, "a log is no ordinary file", at: path, remedy: "move it away")
        }
        state.file = file
        state.size = Int(about.st_size)
        endHalfLine(&state)
    }

    /// A crash of the machine may have left half a line.
    private func endHalfLine(_ state: inout State) {
        var last: UInt8 = 0x0A
        guard state.size > 0, pread(state.file, &last, 1, off_t(state.size - 1)) == 1, last != 0x0A else { return }
        if write([0x0A], to: state.file) == 0 { state.size += 1 }
    }

    private func makeFolder() {
        guard makesFolder, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        mkdir(String(path[..<slash]), 0o700)
    }

    private func rotate(_ state: inout State) throws(EngineError) {
        for number in stride(from: kept - 1, through: 1, by: -1) {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        let moved = kept > 0 ? rename(path, path + ".1") : unlink(path)
        guard moved == 0 else { throw failure("put a full log aside", errno) }
        close(state.file)
        state.file = -1
        try reopen(&state)
    }

    // MARK: The system

    /// 0, or the system's error number.
    private func write(_ bytes: [UInt8], to file: Int32) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { system(file, UnsafeRawBufferPointer(rebasing: $0[written...])) }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            written += count
        }
        return 0
    }

    private func failure(_ doing: String, _ code: Int32) -> EngineError {
        EngineError(
            code == ENOSPC || code == EDQUOT ? .full : .unavailable,
            "could not \(doing): \(String(cString: strerror(code)))", at: path)
    }
}
