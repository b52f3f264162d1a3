import ArgumentParser
import Exchange
import ExchangeServer
import Foundation
import Pipeline
import Platform

/// The simulated exchange alone.
struct ExchangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "The simulated exchange alone, speaking Finnhub's protocol on loopback.",
        discussion: """
            A seeded market, or recorded bars with --replay FILE.csv (symbol,epoch seconds,open,high,low,close,volume).

            Its market clock begins to run with the first request.

            FAULTS
            \(ExchangeFault.grammar)

            Faults of bars (hole, revised, absurd) have a window of the bars' own time, all others one of the requests'. \
            Faults add up: shifted and unsorted at once give shifted bars, newest first.

            EXAMPLES
              kintsugi exchange --port 8080 --speed 600 --replay bars.csv --skip-nights
              kintsugi exchange --port 8080 --token secret --fault outage@10:00+20m
              kintsugi exchange --port 8080 --fault 'absurd:zero@10:00+5m/AAPL' --fault 'headers:control%20'
              curl -X POST 'http://127.0.0.1:8080/control/fault?add=stale/AAPL'
            """)

    @Option(name: .long, help: ArgumentHelp("Recorded bars to replay.", valueName: "FILE.csv"))
    var replay: String?

    @Option(name: .long, help: ArgumentHelp("Seed of the market and of faults that strike at a rate.", valueName: "N"))
    var seed: UInt64 = 1

    @Option(name: .long, help: ArgumentHelp("Port on loopback; 0 takes a free one.", valueName: "N"))
    var port: UInt16 = 0

    @Option(name: .long, help: ArgumentHelp("Market seconds per real second.", valueName: "N"))
    var speed = 1.0

    @Option(name: .long, help: ArgumentHelp("Market time to begin at.", valueName: "TIME"))
    var start: String?

    @Flag(name: .long, help: "Pass over the hours in which every calendar is closed.")
    var skipNights = false

    @Option(name: .long, help: ArgumentHelp("Fault, repeatable.", valueName: "FAULT"))
    var fault: [String] = []

    @Option(name: .long, help: ArgumentHelp("The only key accepted.", valueName: "KEY"))
    var token: String?

    @Option(name: .long, help: ArgumentHelp("Calls a minute of market time; 0 for no limit.", valueName: "N"))
    var callsPerMinute = 60

    @Option(name: .long, help: ArgumentHelp("Symbols of the seeded market.", valueName: "A,B"))
    var symbols: String?

    func run() async throws {
        guard speed.isFinite, speed > 0, speed <= 100_000 else {
            throw Failure.usage("--speed must be above 0 and at most 100000")
        }
        let (market, suggested) = try market()
        let begin = try startTime() ?? suggested
        let faults = try fault.map { text in
            do { return try ExchangeFault(text: text) } catch { throw Failure.usage("--fault: \(error)") }
        }
        let calendars = Set(market.symbols.map { market.calendar(of: $0) }).sorted()
        let (speed, skipNights) = (speed, skipNights)
        let clock = FirstLookClock {
            FreeRunningClock(
                start: begin, speed: speed, skipsNights: skipNights, calendars: calendars,
                monotonic: SystemClock.monotonicNanoseconds)
        }
        let options = ExchangeOptions(
            token: token, callsPerMinute: callsPerMinute, faults: faults, seed: seed, start: begin)
        let exchange = LoopbackExchange(market: market, options: options, clock: clock, port: port)
        let opened: UInt16
        do { opened = try await exchange.start() } catch { throw Failure.couldNot(error.description) }
        // Written at once, also into a pipe: scripts wait for this line.
        let line =
            "exchange of \(market.symbols.count) symbols at http://127.0.0.1:\(opened)/api/v1, market time \(begin), ×\(speed)\n"
        try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
        for await _ in Signals.stream([.interrupt, .terminate, .hangup]) { break }
        await exchange.stop()
    }

    private func startTime() throws -> MarketTime? {
        guard let start else { return nil }
        guard let time = MarketTime(parsing: start) else {
            throw Failure.usage("--start \(harmless(start)): write a time such as 2019-02-11T14:25:00Z")
        }
        return time
    }

    private func market() throws -> (any Market, MarketTime) {
        guard let replay else {
            var options = SourceOptions()
            options.symbols = symbols
            let names = try options.namedSymbols() ?? SeededMarket.defaultSymbols
            return (SeededMarket(seed: seed, symbols: names), Assembler.demonstrationStart)
        }
        guard let bytes = FileManager.default.contents(atPath: replay) else {
            throw Failure.usage("the recording cannot be read (\(harmless(replay))): is the path right?")
        }
        do {
            let market = ReplayMarket(try readRecordedBars(Array(bytes)))
            guard let begin = market.suggestedStart else {
                throw Failure.usage("the recording holds no bars (\(harmless(replay)))")
            }
            return (market, begin)
        } catch let error as RecordingError {
            throw Failure.usage("the recording cannot be used (\(harmless(replay)), \(error))")
        }
    }
}
