import ArgumentParser
import Configuration
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform

/// The universe: which symbols are expected, and when.
struct SymbolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "symbols",
        abstract: "The universe: which symbols are expected, and when.",
        discussion: """
            A change waits in the data directory until an owner begins: it takes the change over and records who decided \
            it. An owner that runs goes on with what it has; stop it and start it again. Nothing held is ever deleted: a \
            symbol that is removed keeps its history, and one that comes back is expected from when it was, so that the \
            time between is fetched.

            EXAMPLES
              kintsugi symbols
              kintsugi symbols add MSFT --from 2026-03-02
              kintsugi symbols add BINANCE:BTCUSDT --alias BTC --from 5d
              kintsugi symbols remove TSLA
            """,
        subcommands: [SymbolsListCommand.self, SymbolsAddCommand.self, SymbolsRemoveCommand.self],
        defaultSubcommand: SymbolsListCommand.self)
}

/// What is expected, and how much of it is there.
struct SymbolsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Every symbol with its calendar, lifetime and coverage.",
        discussion: """
            EXAMPLES
              kintsugi symbols list --json | jq -r '.[] | select(.to == null) | .symbol'
            """)

    @OptionGroup var data: DataOptions

    func run() async throws {
        let reading = try await Reading.open(data)
        let coverage = try await reading.coverage()
        let decided = try UniverseFile.loadDecided(reading.directory.path)?.universe
        let all = Universe(reading.universe.members + (decided?.members ?? []))
        let source = reading.directory.birth.source
        var rows: [SymbolRow] = []
        for member in all.members {
            let before = reading.universe.member(member.symbol)
            var counts = SlotCounts()
            if let before {
                let due = before.lifetime.clamped(
                    to: Minute(.min / 4)..<max(before.lifetime.lowerBound, reading.now.minute))
                counts = coverage.counts(before, hours: due.hours, in: reading.universe, now: reading.now)
            }
            rows.append(
                SymbolRow(
                    member: before ?? member, next: decided == nil || before == member ? nil : member, counts: counts,
                    source: member.source.isEmpty ? source : member.source))
        }
        var output = Output()
        data.json ? output.json(.array(rows.map(\.json))) : show(rows, reading, &output)
        output.flush()
    }

    private func show(_ rows: [SymbolRow], _ reading: Reading, _ output: inout Output) {
        var table = TextTable([
            "symbol", "alias", "calendar", "from", "to", ">coverage", ">missing", ">unrepairable", "",
        ])
        for row in rows { table.add(row.cells) }
        output.table(table)
        if rows.contains(where: { $0.next != nil }) {
            let owner = reading.directory.ownerProcess
            output.line(
                owner.map { "process \($0) takes the changes over when it is stopped and started again" }
                    ?? "the next run takes the changes over")
        }
    }
}

/// One symbol with what is held of it.
struct SymbolRow {
    var member: UniverseMember
    /// As it will be once an owner takes the change over; nil where nothing changes.
    var next: UniverseMember?
    var counts: SlotCounts
    var source: String

    private static func end(_ member: UniverseMember) -> MarketTime? {
        member.lifetime.upperBound < UniverseMember.openEnd ? member.lifetime.upperBound.start : nil
    }

    var cells: [String] {
        let percent = counts.coverage.map { share in
            let hundredths = Int((share * 10_000).rounded(.down))
            let fraction = hundredths % 100
            return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
        }
        let note = next.map { "→ \($0.lifetime.lowerBound) to \(Self.end($0)?.iso8601 ?? "open")" }
        return [
            member.symbol.text, (next ?? member).alias?.text ?? "-", member.calendar.rawValue,
            member.lifetime.lowerBound.description, Self.end(member)?.iso8601 ?? "open", percent ?? "-",
            String(counts.missing), String(counts.unrepairable), note ?? "",
        ]
    }

    var json: JSONValue {
        .object([
            ("symbol", .text(member.symbol.text)), ("alias", member.alias.map { .text($0.text) } ?? .null),
            ("calendar", .text(member.calendar.rawValue)), ("source", .text(source)),
            ("from", .moment(member.lifetime.lowerBound.start)), ("to", .moment(Self.end(member))),
            ("expected", .integer(counts.expected)), ("present", .integer(counts.present)),
            ("pending", .integer(counts.pending)), ("missing", .integer(counts.missing)),
            ("quiet", .integer(counts.quiet)), ("unrepairable", .integer(counts.unrepairable)),
            ("healed", .integer(counts.healed)),
            (
                "next",
                next.map {
                    .object([
                        ("alias", $0.alias.map { .text($0.text) } ?? .null),
                        ("from", .moment($0.lifetime.lowerBound.start)), ("to", .moment(Self.end($0))),
                    ])
                } ?? .null
            ),
        ])
    }
}

