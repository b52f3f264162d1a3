import Foundation
import Testing

/// Orders at the command line, and reading beside a running owner.
@Suite struct CommandLineOrderTests {
    private static let window = ["--from", "2026-03-03T14:30:00Z", "--to", "2026-03-03T15:48:00Z"]

    @Test func aDryRunTouchesNothing() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let before = try folder.contents(of: "data")
        let gaps = try #require(
            try await Program.call(["gaps", "--symbol", "AAPL", "--data", data, "--json"] + Self.window).json()
                as? [[String: Any]])
        for order in ["audit", "repair"] {
            let call = try await Program.call(
                [order, "--symbol", "AAPL,SPY", "--dry-run", "--json", "--data", data] + Self.window)
            #expect(call.code == 0)
            let plan = try #require(try call.json() as? [String: Any])
            #expect(plan["order"] as? String == order)
            let symbols = try #require(plan["symbols"] as? [[String: Any]])
            #expect(symbols.map { $0["symbol"] as? String } == ["AAPL", "SPY"])
            #expect(symbols[0]["slots"] as? Int == gaps.reduce(0) { $0 + ($1["slots"] as? Int ?? 0) })
            #expect(symbols[0]["calls"] as? Int == 1)
            let total = try #require(plan["total"] as? [String: Any])
            for key in ["calls", "slots", "partitions"] {
                #expect(total[key] as? Int == symbols.reduce(0) { $0 + ($1[key] as? Int ?? 0) })
            }
            // The market hour is the same of both, and counts once.
            #expect(total["derived"] as? Int == symbols.reduce(-1) { $0 + ($1["derived"] as? Int ?? 0) })
        }
        #expect(try folder.contents(of: "data") == before)
    }

    @Test func aRepairHealsItsWindowAndBeginsNothingElse() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let call = try await Program.call(
            ["repair", "--symbol", "AAPL", "--as", "ana", "--json", "--data", data] + Self.window)
        #expect(call.code == 0, "\(call.output)\(call.errors)")
        let ended = try #require(try call.json() as? [String: Any])
        #expect(["healed", "succeeded"].contains(ended["state"] as? String))
        #expect(ended["trigger"] as? String == "ana")
        let left = try await Program.call(["gaps", "--symbol", "AAPL", "--data", data] + Self.window)
        #expect(left.code == 0 && left.output == "no gaps\n")
        // Nothing began by itself: what an earlier process left under way may go on, and no audit joins it.
        let all = try #require(
            try await Program.call("executions", "--all", "--json", "--data", data).json() as? [[String: Any]])
        #expect(all.compactMap { $0["id"] as? String }.filter { $0.hasPrefix("2-") } == ["2-1"])
        let verified = try await Program.call("verify", "--data", data, "--json")
        #expect(verified.code == 0, "\(verified.output)")
        withExtendedLifetime(folder) {}
    }

    @Test func aResynthesisBuildsTheSameAgain() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let export = ["export", "--dataset", "session", "--to", "2026-03-03", "--data", data]
        let before = try await Program.call(export)
        let call = try await Program.call(
            "resynthesize", "--symbol", "AAPL,MSFT", "--from", "2026-03-02", "--to", "2026-03-03", "--data", data)
        #expect(call.code == 0, "\(call.errors)")
        #expect(call.output.contains("23 derived rows"), "\(call.output)")
        #expect(try await Program.call(export).output == before.output)
        withExtendedLifetime(folder) {}
    }

    @Test func besideARunningOwnerOneReadsAndTheOwnerCarriesOrdersOut() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = Program.process([
            "run", "--headless", "--data", data, "--symbols", "AAPL,MSFT,SPY", "--speed", "600",
        ])
        let pipe = Pipe()
        let (pieces, inlet) = AsyncStream.makeStream(of: Data.self)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let piece = handle.availableData
            if piece.isEmpty {
                handle.readabilityHandler = nil
                inlet.finish()
            } else {
                inlet.yield(piece)
            }
        }
        owner.standardOutput = pipe
        owner.standardError = FileHandle.nullDevice
        try owner.run()
        // Its first acknowledged append: then everything is there to be read.
        var heard = ""
        for await piece in pieces {
            heard += String(decoding: piece, as: UTF8.self)
            if heard.contains("\"append\"") { break }
        }
        let status = try #require(
            try await Program.call("status", "--data", data, "--json").json() as? [String: Any])
        #expect(status["owner"] as? Int32 == owner.processIdentifier)
        for _ in 0..<5 {
            let verified = try await Program.call("verify", "--data", data, "--json")
            #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        }
        let words = ["--symbol", "AAPL", "--from", "2026-03-02", "--to", "2026-03-03", "--data", data, "--as", "ben"]
        let carried = try await Program.call(["resynthesize"] + words)
        #expect(carried.code == 0 && carried.output.contains("healed"), "\(carried.output)\(carried.errors)")
        let begun = try await Program.call(["audit", "--no-wait"] + words)
        #expect(begun.code == 0 && begun.output.contains("has begun"), "\(begun.output)\(begun.errors)")
        let executions = try await Program.call("executions", "--all", "--json", "--data", data)
        let triggers = (try executions.json() as? [[String: Any]])?.compactMap { $0["trigger"] as? String } ?? []
        #expect(triggers.count { $0 == "ben" } == 2, "\(triggers)")
        let stranger = try await Program.call("cancel", "9-9", "--data", data)
        #expect(stranger.code == 2, "\(stranger.errors)")
        let plan = try await Program.call(
            ["repair", "--symbol", "AAPL", "--from", "2026-03-02", "--to", "2026-03-03", "--dry-run", "--data", data])
        #expect(plan.code == 0)
        let ended = Task.detached { owner.waitUntilExit() }
        owner.terminate()
        await ended.value
        #expect(owner.terminationReason == .exit && owner.terminationStatus == 0)
        #expect(try await Program.call("verify", "--data", data).code == 0)
    }
}
