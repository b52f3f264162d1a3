import ArgumentParser
import Engine
import Pipeline

/// Take note of a gap or an alarm, so that it calls for nobody; or take that back.
struct AcknowledgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge",
        abstract: "Take note of gaps or an alarm, with the reason why; or take that back.",
        discussion: """
            An acknowledged gap keeps its verdict and is never shown as well; it raises no alarm, and an alarm whose \
            slots are all acknowledged is silent. Gaps are named by symbols and times, or by a rule: \
            reason:no-candle-access, symbol:AAPL, or both, which covers the gaps to come too. An alarm is named by \
            its key, and calls again when it gets worse. Everything is kept with who, when and the note, and survives \
            restarts. Without any of these the command lists what stands.

            EXAMPLES
              kintsugi acknowledge --symbol AAPL --from 2026-03-03T15:00:00Z --to 2026-03-03T15:30:00Z --note "halted"
              kintsugi acknowledge reason:no-candle-access --note "the free plan has no candles"
              kintsugi acknowledge --alarm slots/no-data --note "asked the vendor, ticket 4711"
              kintsugi acknowledge --undo last
            """)

    @OptionGroup var options: OperatorOptions
    @OptionGroup var window: WindowOptions

    @Argument(help: ArgumentHelp("Which gaps, now and to come.", valueName: "reason:WORD|symbol:NAME"))
    var rule: [String] = []

    @Option(name: .long, help: ArgumentHelp("An alarm by its key, as kintsugi alarms shows it.", valueName: "KEY"))
    var alarm: String?

    @Option(name: .long, help: ArgumentHelp("Why; kept and shown with it.", valueName: "TEXT"))
    var note: String?

    @Option(name: .long, help: ArgumentHelp("Take one back: its id, or last.", valueName: "ID|last"))
    var undo: String?

    private var namesSlots: Bool { !window.symbol.isEmpty || window.from != nil || window.to != nil }

    func run() async throws {
        let ways = [!rule.isEmpty, namesSlots, alarm != nil, undo != nil].count { $0 }
        guard ways <= 1 else {
            throw Failure.usage("one at a time: a rule, --symbol with --from and --to, --alarm, or --undo")
        }
        guard ways == 1 || note == nil else {
            throw Failure.usage("say what: a rule, --symbol with --from and --to, or --alarm")
        }
        let reading = try await Reading.open(options.data)
        guard ways == 1 else { return list(try await reading.decisions()) }
        let command = try await command(reading)
        let outcome = try await SingleOrder(command, options.data, reading).carryOut(by: options.signature())
        var output = Output()
        let made = command.makesDecision ? outcome.status.decisions.first : nil
        if options.data.json {
            output.json(.array(outcome.status.decisions.map(\.json)))
        } else if let made {
            output.line(
                "acknowledged \(made.subject.words) as \(made.id); kintsugi acknowledge --undo \(made.id) undoes it")
        } else {
            output.line("undone; \(outcome.status.decisions.count) still stand")
        }
        output.flush()
    }

    private func command(_ reading: Reading) async throws -> PipelineCommand {
        if let undo {
            let standing = try await reading.decisions()
            guard let one = undo == "last" ? standing.first : standing.first(where: { $0.id == undo }) else {
                let ids = standing.prefix(5).map(\.id).joined(separator: ", ")
                throw Failure.usage(
                    "--undo \(harmless(undo, limit: 40)): "
                        + (ids.isEmpty
                            ? "nothing is acknowledged or snoozed" : "none of that id stands; there are \(ids)"))
            }
            return .undo(decision: one.id)
        }
        guard let note = note.map({ harmless($0, limit: StandingDecision.noteMax) }),
            note.contains(where: { $0 != " " })
        else { throw Failure.usage("say why: --note \"the vendor knows\"") }
        if let alarm {
            try await reading.expectStanding(alarm)
            return .acknowledge(.alarm(harmless(alarm)), note: note)
        }
        return .acknowledge(try subject(reading), note: note)
    }

    private func subject(_ reading: Reading) throws -> AcknowledgementSubject {
        if !rule.isEmpty {
            do { return .rule(try SlotRule(parsing: rule.joined(separator: " "))) } catch {
                throw Failure.usage(error.description)
            }
        }
        let minutes = try window.demandedMinutes()
        guard try !window.symbols().isEmpty else { throw Failure.usage("name the symbols: --symbol AAPL,MSFT") }
        guard !minutes.isEmpty else { throw Failure.usage("--from and --to name no minute") }
        return .slots([SlotSelection(symbols: try reading.members(window).map(\.symbol), minutes: minutes)])
    }

    private func list(_ decisions: [StandingDecision]) {
        var output = Output()
        if options.data.json {
            output.json(.array(decisions.map(\.json)))
        } else if decisions.isEmpty {
            output.line("nothing is acknowledged or snoozed")
        } else {
            var table = TextTable(["id", "kind", "what", "by", "at", "note"])
            for one in decisions {
                table.add([
                    one.id, one.isSnooze ? "snooze" : "acknowledged", harmless(one.subject.words),
                    harmless(one.by, limit: 40), one.at.iso8601, one.note.isEmpty ? "-" : harmless(one.note),
                ])
            }
            output.table(table)
        }
        output.flush()
    }
}