/// More symbols.
struct SymbolsAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Expect more symbols, or a symbol from earlier on.",
        discussion: """
            EXAMPLES
              kintsugi symbols add MSFT,NVDA
              kintsugi symbols add BINANCE:BTCUSDT --alias BTC --from 5d
            """)

    @OptionGroup var data: DataOptions
    @Argument(help: ArgumentHelp("Symbols, separated by commas or blanks.", valueName: "SYMBOL"))
    var symbols: [String]
    @Option(name: .long, help: ArgumentHelp("Calendar; otherwise by the symbol.", valueName: "NAME"))
    var calendar: CalendarName?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Expected from then on: a time, or how long ago, such as 5d. Usually now.", valueName: "TIME"))
    var from: String?
    @Option(name: .long, help: ArgumentHelp("A second name of one symbol, for --symbol.", valueName: "NAME"))
    var alias: String?
    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    func run() async throws {
        let names = try SymbolsChange.names(symbols)
        let alias = try alias.map { text in
            guard let name = SymbolName(text) else {
                throw Failure.usage(
                    "--alias \"\(harmless(text, limit: 40))\" is no name: \(SymbolName.complaint(about: text) ?? "")")
            }
            return name
        }
        guard alias == nil || names.count == 1 else { throw Failure.usage("--alias goes with one symbol") }
        try await SymbolsChange(data: data, operatorName: operatorName).carryOut { universe, place in
            let from = try self.from.map { try SymbolsChange.time($0, "--from", now: place.now) }
            if let alias, let other = universe.members.first(where: { $0.symbol == alias || $0.alias == alias }),
                other.symbol != names[0]
            {
                throw Failure.usage("--alias \(alias) is \(other.symbol) already")
            }
            return try names.map { try added($0, from, alias, universe, place) }
        }
    }

    private func added(
        _ name: SymbolName, _ from: MarketTime?, _ alias: SymbolName?, _ universe: Universe,
        _ place: SymbolsChange.Place
    ) throws -> UniverseMember {
        let known = universe.member(name)
        if let known, let calendar, known.calendar != calendar {
            throw Failure.usage("\(name) is held with the calendar \(known.calendar.rawValue), which stays")
        }
        let calendar = known?.calendar ?? calendar ?? CalendarName.usual(for: name)
        guard place.birth.calendars.contains(calendar.rawValue) else {
            throw Failure.usage(
                "\(name) trades by \(calendar.rawValue), and the data directory was born with "
                    + "\(place.birth.calendars.sorted().joined(separator: ", ")): give it a directory of its own with --data"
            )
        }
        var member =
            known ?? .beginning(name, calendar, from: from ?? place.now, source: place.birth.source)
        if let from, known != nil {
            let earlier = UniverseMember.beginning(name, calendar, from: from, source: "").lifetime.lowerBound
            member.lifetime = min(member.lifetime.lowerBound, earlier)..<member.lifetime.upperBound
        }
        member.lifetime = member.lifetime.lowerBound..<UniverseMember.openEnd
        member.alias = alias ?? member.alias
        return member
    }
}

/// Fewer symbols.
struct SymbolsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Expect symbols no longer; what is held of them stays.",
        discussion: """
            A session in progress is finished: of the exchange's, until its close; of 24x7, until midnight UTC.

            EXAMPLES
              kintsugi symbols remove TSLA
              kintsugi symbols remove TSLA --to 2026-03-06T21:00:00Z
            """)

    @OptionGroup var data: DataOptions
    @Argument(help: ArgumentHelp("Symbols, separated by commas or blanks.", valueName: "SYMBOL"))
    var symbols: [String]
    @Option(name: .long, help: ArgumentHelp("Expected until then: a time. Usually now.", valueName: "TIME"))
    var to: String?
    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    func run() async throws {
        let names = try SymbolsChange.names(symbols)
        try await SymbolsChange(data: data, operatorName: operatorName).carryOut { universe, place in
            let end = try to.map { try SymbolsChange.time($0, "--to", now: place.now) } ?? place.now
            return try names.map { name in
                guard var member = universe.members.first(where: { $0.symbol == name || $0.alias == name }) else {
                    let nearest = NearestWord.of(name.text, among: universe.members.map(\.symbol.text))
                    throw Failure.usage(
                        "\(name) is not in the universe"
                            + (nearest.map { ": did you mean \($0)?" } ?? "; kintsugi symbols lists it"))
                }
                guard end.minute >= member.lifetime.lowerBound || to == nil else {
                    throw Failure.usage("--to \(end) lies before \(name) began, at \(member.lifetime.lowerBound)")
                }
                // A moment named may also lie later than the one it would have ended at.
                if to != nil { member.lifetime = member.lifetime.lowerBound..<UniverseMember.openEnd }
                member.end(at: end.minute)
                return member
            }
        }
    }
}
