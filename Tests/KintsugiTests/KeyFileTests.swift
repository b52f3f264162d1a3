import Console
import Foundation
import Testing

/// Keys bound for good, by the real program at a terminal.
@Suite(.serialized) struct KeyFileTests {
    private static func open(_ folder: Folder, _ name: String) throws -> PtyProgram {
        try PtyProgram(
            ["--data", folder.path + "/" + name, "--speed", "60", "--symbols", "AAPL,MSFT,SPY"],
            variables: ["XDG_CONFIG_HOME": folder.path + "/config"])
    }

    @Test(.timeLimit(.minutes(2))) func whatIsSavedAtOneConsoleIsBoundAtTheNext() async throws {
        let folder = try Folder()
        let first = try Self.open(folder, "a")
        try #require(try await first.shows("AAPL"))
        try await first.type(":bind F5 next-gap --save\r:bind \" theme --save\r")
        #expect(try await first.shows("keys saved in"), "\(first.text().suffix(400))")
        let path = folder.path + "/config/kintsugi/keys.toml"
        let deadline = Deadline(seconds: 10)
        var text = ""
        while !text.contains("theme"), !deadline.isOver {
            text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        }
        #expect(text.contains("\"F5\" = \"next-gap\"") && text.contains("\"\\\"\" = \"theme\""), "\(text)")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        try await first.type("q")
        #expect(try await first.exit(within: 5) == 0)
        let second = try Self.open(folder, "b")
        try #require(try await second.shows("AAPL"))
        try await second.type(":bind\r")
        #expect(try await second.shows("bound anew: F5 next-gap"), "\(second.text().suffix(400))")
        try await second.type("q")
        #expect(try await second.exit(within: 5) == 0)
        let doctor = try await HostileCall(["doctor"], variables: ["XDG_CONFIG_HOME": folder.path + "/config"])
        #expect(doctor.output.contains("2 bound anew in"), "\(doctor.output)")
    }

    @Test(.timeLimit(.minutes(2))) func aBadLineIsSaidWithFileAndLineAndTheOthersCount() async throws {
        let folder = try Folder()
        let path = folder.path + "/config/kintsugi/keys.toml"
        try FileManager.default.createDirectory(
            atPath: folder.path + "/config/kintsugi", withIntermediateDirectories: true)
        let text =
            "[keys]\n\"F5\" = \"repiar\"\nnokey = \"audit\"\n\"F6\" = \"audit\"\nF7 = 3\n[more]\nF8 = \"audit\"\n"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let program = try Self.open(folder, "a")
        #expect(try await program.shows("keys.toml:2: there is no action repiar: repair?"), "\(program.text())")
        try #require(try await program.shows("AAPL"))
        try await program.type(":bind\r")
        #expect(try await program.shows("bound anew: F6 audit"), "\(program.text().suffix(400))")
        try await program.type("q")
        #expect(try await program.exit(within: 5) == 0)
        let doctor = try await HostileCall(["doctor"], variables: ["XDG_CONFIG_HOME": folder.path + "/config"])
        for (line, said) in [
            (2, "there is no action"), (3, "there is no key nokey"), (5, "below [keys]"), (7, "below [keys]"),
        ] {
            #expect(
                doctor.output.contains("keys.toml:\(line): \(said)")
                    || doctor.output.contains("keys.toml:\(line): keys stand"), "\(doctor.output)")
        }
        // What is no file of text is said too, and nothing waits for it.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let folderInstead = try await HostileCall(["doctor"], variables: ["XDG_CONFIG_HOME": folder.path + "/config"])
        #expect(folderInstead.output.contains("it is a directory"), "\(folderInstead.output)")
    }

    @Test(.timeLimit(.minutes(1))) func everyVerbOfTheCommandLineIsKnownToThePalette() async throws {
        let help = try await Program.call("--help")
        let verbs = help.output.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.contains("See 'kintsugi") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(verbs.count > 20, "\(help.output)")
        for verb in verbs { #expect(PaletteNames.all.contains(verb), "\(verb)") }
    }
}
