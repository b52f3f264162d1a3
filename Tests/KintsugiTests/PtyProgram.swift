import Foundation
import Synchronization

/// The program at a terminal of its own, and somebody who types and looks.
final class PtyProgram: Sendable {
    let pid: pid_t
    private let master: Mutex<Int32?>
    private let state = Mutex(State())

    private struct State {
        var bytes: [UInt8] = []
        var isOver = false
        var exit: Int32?
    }

    /// How the terminal was before the program came.
    let before: [UInt32]

    init(
        _ arguments: [String], columns: Int = 160, rows: Int = 50, variables: [String: String] = [:],
        isRead: Bool = true
    ) throws {
        let (end, name) = try Self.pair()
        Spawn.keep(end)
        Self.resize(end, columns, rows)
        before = Self.modes(end)
        var environment = Program.process([]).environment ?? [:]
        environment["TERM"] = "xterm-256color"
        environment["LANG"] = "C.UTF-8"
        environment.merge(variables) { $1 }
        pid = try Spawn.start(arguments, environment: environment, ends: .terminal(name))
        master = Mutex(end)
        // A terminal that nobody reads holds the program's screen up.
        guard isRead else {
            state.withLock { $0.isOver = true }
            return
        }
        Thread.detachNewThread { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while let self, self.readMore(&bytes) {}
            self?.state.withLock { $0.isOver = true }
        }
    }

    /// A new terminal: the end for whoever sits there, and the path of the program's end. What posix_openpt and unlockpt
    /// do, said directly, because the system's module does not show them.
    private static func pair() throws -> (end: Int32, name: String) {
        let end = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var lock: Int32 = 0
        var number: Int32 = 0
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        guard end >= 0, ioctl(end, setLock, &lock) == 0, ioctl(end, getNumber, &number) == 0 else {
            throw WaitFailure(description: "there is no pseudo terminal")
        }
        return (end, "/dev/pts/\(number)")
    }

    deinit {
        if state.withLock({ $0.exit }) == nil {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
        hangUp()
    }

    /// False once there is nothing more to come.
    private func readMore(_ bytes: inout [UInt8]) -> Bool {
        guard let end = master.withLock({ $0 }) else { return false }
        var ready = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 50) > 0 else { return true }
        let count = master.withLock { $0 == end ? read(end, &bytes, bytes.count) : -1 }
        guard count > 0 else { return false }
        state.withLock { $0.bytes += bytes[..<count] }
        return true
    }

    // MARK: What a person does

    /// Types; what the line cannot take at once is taken as the program reads.
    func type(_ text: String) async throws { try await type(Array(text.utf8)) }

    func type(_ bytes: [UInt8]) async throws {
        try await offTests { [self] in
            var rest = bytes[...]
            let deadline = Deadline(seconds: 60)
            while !rest.isEmpty, let end = master.withLock({ $0 }) {
                guard !deadline.isOver else { throw WaitFailure(description: "the program does not read its keys") }
                var ready = pollfd(fd: end, events: Int16(POLLOUT), revents: 0)
                guard poll(&ready, 1, deadline.milliseconds) > 0 else { continue }
                // Less than the line holds, so that a write never waits.
                let piece = Array(rest.prefix(256))
                let count = write(end, piece, piece.count)
                guard count > 0 else { throw WaitFailure(description: "the line is gone") }
                rest = rest.dropFirst(count)
            }
        }
    }

    func resize(columns: Int, rows: Int) {
        master.withLock { if let end = $0 { Self.resize(end, columns, rows) } }
    }

    private static func resize(_ end: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(end, UInt(TIOCSWINSZ), &size)
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Drops the line, as a closed laptop does.
    func hangUp() {
        master.withLock { end in
            if let open = end { close(open) }
            end = nil
        }
    }

    // MARK: What a person sees

    /// How much came so far: a place to look from.
    var place: Int { state.withLock { $0.bytes.count } }

    /// What came since a place, as text.
    func text(since place: Int = 0) -> String {
        state.withLock { String(decoding: $0.bytes[min(place, $0.bytes.count)...], as: UTF8.self) }
    }

    /// Whether a text came since a place, waiting for it as long as said.
    func shows(_ text: String, since place: Int = 0, within seconds: Double = 20) async throws -> Bool {
        try await offTests { [self] in
            let deadline = Deadline(seconds: seconds)
            while !self.text(since: place).contains(text) {
                guard !deadline.isOver, !state.withLock({ $0.isOver }) else {
                    return self.text(since: place).contains(text)
                }
                usleep(5_000)
            }
            return true
        }
    }

    /// The exit code or the negative number of a signal; nil where it still runs when the time is over.
    func exit(within seconds: Double) async throws -> Int32? {
        try await offTests { [self] in
            let deadline = Deadline(seconds: seconds)
            while true {
                if let code = state.withLock({ $0.exit }) ?? Spawn.ended(pid) {
                    state.withLock { $0.exit = code }
                    // Its last words are still on the line.
                    let last = Deadline(seconds: 10)
                    while !state.withLock({ $0.isOver }), !last.isOver { usleep(1_000) }
                    return code
                }
                guard !deadline.isOver else { return nil }
                usleep(5_000)
            }
        }
    }

    var isAlive: Bool { kill(pid, 0) == 0 && state.withLock { $0.exit } == nil }

    /// The modes of the terminal now.
    var modes: [UInt32] { master.withLock { $0.map(Self.modes) ?? [] } }

    private static func modes(_ end: Int32) -> [UInt32] {
        var modes = termios()
        guard tcgetattr(end, &modes) == 0 else { return [] }
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
            + withUnsafeBytes(of: modes.c_cc) { $0.map(UInt32.init) }
    }
}
