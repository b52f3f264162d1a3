import ArgumentParser
import Engine
import Pipeline
import Runtime

/// What arrived and is not data.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "What arrived and is not data: listed, and opened with the answer as evidence.",
        discussion: """
            Nothing of it is ever served. Each row has a number that stays, also when the warehouse is built again.

            EXAMPLES
              kintsugi quarantine
              kintsugi quarantine --symbol AAPL --from 2026-03-03 --reason outside-range --json
              kintsugi quarantine show 17
            """,
        subcommands: [QuarantineListCommand.self, QuarantineShowCommand.self],
        defaultSubcommand: QuarantineListCommand.self)
}

/// The rows of quarantine.
struct QuarantineListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The rows of quarantine, newest first.",
        discussion: """
            One row for each fault of an answer, however many bars it concerns; its time is that of the first of them.
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var window: WindowOptions

    @Option(name: .long, help: ArgumentHelp("Only rows of this reason, such as outside-range.", valueName: "WORD"))
    var reason: String?

    @Option(name: .long, help: ArgumentHelp("Rows at most; the rest is counted.", valueName: "N"))
    var limit = 200

    func run() async throws {
        guard (1...1_000_000).contains(limit) else { throw Failure.usage("--limit must lie between 1 and 1000000") }
        let reading = try await Reading.open(data)
        let symbols = try window.symbols()
        let minutes = try window.minutes(within: Minute(.min / 4)..<Minute(.max / 4))
        var rows = try await reading.warehouse.quarantine(
            minutes: minutes.lowerBound.index..<minutes.upperBound.index, limit: .max)
        if !symbols.isEmpty { rows.removeAll { row in !symbols.contains { $0.text == row.symbol } } }
        if let reason { rows.removeAll { $0.reason != reason } }
        var output = Output()
        data.json ? output.json(.array(rows.prefix(limit).map(\.json))) : show(rows, &output)
        output.flush()
    }

    private func show(_ rows: [QuarantineRow], _ output: inout Output) {
        guard !rows.isEmpty else { return output.line("nothing in quarantine") }
        var table = TextTable([">id", "symbol", "time", "reason", "purpose", "received", "detail"])
        for row in rows.prefix(limit) {
            table.add([
                String(row.id), harmless(row.symbol), Minute(row.minute).description, harmless(row.reason),
                harmless(row.provenance.purpose), MarketTime(microseconds: row.provenance.received).iso8601,
                harmless(row.detail),
            ])
        }
        output.table(table)
        if rows.count > limit { output.line("… and \(rows.count - limit) older: --limit \(rows.count)") }
    }
}

/// One row with its answer.
struct QuarantineShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One row of quarantine: reason, provenance, and the answer as it arrived.",
        discussion: """
            The answer is read from its raw object. Bytes that could speak to a terminal, and those that are no UTF-8, are \
            written as \\xHH, a backslash as \\\\, so that nothing is lost; --json has the bytes in base 64 besides.
            """)

    @Argument(help: ArgumentHelp("The row's number, as kintsugi quarantine lists it.", valueName: "ID"))
    var id: Int64

    @OptionGroup var data: DataOptions

    func run() async throws {
        let reading = try await Reading.open(data)
        guard let row = try await reading.warehouse.quarantine(id: id) else {
            throw Failure.usage("there is no row \(id) in quarantine: kintsugi quarantine lists what there is")
        }
        let evidence = await QuarantineEvidence(row, reading)
        var output = Output()
        data.json ? output.json(evidence.json) : evidence.show(&output)
        output.flush()
    }
}

extension QuarantineRow {
    /// The members of a row, without its answer.
    var members: [(String, JSONValue)] {
        [
            ("id", .integer(id)), ("symbol", .text(symbol)), ("time", .moment(Minute(minute).start)),
            ("reason", .text(reason)), ("detail", .text(detail)), ("source", .text(provenance.source)),
            ("purpose", .text(provenance.purpose)), ("execution", .text(provenance.execution)),
            ("attempt", .integer(provenance.attempt)), ("object", .text(provenance.object)),
            ("received", .moment(MarketTime(microseconds: provenance.received))),
        ]
    }

    var json: JSONValue { .object(members) }
}
