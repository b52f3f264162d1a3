import Engine
import Testing

@Suite struct JournalConformance {
    private func line(_ subject: String, _ event: String, closes: Bool = false) -> JournalLine {
        JournalLine(subject: subject, at: 1_549_895_400, event: event, payload: Array("{}".utf8), closes: closes)
    }

    @Test(arguments: EngineKind.allCases) func ordinalsGoOnOverAllSubjects(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        #expect(try await engines.journal.append([]) == 0)
        #expect(try await engines.journal.append([line("execution/a", "began"), line("delivery/q-0", "cut")]) == 2)
        let again = try await engines.reopened()
        #expect(try await again.journal.append([line("execution/a", "moved")]) == 3)
        #expect(try await again.journal.append([]) == 3)
        #expect(try await again.journal.lines(of: "execution/a").map(\.ordinal) == [1, 3])
        #expect(try await again.journal.lines(of: "execution").isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func linesComeByPrefixInPages(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let subjects = ["execution/1", "alarm/x", "execution/2", "exec", "execution/1", "alarm/x"]
        let lines = subjects.enumerated().map { line($0.element, "e\($0.offset)") }
        _ = try await engines.journal.append(lines)
        let journal = engines.journal
        #expect(try await journal.lines(prefix: "", after: 0, limit: 99).map(\.line) == lines)
        #expect(try await journal.lines(prefix: "execution/", after: 0, limit: 2).map(\.ordinal) == [1, 3])
        #expect(try await journal.lines(prefix: "execution/", after: 3, limit: 2).map(\.ordinal) == [5])
        #expect(try await journal.lines(prefix: "exec", after: 0, limit: 9).map(\.ordinal) == [1, 3, 4, 5])
        #expect(try await journal.lines(prefix: "EXEC", after: 0, limit: 9).isEmpty)
        #expect(try await journal.lines(prefix: "alarm/%", after: 0, limit: 9).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func closingAndOpeningAgain(_ kind: EngineKind) async throws {
        var engines = try EngineFixture(kind)
        _ = try await engines.journal.append([
            line("execution/b", "began"), line("execution/a", "began"), line("alarm/x", "raised"),
            line("execution/b", "moved"),
        ])
        #expect(try await engines.journal.open(prefix: "execution/") == ["execution/b", "execution/a"])
        _ = try await engines.journal.append([line("execution/b", "ended", closes: true)])
        #expect(try await engines.journal.open(prefix: "execution/") == ["execution/a"])
        engines = try await engines.reopened()
        _ = try await engines.journal.append([line("execution/b", "redriven")])
        #expect(try await engines.journal.open(prefix: "execution/") == ["execution/a", "execution/b"])
        _ = try await engines.journal.append([line("alarm/x", "cleared", closes: true)])
        _ = try await engines.journal.append([line("alarm/x", "delivered", closes: true)])
        #expect(try await engines.journal.open(prefix: "") == ["execution/a", "execution/b"])
        #expect(
            try await engines.journal.lines(of: "execution/b").map(\.line.event) == [
                "began", "moved", "ended", "redriven",
            ])
    }

    @Test(arguments: EngineKind.allCases) func latestComesTouchedLastFirst(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        for number in 1...5 { _ = try await engines.journal.append([line("execution/\(number)", "began")]) }
        _ = try await engines.journal.append([line("execution/2", "ended", closes: true), line("alarm/x", "raised")])
        let journal = engines.journal
        let first = try await journal.latest(prefix: "execution/", before: .max, limit: 3)
        #expect(first.map(\.line.subject) == ["execution/2", "execution/5", "execution/4"])
        #expect(first[0].line.event == "ended")
        let second = try await journal.latest(prefix: "execution/", before: first[2].ordinal, limit: 3)
        #expect(second.map(\.line.subject) == ["execution/3", "execution/1"])
        #expect(try await journal.latest(prefix: "execution/", before: second[1].ordinal, limit: 3).isEmpty)
    }
}
