import Foundation
import Synchronization
import Testing

/// Something a test waited for did not come, or could not be begun.
struct WaitFailure: Error, CustomStringConvertible {
    var description: String
}

/// Runs what blocks away from the threads that all tests share.
func offTests<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
}

/// A moment after which a test gives up.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    init(seconds: Double) { end = .now + .seconds(seconds) }

    var isOver: Bool { ContinuousClock.now >= end }

    /// For poll(2): what is left, in steps that are never long.
    var milliseconds: Int32 {
        let left = end - ContinuousClock.now
        return Int32(max(0, min(200, left / .milliseconds(1))))
    }
}

/// Begins a process of its own session, with ends of its own and no signal held back.
enum Spawn {
    /// What the program reads and writes.
    enum Ends: Sendable {
        /// Nothing to read; output into a descriptor, errors into a file.
        case plain(output: Int32, errors: String)
        /// All three at a terminal, which becomes the controlling one.
        case terminal(String)
    }

    static func start(
        _ arguments: [String], of program: String = Program.path, environment: [String: String], ends: Ends
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        switch ends {
        case .plain(let output, let errors):
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        case .terminal(let path):
            for end: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, end, path, O_RDWR, 0) }
        }
        // Whatever the tests hold open beside it would take numbers that a test of few open files counts on.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let open = Int32(name), open > 2 { keep(open) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // POSIX_SPAWN_SETSID is the same bit on every Linux, though not every header shows it.
        posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        return try spawn(program, arguments, environment, &actions, &attributes)
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String],
        _ actions: inout posix_spawn_file_actions_t,
        _ attributes: inout posix_spawnattr_t
    ) throws -> pid_t {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw WaitFailure(description: "the program did not start: error \(code)") }
        return pid
    }

    /// How a process ended: its exit code, or the negative number of the signal; nil while it runs.
    static func ended(_ pid: pid_t) -> Int32? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    /// Both ends of a pipe or terminal stay with the tests alone.
    static func keep(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
}

/// The program while it runs without a screen: its lines as they come, signals to it, and its end.
final class LiveProgram: Sendable {
    let pid: pid_t
    private let folder: Folder
    private let output: Int32
    private let state = Mutex(State())

    private struct State {
        var bytes: [UInt8] = []
        var isOver = false
        var exit: Int32?
    }

    init(
        _ arguments: [String], of program: String = Program.path,
        environment: [String: String] = Program.process([]).environment ?? [:]
    ) throws {
        folder = try Folder()
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw WaitFailure(description: "no pipe") }
        for end in ends { Spawn.keep(end) }
        defer { close(ends[1]) }
        output = ends[0]
        pid = try Spawn.start(
            arguments, of: program, environment: environment,
            ends: .plain(output: ends[1], errors: folder.path + "/err"))
    }

    deinit {
        if state.withLock({ $0.exit }) == nil {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
        close(output)
    }

    var errors: String { (try? String(contentsOfFile: folder.path + "/err", encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { kill(pid, number) }

    /// The next whole line; nil once the output is over.
    func line(within seconds: Double = 60) async throws -> String? {
        try await offTests { [self] in
            let deadline = Deadline(seconds: seconds)
            while true {
                if let line = takeLine() { return line }
                if state.withLock({ $0.isOver }) { return nil }
                guard !deadline.isOver else { throw WaitFailure(description: "no line came: \(errors)") }
                readMore(deadline.milliseconds)
            }
        }
    }

    /// Everything that is still to come, once the program has ended.
    func rest(within seconds: Double = 120) async throws -> [String] {
        var lines: [String] = []
        while let line = try await line(within: seconds) { lines.append(line) }
        return lines
    }

    /// The exit code, or the negative number of the signal that ended it.
    func exit(within seconds: Double = 60) async throws -> Int32 {
        try await offTests { [self] in
            let deadline = Deadline(seconds: seconds)
            while true {
                readMore(20)
                if let code = state.withLock({ $0.exit }) ?? Spawn.ended(pid) {
                    state.withLock { $0.exit = code }
                    return code
                }
                guard !deadline.isOver else { throw WaitFailure(description: "the program did not end: \(errors)") }
                if state.withLock({ $0.isOver }) { usleep(5_000) }
            }
        }
    }

    private func takeLine() -> String? {
        state.withLock { state in
            guard let end = state.bytes.firstIndex(of: 0x0A) else { return nil }
            let line = String(decoding: state.bytes[..<end], as: UTF8.self)
            state.bytes.removeSubrange(...end)
            return line
        }
    }

    private func readMore(_ milliseconds: Int32) {
        guard !state.withLock({ $0.isOver }) else { return }
        var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, milliseconds) > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = read(output, &bytes, bytes.count)
        state.withLock { state in
            if count > 0 { state.bytes += bytes[..<count] } else { state.isOver = true }
        }
    }
}
