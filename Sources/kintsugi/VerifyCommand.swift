import ArgumentParser

/// The scrub.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "verify", abstract: "Is every byte what was written?")

    func run() async throws { throw Failure.couldNot("verify cannot look yet") }
}
