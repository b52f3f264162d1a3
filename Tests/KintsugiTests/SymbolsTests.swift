import Foundation
import Testing

/// The universe changes by decision: recorded, taken over by the next owner, and nothing held is lost.
@Suite(.serialized) struct SymbolsTests {
    private func list(_ data: String) async throws -> [String: [String: Any]] {
        let call = try await Program.call("symbols", "list", "--json", "--data", data)
        #expect(call.code == 0, "\(call.errors)")
        let rows = try call.json() as? [[String: Any]] ?? []
        return Dictionary(rows.map { ($0["symbol"] as? String ?? "", $0) }) { first, _ in first }
    }

    private func run(_ data: String, until: String, _ more: [String] = []) async throws {
        let call = try await Program.call(
            ["run", "--headless", "--data", data, "--speed", "1000", "--flaw", "none", "--until", until] + more)
        #expect(call.code == 0, "\(call.errors)")
    }

    private func bars(_ data: String, _ symbol: String) async throws -> Int {
        try await Program.call("export", "--dataset", "bars", "--symbol", symbol, "--data", data).lines.count - 1
    }

    @Test(.timeLimit(.minutes(3))) func addedRemovedAndBackAgain() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let before = try await list(data)
        #expect(before.keys.sorted() == ["AAPL", "MSFT", "SPY"])
        #expect(before["AAPL"]?["to"] is NSNull && (before["AAPL"]?["present"] as? Int ?? 0) > 100)
        let held = try await bars(data, "MSFT")

        let add = try await Program.call(
            "symbols", "add", "NVDA", "--from", "2026-03-03T14:30:00Z", "--alias", "CHIPS", "--as", "ana", "--data",
            data)
        #expect(add.code == 0 && add.output.contains("NVDA (CHIPS) XNYS: expected from 2026-03-03T14:30"), "\(add)")
        #expect(add.output.contains("the next run takes this over"))
        let remove = try await Program.call("symbols", "remove", "MSFT", "--as", "bo", "--data", data)
        #expect(remove.code == 0 && remove.output.contains("MSFT XNYS: expected from"), "\(remove)")
        let waiting = try await list(data)
        #expect(waiting["NVDA"]?["next"] is [String: Any] && waiting["MSFT"]?["next"] is [String: Any])
        #expect(waiting["SPY"]?["next"] is NSNull)
        #expect(try await Program.call("symbols", "--data", data).output.contains("→"))

        try await run(data, until: "healed")
        let after = try await list(data)
        #expect(after.values.allSatisfy { $0["next"] is NSNull }, "\(after)")
        #expect(after["NVDA"]?["from"] as? String == "2026-03-03T14:30:00Z")
        #expect((after["NVDA"]?["present"] as? Int ?? 0) > 0 && after["NVDA"]?["alias"] as? String == "CHIPS")
        #expect(after["MSFT"]?["to"] is String, "\(after)")
        #expect(after["MSFT"]?["to"] as? String == "2026-03-03T21:00:00Z", "no session is cut")
        #expect(try await bars(data, "MSFT") >= held, "nothing held is lost")
        let byAlias = try await Program.call("coverage", "--symbol", "CHIPS", "--data", data)
        #expect(byAlias.code == 0 && byAlias.output.contains("NVDA"), "\(byAlias)")
        #expect(try await decisions(data).contains { $0.contains("ana, bo") && $0.contains("universe") })

        let back = try await Program.call("symbols", "add", "MSFT", "--data", data)
        #expect(back.code == 0, "\(back)")
        try await run(data, until: "healed")
        #expect(try await list(data)["MSFT"]?["to"] is NSNull)
        #expect(try await bars(data, "MSFT") >= held)
        #expect(try await Program.call("verify", "--data", data).code == 0)
        #expect(try await Program.call("symbols", "add", "MSFT", "--data", data).output.contains("nothing to change"))
        withExtendedLifetime(folder) {}
    }

    /// The records of the stream of decisions that are in the lake.
    private func decisions(_ data: String) async throws -> [String] {
        let files = try FileManager.default.subpathsOfDirectory(atPath: data + "/lake").filter {
            $0.contains("operator") && $0.hasSuffix(".gz")
        }
        var lines: [String] = []
        for file in files {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "gzip -dc < \"$0\"", data + "/lake/" + file]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            lines += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                .split(separator: "\n").map(String.init)
        }
        return lines
    }

    @Test(.timeLimit(.minutes(2))) func besideAnOwnerAChangeWaitsAndSaysSo() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let owner = try LiveProgram(["run", "--headless", "--data", data, "--speed", "1", "--flaw", "none"])
        _ = try await owner.line()
        let add = try await Program.call("symbols", "add", "NVDA", "--data", data)
        #expect(add.code == 0 && add.output.contains("kintsugi stop"), "\(add)")
        let stop = try await Program.call("stop", "--data", data)
        #expect(stop.code == 0, "\(stop)")
        #expect(try await owner.exit() == 0)
        #expect(try await list(data)["NVDA"]?["next"] is [String: Any])
        try await run(data, until: "healed")
        #expect(try await list(data)["NVDA"]?["next"] is NSNull)
        withExtendedLifetime(folder) {}
    }

    @Test(.timeLimit(.minutes(2))) func anOlderFileIsReadAndAStrangeOneRefused() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let path = data + "/universe.json"
        var rows =
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            as? [[String: Any]] ?? []
        for place in rows.indices {
            rows[place]["alias"] = nil
            rows[place]["source"] = nil
        }
        try JSONSerialization.data(withJSONObject: rows).write(to: URL(fileURLWithPath: path))
        #expect(try await list(data).count == 3)
        try "{".write(toFile: data + "/universe.next.json", atomically: false, encoding: .utf8)
        try await HostileCall(["symbols", "--data", data]).isRefused(3, "universe.next.json", "a broken change")
        withExtendedLifetime(folder) {}
    }

    @Test(.timeLimit(.minutes(2))) func whatMeansNothingIsRefusedAndChangesNothing() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let before = try folder.contents(of: "data")
        let cases: [([String], String)] = [
            (["add", "../x"], "no symbol"), (["add", "A,,B"], "empty"), (["add"], "SYMBOL"),
            (["add", "NVDA", "--from", "soon"], "no time"), (["add", "NVDA", "--from", "99999d"], "ten years"),
            (["add", "NVDA", "--from", "1970-01-01"], "2000-01-01"), (["add", "NVDA", "--alias", "a b"], "no name"),
            (["add", "NVDA,TSLA", "--alias", "X"], "one symbol"), (["add", "NVDA", "--alias", "SPY"], "already"),
            (["add", "BINANCE:BTCUSDT"], "born with"), (["add", "AAPL", "--calendar", "24x7"], "stays"),
            (["remove", "MSTF"], "did you mean MSFT?"), (["remove", "AAPL", "--to", "2001-01-01"], "before"),
            (["frobnicate"], "frobnicate"),
        ]
        for (arguments, word) in cases {
            try await HostileCall(["symbols"] + arguments + ["--data", data]).isRefused(2, word, "\(arguments)")
        }
        try await HostileCall(["symbols", "add", "NVDA", "--data", data], variables: ["KINTSUGI_SYMBOLS": "AAPL"])
            .isRefused(2, "source.symbols", "symbols that are configured")
        try await HostileCall(["symbols", "add", "NVDA", "--data", folder.path + "/none"])
            .isRefused(3, "no data directory", "no directory")
        #expect(try folder.contents(of: "data") == before)
    }
}
