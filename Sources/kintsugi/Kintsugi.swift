import ArgumentParser
import Platform

@main
struct Kintsugi: AsyncParsableCommand {
    static let version = "0.1.0"
    static let configuration = CommandConfiguration(
        commandName: "kintsugi",
        abstract: "A self-healing market-data stream, and the console to watch it heal.",
        discussion: """
            Alone, kintsugi opens the console on a simulated exchange: prices are captured with a deliberate flaw, \
            what is lost is seen to be lost, fetched again, and everything that depended on it built again.

            EXAMPLES
              kintsugi                                  the console on the simulated exchange
              FINNHUB_API_KEY=… kintsugi --provider finnhub --symbols AAPL,MSFT
              kintsugi run --headless --until healed    no screen, JSON lines
              kintsugi gaps                             what is missing, and why
              kintsugi verify                           is every byte what was written?
              kintsugi doctor                           what is wrong, and what to do
            """,
        version: "kintsugi \(version)",
        subcommands: [
            ConsoleCommand.self, RunCommand.self, StatusCommand.self, CoverageCommand.self, GapsCommand.self,
            AlarmsCommand.self, QuarantineCommand.self, ExecutionsCommand.self, AuditCommand.self, RepairCommand.self,
            ResynthesizeCommand.self, RedriveCommand.self, CancelCommand.self, AcknowledgeCommand.self,
            SnoozeCommand.self, OrdersCommand.self, StopCommand.self, VerifyCommand.self, RebuildCommand.self,
            ExportCommand.self, QueryCommand.self, ExchangeCommand.self, CalendarCommand.self, DoctorCommand.self,
            SymbolsCommand.self, SimulateCommand.self, ThemesCommand.self, SnapshotCommand.self,
        ],
        defaultSubcommand: ConsoleCommand.self)

    /// Every failure ends here as one sentence on standard error and an exit code scripts may rely on.
    static func main() async {
        MemoryReturn.prefer()
        do {
            var command = try parseAsRoot()
            let files = OpenFiles.raiseLimit()
            guard files >= OpenFiles.needed else {
                throw Failure.couldNot(
                    "only \(files) files may be open at once, and \(OpenFiles.needed) are needed: allow more with "
                        + "`ulimit -n 1024`")
            }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.end(error)
        }
    }
}
