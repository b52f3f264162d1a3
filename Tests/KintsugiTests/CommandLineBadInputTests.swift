import Foundation
import Testing

/// Whatever is typed, the answer is one sentence and a code, and nothing is made.
@Suite struct CommandLineBadInputTests {
    /// Arguments, and a word that the sentence must hold.
    private static let hostile: [([String], String)] = [
        (["coverage", "--symbol", "../../etc"], "symbol"),
        (["coverage", "--symbol", ""], "empty"),
        (["coverage", "--symbol", "A\u{1B}[31mB"], "letters"),
        (["coverage", "--symbol", String(repeating: "A", count: 5_000)], "characters"),
        (["coverage", "--symbol", "NONE"], "not held"),
        (["coverage", "--from", "yesterday"], "no time"),
        (["coverage", "--from", "2026-13-01"], "no time"),
        (["coverage", "--from", "99999999999999999999"], "no time"),
        (["coverage", "--from", "2026-03-03", "--to", "2026-03-02"], "before"),
        (["gaps", "--reason", "aliens"], "choose one of"),
        (["executions", "--id", "%00/../"], "no execution"),
        (["audit", "--symbol", "AAPL"], "--from"),
        (["repair", "--from", "2026-03-02", "--to", "2026-03-03"], "--symbol"),
        (["repair", "--symbol", "NONE", "--from", "2026-03-02", "--to", "2026-03-03"], "not held"),
        (["repair", "--symbol", "AAPL", "--from", "2031-03-02", "--to", "2031-03-03"], "future"),
        (["export", "--dataset", "bars", "--as-of", "soon"], "no time"),
        (["export", "--dataset", "hourly", "--as-of", "2026-03-03"], "bars"),
        (["export", "--dataset", "market", "--symbol", "AAPL"], "calendar"),
        (["calendar", "--from", "2019-02-30", "--to", "2019-03-01"], "no date"),
        (["calendar", "--from", "2019-03-02", "--to", "2019-03-01"], "after"),
    ]

    @Test func everyBadInputIsOneSentence() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let before = try folder.contents(of: "data")
        for (arguments, word) in Self.hostile {
            let place = arguments[0] == "calendar" ? [] : ["--data", data]
            let call = try await Program.call(arguments + place)
            #expect(call.code == 2, "\(arguments): \(call.errors)")
            #expect(call.output.isEmpty, "\(arguments)")
            #expect(call.errors.contains(word), "\(arguments): \(call.errors)")
            #expect(call.errors.split(separator: "\n").count == 1, "\(arguments): \(call.errors)")
            #expect(call.errors.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 }, "\(arguments)")
            #expect(call.errors.count < 700, "\(arguments)")
        }
        #expect(try folder.contents(of: "data") == before)
    }

    @Test func whatTheParserRefusesIsUsageToo() async throws {
        for arguments in [
            ["export"], ["export", "--dataset", "candles"], ["status", "--format", "xml"], ["frobnicate"],
            ["calendar", "--from", "2019-02-11"], ["calendar", "--exchange", "MOON", "--from", "1", "--to", "2"],
            ["coverage", "--limit", "many"], ["verify", "extra"],
        ] {
            let call = try await Program.call(arguments)
            #expect(call.code == 2, "\(arguments): \(call.errors)")
            #expect(call.output.isEmpty && !call.errors.isEmpty, "\(arguments)")
        }
    }

    @Test func helpHasExamples() async throws {
        for command in [
            "status", "coverage", "gaps", "alarms", "quarantine", "executions", "audit", "repair", "resynthesize",
            "verify", "export",
            "calendar",
        ] {
            let call = try await Program.call(command, "--help")
            #expect(call.code == 0)
            #expect(call.output.contains("EXAMPLES") && call.output.contains("kintsugi \(command)"), "\(command)")
        }
    }
}
