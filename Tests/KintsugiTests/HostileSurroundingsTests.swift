import Foundation
import Testing

/// Environments, limits, outputs and times that are not what a program would wish for: it goes on where it can, and says in
/// one sentence where it cannot.
@Suite(.serialized) struct HostileSurroundingsTests {
    private static let run = [
        "run", "--headless", "--symbols", "AAPL,SPY", "--speed", "2000", "--flaw", "none", "--until", "healed",
    ]

    @Test(.timeLimit(.minutes(2))) func anOddEnvironmentChangesNothing() async throws {
        let odd: [[String: String?]] = [
            ["HOME": nil], ["HOME": "relative"], ["XDG_DATA_HOME": "relative"], ["XDG_CONFIG_HOME": "/dev/null"],
            ["TZ": "../../etc/passwd"], ["TZ": "Asia/Kathmandu"], ["TZ": ":\u{1B}[2J"],
            ["LANG": "tlh_XX.KOI8", "LC_ALL": "\u{1B}[2J"], ["LANG": "C", "TERM": nil],
            ["KINTSUGI_OPERATOR": String(repeating: "\u{1B}]0;x\u{07}", count: 5_000)],
            ["HOME": nil, "PATH": nil, "LOGNAME": nil],
        ]
        let folder = try Folder()
        let data = ["--data", folder.path + "/data"]
        for (number, variables) in odd.enumerated() {
            // The first and the last, in which everything is unset, run; the others look.
            let words = number == 0 || number == odd.count - 1 ? Self.run : ["status"]
            let call = try await HostileCall(words + data, variables: variables)
            call.isHarmless("\(variables)")
            #expect(call.code == 0 && call.errors.isEmpty, "\(variables): \(call.errors)")
            #expect(call.output.contains("2026-03-03"), "\(variables): \(call.output)")
        }
        let homeless = try await HostileCall(
            Self.run, variables: ["HOME": "/dev/null", "XDG_DATA_HOME": nil, "XDG_CONFIG_HOME": nil])
        homeless.isRefused(3, "could not create a folder", "a home that is a device")
    }

    @Test(.timeLimit(.minutes(2))) func tooFewFilesAreNamedAndALowSoftLimitIsRaised() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        for limit in [16, 64, 511] {
            let call = try await HostileCall(in: "ulimit -n \(limit)", Self.run + ["--data", data])
            call.isRefused(3, "only \(limit) files may be open", "ulimit -n \(limit)")
        }
        #expect(!FileManager.default.fileExists(atPath: data))
        for script in ["ulimit -S -n 16", "ulimit -n 512"] {
            let call = try await HostileCall(in: script, Self.run + ["--data", data])
            call.isHarmless(script)
            #expect(call.code == 0 && call.errors.isEmpty, "\(script): \(call.errors)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func anOutputThatTakesNothingStopsNoPipeline() async throws {
        let folder = try Folder()
        let data = ["--data", folder.path + "/data"]
        for script in ["exec >/dev/full", "exec >&-", "exec <&- >&- 2>&-", "exec 2>/dev/full"] {
            let call = try await HostileCall(in: script, Self.run + data)
            call.isHarmless(script)
            #expect(call.code == 0, "\(script): \(call.errors)")
        }
        let verify = try await Program.call(["verify"] + data)
        #expect(verify.code == 0, "\(verify.output)")
        for words in [["status"], ["export", "--dataset", "bars"], ["coverage", "--json"]] {
            try await HostileCall(in: "exec >/dev/full", words + data).isRefused(3, "cannot be written", "\(words)")
        }
        // A reader that goes away early is no error, as `head` is none.
        let cut = try await HostileCall(
            in:
                "{ \"$0\" export --dataset bars \(data.joined(separator: " ")); } | head -n 1",
            ["--version"])
        cut.isHarmless("export into head")
        #expect(cut.output.hasPrefix("symbol,time,") && cut.errors.isEmpty, "\(cut.output)\(cut.errors)")
    }

    @Test(.timeLimit(.minutes(2))) func timesNobodyCanStandAtAreRefusedAndTheEndOf32BitsIsNone() async throws {
        let folder = try Folder()
        for (number, time) in [
            "1800-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "9999-01-01T00:00:00Z",
        ].enumerated() {
            let data = folder.path + "/refused\(number)"
            try await HostileCall(Self.run + ["--start", time, "--data", data])
                .isRefused(2, "market time runs from 2000-01-01 to 2099-12-31", time)
            #expect(!FileManager.default.fileExists(atPath: data), "\(time) made a directory")
        }
        for (number, time) in ["2031-12-31T20:50:00Z", "2038-01-19T03:13:00Z", "2099-12-31T12:00:00Z"].enumerated() {
            let data = ["--data", folder.path + "/far\(number)"]
            let call = try await HostileCall(
                [
                    "run", "--headless", "--symbols", "AAPL,BINANCE:BTCUSDT", "--speed", "1200", "--flaw", "none",
                    "--start", time, "--until", "healed",
                ] + data)
            call.isHarmless(time)
            #expect(call.code == 0 && call.errors.isEmpty, "\(time): \(call.errors)")
            #expect(try await Program.call(["verify"] + data).code == 0)
            let alarms = try await Program.call(["alarms"] + data)
            #expect(alarms.output.contains("XNYS") && alarms.output.contains("2031-12-31"), "\(alarms.output)")
        }
    }
}
