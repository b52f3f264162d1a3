import ArgumentParser
import Exchange
import Foundation
import Pipeline
import Simulation

/// Seeded runs, for those who work on the pipeline and those who want to see it hold.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Seeded runs of the whole pipeline against a faulty world.",
        discussion: """
            Each seed chooses a market, flaws, faults of the source and of the stores, orders, and moments at which the \
            process ends. The real pipeline goes through it on a clock of its own, and an auditor who knows the truth \
            looks for anything lost, doubled, wrong or left unhealed. The same seed is the same run, step by step. \
            Nothing is read or written outside the process. Exit code 0 only if every run is clean.

            EXAMPLES
              kintsugi simulate                       a hundred seeds
              kintsugi simulate --seeds 500..<1000
              kintsugi simulate --seeds 93 --trace    every step of one run
            """)

    @Option(name: .long, help: ArgumentHelp("Which seeds.", valueName: "N|FROM..<TO"))
    var seeds = SeedRange(range: 0..<100)

    @Option(name: .long, help: ArgumentHelp("How many run side by side.", valueName: "count"))
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(name: .long, help: "Every event and effect of a run; for one seed.")
    var trace = false

    @Flag(name: .long, help: "One JSON line for each run.")
    var json = false

    func validate() throws {
        guard jobs > 0 else { throw ValidationError("--jobs \(jobs): at least 1") }
        guard !trace || seeds.range.count == 1 else { throw ValidationError("--trace is for one seed: --seeds 93") }
    }

    func run() async throws {
        var output = Output()
        if trace { return try await tell(seeds.range.lowerBound, &output) }
        var progress = ProgressLine()
        var (done, unclean) = (0, 0)
        var occurred = Occurrences()
        let tell = { (report: RunReport) in
            done += 1
            occurred += report.occurred
            if !report.isClean { unclean += 1 }
            progress.show("simulating", done: done, of: seeds.range.count, unit: "seeds")
            if json {
                output.json(Self.line(report))
                output.flush()
            } else if !report.isClean {
                progress.end()
                output.line(report.description)
                output.flush()
            }
        }
        _ = await SeedRuns.reports(of: seeds.range, width: jobs, tell: tell)
        progress.end()
        if !json { output.line(Self.summary(done, unclean, occurred)) }
        output.flush()
        if unclean > 0 { throw Failure.silent(Exit.unwell) }
    }

    private func tell(_ seed: UInt64, _ output: inout Output) async throws {
        let scenario = Scenario(seed: seed)
        output.line("faults of the source: " + scenario.exchangeFaults.map(\.description).joined(separator: ", "))
        output.line("flaws of the capture: " + scenario.flaws.map(\.text).joined(separator: ", "))
        output.flush()
        let world = SimulatedWorld(scenario)
        world.beLoud()
        let report = await world.run()
        // The steps go through the buffer of the C library, the rest does not.
        fflush(nil)
        for sentence in world.quarantine { output.line("not believed: \(sentence)") }
        output.line(report.isClean ? "seed \(seed): clean, \(report.lines) steps" : report.description)
        output.flush()
        if !report.isClean { throw Failure.silent(Exit.unwell) }
    }

    private static func summary(_ done: Int, _ unclean: Int, _ occurred: Occurrences) -> String {
        """
        \(unclean == 0 ? "clean" : "unclean, \(unclean) of them"): \(done) seeds; \(occurred.processes) processes ended, \
        \(occurred.kills) killed from without, \(occurred.crashPoints.count) places of a crash, \
        \(occurred.exchangeFaults.count) kinds of fault of the source, \(occurred.storeFaults.count) of the stores, \
        \(occurred.orders) orders, \(occurred.rebuilt) lakes rebuilt and compared
        """
    }

    private static func line(_ report: RunReport) -> JSONValue {
        .object([
            ("seed", .integer(Int(report.seed))), ("clean", .boolean(report.isClean)),
            ("steps", .integer(report.lines)), ("ended", .text(report.ended.iso8601)),
            ("violations", .array(report.violations.map(JSONValue.text))),
        ])
    }
}

/// One seed, or a half-open range of them.
struct SeedRange: ExpressibleByArgument {
    var range: Range<UInt64>

    init(range: Range<UInt64>) { self.range = range }

    init?(argument: String) {
        if let one = UInt64(argument), one < .max {
            self.init(range: one..<one + 1)
            return
        }
        guard let split = argument.firstRange(of: "..<"), let from = UInt64(argument[..<split.lowerBound]),
            let to = UInt64(argument[split.upperBound...]), from < to, to - from <= 1_000_000
        else { return nil }
        self.init(range: from..<to)
    }

    var defaultValueDescription: String { "\(range.lowerBound)..<\(range.upperBound)" }
}
