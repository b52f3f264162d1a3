import ArgumentParser
import Engine
import Pipeline
import Platform

/// Bars or facts as csv or ndjson.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Bars or facts as csv or ndjson, ordered by symbol and time.",
        discussion: """
            Numbers are the shortest text that reads back to the same double. --gaps null writes a row without values \
            for each expected slot that is not held, with its verdict as quality; --gaps fail ends with exit code 1 at \
            the first gap (of facts: at the first row with a hole). --as-of tells what was known at a market time. \
            --session regular holds expected slots only, extended also the extra bars of trading days, all every bar.

            EXAMPLES
              kintsugi export --dataset bars --symbol AAPL --from 2026-03-03 --to 2026-03-04
              kintsugi export --dataset hourly --format ndjson --columns values
              kintsugi export --dataset bars --as-of 2026-03-03T16:00:00Z --output bars.csv
            """)

    enum Dataset: String, ExpressibleByArgument, CaseIterable { case bars, hourly, session, market }
    enum Hours: String, ExpressibleByArgument, CaseIterable { case regular, extended, all }
    enum Gaps: String, ExpressibleByArgument, CaseIterable { case omit, null, fail }

    @OptionGroup var data: DataOptions
    @OptionGroup var window: WindowOptions

    @Option(name: .long, help: "bars, hourly, session or market.")
    var dataset: Dataset

    @Option(name: .long, help: "csv or ndjson.")
    var format = ExportStyle.Format.csv

    @Option(name: .long, help: "all, or values: without what differs between a healed and an unbroken history.")
    var columns = ExportStyle.Columns.all

    @Option(name: .long, help: "Of bars: regular, extended or all.")
    var session = Hours.regular

    @Option(name: .long, help: "omit, null or fail.")
    var gaps = Gaps.omit

    @Option(name: .long, help: ArgumentHelp("Of bars: what was known at a market time.", valueName: "TIME"))
    var asOf: String?

    @Option(name: .long, help: "iso or epoch.")
    var time = ExportStyle.TimeForm.iso

    @Option(name: .long, help: ArgumentHelp("Write to a file, which appears when it is whole.", valueName: "FILE"))
    var output: String?

    func run() async throws {
        let asOf = try WindowOptions.time(asOf, "--as-of")
        guard asOf == nil || dataset == .bars else {
            throw Failure.usage("--as-of goes with --dataset bars: facts keep no history of their own")
        }
        let whole = Minute(.min / 4)..<Minute(.max / 4)
        let minutes = try window.minutes(within: whole)
        let reading = try await Reading.open(data)
        if reading.isSimulated, Tty.isTerminal(.errors) {
            Descriptor.errors.write(Array("SIMULATED data\n".utf8))
        }
        var sink = try ExportSink(path: output)
        var progress = ProgressLine(besideOutput: output != nil || !Tty.isTerminal(.output))
        do {
            if dataset == .bars {
                try await bars(minutes, asOf, reading, &sink, &progress)
            } else {
                try await facts(minutes, reading, &sink, &progress)
            }
        } catch {
            progress.end()
            sink.abandon()
            throw error
        }
        progress.end()
        try sink.finish()
    }

    private var style: ExportStyle { ExportStyle(format: format, columns: columns, time: time) }

    // MARK: Bars

    private func bars(
        _ minutes: Range<Minute>, _ asOf: MarketTime?, _ reading: Reading, _ sink: inout ExportSink,
        _ progress: inout ProgressLine
    ) async throws {
        let members = try reading.members(window)
        let export = BarExport(style)
        if gaps == .fail, asOf == nil { try await refuseGaps(members, minutes, reading) }
        sink.bytes += export.header
        for (place, member) in members.enumerated() {
            var rows = BarRows(
                member: member, minutes: minutes, reading: reading, hours: session, asOf: asOf, gaps: gaps)
            try await rows.prepare()
            while let chunk = rows.nextChunk() {
                try await rows.append(chunk, export, to: &sink)
                try sink.flushSome()
            }
            progress.show("exporting", done: place + 1, of: members.count, unit: "symbols")
        }
    }

    private func refuseGaps(_ members: [UniverseMember], _ minutes: Range<Minute>, _ reading: Reading) async throws {
        let known = minutes.clamped(to: reading.universe.minutes(until: reading.now))
        let coverage = try await reading.coverage(hours: known.hours)
        for member in members {
            let found = coverage.gaps(member, minutes: known, in: reading.universe, now: reading.now)
            guard let gap = try await reading.explain(Array(found.prefix(1)), [], DecisionBook()).first else {
                continue
            }
            throw BarRows.refusal(gap.gap, gap.reason)
        }
    }

    // MARK: Facts

    private func facts(
        _ minutes: Range<Minute>, _ reading: Reading, _ sink: inout ExportSink, _ progress: inout ProgressLine
    ) async throws {
        let span = DerivedSpan(rawValue: dataset.rawValue) ?? .hourly
        let export = FactExport(span, style)
        sink.bytes += export.header
        let range = minutes.lowerBound.index..<minutes.upperBound.index
        let names = try factNames(reading)
        for (place, name) in names.enumerated() {
            for row in try await reading.warehouse.derived(span, symbol: name, minutes: range) {
                if gaps == .fail, row.completeness == Completeness.holed.rawValue {
                    throw Failure(
                        code: Exit.unwell,
                        description: "\(name) has holes in the \(span.rawValue) row of \(Minute(row.start)): "
                            + "\(row.expected - row.present - row.quiet) of \(row.expected) slots are not held; "
                            + "kintsugi gaps names them")
                }
                export.append(row, to: &sink.bytes)
                try sink.flushSome()
            }
            progress.show("exporting", done: place + 1, of: names.count, unit: "symbols")
        }
    }

    /// Symbols; of market hours, the names of calendars.
    private func factNames(_ reading: Reading) throws -> [String] {
        guard dataset == .market else { return try reading.members(window).map(\.symbol.text) }
        let calendars = reading.universe.calendars.map(\.rawValue).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let wanted = try window.symbols().map(\.text)
        for name in wanted where !calendars.contains(name) {
            throw Failure.usage(
                "--symbol \(name): of market hours name a calendar, \(calendars.joined(separator: " or "))")
        }
        return wanted.isEmpty ? calendars : calendars.filter { wanted.contains($0) }
    }
}

extension ExportStyle.Format: ExpressibleByArgument {}
extension ExportStyle.Columns: ExpressibleByArgument {}
extension ExportStyle.TimeForm: ExpressibleByArgument {}
