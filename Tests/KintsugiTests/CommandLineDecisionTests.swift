import Foundation
import Testing

/// Acknowledging, snoozing, undoing and redriving at the command line.
@Suite struct CommandLineDecisionTests {
    private static let window = ["--from", "2026-03-03T14:30:00Z", "--to", "2026-03-03T15:48:00Z"]

    private func gaps(_ data: String, _ more: [String] = []) async throws -> [[String: Any]] {
        let call = try await Program.call(["gaps", "--data", data, "--json"] + Self.window + more)
        return try #require(try call.json() as? [[String: Any]])
    }

    private func note(_ gap: [String: Any]) -> String? { (gap["acknowledged"] as? [String: Any])?["note"] as? String }

    @Test func gapsAreAcknowledgedBySlotsOrByRuleAndUndone() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let before = try await gaps(data)
        #expect(!before.isEmpty && before.allSatisfy { $0["acknowledged"] is NSNull })
        let bySlots = try await Program.call(
            ["acknowledge", "--symbol", "AAPL", "--note", "halted\u{1B}[2J", "--as", "ana", "--data", data]
                + Self.window)
        #expect(bySlots.code == 0, "\(bySlots.errors)")
        #expect(bySlots.output.contains("--undo") && !bySlots.output.contains("\u{1B}"))
        var after = try await gaps(data)
        #expect(after.count == before.count, "no gap went away")
        for gap in after {
            let isNamed = gap["symbol"] as? String == "AAPL"
            #expect(note(gap) == (isNamed ? "halted\\u{1b}[2J" : nil))
            #expect(gap["verdict"] as? String == "missing" || gap["verdict"] as? String == "unrepairable")
        }
        let reasons = Set(after.compactMap { $0["reason"] as? String })
        let reason = try #require(reasons.sorted().first)
        let byRule = try await Program.call(
            "acknowledge", "reason:\(reason)", "symbol:SPY", "--note", "known", "--as", "bo", "--data", data, "--json")
        #expect(byRule.code == 0, "\(byRule.errors)")
        let standing = try #require(try byRule.json() as? [[String: Any]])
        #expect(standing.map { $0["by"] as? String } == ["bo", "ana"])
        #expect(standing[0]["rule"] as? String == "reason:\(reason) symbol:SPY")
        let undone = try await Program.call("acknowledge", "--undo", "last", "--data", data)
        #expect(undone.code == 0 && undone.output == "undone; 1 still stand\n", "\(undone.output)\(undone.errors)")
        let first = try #require(standing[1]["id"] as? String)
        #expect(try await Program.call("acknowledge", "--undo", first, "--data", data).code == 0)
        after = try await gaps(data)
        #expect(after.allSatisfy { $0["acknowledged"] is NSNull })
        #expect(try await Program.call("acknowledge", "--data", data).output == "nothing is acknowledged or snoozed\n")
        #expect(try await Program.call("verify", "--data", data).code == 0)
        withExtendedLifetime(folder) {}
    }

    @Test func anAlarmIsSnoozedAndAcknowledgedByItsKey() async throws {
        let (folder, data) = try await World.copy(of: World.spent)
        let standing = try #require(
            try await Program.call("alarms", "--data", data, "--json").json() as? [[String: Any]])
        let key = try #require(standing.first?["key"] as? String)
        #expect(standing[0]["snoozed"] is NSNull && standing[0]["acknowledged"] is NSNull)
        let snoozed = try await Program.call("snooze", key, "30m", "--as", "ana", "--data", data)
        #expect(snoozed.code == 0 && snoozed.output.contains("snoozed alarm \(key)"), "\(snoozed.errors)")
        let noted = try await Program.call(
            "acknowledge", "--alarm", key, "--note", "seen", "--as", "bo", "--data", data)
        #expect(noted.code == 0, "\(noted.errors)")
        let after = try #require(
            try await Program.call("alarms", "--data", data, "--json").json() as? [[String: Any]])
        let alarm = try #require(after.first { $0["key"] as? String == key })
        #expect((alarm["snoozed"] as? [String: Any])?["by"] as? String == "ana")
        #expect((alarm["acknowledged"] as? [String: Any])?["note"] as? String == "seen")
        #expect(try await Program.call("alarms", "--data", data).output.contains("acknowledged by bo: seen"))
        withExtendedLifetime(folder) {}
    }

    @Test func ofAnAlarmThatIsOverItIsSaidSinceWhen() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let ran = try await Program.call(
            "run", "--headless", "--data", data, "--flaw", "none", "--speed", "400", "--until",
            "2026-03-03T16:05:00Z")
        #expect(ran.code == 0, "\(ran.errors)")
        let all = try #require(
            try await Program.call("alarms", "--all", "--data", data, "--json").json() as? [[String: Any]])
        let over = try #require(
            all.first { ($0["key"] as? String)?.hasSuffix("/outage") ?? false && $0["cleared"] is String }, "\(all)")
        let key = try #require(over["key"] as? String)
        let since = try #require(over["cleared"] as? String)
        for arguments in [["acknowledge", "--alarm", key, "--note", "x"], ["snooze", key, "30m"]] {
            let call = try await Program.call(arguments + ["--data", data])
            #expect(call.code == 3 && call.output.isEmpty)
            #expect(call.errors.contains("no alarm \(key) stands: it is over since \(since), after "), "\(call.errors)")
            #expect(call.errors.contains("the source answers again"))
        }
        withExtendedLifetime(folder) {}
    }

    @Test func anExecutionIsRedrivenAndOneThatEndedIsNotCancelled() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let all = try #require(
            try await Program.call("executions", "--all", "--data", data, "--json").json() as? [[String: Any]])
        let left = try #require(all.first { ["waiting", "failed"].contains($0["state"] as? String) }, "\(all)")
        let id = try #require(left["id"] as? String)
        let refused = try await Program.call("cancel", id, "--data", data)
        #expect(refused.code == 3 && refused.errors.contains("not under way"), "\(refused.errors)")
        let redriven = try await Program.call("redrive", id, "--as", "ana", "--data", data, "--json")
        let ended = try #require(try redriven.json() as? [String: Any], "\(redriven.errors)")
        #expect(ended["id"] as? String == id && ended["state"] as? String == "healed")
        #expect(redriven.code == 0)
        withExtendedLifetime(folder) {}
    }

    @Test func whatCannotBeMeantIsOneSentence() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let calls: [([String], Int32, String)] = [
            (["acknowledge", "reason:nonsense", "--note", "x"], 2, "choose one of"),
            (["acknowledge", "AAPL", "--note", "x"], 2, "is no rule"),
            (["acknowledge", "reason:late"], 2, "say why"),
            (["acknowledge", "reason:late", "--note", "  "], 2, "say why"),
            (["acknowledge", "--note", "x"], 2, "say what"),
            (["acknowledge", "reason:late", "--alarm", "x", "--note", "x"], 2, "one at a time"),
            (["acknowledge", "--symbol", "AAPL", "--note", "x"], 2, "say where"),
            (["acknowledge", "--alarm", "none/such", "--note", "x"], 3, "no alarm none/such stands"),
            (["acknowledge", "--undo", "9.9"], 2, "nothing is acknowledged"),
            (["snooze", "none/such", "30m"], 3, "no alarm none/such stands"),
            (["snooze", "none/such", "5 years"], 2, "is no time to snooze"),
            (["redrive", "9-9"], 2, "is no execution here"), (["cancel", "9-9\u{1B}"], 2, "is no execution here"),
        ]
        for (arguments, code, sentence) in calls {
            let call = try await Program.call(arguments + ["--data", data])
            #expect(call.code == code && call.errors.contains(sentence), "\(arguments): \(call.code) \(call.errors)")
            #expect(
                call.output.isEmpty && !call.errors.contains("\u{1B}") && call.errors.split(separator: "\n").count == 1)
        }
        withExtendedLifetime(folder) {}
    }
}
