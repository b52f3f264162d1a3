import Foundation
import Testing

/// Whatever is typed and however the surroundings are: one sentence, the right code, nothing made.
@Suite(.serialized) struct HostileInputTests {
    private static let real = ["--provider", "finnhub", "--symbols", "AAPL"]

    /// Options of `run` that mean nothing, and a word of the answer.
    private static let options: [([String], String)] = [
        (["--symbols", ""], "empty"), (["--symbols", ","], "empty"), (["--symbols", "A,,B"], "empty"),
        (["--symbols", "../x"], "../x"), (["--symbols", "'; DROP"], "letters"),
        (["--symbols", "\u{1B}[2J"], "\\u{1b}"), (["--symbols", String(repeating: "A", count: 300)], "32 characters"),
        (["--symbols", "😀"], "letters"), (["--start", "soon"], "--start"), (["--start", "source"], "--start source"),
        (["--start", "99999999999999"], "--start"), (["--start", "2026-13-45T99:99:99Z"], "--start"),
        (["--until", "x"], "--until"), (["--until", "99999999999999999999"], "--until"),
        (["--since", "5y"], "--since"),
        (["--since", "99999999d"], "--since"), (["--since"], "--since"), (["--since", "d"], "--since"),
        (["--flaw", "x"], "--flaw"), (["--flaw", "drop-one:2"], "--flaw"), (["--flaw", "drop-random:-1"], "--flaw"),
        (["--flaw", "drop-one:nan"], "--flaw"), (["--fault", "x"], "--fault"), (["--fault", "slow:-1"], "--fault"),
        (["--fault", "outage@25:00+1m"], "--fault"), (["--fault", "outage@10:00+"], "--fault"),
        (["--fault", "outage%200"], "--fault"), (["--fault", "outage%nan"], "--fault"), (["--speed", "x"], "--speed"),
        (["--speed", "\u{1B}]0;t\u{07}"], "--speed"), (["--speed", "-1"], "--speed"), (["--speed", "nan"], "--speed"),
        (["--speed", "inf"], "--speed"), (["--speed", "1e9"], "--speed"), (["--seed", "-1"], "--seed"),
        (["--seed", "99999999999999999999999"], "--seed"), (["--capture", "x"], "--capture"),
        (["--calendar", "MOON"], "MOON"), (["--provider", "x"], "--provider"), (["--bogus"], "--bogus"),
        (["--base-url", "http://127.0.0.1:1"], "--base-url"), (["--provider", "finnhub"], "no symbols"),
        (real + ["--base-url", "ftp://127.0.0.1"], "--base-url"),
        (real + ["--base-url", "http://127.0.0.1:99999"], "port"), (real + ["--base-url", ""], "no key"),
        (real + ["--base-url", "http://127.0.0.1:1", "--speed", "5"], "speed"),
    ]

