import ArgumentParser
import Pipeline

/// Some symbols over some minutes, as the command line names them.
struct WindowOptions: ParsableArguments {
    @Option(
        name: [.customLong("symbol"), .customLong("symbols")],
        help: ArgumentHelp("Symbols, separated by commas; repeatable.", valueName: "A,B"))
    var symbol: [String] = []

    @Option(name: .long, help: ArgumentHelp("First moment: ISO 8601 or unix seconds.", valueName: "TIME"))
    var from: String?

    @Option(name: .long, help: ArgumentHelp("Last moment, not included.", valueName: "TIME"))
    var to: String?

    /// The symbols named, each once; empty where none are.
    func symbols() throws -> [SymbolName] {
        var names: [SymbolName] = []
        for text in symbol.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            let word = text.filter { $0 != " " }
            guard let name = SymbolName(word) else {
                let complaint = SymbolName.complaint(about: word) ?? "it is none"
                throw Failure.usage("--symbol: \"\(harmless(word, limit: 40))\" is no symbol: \(complaint)")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The minutes named, half-open; what is not named is as wide as `whole`. A moment within a minute means the minute.
    func minutes(within whole: Range<Minute>) throws -> Range<Minute> {
        let first = try Self.time(from, "--from")
        let last = try Self.time(to, "--to")
        if let first, let last, first >= last {
            throw Failure.usage("--from \(first) does not lie before --to \(last)")
        }
        let lower = first?.minute ?? whole.lowerBound
        let upper = last.map { ($0 + MarketSpan.seconds(59)).minute } ?? whole.upperBound
        return lower..<max(lower, upper)
    }

    /// The minutes that must be named.
    func demandedMinutes() throws -> Range<Minute> {
        guard from != nil, to != nil else {
            throw Failure.usage("say where: --symbol AAPL --from 2026-03-03T14:30:00Z --to 2026-03-03T15:00:00Z")
        }
        return try minutes(within: Minute(0)..<Minute(0))
    }

    static func time(_ text: String?, _ option: String) throws -> MarketTime? {
        guard let text else { return nil }
        guard let time = MarketTime(parsing: text) else {
            throw Failure.usage(
                "\(option) \(harmless(text, limit: 40)) is no time: write one such as 2026-03-03T14:30:00Z, or unix seconds"
            )
        }
        return time
    }
}

extension Universe {
    /// From the first slot any member expects to the moment given.
    func minutes(until now: MarketTime) -> Range<Minute> {
        let first = members.map(\.lifetime.lowerBound).min() ?? now.minute
        return first..<max(first, now.minute)
    }
}
