import ArgumentParser
import Engine
import Pipeline

/// What is held of what is expected.
struct CoverageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "How much is held of what is expected, by symbol and hour.",
        discussion: """
            Counts slots: a slot is one minute of one symbol that its calendar expects. Coverage is present and quiet \
            of what is expected and not pending. Works beside a running owner and without one.

            EXAMPLES
              kintsugi coverage
              kintsugi coverage --symbol AAPL,MSFT --from 2026-03-03 --to 2026-03-04
              kintsugi coverage --json | jq .total
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var window: WindowOptions

    @Option(name: .long, help: ArgumentHelp("Rows of the table; 0 shows all.", valueName: "N"))
    var limit = 40

    func run() async throws {
        let reading = try await Reading.open(data)
        let members = try reading.members(window)
        let minutes = try window.minutes(within: reading.universe.minutes(until: reading.now))
        let coverage = try await reading.coverage(hours: minutes.hours)
        let partitions = members.flatMap { self.partitions(of: $0, minutes, coverage, reading) }
        var total = SlotCounts()
        for partition in partitions { total += partition.counts }
        var output = Output()
        if data.json {
            output.json(Self.json(minutes, total, partitions))
        } else {
            show(minutes, total, partitions, &output)
        }
        output.flush()
    }

    private struct Partition {
        var symbol: SymbolName
        var minutes: Range<Minute>
        var counts: SlotCounts
    }

    private func partitions(
        of member: UniverseMember, _ minutes: Range<Minute>, _ coverage: CoverageIndex, _ reading: Reading
    ) -> [Partition] {
        let wanted = minutes.clamped(to: member.lifetime).clamped(to: reading.universe.minutes(until: reading.now))
        guard !wanted.isEmpty else { return [] }
        var result: [Partition] = []
        TradingCalendar.named(member.calendar).eachExpectedHour(in: wanted.hours) { hour, _ in
            let verdicts = coverage.verdicts(member, hour, in: reading.universe, now: reading.now)
            let counts = verdicts.within(hour.mask(of: wanted)).counts
            guard counts.expected > 0 else { return }
            result.append(Partition(symbol: member.symbol, minutes: hour.minutes.clamped(to: wanted), counts: counts))
        }
        return result
    }

    private static func json(_ minutes: Range<Minute>, _ total: SlotCounts, _ partitions: [Partition]) -> JSONValue {
        .object([
            ("total", .object(bounds(minutes) + total.members)),
            (
                "partitions",
                .array(
                    partitions.map { partition in
                        .object(
                            [
                                ("symbol", .text(partition.symbol.text)),
                                ("hour", .moment(partition.minutes.lowerBound.hour.start)),
                            ] + bounds(partition.minutes) + partition.counts.members)
                    })
            ),
        ])
    }

    private static func bounds(_ minutes: Range<Minute>) -> [(String, JSONValue)] {
        [("from", .moment(minutes.lowerBound.start)), ("to", .moment(minutes.upperBound.start))]
    }

    private func show(
        _ minutes: Range<Minute>, _ total: SlotCounts, _ partitions: [Partition], _ output: inout Output
    ) {
        let worst = partitions.enumerated().sorted { left, right in
            let (one, other) = (left.element.counts, right.element.counts)
            if one.lost != other.lost { return one.lost > other.lost }
            if one.pending != other.pending { return one.pending > other.pending }
            return left.offset < right.offset
        }.map(\.element)
        let shown = limit > 0 ? Array(worst.prefix(limit)) : worst
        var table = TextTable([
            "symbol", "hour", ">coverage", ">expected", ">present", ">pending", ">missing", ">quiet", ">unrepairable",
            ">healed",
        ])
        for partition in shown {
            table.add(
                [partition.symbol.text, partition.minutes.lowerBound.hour.description] + partition.counts.cells)
        }
        table.add(["total", "\(partitions.count) partitions"] + total.cells)
        output.table(table)
        if shown.count < partitions.count {
            output.line("\(partitions.count - shown.count) more partitions; --limit 0 shows all")
        }
        output.line("\(minutes.lowerBound) to \(minutes.upperBound)")
    }
}

extension VerdictMasks {
    /// The slots that also lie in a mask.
    func within(_ mask: UInt64) -> VerdictMasks {
        VerdictMasks(
            expected: expected & mask, present: present & mask, pending: pending & mask, missing: missing & mask,
            quiet: quiet & mask, unrepairable: unrepairable & mask, healed: healed & mask, sampled: sampled & mask)
    }
}

extension SlotCounts {
    /// Missing or unrepairable.
    var lost: Int { missing + unrepairable }

    /// As scripts read them; the five verdicts add up to `expected`.
    var members: [(String, JSONValue)] {
        [
            ("expected", .integer(expected)), ("present", .integer(present)), ("pending", .integer(pending)),
            ("missing", .integer(missing)), ("quiet", .integer(quiet)), ("unrepairable", .integer(unrepairable)),
            ("healed", .integer(healed)),
        ]
    }

    fileprivate var cells: [String] {
        [coverageText] + [expected, present, pending, missing, quiet, unrepairable, healed].map { String($0) }
    }

    /// Two decimals, rounded down: only what is whole reads 100.00 %.
    var coverageText: String {
        let due = expected - pending
        guard due > 0 else { return "-" }
        let hundredths = (present + quiet) * 10_000 / due
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) %"
    }
}
