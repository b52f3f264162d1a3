import Foundation
import Testing

/// Tests that run against real time, one after the other: each needs the machine to itself.
@Suite(.serialized) struct RealTime {}

extension RealTime {
    /// The program against an exchange in another process, as its people run both.
    @Suite(.serialized) struct EndToEndTests {
        /// A session of the pipeline against an exchange that replays a recording; the data directory that came of it.
        private struct Session {
            let folder: Folder
            let requests: [String: Int]
            var data: String { folder.path + "/data" }

            init(
                _ recording: Recording, from start: String, until end: String, faults: [String] = [],
                capture: [String], symbols: String = "AAPL,SPY"
            ) async throws {
                folder = try Folder()
                let file = folder.path + "/bars.csv"
                try recording.csv.write(toFile: file, atomically: false, encoding: .utf8)
                let exchange = try await LiveExchange(
                    [
                        "--replay", file, "--speed", "1200", "--skip-nights", "--start", start, "--calls-per-minute",
                        "0",
                    ] + faults.flatMap { ["--fault", $0] })
                let run = try await Program.call(
                    [
                        "run", "--headless", "--provider", "finnhub", "--base-url", exchange.url, "--start", "source",
                        "--speed", "1200", "--symbols", symbols, "--until", end, "--data", folder.path + "/data",
                    ] + capture)
                requests = try await exchange.requests()
                #expect(run.code == 0, "\(run.errors)")
                #expect(run.output.contains("\"started"), "\(run.output.prefix(300))")
                #expect(try await exchange.stop() == 0)
            }

            func export(_ dataset: String) async throws -> String {
                let call = try await Program.call(
                    "export", "--dataset", dataset, "--columns", "values", "--time", "epoch", "--format", "csv",
                    "--data", data)
                #expect(call.code == 0, "\(call.errors)")
                return call.output
            }

            func list(_ command: String) async throws -> [[String: Any]] {
                try await Program.call(command, "--json", "--data", data).json() as? [[String: Any]] ?? []
            }

            func coverage() async throws -> [String: Any] {
                let all = try await Program.call("coverage", "--json", "--data", data).json() as? [String: Any]
                let partitions = try #require(all?["partitions"] as? [[String: Any]])
                let total = try #require(all?["total"] as? [String: Any])
                for word in ["expected", "present", "pending", "missing", "quiet", "unrepairable", "healed"] {
                    let parts = partitions.reduce(0) { $0 + ($1[word] as? Int ?? 0) }
                    #expect(total[word] as? Int == parts, "\(word)")
                }
                for row in partitions + [total] {
                    let verdicts = ["present", "pending", "missing", "quiet", "unrepairable"]
                    #expect(verdicts.reduce(0) { $0 + (row[$1] as? Int ?? -1) } == row["expected"] as? Int, "\(row)")
                }
                return total
            }

            func isVerified() async throws {
                let verify = try await Program.call("verify", "--data", data)
                #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
            }

            /// Every slot of the recording is there as it was recorded, and every other slot is quiet.
            func holds(_ recording: Recording, sessionMinutes: Int = 390) async throws {
                let rows = try await export("bars").split(separator: "\n").dropFirst().compactMap(Recording.line)
                #expect(rows == recording.lines)
                let total = try await coverage()
                let symbols = Set(recording.lines.map(\.symbol)).count
                #expect(total["expected"] as? Int == symbols * sessionMinutes)
                #expect(total["present"] as? Int == recording.lines.count)
                #expect(total["quiet"] as? Int == symbols * sessionMinutes - recording.lines.count)
                #expect(try await list("alarms").isEmpty)
                #expect(try await list("gaps").isEmpty)
                try await isVerified()
            }
        }

        @Test(.timeLimit(.minutes(3))) func whatWasLostIsHealedAndEqualsWhatWasNeverBroken() async throws {
            let recording = Recording(symbols: ["AAPL", "SPY"], seed: 20)
            let broken = try await Session(
                recording, from: "2026-03-03T19:30:00Z", until: "2026-03-03T22:30:00Z",
                faults: ["outage@15:00+12m"], capture: ["--capture", "candles", "--flaw", "drop-one"])
            try await broken.holds(recording)
            #expect(broken.requests["failed"] ?? 0 > 0, "the outage was met")
            #expect(try await broken.coverage()["healed"] as? Int ?? 0 > 0)
            let whole = try await Session(
                recording, from: "2026-03-03T19:30:00Z", until: "2026-03-03T22:30:00Z",
                capture: ["--capture", "candles", "--flaw", "none"])
            try await whole.holds(recording)
            for dataset in ["bars", "hourly", "session"] {
                let (one, other) = (try await broken.export(dataset), try await whole.export(dataset))
                #expect(one == other, "\(dataset)")
                #expect(one.split(separator: "\n").count > 2, "\(dataset)")
            }
        }

        @Test(.timeLimit(.minutes(2))) func withoutCandleAccessQuotesGoOnAndOneAlarmStands() async throws {
            let recording = Recording(symbols: ["AAPL", "SPY"], seed: 21)
            let session = try await Session(
                recording, from: "2026-03-03T19:30:00Z", until: "2026-03-03T21:30:00Z", faults: ["candles403"],
                capture: ["--flaw", "drop-one"])
            let total = try await session.coverage()
            #expect(total["present"] as? Int ?? 0 > 0)
            #expect(total["missing"] as? Int == 0 && total["pending"] as? Int == 0)
            let gaps = try await session.list("gaps")
            #expect(!gaps.isEmpty)
            #expect(gaps.allSatisfy { $0["verdict"] as? String == "unrepairable" })
            #expect(gaps.allSatisfy { $0["reason"] as? String == "no-candle-access" })
            let alarms = try await session.list("alarms")
            #expect(alarms.count == 1, "\(alarms)")
            #expect(gaps.allSatisfy { $0["alarm"] as? String == alarms.first?["key"] as? String })
            #expect(session.requests["quote"] ?? 0 > 40)
            #expect((1...4).contains(session.requests["candle"] ?? 0), "\(session.requests)")
            // Each sample is the close of its minute, or nothing at all: no price is carried forward.
            let closes = Dictionary(
                uniqueKeysWithValues: recording.lines.map { ("\($0.symbol) \($0.time)", $0.values) })
            for row in try await session.export("bars").split(separator: "\n").dropFirst() {
                let fields = row.split(separator: ",", omittingEmptySubsequences: false)
                let recorded = try #require(closes["\(fields[0]) \(fields[1])"], "\(row)")
                #expect(fields[2].isEmpty && fields[6].isEmpty, "a quote is no bar")
                #expect(Double(fields[5]).map(recorded.contains) == true, "\(row)")
            }
            try await session.isVerified()
        }

        @Test(.timeLimit(.minutes(2))) func aRecordedSessionOfRealBarsIsHeld() async throws {
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            let file = root.appendingPathComponent("../shared/market/us24_2019w07.csv").standardized.path
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                return print("SKIPPED: the recorded week is not beside the package, so no real bars were replayed")
            }
            // Monday 2019-02-11; AAPL lacks next to nothing, AMT some minutes, PPLT and UGA most.
            let open = 1_549_895_400
            let names: Set = ["AAPL", "AMT", "PPLT", "UGA"]
            let recording = Recording(csv: text, symbols: names, times: open..<open + 390 * 60)
            #expect(recording.lines.count > 390)
            let session = try await Session(
                recording, from: "2019-02-11T20:00:00Z", until: "2019-02-11T22:30:00Z",
                capture: ["--flaw", "drop-one"], symbols: names.sorted().joined(separator: ","))
            try await session.holds(recording)
        }
    }
}
