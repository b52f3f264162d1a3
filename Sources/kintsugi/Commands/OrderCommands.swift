import ArgumentParser
import Configuration
import EmbeddedEngine
import Pipeline

/// One order over some symbols and some minutes.
struct OrderOptions: ParsableArguments {
    @OptionGroup var data: DataOptions
    @OptionGroup var window: WindowOptions

    @Flag(name: .long, help: "Show what would be touched, and do nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Beside a running owner: do not wait for the end of what it begins.")
    var noWait = false

    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    /// `--as`, `KINTSUGI_OPERATOR`, the configuration's, or the login and SSH peer.
    func signature() throws -> String {
        OperatorName.signature(try operatorName ?? data.settings().text(.operatorName))
    }

    /// Carries the order out, or shows what it would touch.
    func perform(_ kind: AuditExecution.Kind) async throws {
        guard let order = try await prepare(kind) else { return }
        guard let ended = try await order.carryOut(by: signature()).execution else { return }
        report(ended)
        guard ended.state == .healed || ended.state == .succeeded else { throw Failure.silent(Exit.unwell) }
    }

    /// What to do; nil where it was only to be shown. The directory is closed again before it is owned.
    private func prepare(_ kind: AuditExecution.Kind) async throws -> SingleOrder? {
        let minutes = try window.demandedMinutes()
        guard try !window.symbols().isEmpty else { throw Failure.usage("name the symbols: --symbol AAPL,MSFT") }
        let reading = try await Reading.open(data)
        let symbols = try reading.members(window).map(\.symbol)
        let selection = SlotSelection(symbols: symbols, minutes: minutes)
        guard minutes.lowerBound.start < reading.now else {
            throw Failure.usage(
                "--from \(minutes.lowerBound) lies in the future: the data directory has reached \(reading.now)")
        }
        guard !dryRun else {
            let plan = try await OrderPlan(kind, selection, reading)
            var output = Output()
            data.json ? output.json(plan.json) : plan.show(&output)
            output.flush()
            return nil
        }
        var order = SingleOrder(command(kind, selection), data, reading)
        order.waits = !noWait
        return order
    }

    private func command(_ kind: AuditExecution.Kind, _ selection: SlotSelection) -> PipelineCommand {
        switch kind {
        case .audit: .audit([selection])
        case .repair: .repair([selection])
        case .resynthesize: .resynthesize([selection])
        }
    }

    private func report(_ ended: AuditExecution) {
        var output = Output()
        data.json ? output.json(ended.json) : ended.report(&output)
        output.flush()
    }
}

/// Look, and mend what is missing.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check a window against the calendar, and mend what is missing in it.",
        discussion: """
            \(orderDiscussion)

            EXAMPLES
              kintsugi audit --symbol AAPL --from 2026-03-03T14:30:00Z --to 2026-03-03T21:00:00Z --dry-run
              kintsugi audit --symbol AAPL,MSFT --from 2026-03-03 --to 2026-03-04
            """)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.perform(.audit) }
}

/// Fetch again what is missing or unrepairable.
struct RepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Fetch again what is missing or unrepairable in a window.",
        discussion: """
            \(orderDiscussion)

            EXAMPLES
              kintsugi repair --symbol AAPL --from 2026-03-03T15:00:00Z --to 2026-03-03T15:30:00Z
              kintsugi repair --symbol AAPL --from 2026-03-03 --to 2026-03-04 --dry-run --json
            """)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.perform(.repair) }
}

/// Build derived rows again.
struct ResynthesizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resynthesize",
        abstract: "Build the derived rows of a window again, current or not.",
        discussion: """
            \(orderDiscussion)

            EXAMPLES
              kintsugi resynthesize --symbol AAPL --from 2026-03-03 --to 2026-03-04
            """)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.perform(.resynthesize) }
}

private let orderDiscussion = """
    A running owner is given the order over its socket, and its end is waited for unless --no-wait is given. Where \
    nobody owns the data directory this command does while it works, captures nothing live, and ends when its \
    execution has ended. Exit code 1 where something stays open.
    """
