import Foundation
import Synchronization
import Testing

/// The program as systemd runs it.
struct ServiceTests {
    /// What systemd hears, at a socket of the test's own.
    private final class Listener: Sendable {
        let path: String
        private let file: Int32

        init(_ path: String) throws {
            self.path = path
            file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard code == 0 else { throw WaitFailure(description: "no socket at \(path)") }
        }

        deinit { close(file) }

        /// The next notice; nil where none comes in time.
        func next(within seconds: Double) async throws -> String? {
            try await offTests { [file] in
                let deadline = Deadline(seconds: seconds)
                while !deadline.isOver {
                    var ready = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
                    guard poll(&ready, 1, deadline.milliseconds) > 0 else { continue }
                    var bytes = [UInt8](repeating: 0, count: 4_096)
                    let count = recv(file, &bytes, bytes.count, 0)
                    if count >= 0 { return String(decoding: bytes[..<count], as: UTF8.self) }
                }
                return nil
            }
        }

        /// The next notice that begins so, those before it let go.
        func first(_ beginning: String, within seconds: Double = 60) async throws -> String {
            while let notice = try await next(within: seconds) {
                if notice.hasPrefix(beginning) { return notice }
            }
            throw WaitFailure(description: "no notice \(beginning)")
        }
    }

    @Test(.timeLimit(.minutes(3))) func itIsReadyAliveSilentWhileItHangsAndSaysWhenItStops() async throws {
        let folder = try Folder()
        let listener = try Listener(folder.path + "/notify")
        let variables = ["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "900000"]
        let program = try LiveProgram(
            ["run", "--headless", "--quiet", "--data", folder.path + "/data", "--symbols", "AAPL,SPY"],
            environment: (Program.process([]).environment ?? [:]).merging(variables) { $1 })
        let ready = try await listener.first("READY=1\n")
        #expect(ready.contains("STATUS=coverage ") && ready.contains(" missing, "))
        for _ in 0..<3 { _ = try await listener.first("WATCHDOG=1") }
        // A process that hangs: what was on its way comes, and then nothing.
        program.signal(SIGSTOP)
        while try await listener.next(within: 2) != nil {}
        program.signal(SIGCONT)
        _ = try await listener.first("WATCHDOG=1")
        program.signal(SIGTERM)
        _ = try await listener.first("STOPPING=1")
        _ = try await program.rest()
        #expect(try await program.exit() == 0)
    }

    @Test func everyCommandStandsInTheManualPage() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let page = try String(contentsOfFile: root + "/deploy/kintsugi.1", encoding: .utf8)
        let help = try await Program.call("--help").output
        let commands = help[(help.range(of: "SUBCOMMANDS:")?.upperBound ?? help.endIndex)...]
            .split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            .filter { $0.first?.isLowercase == true }
        #expect(commands.count > 10)
        for command in commands where command != "help" { #expect(page.contains(command), "\(command)") }
    }

    @Test func completionsAreThereForEachShell() async throws {
        for shell in ["bash", "zsh", "fish"] {
            let call = try await Program.call("--generate-completion-script", shell)
            #expect(
                call.code == 0 && call.output.contains("kintsugi") && call.output.contains("resynthesize"), "\(shell)")
        }
    }
}