/// Silence an alarm for a while.
struct SnoozeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Silence an alarm for a while; it comes back by itself.",
        discussion: """
            The alarm is named by its key, as kintsugi alarms shows it. kintsugi acknowledge --undo last takes it back.

            EXAMPLES
              kintsugi snooze slots/no-data 30m
              kintsugi snooze source/finnhub/candles open --note "nobody can help before the bell"
            """)

    @OptionGroup var options: OperatorOptions

    @Argument(help: ArgumentHelp("The alarm's key.", valueName: "ALARM"))
    var alarm: String

    @Argument(help: ArgumentHelp("How long: 30m, 2h, 1d, or open for the next open.", valueName: "30m|open"))
    var span: String

    @Option(name: .long, help: ArgumentHelp("Why; kept and shown with it.", valueName: "TEXT"))
    var note: String?

    func run() async throws {
        guard let end = SnoozeEnd(parsing: span) else {
            throw Failure.usage(
                "\"\(harmless(span, limit: 40))\" is no time to snooze: write 30m, 2h, 1d, or open; at most 30d")
        }
        let reading = try await Reading.open(options.data)
        try await reading.expectStanding(alarm)
        let command = PipelineCommand.snooze(
            alarm: harmless(alarm), end, note: harmless(note ?? "", limit: StandingDecision.noteMax))
        let outcome = try await SingleOrder(command, options.data, reading).carryOut(by: options.signature())
        var output = Output()
        if options.data.json {
            output.json(.array(outcome.status.decisions.map(\.json)))
        } else if let made = outcome.status.decisions.first {
            output.line("snoozed \(made.subject.words) as \(made.id); kintsugi acknowledge --undo \(made.id) undoes it")
        }
        output.flush()
    }
}

extension StandingDecision {
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("id", .text(id)), ("by", .text(by)), ("at", .moment(at)), ("note", .text(note)),
        ]
        switch subject {
        case .slots(let selections):
            members.append(
                (
                    "slots",
                    .array(
                        selections.map {
                            .object([
                                ("symbols", .array($0.symbols.map { .text($0.text) })),
                                ("from", .moment($0.minutes.lowerBound.start)),
                                ("to", .moment($0.minutes.upperBound.start)),
                            ])
                        })
                ))
        case .rule(let rule): members.append(("rule", .text(rule.text)))
        case .alarm(let key): members.append(("alarm", .text(key)))
        case .snooze(let key, let until): members += [("alarm", .text(key)), ("until", .moment(until))]
        }
        return .object(members)
    }
}

extension AcknowledgementMark {
    var json: JSONValue { .object([("by", .text(by)), ("at", .moment(at)), ("note", .text(note))]) }
}

extension Reading {
    /// Throws since when an alarm is over, so that nothing is begun for it; of one that was never heard of the owner says
    /// so.
    fileprivate func expectStanding(_ key: String) async throws {
        guard let last = try await journal.lines(of: AlarmJournal.prefix + key).last,
            let alarm = AlarmJournal.alarm(last.line), alarm.cleared != nil
        else { return }
        throw Failure.couldNot("no alarm \(harmless(key)) stands: \(alarm.endWords)")
    }

    /// What people acknowledged and snoozed and is in force, newest first.
    func decisions() async throws -> [StandingDecision] {
        var decisions: [StandingDecision] = []
        for subject in try await journal.open(prefix: DecisionJournal.prefix) {
            guard let last = try await journal.lines(of: subject).last,
                let decision = DecisionJournal.decision(last.line)
            else { continue }
            decisions.append(decision)
        }
        return decisions.reversed()
    }
}
