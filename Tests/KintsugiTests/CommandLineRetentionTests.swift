import Foundation
import Testing

/// Raw that is kept for a time only: what is deleted was sealed, and everything still follows from what is left.
@Suite struct CommandLineRetentionTests {
    /// A run of four market hours that keeps the last one.
    private static let world = Task {
        let folder = try Folder()
        let call = try await Program.call([
            "run", "--headless", "--data", folder.path + "/data", "--symbols", "AAPL,BINANCE:BTCUSDT", "--speed", "900",
            "--retain-raw", "1h", "--retain-stream", "1h", "--until", "2026-03-03T18:30:00Z",
        ])
        guard call.code == 0 else { throw World.WorldFailure(description: "\(call.code): \(call.errors)") }
        return folder
    }

    private func copy() async throws -> (folder: Folder, data: String) { try await World.copy(of: Self.world) }

    private func status(_ data: String) async throws -> [String: [String: Any]] {
        let call = try await Program.call("status", "--data", data, "--json")
        let report = try #require(try call.json() as? [String: Any])
        let disk = try #require(report["disk"] as? [String: Any])
        let stores = try #require(disk["stores"] as? [[String: Any]])
        return Dictionary(stores.map { ("\($0["store"] ?? "")", $0) }) { first, _ in first }
    }

    @Test func whatIsOlderIsSealedAndDeletedAndEverythingVerifies() async throws {
        let (folder, data) = try await copy()
        let stores = try await status(data)
        let sealed = try #require(stores["sealed"]?["objects"] as? Int)
        #expect(sealed > 0)
        let raw = try FileManager.default.subpathsOfDirectory(atPath: data + "/lake/raw").filter { $0.hasSuffix(".gz") }
        // The stop may have come between the seal and the last deletion, which the next start makes up for.
        #expect(raw.count >= stores["raw"]?["objects"] as? Int ?? .max)
        #expect(raw.contains { $0.contains("hour=2026-03-03T18") })
        let names = try FileManager.default.contentsOfDirectory(atPath: data + "/lake/sealed")
        #expect(names.count >= sealed)

        let verified = try await Program.call("verify", "--data", data, "--json")
        #expect(verified.code == 0, "\(verified.output)")
        let report = try #require(try verified.json() as? [String: Any])
        #expect(report["sealed"] as? Int == sealed)
        let from = try #require(report["speaksFrom"] as? String)
        #expect(from >= "2026-03-03T14:30" && from < "2026-03-03T18")
        let words = try await Program.call("verify", "--data", data)
        #expect(words.output.contains("raw speaks from \(from) on"))
        withExtendedLifetime(folder) {}
    }

    /// The bars of the first hour are told by the seals alone.
    @Test func aBarThatOnlyASealKnowsIsStillCompared() async throws {
        let (folder, data) = try await copy()
        try? FileManager.default.removeItem(atPath: data + "/manifest.json")
        let edit = try SQLiteProgram.run(
            data, "UPDATE bars SET close = close + 1 WHERE minute = (SELECT min(minute) FROM bars WHERE volume > 0)")
        guard let edit else { return }
        #expect(edit == 0)
        let call = try await Program.call("verify", "--data", data)
        #expect(call.code == 1)
        #expect(call.output.contains("warehouse bar ") && call.output.contains(": close is "), "\(call.output)")
        withExtendedLifetime(folder) {}
    }

    @Test func aFlippedSealedObjectIsNamed() async throws {
        let (folder, data) = try await copy()
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: data + "/lake/sealed").sorted().first)
        let path = data + "/lake/sealed/" + name
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        for arguments in [["verify"], ["verify", "--quick"]] {
            let call = try await Program.call(arguments + ["--data", data])
            #expect(call.code == 1)
            #expect(call.output.contains("lake sealed/\(name): a sealed object is damaged"), "\(call.output)")
        }
        withExtendedLifetime(folder) {}
    }

    @Test func theStreamLetsGoOfWhatIsInTheLake() async throws {
        let (folder, data) = try await copy()
        let held = try SQLiteProgram.text(
            data + "/stream.sqlite", "SELECT max(first) FROM shards WHERE stream = 'quotes'")
        if let held { #expect((Int(held) ?? 0) > 1, "\(held)") }
        withExtendedLifetime(folder) {}
    }

    /// A warehouse begun anew begins with the seals.
    @Test func aWarehouseThatIsGoneIsBuiltFromSealsAndRaw() async throws {
        let (folder, data) = try await copy()
        let before = try await Program.call("export", "--dataset", "bars", "--columns", "values", "--data", data)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: data + "/warehouse.sqlite" + suffix)
        }
        let run = try await Program.call([
            "run", "--headless", "--data", data, "--symbols", "AAPL,BINANCE:BTCUSDT", "--speed", "1", "--until",
            "2026-03-03T18:31:30Z",
        ])
        #expect(run.code == 0, "\(run.errors)")
        // What was asked for again meanwhile may have another value, but nothing is gone.
        let after = try await Program.call("export", "--dataset", "bars", "--columns", "values", "--data", data)
        func slots(_ lines: [String]) -> Set<String> {
            Set(lines.map { $0.split(separator: ",").prefix(2).joined(separator: " ") })
        }
        #expect(before.lines.count > 500)
        #expect(slots(before.lines).subtracting(slots(after.lines)).isEmpty)
        let verified = try await Program.call("verify", "--data", data)
        #expect(verified.code == 0, "\(verified.output)")
        withExtendedLifetime(folder) {}
    }

    @Test func aSpanThatIsNoneIsRefused() async throws {
        for (option, text) in [("--retain-raw", "soon"), ("--retain-stream", "5m"), ("--retain-raw", "0d")] {
            let call = try await Program.call("run", "--headless", option, text, "--until", "healed")
            #expect(call.code == 2)
            #expect(call.errors.contains(option))
        }
    }
}

/// The sqlite3 program, where it is installed; nil says that it is not.
enum SQLiteProgram {
    static func run(_ data: String, _ sql: String) throws -> Int32? {
        try call(data + "/warehouse.sqlite", sql)?.code
    }

    static func text(_ path: String, _ sql: String) throws -> String? {
        try call(path, sql)?.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func call(_ path: String, _ sql: String) throws -> (code: Int32, output: String)? {
        let program = "/usr/bin/sqlite3"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            print("skipped: sqlite3 is not installed")
            return nil
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [path, sql]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