    @Test(.timeLimit(.minutes(2))) func everyBadOptionIsOneSentence() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        for (arguments, word) in Self.options {
            let call = try await HostileCall(["run", "--headless", "--data", data] + arguments)
            call.isRefused(2, word, "\(arguments)")
            #expect(!FileManager.default.fileExists(atPath: data), "\(arguments) made a directory")
        }
    }

    @Test func exchangeRefusesLikewise() async throws {
        let folder = try Folder()
        let (empty, wrong) = (folder.path + "/empty.csv", folder.path + "/wrong.csv")
        try "symbol,time,open,high,low,close,volume\n".write(toFile: empty, atomically: false, encoding: .utf8)
        try "AAPL,60,1,2,3,1,1\n".write(toFile: wrong, atomically: false, encoding: .utf8)
        let cases: [([String], String)] = [
            (["--replay", folder.path + "/none.csv"], "cannot be read"), (["--replay", folder.path], "cannot be read"),
            (["--replay", empty], "no bars"), (["--replay", wrong], "line 1"), (["--fault", "x"], "--fault"),
            (["--speed", "0"], "--speed"), (["--speed", "nan"], "--speed"), (["--start", "x"], "--start"),
            (["--port", "70000"], "--port"), (["--symbols", "a b/..\u{7F}"], "--symbols"),
        ]
        for (arguments, word) in cases {
            try await HostileCall(["exchange"] + arguments).isRefused(2, word, "\(arguments)")
        }
    }

    @Test func keysAreAskedForGuardedAndNeverSaid() async throws {
        let folder = try Folder()
        let home: [String: String?] = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path + "/config"]
        let run = ["run", "--headless", "--data", folder.path + "/data"] + Self.real
        try await HostileCall(run, variables: home).isRefused(2, "FINNHUB_API_KEY", "no key")

        let file = folder.path + "/config/kintsugi/finnhub.key"
        try FileManager.default.createDirectory(
            atPath: folder.path + "/config/kintsugi", withIntermediateDirectories: true)
        try (HostileCall.secret + "\n").write(toFile: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try await HostileCall(run, variables: home).isRefused(2, "chmod 600", "a key others may read")

        for key in [HostileCall.secret + " x", HostileCall.secret + "\r\nHost: y", HostileCall.secret + "é"] {
            let call = try await HostileCall(run, variables: home.merging(["FINNHUB_API_KEY": key]) { $1 })
            call.isRefused(2, "cannot be sent", "a key that is none")
        }
        let key = home.merging(["FINNHUB_API_KEY": HostileCall.secret]) { $1 }
        let away = try await HostileCall(
            run + ["--base-url", "http://127.0.0.1:1", "--start", "source"], variables: key)
        away.isRefused(3, "does not tell its market time", "a source that is away")
        let named = try await HostileCall(
            run + ["--base-url", "http://ana:\(HostileCall.secret)@127.0.0.1:1", "--start", "source"], variables: key)
        named.isRefused(2, "--base-url", "a secret in the address")
    }

    @Test func aSourceThatSendsElsewhereIsNotFollowed() async throws {
        let folder = try Folder()
        let exchange = try await LiveExchange(["--fault", "redirect", "--speed", "1200", "--symbols", "AAPL"])
        let run = [
            "run", "--headless", "--provider", "finnhub", "--base-url", exchange.url, "--symbols", "AAPL", "--data",
            folder.path + "/data", "--speed", "1200", "--until", "2026-03-03T14:50:00Z",
        ]
        let key: [String: String?] = ["FINNHUB_API_KEY": HostileCall.secret]
        let refused = try await HostileCall(run + ["--start", "source"], variables: key)
        refused.isRefused(3, "does not tell its market time", "a source that sends elsewhere")
        let blind = try await HostileCall(run + ["--start", "2026-03-03T14:25:00Z"], variables: key)
        blind.isHarmless("a run against a source that sends elsewhere")
        #expect(blind.code == 0 && blind.errors.isEmpty, "\(blind.errors)")
        let data = ["--data", folder.path + "/data"]
        let bars = try await Program.call(["export", "--dataset", "bars"] + data)
        #expect(bars.lines.count == 1, "a page of HTML is no bar")
        #expect(try await Program.call(["verify"] + data).code == 0)
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let bytes = FileManager.default.contents(atPath: folder.path + "/" + file) ?? Data()
            #expect(bytes.range(of: Data(HostileCall.secret.utf8)) == nil, "the key stands in \(file)")
        }
        #expect(try await exchange.stop() == 0)
    }

    @Test func aConsoleWithoutAFitTerminalSaysSo() async throws {
        let folder = try Folder()
        let data = ["--data", folder.path + "/data"]
        try await HostileCall(data).isRefused(3, "no terminal", "standard input is nothing")
        for type in ["", "dumb", "no-such-terminal", "\u{1B}[2J"] {
            let program = try PtyProgram(data, variables: ["TERM": type])
            #expect(try await program.exit(within: 20) == 3, "\(type)")
            #expect(try await program.shows("run --headless"))
            let text = program.text()
            #expect(text.hasPrefix("kintsugi: ") && !text.contains("\u{1B}"), "\(text.debugDescription)")
            #expect(text.split(whereSeparator: \.isNewline).count == 1, "\(text.debugDescription)")
            #expect(program.modes == program.before)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
        let theme = try PtyProgram(data + ["--theme", "\u{1B}[2J"])
        #expect(try await theme.exit(within: 20) == 2)
        #expect(!theme.text().contains("\u{1B}"), "\(theme.text().debugDescription)")
    }
}
