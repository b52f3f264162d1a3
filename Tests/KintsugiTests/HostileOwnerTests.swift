import Foundation
import Testing

/// What befalls an owner while it runs: it says so, keeps what it has acknowledged, and goes on by itself when the cause
/// ends.
@Suite(.serialized) struct HostileOwnerTests {
    private static let arguments = [
        "run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--speed", "600", "--data",
    ]

    /// The lines until one holds a text, that one included; fails where the program is silent about it.
    @discardableResult
    private func lines(
        of program: LiveProgram, until text: String, within seconds: Double = 30
    ) async throws -> [String] {
        let deadline = Deadline(seconds: seconds)
        var lines: [String] = []
        while !deadline.isOver, let line = try await program.line(within: seconds) {
            lines.append(line)
            if line.contains(text) { return lines }
        }
        Issue.record("nothing said \(text): \(lines.suffix(5))")
        return lines
    }

    /// Ends the program and looks whether everything it told is there.
    private func isWellAfter(_ program: LiveProgram, _ data: String, _ about: String) async throws {
        // A lane that stood still tries again after five seconds at the most.
        try await lines(of: program, until: "\"event\":\"append\"")
        program.signal(SIGTERM)
        let rest = try await program.rest()
        #expect(try await program.exit(within: 8) == 0, "\(about): \(program.errors)")
        #expect(program.errors.isEmpty && !rest.contains { $0.contains("Fatal") }, "\(about): \(program.errors)")
        let again = try await Program.call(
            Self.arguments + [data, "--flaw", "none", "--until", "healed"])
        #expect(again.code == 0, "\(about): \(again.errors)")
        let verify = try await Program.call("verify", "--data", data)
        #expect(verify.code == 0, "\(about): \(verify.output)\(verify.errors)")
        let alarms = try await Program.call("alarms", "--data", data)
        #expect(alarms.output.contains("no alarm stands"), "\(about): \(alarms.output)")
    }

    @Test(.timeLimit(.minutes(3))) func aDirectoryMovedAwayTakesNothingUntilItIsBack() async throws {
        let folder = try Folder()
        let (data, away) = (folder.path + "/data", folder.path + "/away")
        let program = try LiveProgram(Self.arguments + [data])
        try await lines(of: program, until: "\"sequence\":20")
        try FileManager.default.moveItem(atPath: data, toPath: away)
        try await lines(of: program, until: "moved or deleted while it was open")
        #expect(!FileManager.default.fileExists(atPath: data), "nothing is made anew in its place")
        try FileManager.default.moveItem(atPath: away, toPath: data)
        try await isWellAfter(program, data, "moved away")
    }

