import ArgumentParser
import Console
import Engine
import Foundation
import Pipeline
import Platform
import Runtime
import Terminal

/// The console: owner of the data directory.
struct ConsoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Open the console (what kintsugi alone does).",
        discussion: """
            Keys: ? help, arrows move, space marks, r repairs, s resynthesizes, a audits, + and - zoom, q quits.

            EXAMPLES
              kintsugi
              kintsugi console --theme washi --speed 120
              kintsugi console --fault outage@10:30+20m
            """)

    @OptionGroup var source: SourceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var look: LookOptions

    func run() async throws {
        let source = try SourceChoice.settle(source)
        try source.check()
        _ = try source.namedSymbols()
        let (data, look) = (data, look)
        try await ConsoleSession.run(look: look, directory: data.directory(for: source.provider)) {
            try await Assembler(source: source, data: data).assemble()
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
    @Option(name: .long, help: ArgumentHelp("Theme to begin with.", valueName: "NAME"))
    var theme = "kintsugi"

    @Option(name: .long, help: ArgumentHelp("Colours: auto, none, 16, 256 or truecolor.", valueName: "DEPTH"))
    var color = ColourChoice.auto

    @Option(name: .customLong("as"), help: ArgumentHelp("The operator's name in the log.", valueName: "NAME"))
    var operatorName: String?

    @Flag(name: .long, help: "Look, and order nothing.")
    var readOnly = false

    /// The name orders are signed with: `--as`, `KINTSUGI_OPERATOR`, or the login and SSH peer.
    var signature: String {
        let given = operatorName ?? ProcessInfo.processInfo.environment["KINTSUGI_OPERATOR"]
        return harmless(given.flatMap { $0.isEmpty ? nil : $0 } ?? Tty.loginName, limit: 40)
    }
}

extension ColourChoice: ExpressibleByArgument {}
