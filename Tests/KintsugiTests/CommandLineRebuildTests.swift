import Foundation
import Testing

/// What was captured, repaired and decided follows from the raw lake alone.
@Suite(.serialized) struct CommandLineRebuildTests {
    /// Everything that people and programs read of a directory, byte for byte.
    private func told(_ data: String) async throws -> [String] {
        let words =
            ["bars", "hourly", "session", "market"].map { ["export", "--dataset", $0] } + [
                ["coverage", "--json"], ["gaps", "--json"], ["quarantine", "--json"],
            ]
        var told: [String] = []
        for words in words {
            let call = try await Program.call(words + ["--data", data])
            #expect(call.errors.isEmpty && call.code != 3, "\(words): \(call.errors)")
            told.append("\(words): \(call.output)")
        }
        return told
    }

    /// Everything but the word of who holds the directory.
    private func contents(_ folder: Folder) throws -> [String: Data] {
        try folder.contents(of: "data").filter { $0.key != "owner.lock" }
    }

    @Test(.timeLimit(.minutes(3))) func aSecondDirectoryTellsTheSame() async throws {
        for world in [World.well, World.holed] {
            let (folder, data) = try await World.copy(of: world)
            let before = try contents(folder)
            let second = folder.path + "/second"
            let rebuilt = try await Program.call("rebuild", "--data", data, "--into", second)
            #expect(rebuilt.code == 0 && rebuilt.output.contains("rebuilt \(second)"), "\(rebuilt)")
            #expect(try contents(folder) == before, "the first stays as it is")
            #expect(try await told(second) == told(data))
            let verified = try await Program.call("verify", "--data", second)
            #expect(verified.code == 0, "\(verified.output)")
            let again = try await Program.call("rebuild", "--data", data, "--into", second)
            #expect(again.code == 3 && again.errors.contains("there already"), "\(again)")
            withExtendedLifetime(folder) {}
        }
    }

    @Test(.timeLimit(.minutes(3))) func storesThatAreGoneComeBackAndTheRunGoesOn() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let before = try await told(data)
        for name in ["catalog.sqlite", "warehouse.sqlite"] {
            try FileManager.default.removeItem(atPath: "\(data)/\(name)")
        }
        let rebuilt = try await Program.call("rebuild", "--data", data, "--json")
        let report = try #require(try rebuilt.json() as? [String: Any], "\(rebuilt)")
        #expect((report["objects"] as? Int ?? 0) > 3 && (report["records"] as? Int ?? 0) > 3, "\(report)")
        #expect(try await told(data) == before)
        let run = try await Program.call(
            "run", "--headless", "--data", data, "--speed", "1000", "--flaw", "none", "--until", "healed")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try await Program.call("verify", "--data", data).code == 0)
        withExtendedLifetime(folder) {}
    }

    @Test(.timeLimit(.minutes(2))) func besideAnOwnerAndIntoItselfItIsRefused() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        try await HostileCall(["rebuild", "--data", data, "--into", data + "/inner"])
            .isRefused(2, "beside it", "a directory within")
        try await HostileCall(["rebuild", "--data", folder.path + "/none"]).isRefused(3, "no data directory", "none")
        let owner = try LiveProgram(["run", "--headless", "--data", data, "--speed", "1", "--flaw", "none"])
        _ = try await owner.line()
        try await HostileCall(["rebuild", "--data", data]).isRefused(3, "stop it first", "beside an owner")
        #expect(try await Program.call("stop", "--data", data).code == 0)
        #expect(try await owner.exit() == 0)
        withExtendedLifetime(folder) {}
    }
}
