import ArgumentParser
import Engine
import Pipeline

/// Take an execution up again.
struct RedriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Take up an execution that failed, waits or was cancelled; what it settled is not asked again.",
        discussion: """
            The last sixty that ended can be taken up. Slots that came by another way meanwhile cost no call. Exit \
            code 1 where something stays open.

            EXAMPLES
              kintsugi executions
              kintsugi redrive 3-17
            """)

    @OptionGroup var options: OperatorOptions

    @Argument(help: ArgumentHelp("Its id, as kintsugi executions shows it.", valueName: "EXECUTION"))
    var execution: String

    func run() async throws {
        let reading = try await Reading.open(options.data)
        let id = try await reading.executionID(execution)
        let order = SingleOrder(.redrive(execution: id), options.data, reading)
        guard let ended = try await order.carryOut(by: options.signature()).execution else { return }
        var output = Output()
        options.data.json ? output.json(ended.json) : ended.report(&output)
        output.flush()
        guard ended.state == .healed || ended.state == .succeeded else { throw Failure.silent(Exit.unwell) }
    }
}

/// End an execution.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End an execution at its next step; what has landed stays.",
        discussion: """
            kintsugi redrive takes it up again.

            EXAMPLES
              kintsugi cancel 3-17
            """)

    @OptionGroup var options: OperatorOptions

    @Argument(help: ArgumentHelp("Its id, as kintsugi executions shows it.", valueName: "EXECUTION"))
    var execution: String

    func run() async throws {
        let reading = try await Reading.open(options.data)
        let id = try await reading.executionID(execution)
        let outcome = try await SingleOrder(.cancel(execution: id), options.data, reading)
            .carryOut(by: options.signature())
        var output = Output()
        if options.data.json {
            output.json(.object([("id", .text(id)), ("state", .text(AuditState.cancelled.rawValue))]))
        } else {
            output.line("execution \(id) cancelled; \(outcome.status.executions.count { !$0.state.isEnd }) under way")
        }
        output.flush()
    }
}

extension Reading {
    /// The id of an execution the journal knows.
    func executionID(_ text: String) async throws -> String {
        guard try await !journal.lines(of: AuditJournal.prefix + text).isEmpty else {
            throw Failure.usage(
                "\(harmless(text, limit: 40)) is no execution here: kintsugi executions --all lists them")
        }
        return text
    }
}
