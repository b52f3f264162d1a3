package import Engine
import Foundation

/// This program once more, in a session of its own: no terminal reaches it, and no line that drops.
package struct DetachedProcess: Sendable {
    package let process: Int32

    /// Starts it with these words; it reads and writes nothing but its errors, which go to a file that is made for it.
    package static func start(_ arguments: [String], errors: String) throws(EngineError) -> DetachedProcess {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // POSIX_SPAWN_SETSID is the same bit on every Linux, though not every header shows it.
        posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let words = (["kintsugi"] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, words + [nil], environ)
        guard code == 0 else {
            throw EngineError(.unavailable, "could not start a process: \(String(cString: strerror(code)))")
        }
        return DetachedProcess(process: process)
    }

    /// Its exit code once it has ended; 128 and the signal's number where one ended it; nil while it runs.
    package func ended() -> Int32? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
