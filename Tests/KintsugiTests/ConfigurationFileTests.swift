import Foundation
import Testing

/// Configuration files of every kind through the real program: found, obeyed, or refused in one sentence.
@Suite(.serialized) struct ConfigurationFileTests {
    private static let run = [
        "run", "--headless", "--speed", "1000", "--flaw", "none", "--until", "2026-03-03T14:27:00Z",
    ]

    private static func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    @Test func flagsBeatTheEnvironmentTheEnvironmentTheFileAndTheFileTheStandards() async throws {
        let folder = try Folder()
        let home: [String: String?] = ["XDG_CONFIG_HOME": folder.path + "/config"]
        try Self.write(
            "[source]\nsymbols = [\"AAPL\"]\nseed = 7\n[data]\ndirectory = \"\(folder.path)/a\"\n",
            folder.path + "/config/kintsugi/config.toml")
        func symbols(_ data: String) async throws -> String {
            let status = try await Program.call("coverage", "--data", folder.path + "/" + data)
            return ["AAPL", "MSFT", "SPY"].filter(status.output.contains).joined(separator: ",")
        }
        let file = try await HostileCall(Self.run, variables: home)
        #expect(file.code == 0, "\(file.errors)")
        #expect(try await symbols("a") == "AAPL")
        let pin = try String(contentsOfFile: folder.path + "/a/kintsugi.json", encoding: .utf8)
        #expect(pin.contains("7"), "\(pin)")
        let status = try await HostileCall(["status"], variables: home)
        #expect(status.code == 0 && status.output.contains(folder.path + "/a"), "\(status.output)\(status.errors)")

        let environment = home.merging(["KINTSUGI_SYMBOLS": "MSFT", "KINTSUGI_DATA": folder.path + "/b"]) { $1 }
        #expect(try await HostileCall(Self.run, variables: environment).code == 0)
        #expect(try await symbols("b") == "MSFT")
        let flags = Self.run + ["--symbols", "SPY", "--data", folder.path + "/c"]
        #expect(try await HostileCall(flags, variables: environment).code == 0)
        #expect(try await symbols("c") == "SPY")

        let other = folder.path + "/other.toml"
        try Self.write("[data]\ndirectory = \"\(folder.path)/nowhere\"\n", other)
        for call in [
            try await HostileCall(["status", "--config", other], variables: home),
            try await HostileCall(["status"], variables: home.merging(["KINTSUGI_CONFIG": other]) { $1 }),
        ] { call.isRefused(3, "/nowhere", "the file named") }
    }

    @Test func allProblemsOfAFileAreToldAtOnce() async throws {
        let folder = try Folder()
        let file = folder.path + "/config.toml"
        try Self.write("[source]\nprovder = \"finnhub\"\nspeed = \"fast\"\n[source.x]\nkey = \"S3CR3TKEY\"\n", file)
        let call = try await HostileCall(Self.run + ["--config", file, "--data", folder.path + "/data"])
        call.isHarmless("problems")
        #expect(call.code == 2 && call.output.isEmpty)
        let lines = call.errors.split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("kintsugi: \(file):") }, "\(call.errors)")
        for word in ["config.toml:2: ", "source.provider?", "config.toml:3: ", "from 0 to 100000", "0600"] {
            #expect(call.errors.contains(word), "\(word): \(call.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
    }

    @Test func everythingThatIsNoConfigurationIsRefusedInOneSentence() async throws {
        let folder = try Folder()
        let path = folder.path + "/c"
        let large = FileManager.default.createFile(atPath: path + ".large", contents: nil)
        #expect(large && truncate(path + ".large", 50_000_000) == 0)
        try FileManager.default.createDirectory(atPath: path + ".folder", withIntermediateDirectories: true)
        #expect(mkfifo(path + ".fifo", 0o600) == 0)
        #expect(symlink(path + ".loop", path + ".loop") == 0)
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path + ".utf16"))
        try Data((0..<4_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }).write(
            to: URL(fileURLWithPath: path + ".binary"))
        try Data("[source]\n# \u{0}\n".utf8).write(to: URL(fileURLWithPath: path + ".nul"))
        try Self.write("[source]\nspeed = 1\nspeed = 2\n", path + ".twice")
        try Self.write("[source]\nseed = \(String(repeating: "9", count: 3_000))\n", path + ".huge")
        try Self.write("\u{1B}[2J = \"\u{1B}]0;x\u{7}\"\n", path + ".escape")
        let cases: [(String, String)] = [
            (path + ".none", "no such file"), (path + ".large", "50000000 bytes"), (path + ".folder", "a directory"),
            (path + ".fifo", "no ordinary file"), ("/dev/zero", "no ordinary file"), (path + ".loop", "circle"),
            (path + ".utf16", "byte 0"), (path + ".binary", "configuration"), (path + ".nul", ":2: a byte 0"),
            (path + ".twice", ":3: "), (path + ".huge", ":2: "), (path + ".escape", ":1: "), ("", "cannot be read"),
            (String(repeating: "x", count: 5_000), "cannot be read"), ("\u{1B}[2J", "\\u{1b}"),
        ]
        for (file, word) in cases {
            let data = ["--config", file, "--data", folder.path + "/data"]
            try await HostileCall(Self.run + data, within: 20).isRefused(2, word, "\(file.suffix(60))")
        }
        if geteuid() != 0 {
            try Self.write("", path + ".closed")
            #expect(chmod(path + ".closed", 0) == 0)
            try await HostileCall(Self.run + ["--config", path + ".closed"]).isRefused(2, "may not read", "closed")
        } else {
            print("SKIPPED: root may read everything")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
        try Self.write("", path + ".empty")
        let empty = try await HostileCall(
            Self.run + ["--symbols", "AAPL", "--config", path + ".empty", "--data", folder.path + "/data"])
        #expect(empty.code == 0, "\(empty.errors)")
    }
}
