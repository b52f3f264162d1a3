import Foundation
import Testing

/// A real source's pipeline outlives its console; a simulated one's does not.
@Suite(.serialized) struct SurviveTests {
    private static func status(_ data: String) async throws -> [String: Any]? {
        try? await Program.call("status", "--json", "--data", data).json() as? [String: Any]
    }

    /// The process that owns a directory, once somebody or nobody does as wanted; -1 where that does not come.
    private static func owner(_ data: String, isThere: Bool) async throws -> Int {
        let deadline = Deadline(seconds: 20)
        while !deadline.isOver {
            guard let status = try await status(data) else { continue }
            let owner = status["owner"] as? Int ?? 0
            if (owner != 0) == isThere { return owner }
        }
        return -1
    }

    @Test(.timeLimit(.minutes(3))) func aDroppedLineLeavesARealSourceCapturing() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let exchange = try await LiveExchange(["--speed", "60", "--symbols", "AAPL,SPY"])
        let arguments = [
            "--provider", "finnhub", "--base-url", exchange.url, "--symbols", "AAPL,SPY", "--start", "source",
            "--speed",
            "60", "--data", data, "--as", "ana",
        ]
        let first = try PtyProgram(arguments)
        #expect(try await first.shows("observer of "), "\(first.text().suffix(800))")
        let owner = try await Self.owner(data, isThere: true)
        #expect(owner != first.pid && owner > 0)
        first.hangUp()
        #expect(try await first.exit(within: 8) == 0)
        #expect(try await Self.owner(data, isThere: true) == owner, "capture goes on without the line")

        let second = try PtyProgram(arguments)
        #expect(try await second.shows("observer of \(owner)"), "\(second.text().suffix(800))")
        #expect(try await second.shows("● open"))
        let place = second.place
        try await second.type("q")
        #expect(try await second.shows("leave capture running", since: place))
        try await second.type("l")
        #expect(try await second.exit(within: 8) == 0)
        #expect(second.modes == second.before)
        #expect(try await Self.owner(data, isThere: true) == owner)

        let stop = try await Program.call("stop", "--data", data, "--as", "ben")
        #expect(stop.code == 0 && stop.output.contains("process \(owner) has stopped"), "\(stop.output)\(stop.errors)")
        #expect(try await Self.owner(data, isThere: false) == 0)
        let again = try await Program.call("stop", "--data", data)
        #expect(again.code == 0 && again.output.contains("nobody owns"), "\(again.output)")
        #expect(try await Program.call("verify", "--data", data).code == 0)
        #expect(try await exchange.stop() == 0)
    }

    @Test(.timeLimit(.minutes(2))) func anOwnerThatCannotBeStartedSaysWhyAtTheTerminal() async throws {
        let folder = try Folder()
        try "mine".write(toFile: folder.path + "/notes", atomically: false, encoding: .utf8)
        let program = try PtyProgram([
            "--provider", "finnhub", "--base-url", "http://127.0.0.1:1", "--symbols", "AAPL", "--data", folder.path,
        ])
        let code = try await program.exit(within: 30)
        #expect(code == 3)
        let text = program.text()
        #expect(text.contains("was not made by kintsugi"), "\(text.suffix(600))")
        #expect(program.modes == program.before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes"])
    }

    @Test(.timeLimit(.minutes(2))) func aSimulatedSourceStopsWithItsConsole() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let program = try PtyProgram(["--data", data, "--symbols", "AAPL,SPY"])
        #expect(try await program.shows("AAPL"))
        #expect(try await Self.owner(data, isThere: true) == program.pid)
        program.hangUp()
        #expect(try await program.exit(within: 5) == 0)
        #expect(try await Self.owner(data, isThere: false) == 0)
        #expect(try await Program.call("verify", "--data", data).code == 0)
    }
}
