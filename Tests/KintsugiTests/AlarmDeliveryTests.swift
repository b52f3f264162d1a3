import Foundation
import Testing

/// Alarms leave the program: by webhook, by heartbeat, into the log; and no secret does.
struct AlarmDeliveryTests {
    private static let secret = "S3CR3TPATH0"

    private func environment(_ more: [String: String]) -> [String: String] {
        (Program.process([]).environment ?? [:]).merging(more) { $1 }
    }

    /// The source is away from the first minute of the session on: after three minutes somebody is to be paged.
    private func away(_ data: String, _ more: [String] = []) -> [String] {
        [
            "run", "--headless", "--data", data, "--symbols", "AAPL,SPY", "--speed", "120", "--since", "0m", "--flaw",
            "none", "--fault", "outage@09:31+5h",
        ] + more
    }

    @Test(.timeLimit(.minutes(3))) func aPageIsPostedThoughTheReceiverFailsAtFirst() async throws {
        let folder = try Folder()
        let hook = try HookReceiver(status: 500)
        let data = folder.path + "/data"
        let program = try LiveProgram(
            away(data), environment: environment(["KINTSUGI_WEBHOOK": "\(hook.address)/\(Self.secret)"]))
        _ = try await hook.first { $0.field("key") == "source/simulated/outage" }
        // That it does not come through is itself an alarm, told in the log.
        while let line = try await program.line(), !line.contains("alarms by webhook") {}
        hook.answer(204)
        let count = hook.requests.count
        let request = try await hook.first { $0.field("event") == "raise" && $0.field("severity") == "page" }
        #expect(request.line == "POST /\(Self.secret) HTTP/1.1")
        #expect(request.field("simulated") == "1" && request.field("directory") == data)
        try await offTests {
            let deadline = Deadline(seconds: 60)
            while hook.requests.count == count, !deadline.isOver { usleep(20_000) }
        }
        #expect(hook.requests.count > count, "tried again")
        program.signal(SIGTERM)
        _ = try await program.rest()
        #expect(try await program.exit() == 0)
        #expect(!program.errors.contains(Self.secret))
        let log = try String(contentsOfFile: data + "/log/kintsugi.log", encoding: .utf8)
        #expect(log.contains("alarms by webhook") && log.contains("alarms.webhook = \\\"\(hook.address)…"))
        #expect(!log.contains(Self.secret))
    }

    @Test(.timeLimit(.minutes(3))) func anAlarmThatNobodyTookIsPostedAfterARestart() async throws {
        let folder = try Folder()
        let hook = try HookReceiver(status: 503)
        let data = folder.path + "/data"
        let variables = environment(["KINTSUGI_WEBHOOK": hook.address + "/x"])
        let first = try LiveProgram(away(data), environment: variables)
        _ = try await hook.first { $0.field("key") == "source/simulated/outage" }
        first.signal(SIGKILL)
        _ = try await first.exit()
        hook.answer(200)
        let before = hook.requests.count
        let second = try LiveProgram(away(data), environment: variables)
        try await offTests {
            let deadline = Deadline(seconds: 60)
            while hook.requests.count == before, !deadline.isOver { usleep(20_000) }
        }
        let again = try #require(hook.requests.dropFirst(before).first)
        #expect(again.field("key") == "source/simulated/outage" && again.field("event") == "raise")
        second.signal(SIGTERM)
        _ = try await second.rest()
        #expect(try await second.exit() == 0)
        let told = try String(contentsOfFile: data + "/webhook.told.json", encoding: .utf8)
        #expect(told.contains("outage"), "a third start would not tell it once more")
    }

    @Test(.timeLimit(.minutes(3))) func aCleanHourBeats() async throws {
        let folder = try Folder()
        let hook = try HookReceiver()
        let program = try LiveProgram(
            [
                "run", "--headless", "--quiet", "--data", folder.path + "/data", "--symbols", "AAPL,SPY", "--speed",
                "240",
                "--since", "0m", "--flaw", "none", "--heartbeat", "\(hook.address)/beat/\(Self.secret)",
            ])
        let beat = try await hook.first(within: 120) { $0.line.hasPrefix("GET /beat/") }
        #expect(beat.body.isEmpty)
        program.signal(SIGTERM)
        let lines = try await program.rest()
        #expect(try await program.exit() == 0)
        #expect(
            lines.allSatisfy { $0.contains("\"event\":\"log\"") && !$0.contains(Self.secret) }, "quiet prints the log")
    }

    @Test func anAddressThatIsNoneIsRefusedBeforeAnythingIsOpened() async throws {
        let folder = try Folder()
        for (arguments, word) in [
            (["--webhook", "ftp://x/\(HostileCall.secret)"], "--webhook"),
            (["--heartbeat", "https://me:\(HostileCall.secret)@host/x"], "--heartbeat"),
            (["--webhook", "https://host:99999/\(HostileCall.secret)"], "impossible port"),
        ] {
            let call = try await HostileCall(["run", "--headless", "--data", folder.path + "/data"] + arguments)
            call.isRefused(2, word, "\(arguments)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
    }

    @Test(.timeLimit(.minutes(3))) func secretsThatStandEverywhereAreWrittenNowhere() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let hook = try HookReceiver()
        let secret = HostileCall.secret
        let exchange = try await LiveExchange(["--token", secret, "--speed", "120", "--fault", "redirect%0.2"])
        let program = try LiveProgram(
            [
                "run", "--headless", "--data", data, "--provider", "finnhub", "--base-url", exchange.url, "--symbols",
                "AAPL,SPY", "--start", "source", "--speed", "120",
            ],
            environment: environment([
                "FINNHUB_API_KEY": secret, "KINTSUGI_WEBHOOK": "\(hook.address)/\(secret)?token=\(secret)",
                "KINTSUGI_OPERATOR": "ana \(secret)",
            ]))
        _ = try await program.line()
        let order = try await HostileCall(
            [
                "audit", "--data", data, "--symbol", "AAPL", "--from", "2026-03-03T15:00:00Z", "--to",
                "2026-03-03T15:01:00Z", "--as", "token=\(secret)",
            ], variables: ["FINNHUB_API_KEY": secret])
        _ = order
        program.signal(SIGTERM)
        let lines = try await program.rest()
        #expect(try await program.exit() == 0, "\(program.errors)")
        #expect(lines.allSatisfy { !$0.contains(secret) } && !program.errors.contains(secret))
        for name in ["log/kintsugi.log", "alarms.ndjson"] {
            let text = (try? String(contentsOfFile: data + "/" + name, encoding: .utf8)) ?? ""
            #expect(!text.contains(secret), "\(name)")
        }
        #expect(hook.requests.allSatisfy { !$0.body.contains(secret) })
        #expect(try await exchange.stop() == 0)
    }
}
