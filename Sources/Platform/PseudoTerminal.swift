package import Engine
import Foundation

/// A program at a terminal of its own, with this process in the place of the person who sits there. For pictures and
/// recordings; the program is ended when this is dropped.
package final class PseudoTerminal {
    /// What came within the time given.
    package enum Heard: Hashable, Sendable {
        case bytes([UInt8])
        case nothing
        /// The program has closed its end.
        case over
    }

    package let process: Int32
    private let descriptor: Int32
    private var isReaped = false

    /// Starts a program by its path in a session whose controlling terminal is the new one. `environment` is all it is
    /// given.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String], columns: Int, rows: Int
    ) throws(EngineError) {
        let (descriptor, path) = try Self.pair()
        self.descriptor = descriptor
        Self.resize(descriptor, columns, rows)
        do throws(EngineError) {
            process = try Self.spawn(program, arguments, environment, terminal: path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        if !isReaped {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        close(descriptor)
    }

    /// Both ends: what `posix_openpt` and `unlockpt` do, said directly, because the system's module does not show them.
    private static func pair() throws(EngineError) -> (end: Int32, path: String) {
        let end = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: Int32 = 0
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        guard end >= 0, ioctl(end, setLock, &lock) == 0, ioctl(end, getNumber, &number) == 0 else {
            if end >= 0 { close(end) }
            throw EngineError(.unavailable, "there is no pseudo terminal", at: "/dev/ptmx")
        }
        return (end, "/dev/pts/\(number)")
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], terminal: String
    ) throws(EngineError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for end: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, end, terminal, O_RDWR, 0) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // POSIX_SPAWN_SETSID is the same bit on every Linux, though not every header shows it.
        posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let words = ([program] + arguments).map { strdup($0) }
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, &attributes, words + [nil], variables + [nil])
        guard code == 0 else {
            throw EngineError(.unavailable, "could not start it: \(String(cString: strerror(code)))", at: program)
        }
        return process
    }

    // MARK: Sitting there

    /// What the program writes, waiting for it as long as said.
    package func read(within milliseconds: Int) -> Heard {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, Int32(max(0, milliseconds))) > 0 else { return .nothing }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(descriptor, &bytes, bytes.count)
        if count < 0, errno == EINTR { return .nothing }
        return count > 0 ? .bytes(Array(bytes[..<count])) : .over
    }

    /// Types. A program that does not read may hold this up.
    package func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }

    package func resize(columns: Int, rows: Int) { Self.resize(descriptor, columns, rows) }

    private static func resize(_ descriptor: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(
            ws_row: UInt16(clamping: rows), ws_col: UInt16(clamping: columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    /// Waits for the program's end, after it has closed its side; its exit code, or 128 and the number of a signal.
    package func end() -> Int32 {
        var status: Int32 = 0
        guard !isReaped, waitpid(process, &status, 0) == process else { return -1 }
        isReaped = true
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
