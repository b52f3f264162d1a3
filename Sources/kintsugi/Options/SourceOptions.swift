import ArgumentParser
import Foundation
import Pipeline

/// Where the data directory is.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Data directory.", valueName: "DIR"))
    var data: String?

    @Option(
        name: .long, help: ArgumentHelp("Configuration file; see kintsugi doctor --write-config.", valueName: "FILE"))
    var config: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false
}

/// Who answers.
enum Provider: String, ExpressibleByArgument, CaseIterable {
    case simulated, finnhub
}

extension PipelineSettings.Capture: ExpressibleByArgument {}
extension CalendarName: ExpressibleByArgument {
    public init?(argument: String) {
        guard let name = CalendarName.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() })
        else {
            return nil
        }
        self = name
    }
}

/// A source and how it is captured.
struct SourceOptions: ParsableArguments {
    @Option(name: .customLong("provider"), help: "Who answers: simulated (usual) or finnhub.")
    var namedProvider: Provider?

    @Option(name: .long, help: ArgumentHelp("Base URL of the source.", valueName: "URL"))
    var baseUrl: String?

    @Option(name: .long, help: ArgumentHelp("Symbols, separated by commas.", valueName: "A,B"))
    var symbols: String?

    @Option(name: .customLong("capture"), help: "How live capture asks: quotes (usual) or candles.")
    var namedCapture: PipelineSettings.Capture?

    @Option(
        name: .long, help: ArgumentHelp("Calendar of every symbol named; otherwise by the symbol.", valueName: "NAME"))
    var calendar: CalendarName?

    @Option(
        name: .long,
        help: ArgumentHelp("Market time to begin at: a time, or 'source' for the source's own.", valueName: "TIME"))
    var start: String?

    @Option(name: .long, help: ArgumentHelp("Market seconds per real second.", valueName: "N"))
    var speed: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Flaw of the capture, repeatable, all at once: \(CaptureFlaw.grammar); or none. RATE is a share from 0 to 1, FROM a minute of the session.",
            valueName: "NAME[:RATE]"))
    var flaw: [String] = []

    @Option(
        name: .customLong("seed"),
        help: ArgumentHelp("Seed of the simulated market and of the flaws; usually 1.", valueName: "N"))
    var namedSeed: UInt64?

    @Option(name: .long, help: ArgumentHelp("Expect data from this long ago on, such as 5d or 12h.", valueName: "SPAN"))
    var since: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Fault of the simulated exchange, repeatable, such as outage@10:00+20m; see kintsugi exchange --help.",
            valueName: "FAULT"))
    var fault: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long records stay in the stream that are in the lake, such as 3d (usual) or 12h.", valueName: "SPAN"))
    var retainStream: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long raw answers are kept before they are sealed and deleted, such as 90d; usual is for ever.",
            valueName: "SPAN"))
    var retainRaw: String?

    var provider: Provider {
        get { namedProvider ?? .simulated }
        set { namedProvider = newValue }
    }

    var capture: PipelineSettings.Capture { namedCapture ?? .quotes }
    var seed: UInt64 { namedSeed ?? 1 }

    /// The flaws in force, or a sentence about the first that is none.
    func flaws(control: SymbolName?) throws -> [CaptureFlaw] {
        if flaw == ["none"] { return [] }
        if flaw.isEmpty {
            return provider == .simulated ? [CaptureFlaw(kind: .dropOne, seed: seed, control: control)] : []
        }
        return try flaw.map { text in
            guard let flaw = CaptureFlaw.parse(text, seed: seed, control: control) else {
                throw Failure.usage(
                    text == "none"
                        ? "--flaw none goes with no other flaw"
                        : "--flaw \(harmless(text, limit: 40)) is no flaw: write \(CaptureFlaw.grammar); or none")
            }
            return flaw
        }
    }

    /// The symbols named, or nil where none are.
    func namedSymbols() throws -> [SymbolName]? {
        guard let symbols else { return nil }
        let parts = symbols.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var names: [SymbolName] = []
        for part in parts {
            let text = part.filter { $0 != " " }
            guard let name = SymbolName(text) else {
                let complaint = SymbolName.complaint(about: text) ?? "it is none"
                throw Failure.usage("--symbols: \"\(harmless(text, limit: 40))\" is no symbol: \(complaint)")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The span of `--since` in market time.
    func sinceSpan() throws -> MarketSpan? { try since.map { try Self.span($0, "--since") } }

    /// How long stream and raw are kept, where it is said.
    func retention() throws -> (stream: MarketSpan?, raw: MarketSpan?) {
        let stream = try retainStream.map { try Self.span($0, "--retain-stream") }
        let raw = try retainRaw.map { try Self.span($0, "--retain-raw") }
        for (span, option) in [(stream, "--retain-stream"), (raw, "--retain-raw")] {
            if let span, span < .minutes(60) {
                throw Failure.usage("\(option): keep an hour at least, such as 1h or 3d")
            }
        }
        return (stream, raw)
    }

    private static func span(_ text: String, _ option: String) throws -> MarketSpan {
        let minutes: [Character: Int64] = ["d": 1440, "h": 60, "m": 1]
        guard let unit = text.last.flatMap({ minutes[$0] }), let count = Int64(text.dropLast()), count >= 0,
            count < 10_000_000
        else { throw Failure.usage("\(option) \(harmless(text)): write a number and d, h or m, such as 5d") }
        return .minutes(count * unit)
    }

    /// Checks what can be checked before anything is opened.
    func check() throws {
        _ = try flaws(control: nil)
        _ = try sinceSpan()
        _ = try retention()
        if let speed, !(speed.isFinite && speed >= 0 && speed <= 100_000) {
            throw Failure.usage("--speed must lie between 0 and 100000")
        }
        if provider == .finnhub, let speed, speed != 1, start == nil {
            throw Failure.usage("with a real source the speed is 1; give --start to run on a virtual clock")
        }
        if provider == .simulated, start == "source" {
            throw Failure.usage("--start source goes with --provider finnhub; the simulated exchange has no other time")
        }
        if provider == .simulated, baseUrl != nil {
            throw Failure.usage("--base-url goes with --provider finnhub; the simulated exchange runs in this process")
        }
    }
}
