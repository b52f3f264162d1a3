import Foundation
import Testing

/// The formats that scripts rely on, as the program prints them.
@Suite struct CommandLineFormatTests {
    private static let verdicts = ["present", "pending", "missing", "quiet", "unrepairable"]

    @Test func coverageAddsUp() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let call = try await Program.call("coverage", "--data", data, "--json")
        #expect(call.code == 0)
        #expect(call.output.hasPrefix("{\"total\":{\"from\":\"2026-03-02T14:30:00Z\",\"to\":\"2026-03-03T1"))
        let answer = try #require(try call.json() as? [String: Any])
        let total = try #require(answer["total"] as? [String: Any])
        let partitions = try #require(answer["partitions"] as? [[String: Any]])
        #expect(Set(total.keys) == Set(Self.verdicts + ["from", "to", "expected", "healed"]))
        var sums: [String: Int] = [:]
        for partition in partitions {
            #expect(partition["symbol"] is String)
            #expect((partition["hour"] as? String)?.hasSuffix(":00:00Z") == true)
            let counts = Self.verdicts.map { partition[$0] as? Int ?? -1 }
            #expect(counts.reduce(0, +) == partition["expected"] as? Int)
            for key in Self.verdicts + ["expected", "healed"] { sums[key, default: 0] += partition[key] as? Int ?? 0 }
        }
        for (key, sum) in sums { #expect(total[key] as? Int == sum, "\(key)") }
        #expect((total["missing"] as? Int ?? 0) > 0)
        let open = try #require(Self.seconds("2026-03-03T14:30:00Z")), end = try #require(Self.seconds(total["to"]))
        #expect(total["expected"] as? Int == 3 * (390 + Int(end - open) / 60))
        withExtendedLifetime(folder) {}
    }

    @Test func coverageOfAWindowCountsItsSlotsOnly() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let call = try await Program.call(
            "coverage", "--data", data, "--json", "--symbol", "AAPL,MSFT", "--from", "2026-03-02T14:50:00Z", "--to",
            "1772463600")
        let answer = try #require(try call.json() as? [String: Any])
        #expect((answer["total"] as? [String: Any])?["expected"] as? Int == 20)
        #expect((answer["partitions"] as? [Any])?.count == 2)
        withExtendedLifetime(folder) {}
    }

    @Test func gapsAreHalfOpenRowsAndUnwell() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let call = try await Program.call("gaps", "--data", data, "--json")
        #expect(call.code == 1)
        let gaps = try #require(try call.json() as? [[String: Any]])
        #expect(gaps.count >= 3)
        for gap in gaps {
            #expect(Set(gap.keys) == ["symbol", "from", "to", "slots", "verdict", "reason", "alarm", "acknowledged"])
            let from = try #require(Self.seconds(gap["from"])), to = try #require(Self.seconds(gap["to"]))
            #expect(gap["slots"] as? Int == Int(to - from) / 60)
            #expect(gap["verdict"] as? String == "missing")
        }
        let spy = try #require(gaps.last { $0["symbol"] as? String == "SPY" })
        #expect(spy["alarm"] as? String == "source/simulated/outage")
        let status = try #require(
            try await Program.call("status", "--data", data, "--json").json() as? [String: Any])
        // A gap reaches as far as the slots that are past their grace of two minutes.
        let now = try #require(Self.seconds(status["marketTime"])), to = try #require(Self.seconds(spy["to"]))
        #expect(Int(to) == Int(now) / 60 * 60 - 120)
        let flawed = try await Program.call("gaps", "--data", data, "--reason", "settled-by-nobody")
        #expect(flawed.code == 2)
        withExtendedLifetime(folder) {}
    }

    @Test func noGapIsWell() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let call = try await Program.call("gaps", "--to", "2026-03-03", "--data", data, "--json")
        #expect(call.code == 0)
        #expect(call.output == "[]\n")
        withExtendedLifetime(folder) {}
    }

    @Test func statusSpeaksThreeForms() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let json = try #require(
            try await Program.call("status", "--data", data, "--json").json() as? [String: Any])
        #expect(json["source"] as? String == "simulated")
        #expect(json["simulated"] as? Bool == true)
        #expect(json["owner"] is NSNull)
        #expect((json["streams"] as? [[String: Any]])?.contains { $0["stream"] as? String == "quotes" } == true)
        let text = try await Program.call("status", "--data", data)
        #expect(text.output.contains("SIMULATED"))
        let prom = try await Program.call("status", "--data", data, "--format", "prom")
        var typed: Set<String> = []
        for line in prom.lines {
            if line.hasPrefix("# TYPE ") {
                typed.insert(String(line.split(separator: " ")[2]))
            } else if !line.hasPrefix("#") {
                let name = String(line.prefix { $0 != "{" && $0 != " " })
                #expect(typed.contains(name), "\(line)")
                #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
            }
        }
        #expect(prom.output.contains("kintsugi_alarms_standing{severity=\"page\"} 1\n"))
        withExtendedLifetime(folder) {}
    }

    @Test func theCalendarIsExact() async throws {
        let call = try await Program.call(
            "calendar", "--exchange", "XNYS", "--from", "2019-07-02", "--to", "2019-07-05", "--csv")
        #expect(call.code == 0)
        #expect(
            call.output == """
                session,open,close
                2019-07-02,1562074200,1562097600
                2019-07-03,1562160600,1562173200
                2019-07-05,1562333400,1562356800

                """)
        let unknown = try await Program.call("calendar", "--from", "1950-01-01", "--to", "2019-07-05", "--csv")
        #expect(unknown.code == 3)
        #expect(unknown.output.isEmpty && unknown.errors.contains("unknown"))
    }

    @Test func executionsAndAlarmsComeFromTheJournal() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let all = try #require(
            try await Program.call("executions", "--all", "--data", data, "--json").json() as? [[String: Any]])
        let first = try #require(all.first { $0["id"] as? String == "1-1" })
        #expect(first["trigger"] as? String == "start")
        let one = try #require(
            try await Program.call("executions", "--id", "1-1", "--data", data, "--json").json() as? [String: Any])
        #expect((one["transitions"] as? [[String: Any]])?.first?["state"] as? String == "checking")
        let alarms = try #require(try await Program.call("alarms", "--data", data, "--json").json() as? [[String: Any]])
        #expect(alarms.contains { $0["key"] as? String == "source/simulated/outage" && $0["cleared"] is NSNull })
        withExtendedLifetime(folder) {}
    }

    @Test func readingCreatesNothing() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let before = try folder.contents(of: "data")
        for command in ["status", "coverage", "gaps", "alarms", "executions", "verify"] {
            _ = try await Program.call(command, "--data", data)
        }
        _ = try await Program.call("export", "--dataset", "bars", "--data", data)
        #expect(try folder.contents(of: "data") == before)
        let nowhere = folder.path + "/nowhere"
        for command in ["status", "coverage", "gaps", "alarms", "executions", "verify"] {
            let call = try await Program.call(command, "--data", nowhere)
            #expect(call.code == 3)
            #expect(
                call.output.isEmpty && call.errors.hasPrefix("kintsugi: ")
                    && call.errors.split(separator: "\n").count == 1)
        }
        #expect(!FileManager.default.fileExists(atPath: nowhere))
    }

    private static func seconds(_ value: Any?) -> TimeInterval? {
        guard let text = value as? String else { return nil }
        return ISO8601DateFormatter().date(from: text)?.timeIntervalSince1970
    }
}
