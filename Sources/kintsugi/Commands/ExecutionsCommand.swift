import ArgumentParser
import Engine
import Pipeline

/// What the auditor does and did.
struct ExecutionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "executions",
        abstract: "What the auditor does, and what it did.",
        discussion: """
            Latest first: what is under way and the last twenty; everything with --all. One execution with every \
            transition with --id.

            EXAMPLES
              kintsugi executions
              kintsugi executions --all --json
              kintsugi executions --id 1-3
            """)

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "The whole history.")
    var all = false

    @Option(name: .long, help: ArgumentHelp("One execution, with its transitions.", valueName: "ID"))
    var id: String?

    func run() async throws {
        let reading = try await Reading.open(data)
        var output = Output()
        if let id {
            try await showOne(id, reading, &output)
        } else {
            let live = try await reading.liveExecutions()
            let latest = try await reading.latest(AuditJournal.prefix, limit: all ? .max : 20)
                .compactMap { AuditJournal.execution($0) }
            let old = live.filter { one in !latest.contains { $0.id == one.id } }
            let executions = old + latest
            data.json ? output.json(.array(executions.map(\.json))) : show(executions, &output)
        }
        output.flush()
    }

    private func show(_ executions: [AuditExecution], _ output: inout Output) {
        guard !executions.isEmpty else { return output.line("no execution yet") }
        var table = TextTable([
            "id", "kind", "trigger", "state", ">gaps", ">slots", ">calls", ">derived", "began", "ended",
        ])
        for one in executions {
            table.add([
                one.id, one.kind.rawValue, harmless(one.trigger, limit: 40), one.state.title, String(one.gapsFound),
                String(one.slotsFound), String(one.calls), String(one.derivedCount),
                MarketTime(microseconds: one.began).iso8601, one.endedAt?.iso8601 ?? "-",
            ])
        }
        output.table(table)
    }

    private func showOne(_ id: String, _ reading: Reading, _ output: inout Output) async throws {
        let lines = try await reading.journal.lines(of: AuditJournal.prefix + id).map(\.line)
        guard let last = lines.last, let execution = AuditJournal.execution(last) else {
            throw Failure.usage(
                "--id \(harmless(id, limit: 40)) is no execution here: kintsugi executions --all lists them")
        }
        guard !data.json else {
            let moves = lines.map { line in
                JSONValue.object([
                    ("at", .moment(MarketTime(microseconds: line.at))), ("state", .text(line.event)),
                ])
            }
            return output.json(
                .object(
                    execution.members + [
                        ("transitions", .array(moves)), ("units", .array(execution.units.map(\.json))),
                    ]))
        }
        show([execution], &output)
        output.line("")
        var moves = TextTable(["at", "state", ">round", ">calls"])
        for line in lines {
            let then = AuditJournal.execution(line)
            moves.add([
                MarketTime(microseconds: line.at).iso8601, line.event, String(then?.round ?? 0),
                String(then?.calls ?? 0),
            ])
        }
        output.table(moves)
        guard !execution.units.isEmpty else { return }
        output.line("")
        var units = TextTable(["symbol", "asked from", "asked to", ">slots", ">attempts", "standing", "reason"])
        for unit in execution.units {
            units.add([
                unit.symbol, unit.asked.lowerBound.description, unit.asked.upperBound.description,
                String(unit.slotCount), String(unit.attempts), unit.standing.rawValue, unit.reason ?? "-",
            ])
        }
        output.table(units)
    }
}

extension AuditExecution {
    var endedAt: MarketTime? { ended.map(MarketTime.init(microseconds:)) }

    var members: [(String, JSONValue)] {
        [
            ("id", .text(id)), ("kind", .text(kind.rawValue)), ("trigger", .text(trigger)),
            ("state", .text(state.rawValue)), ("live", .boolean(!state.isEnd)), ("round", .integer(round)),
            ("gaps", .integer(gapsFound)), ("slots", .integer(slotsFound)), ("calls", .integer(calls)),
            ("quietCalls", .integer(quietCalls)), ("derived", .integer(derivedCount)),
            ("began", .moment(MarketTime(microseconds: began))), ("ended", .moment(endedAt)),
        ]
    }

    var json: JSONValue { .object(members) }
}

extension RepairUnit {
    fileprivate var json: JSONValue {
        .object([
            ("symbol", .text(symbol)), ("from", .moment(asked.lowerBound.start)),
            ("to", .moment(asked.upperBound.start)), ("slots", .integer(slotCount)), ("attempts", .integer(attempts)),
            ("standing", .text(standing.rawValue)), ("reason", reason.map(JSONValue.text) ?? .null),
        ])
    }
}