    @Test(.timeLimit(.minutes(3))) func aDirectoryDeletedBelowItIsSaidAndTheEndIsClean() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try LiveProgram(Self.arguments + [data])
        try await lines(of: program, until: "\"sequence\":20")
        // Out of its reach first: what is written meanwhile would keep the folder from being empty.
        try FileManager.default.moveItem(atPath: data, toPath: folder.path + "/doomed")
        try FileManager.default.removeItem(atPath: folder.path + "/doomed")
        let said = try await lines(of: program, until: "moved or deleted while it was open")
        #expect(said.contains { $0.contains("alarm page") })
        program.signal(SIGTERM)
        _ = try await program.rest()
        #expect(try await program.exit(within: 8) == 0, "\(program.errors)")
        #expect(!FileManager.default.fileExists(atPath: data), "what was deleted stays deleted")
    }

    @Test(.timeLimit(.minutes(3))) func anotherProgramThatLocksAStoreIsWaitedFor() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3") else {
            return print("SKIPPED: sqlite3 is not installed, so no store was locked")
        }
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try LiveProgram(Self.arguments + [data])
        try await lines(of: program, until: "\"sequence\":20")
        let locker = Process()
        locker.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        locker.arguments = [data + "/stream.sqlite"]
        let words = Pipe()
        locker.standardInput = words
        try locker.run()
        words.fileHandleForWriting.write(Data("PRAGMA busy_timeout = 20000; BEGIN EXCLUSIVE;\n".utf8))
        let said = try await lines(of: program, until: "locked")
        #expect(said.last?.contains("stream.sqlite") == true, "\(said.suffix(2))")
        words.fileHandleForWriting.write(Data("COMMIT;\n".utf8))
        try words.fileHandleForWriting.close()
        locker.waitUntilExit()
        try await isWellAfter(program, data, "locked")
    }

    @Test(.timeLimit(.minutes(3))) func permissionLostIsSaidAndRegainedByItself() async throws {
        let folder = try Folder()
        let setpriv = "/usr/bin/setpriv"
        guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: setpriv),
            try await Program.isReachable(by: setpriv)
        else { return print("SKIPPED: not root, or no other user can run the program, so no permission was lost") }
        let data = folder.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        for path in [folder.path, data] {
            try FileManager.default.setAttributes(
                [.ownerAccountID: 65_534, .groupOwnerAccountID: 65_534], ofItemAtPath: path)
        }
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path]
        let program = try LiveProgram(nobody + Self.arguments + [data], of: setpriv)
        try await lines(of: program, until: "\"sequence\":20")
        let lake = data + "/lake/raw/quotes"
        let hours = try FileManager.default.contentsOfDirectory(atPath: lake).map { lake + "/" + $0 }
        for path in hours + [lake] {
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: path)
        }
        let said = try await lines(of: program, until: "Permission denied")
        #expect(said.last?.contains("give this user permission") == true, "\(said.suffix(2))")
        for path in hours + [lake] {
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        try await isWellAfter(program, data, "permission lost")
    }

    @Test(.timeLimit(.minutes(3))) func aProcessThatIsStoppedGoesOnAndAudits() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try LiveProgram(Self.arguments + [data])
        try await lines(of: program, until: "\"sequence\":20")
        program.signal(SIGSTOP)
        // Whoever looks meanwhile is answered from disk.
        let status = try await Program.call("status", "--json", "--data", data).json() as? [String: Any]
        #expect(status?["owner"] as? Int == Int(program.pid))
        let gaps = try await Program.call("gaps", "--data", data)
        #expect([0, 1].contains(gaps.code), "\(gaps.errors)")
        program.signal(SIGCONT)
        try await isWellAfter(program, data, "stopped and continued")
    }

    @Test(.timeLimit(.minutes(3))) func aHangUpIsIgnoredWhereItWasIgnoredBefore() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try LiveProgram(
            ["-c", "trap '' HUP; exec \"$0\" \"$@\"", Program.path] + Self.arguments + [data], of: "/bin/sh")
        try await lines(of: program, until: "\"sequence\":20")
        for _ in 0..<3 { program.signal(SIGHUP) }
        try await lines(of: program, until: "\"sequence\":40")
        try await isWellAfter(program, data, "nohup")
    }

    @Test(.timeLimit(.minutes(3))) func aStoreCutShortWhileItRunsIsWholeAgainOrNamed() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try LiveProgram(Self.arguments + [data])
        try await lines(of: program, until: "\"sequence\":20")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/warehouse.sqlite"))
        try file.truncate(atOffset: 0)
        try file.close()
        program.signal(SIGTERM)
        _ = try await program.rest()
        #expect(try await program.exit(within: 8) >= 0, "\(program.errors)")
        let verify = try await HostileCall(["verify", "--data", data])
        verify.isHarmless("a store cut short")
        // What its log still held came back when it was closed; anything else is named.
        #expect(
            verify.code == 0 || verify.code == 1 && verify.output.contains("warehouse"),
            "\(verify.output)\(verify.errors)")
    }
}

extension Program {
    /// Whether another user may run the program where it lies.
    static func isReachable(by setpriv: String) async throws -> Bool {
        let process = process([])
        process.executableURL = URL(fileURLWithPath: setpriv)
        process.arguments = ["--reuid=65534", "--regid=65534", "--clear-groups", path, "--version"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
