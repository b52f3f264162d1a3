import ArgumentParser
import Configuration
import EmbeddedEngine
import Engine
import Foundation
import Pipeline

/// Ends the owner of a data directory.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "End the owner of a data directory: everything acknowledged is then in the lake.",
        discussion: """
            The order goes to the owner over its socket, like any other; consoles that are attached say that it is gone. \
            Where nobody owns the directory there is nothing to do, and the exit code is 0.

            EXAMPLES
              kintsugi stop
              kintsugi stop --data /var/lib/kintsugi
            """)

    @OptionGroup var data: DataOptions
    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    private static let patience = Duration.seconds(15)

    func run() async throws {
        let path = try data.existingDirectory()
        guard let owner = try DataDirectory.owner(path: path) else {
            return print(data.json ? "{\"stopped\":null}" : "nobody owns \(path)")
        }
        let line = try await OwnerLine.open(
            path, as: OperatorName.signature(operatorName ?? data.settings().text(.operatorName)))
        let outcome = await line.carry(.stop)
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if try DataDirectory.owner(path: path) != owner {
                return print(data.json ? "{\"stopped\":\(owner)}" : "process \(owner) has stopped")
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        throw Failure.couldNot(
            outcome.isTaken
                ? "process \(owner) took the order and has not ended yet (\(path))" : harmless(outcome.text))
    }
}
