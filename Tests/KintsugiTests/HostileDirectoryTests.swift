import Foundation
import Testing

/// Data directories that are not what they should be: named, left as they are, and well again once that is mended.
@Suite(.serialized) struct HostileDirectoryTests {
    /// Without a flaw: a capture that loses something each minute is healed for moments only.
    private static let run = [
        "run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--speed", "1000", "--flaw", "none", "--until", "healed",
    ]

    private static func healthyRun(_ data: String, _ about: String) async throws {
        let run = try await Program.call(Self.run + ["--data", data])
        #expect(run.code == 0, "\(about): \(run.errors)")
        let verify = try await Program.call("verify", "--data", data)
        #expect(verify.code == 0, "\(about): \(verify.output)\(verify.errors)")
    }

    @Test(.timeLimit(.minutes(2))) func foreignDirectoriesAreLeftAlone() async throws {
        let folder = try Folder()
        try "mine".write(toFile: folder.path + "/file", atomically: false, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: folder.path + "/other", withIntermediateDirectories: true)
        try "mine".write(toFile: folder.path + "/other/notes", atomically: false, encoding: .utf8)
        let before = try folder.contents(of: "")
        for (name, word) in [("file", "is a file"), ("other", "not made by kintsugi")] {
            let data = ["--data", folder.path + "/" + name]
            try await HostileCall(Self.run + data).isRefused(3, word, name)
            for command in ["status", "coverage", "gaps", "alarms", "verify", "executions"] {
                try await HostileCall([command] + data).isRefused(3, "no data directory", "\(command) of \(name)")
            }
        }
        #expect(try folder.contents(of: "") == before)
    }

    /// What is written over a file of the directory, what is asked for besides, the code and a word.
    private static let changes: [(file: String, text: String, more: [String], code: Int32, word: String)] = [
        ("kintsugi.json", "{\"formatVersion\": 9}", [], 3, "format 9"), ("kintsugi.json", "{", [], 3, "pin"),
        ("kintsugi.json", "", [], 3, "pin"), ("incarnation", "x\n", [], 3, "incarnation"),
        ("universe.json", "{", [], 3, "universe"), ("", "", ["--seed", "2"], 3, "seed"),
        ("", "", ["--symbols", "BINANCE:BTCUSDT"], 3, "calendars"),
        ("", "", ["--start", "2020-01-02T00:00:00Z"], 2, "never goes back"),
        ("", "", ["--provider", "finnhub", "--base-url", "http://127.0.0.1:1", "--speed", "1"], 3, "source"),
        ("warehouse.sqlite", "this is no store at all", [], 3, "warehouse.sqlite"),
        ("stream.sqlite", "this is no store at all", [], 3, "stream.sqlite"),
        ("catalog.sqlite", "this is no store at all", [], 3, "catalog.sqlite"),
        ("journal.sqlite", "this is no store at all", [], 3, "journal.sqlite"),
    ]

