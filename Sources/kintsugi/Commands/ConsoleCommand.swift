import ArgumentParser
import Configuration
import Console
import Engine
import Foundation
import Pipeline
import Platform
import Runtime
import Terminal

/// The console: of a pipeline of its own, or of one that goes on without it.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Open the console (what kintsugi alone does).",
        discussion: """
            Where another process owns the data directory the console observes it, and orders go there. With a real source \
            the pipeline runs in a process of its own from the start: leaving the console, or a line that drops, leaves \
            capture running, and kintsugi attaches again; kintsugi stop ends it.

            Keys: ? help, arrows move, space marks, r repairs, s resynthesizes, a audits, + and - zoom, : takes \
            commands, q quits.

            EXAMPLES
              kintsugi
              kintsugi console --theme washi --speed 120
              kintsugi console --fault outage@10:30+20m
              kintsugi console --wallboard --read-only
            """)

    @OptionGroup var source: SourceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var look: LookOptions
    @OptionGroup var alarms: AlarmOptions

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: "Capture goes on when the console is left or its line drops (usual with a real source).")
    var surviveHangup: Bool?

    func run() async throws {
        let settings = try alarms.over(try data.settings())
        let source = try SourceChoice.settle(source.settled(settings))
        try source.check()
        _ = try source.namedSymbols()
        let (data, look, alarms) = (data, look.settled(settings), alarms)
        let directory = data.directory(for: source.provider, settings)
        let asked = surviveHangup ?? settings.flag(.surviveHangup)
        let survives = (asked ?? (source.provider != .simulated)) && !look.readOnly
        let detached =
            survives ? DetachedOwner(source: source, directory: directory, config: data.config, alarms: alarms) : nil
        try await ConsoleSession.run(look: look, directory: directory, detached: detached) {
            try await Assembler(source: source, data: data, alarms: alarms).assemble()
        }
    }
}

/// With a key in the environment and nothing said of the source, a person is asked which one to open.
enum SourceChoice {
    static func settle(_ options: SourceOptions) throws -> SourceOptions {
        guard options.namedProvider == nil, options.baseUrl == nil, Tty.isTerminal(.input), Tty.isTerminal(.output),
            try SourceKey.read() != nil
        else { return options }
        var options = options
        print("A Finnhub key is set. Open [s]imulated exchange or [f]innhub? ", terminator: "")
        guard let answer = readLine()?.lowercased(), !answer.isEmpty else { throw Failure.silent(Exit.usage) }
        options.provider = answer.hasPrefix("f") ? .finnhub : .simulated
        guard options.provider == .finnhub, options.symbols == nil else { return options }
        print("Symbols, separated by commas (nothing: those of last time): ", terminator: "")
        if let symbols = readLine(), !symbols.isEmpty { options.symbols = symbols }
        return options
    }
}

/// How the console looks and who sits before it.
struct LookOptions: ParsableArguments {
    @Option(name: .customLong("theme"), help: ArgumentHelp("Theme to begin with.", valueName: "NAME"))
    var namedTheme: String?

    @Option(
        name: .customLong("color"), help: ArgumentHelp("Colours: auto, none, 16, 256 or truecolor.", valueName: "DEPTH")
    )
    var namedColor: ColourChoice?

    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    @Flag(name: .customLong("read-only"), inversion: .prefixedNo, help: "Look, and order nothing.")
    var namedReadOnly: Bool?

    @Flag(name: .long, help: "Show large, for a room, and take no keys but q.")
    var wallboard = false

    var theme: String { namedTheme ?? "kintsugi" }
    var color: ColourChoice { namedColor ?? .auto }
    var readOnly: Bool { namedReadOnly ?? false }
    /// The name orders are signed with: `--as`, `KINTSUGI_OPERATOR`, the configuration's, or the login and SSH peer.
    var signature: String { OperatorName.signature(operatorName) }
}

extension ColourChoice: ExpressibleByArgument {}
