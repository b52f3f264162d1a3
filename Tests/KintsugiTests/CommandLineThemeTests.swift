import Foundation
import Testing

/// Themes and pictures at the command line.
@Suite struct CommandLineThemeTests {
    /// A home with one folder of themes.
    private static func home(_ files: [String: String]) throws -> Folder {
        let folder = try Folder()
        let themes = folder.path + "/.config/kintsugi/themes"
        try FileManager.default.createDirectory(atPath: themes, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(themes)/\(name)")) }
        return folder
    }

    private static func call(_ home: Folder, _ arguments: [String], _ more: [String: String] = [:]) async throws -> Call
    {
        try await Program.call(arguments, variables: ["HOME": home.path].merging(more) { $1 })
    }

    private static let names = [
        "kintsugi", "mono", "colour-blind-safe", "gruvbox", "high-contrast", "nord", "solarized", "terminal", "washi",
    ]

    @Test func themesAreListedWithWhereTheyComeFrom() async throws {
        let home = try Self.home([
            "mine.toml": "name = \"mine\"\nnote = \"my own\"\n[roles]\ngold = { fg = \"gold\" }\n",
            "washi.toml": "name = \"washi\"\nnote = \"another paper\"\n[roles]\ntext = { fg = 16 }\n",
        ])
        let call = try await Self.call(home, ["themes"])
        #expect(call.code == 0, "\(call.errors)")
        let first = call.lines.dropFirst().map { String($0.prefix { $0 != " " }) }
        #expect(first == Self.names + ["mine"])
        let paper = try #require(call.lines.first { $0.hasPrefix("washi") })
        #expect(paper.contains(home.path) && paper.hasSuffix("another paper"))
        let json = try await Self.call(home, ["themes", "mine", "--json"]).json() as? [String: Any]
        let themes = json?["themes"] as? [[String: Any]]
        #expect(themes?.count == 1 && themes?.first?["note"] as? String == "my own")
    }

    @Test func whatIsWrongHasFileAndLine() async throws {
        let home = try Self.home([
            "bad.toml": "name = \"bad\"\n[roles]\ngold = { fg = 300, blink = true }\nsilver = { fg = 1 }\n",
            "broken.toml": "name = \"broken\n", "empty.toml": "",
        ])
        let call = try await Self.call(home, ["themes"])
        #expect(call.code == 1)
        let place = "\(home.path)/.config/kintsugi/themes"
        let refused = call.lines.filter { $0.hasPrefix("refused: ") }
        try #require(refused.count == 6, "\(refused)")
        #expect(refused[0] == "refused: \(place)/bad.toml:3: role gold: blink is no part of a style")
        #expect(refused[1].hasPrefix("refused: \(place)/bad.toml:3: role gold: fg wants a colour"))
        #expect(refused[2] == "refused: \(place)/bad.toml:4: there is no role silver")
        #expect(refused[3].hasPrefix("refused: \(place)/broken.toml:1: "))
        #expect(refused[4].hasPrefix("refused: \(place)/empty.toml: a theme needs a name"))
        #expect(!call.lines.contains { $0.hasPrefix("bad ") })
        let unknown = try await Self.call(home, ["themes", "bad"])
        #expect(unknown.code == 2 && unknown.errors.contains("choose one of kintsugi, mono"))
    }

    @Test func previewsHaveColoursOnlyWhereTheyAreWanted() async throws {
        let home = try Self.home([:])
        let plain = try await Self.call(home, ["themes", "--preview"])
        #expect(plain.code == 0 && !plain.output.contains("\u{1B}"))
        for name in Self.names { #expect(plain.output.contains("╭─┤1 \(name)├─"), "\(name)") }
        let indexed = try await Self.call(home, ["themes", "--preview", "washi", "--color", "256"])
        #expect(indexed.output.contains("\u{1B}[0;38;5;"))
        #expect(!indexed.output.contains("38;2;"))
        let none = try await Self.call(home, ["themes", "nord", "--preview", "--color", "none"], ["TERM": "xterm"])
        #expect(!none.output.contains("38;") && none.output.contains("\u{1B}[0;1m"))
        let bad = try await Self.call(home, ["themes", "--preview", "--color", "red"])
        #expect(bad.code == 2)
    }

    @Test(.timeLimit(.minutes(2))) func aConsoleTakesAChangeOverAndRefusesABadOne() async throws {
        let home = try Self.home(["mine.toml": "name = \"mine\"\n[roles]\ntext = { fg = 201 }\n"])
        let file = URL(fileURLWithPath: "\(home.path)/.config/kintsugi/themes/mine.toml")
        let program = try PtyProgram(
            [
                "--data", home.path + "/data", "--symbols", "AAPL,SPY", "--speed", "0", "--theme", "mine", "--as",
                "tester",
            ], variables: ["HOME": home.path])
        try #require(try await program.shows("38;5;201m"), "\(program.text())")
        try #require(try await program.shows("AAPL"))
        var place = program.place
        try Data("name = \"mine\"\n[roles]\ntext = { fg = 202 }\n".utf8).write(to: file)
        #expect(try await program.shows("38;5;202m", since: place))
        place = program.place
        try Data("name = \"mine\"\n[roles]\ntext = { fg = 999 }\n".utf8).write(to: file)
        #expect(try await program.shows("mine.toml:3", since: place))
        place = program.place
        // What was good last is still there: the other keys draw in it.
        try await program.type("?")
        #expect(try await program.shows("38;5;202m", since: place))
        try await program.type("qq")
        #expect(try await program.exit(within: 30) == 0)
    }

    // MARK: Pictures

    @Test func snapshotsShowWhatIsHeld() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let before = try folder.contents(of: "data")
        let text = try await Program.call("snapshot", "--data", data, "--size", "120x40")
        #expect(text.code == 0, "\(text.errors)")
        let lines = text.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 41 && lines.last == "")
        #expect(lines[0].contains("kintsugi") && lines[0].contains("2026-03-03"), "\(lines[0])")
        #expect(lines[0].contains("source not asked"), "nobody runs: \(lines[0])")
        for name in ["AAPL", "MSFT", "SPY", "Coverage", "Inspector", "quotes-"] {
            #expect(text.output.contains(name), "\(name)")
        }
        let question = try await Program.call("snapshot", "--data", data, "--keys", "R")
        #expect(question.output.contains("Repair"), "\(question.output)")
        let answered = try await Program.call("snapshot", "--data", data, "--keys", "R y 9 enter")
        #expect(answered.code == 0)
        for (panel, word) in [("alarms", "Alarms"), ("log", "Log"), ("help", "repair")] {
            let call = try await Program.call("snapshot", "--data", data, "--panel", panel, "--size", "80x24")
            #expect(call.code == 0 && call.output.contains(word), "\(panel)")
        }
        // Nothing was ordered and nothing written.
        #expect(
            try folder.contents(of: "data").filter { $0.key.hasSuffix(".json") }
                == before.filter { $0.key.hasSuffix(".json") })
        let orders = try await Program.call("orders", "--data", data, "--json")
        #expect(try orders.json() as? [String] == [] || orders.output.hasPrefix("[]"), "\(orders.output)")
    }

    @Test(.timeLimit(.minutes(2))) func aSnapshotBesideAnOwnerShowsWhatTheOwnerShows() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = try PtyProgram(["--data", data, "--symbols", "AAPL,SPY", "--speed", "60", "--as", "tester"])
        try #require(try await owner.shows("started, incarnation 1"), "\(owner.text())")
        let call = try await Program.call("snapshot", "--data", data, "--size", "200x50")
        #expect(call.code == 0, "\(call.errors)")
        #expect(call.output.contains("observer of \(owner.pid)"), "\(call.output)")
        // The log is nowhere but in the owner's memory.
        #expect(call.output.contains("started, incarnation 1"))
        try await owner.type("q")
        #expect(try await owner.exit(within: 30) == 0)
        let after = try await Program.call("snapshot", "--data", data, "--size", "200x50")
        #expect(after.code == 0 && !after.output.contains("observer") && after.output.contains("AAPL"))
    }

    @Test func snapshotsHaveThreeForms() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let file = folder.path + "/console.svg"
        let svg = try await Program.call(
            "snapshot", "--data", data, "--format", "svg", "--theme", "washi", "--output", file, "--size", "80x24")
        #expect(svg.code == 0 && svg.output.isEmpty, "\(svg.errors)")
        let picture = try String(contentsOfFile: file, encoding: .utf8)
        #expect(picture.hasPrefix("<svg xmlns=") && picture.hasSuffix("</svg>\n") && picture.contains("#eeeeee"))
        let ansi = try await Program.call("snapshot", "--data", data, "--format", "ansi", "--size", "40x12")
        #expect(ansi.output.contains("\u{1B}[0;"))
        let tiny = try await Program.call("snapshot", "--data", data, "--size", "20x5")
        #expect(tiny.code == 0 && tiny.output.contains("coverage"))
    }

    @Test func whatIsWrongWithASnapshotIsSaid() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let calls: [(arguments: [String], code: Int32, sentence: String)] = [
            (["--size", "10x4"], 2, "--size"), (["--size", "120"], 2, "--size"), (["--panel", "sky"], 2, "--panel"),
            (["--format", "png"], 2, "--format"), (["--theme", "sky"], 2, "choose one of kintsugi"),
            (["--keys", "n entr"], 2, "--keys: entr is no key"),
            (["--output", folder.path + "/none/x.svg"], 3, "the picture cannot be written to"),
        ]
        for (arguments, code, sentence) in calls {
            let call = try await Program.call(["snapshot", "--data", data] + arguments)
            #expect(call.code == code, "\(arguments): \(call.errors)")
            #expect(call.errors.contains(sentence) && call.output.isEmpty, "\(call.errors)")
        }
        #expect(try await Program.call("snapshot", "--data", folder.path + "/none").code == 3)
    }
}
