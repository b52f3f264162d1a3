import Foundation
import Testing

/// What arrived and is not data: listed, counted, opened.
@Suite struct CommandLineQuarantineTests {
    @Test func aHostileAnswerIsListedCountedAndOpenedWithoutHarm() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let run = try await Program.call(
            "run", "--headless", "--data", data, "--symbols", "AAPL,MSFT", "--speed", "1000", "--flaw", "none",
            "--fault",
            "escapes@09:35+10m", "--until", "2026-03-03T14:50:00Z")
        #expect(run.code == 0, "\(run.errors)")
        #expect(!run.output.contains("\u{1B}") && !run.errors.contains("\u{1B}"))
        let list = try await Program.call("quarantine", "--data", data, "--symbol", "AAPL", "--json")
        let rows = try #require(try list.json() as? [[String: Any]])
        #expect(rows.allSatisfy { $0["symbol"] as? String == "AAPL" })
        let live = try #require(
            rows.first { $0["purpose"] as? String == "live" && $0["reason"] as? String == "malformed" })
        let id = try #require(live["id"] as? Int)
        let shown = try await Program.call("quarantine", "show", String(id), "--data", data)
        #expect(shown.code == 0 && shown.output.contains("{\"error\":\"\\x1B[2J\\x1B]0;owned\\x07\\xC2\\x9B31m\"}"))
        let json = try #require(
            try await Program.call("quarantine", "show", String(id), "--data", data, "--json").json() as? [String: Any])
        let bytes = (json["answerBase64"] as? String).flatMap { Data(base64Encoded: $0) }
        #expect(bytes == Data("{\"error\":\"\u{1B}[2J\u{1B}]0;owned\u{07}\u{9B}31m\"}".utf8))
        let status = try #require(
            try await Program.call("status", "--data", data, "--json").json() as? [String: Any])
        let all = try #require(
            try await Program.call("quarantine", "--data", data, "--json", "--limit", "100000").json() as? [Any])
        #expect(status["quarantined"] as? Int == all.count && all.count >= rows.count)
        let prom = try await Program.call("status", "--data", data, "--format", "prom")
        #expect(prom.output.contains("kintsugi_quarantined_rows \(all.count)\n"))
        let nothing = try await Program.call("quarantine", "--data", data, "--reason", "no-such-word")
        #expect(nothing.code == 0 && nothing.output == "nothing in quarantine\n")
        for bad in [["show", "999999"], ["show", "x"], ["--limit", "0"], ["--from", "soon"]] {
            let call = try await Program.call(["quarantine"] + bad + ["--data", data])
            #expect(call.code == 2 && call.output.isEmpty && call.errors.split(separator: "\n").count == 1, "\(bad)")
        }
        withExtendedLifetime(folder) {}
    }
}