    @Test(.timeLimit(.minutes(2))) func whatCannotBeOpenedIsRefusedAndNothingIsLost() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let whole = try folder.contents(of: "data")
        for change in Self.changes {
            let about = "\(change.file) \(change.more)"
            let path = data + "/" + change.file
            if !change.file.isEmpty { try overwrite(path, change.text) }
            try await HostileCall(Self.run + ["--data", data] + change.more)
                .isRefused(change.code, change.word, about)
            if change.file.isEmpty || change.file == "kintsugi.json" {
                #expect(try folder.contents(of: "data")["manifest.json"] != nil, "\(about): still stopped cleanly")
            }
            if change.file.hasSuffix(".sqlite") {
                let verify = try await HostileCall(["verify", "--data", data])
                #expect(verify.code == 1 && verify.output.contains(change.file), "\(verify.output)")
                try await HostileCall(["status", "--data", data]).isRefused(3, change.file, "status, \(about)")
            }
            if !change.file.isEmpty { try whole[change.file]?.write(to: URL(fileURLWithPath: path)) }
        }
        try await Self.healthyRun(data, "after every refusal")
    }

    /// The beginning of a file, or all of a small one.
    private func overwrite(_ path: String, _ text: String) throws {
        var bytes = FileManager.default.contents(atPath: path) ?? Data()
        if path.hasSuffix(".sqlite") {
            bytes.replaceSubrange(..<text.utf8.count, with: Data(text.utf8))
        } else {
            bytes = Data(text.utf8)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test(.timeLimit(.minutes(2))) func damageAtRestIsNamedAndPaged() async throws {
        for kind in ["cut object", "flipped object", "lost object", "flipped record"] {
            let (folder, data) = try await World.copy(of: World.well)
            let name = try damage(kind, data)
            let verify = try await HostileCall(["verify", "--json", "--data", data])
            verify.isHarmless(kind)
            #expect(verify.code == 1 && verify.output.contains(name), "\(kind): \(verify.output)\(verify.errors)")
            #expect(verify.output.contains("\"well\":false"), "\(kind): \(verify.output)")
            let run = try await HostileCall(Self.run + ["--data", data])
            run.isHarmless(kind)
            #expect(run.code == 0 && run.errors.isEmpty, "\(kind): \(run.errors)")
            withExtendedLifetime(folder) {}
        }
    }

    /// Damages one thing, and gives the word by which a scrub must name it.
    private func damage(_ kind: String, _ data: String) throws -> String {
        if kind == "flipped record" {
            let path = data + "/stream.sqlite"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            // Everywhere: pages that SQLite has left behind hold old copies, which nobody reads.
            while let place = bytes.range(of: Data("\"purpose\"".utf8))?.lowerBound { bytes[place + 1] ^= 1 }
            try bytes.write(to: URL(fileURLWithPath: path))
            return "not what was written"
        }
        let root = data + "/lake/"
        let objects = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".ndjson.gz") }
        let key = objects.sorted()[objects.count / 2]
        var bytes = try Data(contentsOf: URL(fileURLWithPath: root + key))
        switch kind {
        case "cut object": bytes = bytes.prefix(20)
        case "flipped object": bytes[bytes.count / 2] ^= 8
        default:
            try FileManager.default.removeItem(atPath: root + key)
            return key
        }
        try bytes.write(to: URL(fileURLWithPath: root + key))
        return key
    }

    @Test(.timeLimit(.minutes(2))) func aFullDiskIsSaidAndHealedOnceThereIsSpace() async throws {
        let folder = try Folder()
        let mount = folder.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        guard geteuid() == 0, try await system("mount -t tmpfs -o size=1M kintsugi-test \(mount)") == 0 else {
            return print("SKIPPED: no small file system could be mounted, so no disk was filled")
        }
        do { try await fill(mount) } catch { Issue.record(error) }
        #expect(try await system("umount \(mount)") == 0)
    }

    private func fill(_ mount: String) async throws {
        let data = mount + "/data"
        let run = try await HostileCall(
            [
                "run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--speed", "1200", "--data", data, "--until",
                "2026-03-03T14:50:00Z",
            ])
        run.isHarmless("a full disk")
        #expect([0, 3].contains(run.code), "\(run.errors)")
        #expect((run.output + run.errors).contains("full"), "\(run.output.suffix(400))")
        #expect(try await system("mount -o remount,size=200M \(mount)") == 0)
        try await Self.healthyRun(data, "after there was space again")
        let alarms = try await Program.call("alarms", "--data", data)
        #expect(alarms.output.contains("no alarm stands"), "\(alarms.output)")
    }

    @Test func aDirectoryThatMayNotBeWrittenIsRefused() async throws {
        guard geteuid() != 0 else { return print("SKIPPED: root may write everywhere") }
        let (folder, data) = try await World.copy(of: World.well)
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: data)
        try await HostileCall(Self.run + ["--data", data]).isRefused(3, "may not be written", "read-only")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: data)
        try await Self.healthyRun(data, "writable again")
        withExtendedLifetime(folder) {}
    }

    private func system(_ command: String) async throws -> Int32 {
        try await offTests {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", command + " 2>/dev/null"]
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }
}
