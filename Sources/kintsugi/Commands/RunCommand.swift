import ArgumentParser
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform
import Runtime
import Synchronization

/// The pipeline without a screen.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the pipeline without a screen; JSON lines on standard output.",
        discussion: """
            Prints a line for each acknowledged append, and for each line of the log. SIGTERM and SIGINT end it \
            gracefully: everything acknowledged is then in the lake. The log is also written to log/kintsugi.log of the \
            data directory, bounded and rotated. Under systemd (Type=notify) it says when it is ready, how coverage stands, \
            and that its loop is alive.

            EXAMPLES
              kintsugi run --headless --until healed
              kintsugi run --headless --provider finnhub --symbols AAPL,MSFT
              KINTSUGI_WEBHOOK=https://hooks.example/path kintsugi run --headless --quiet
              kintsugi run --headless --provider finnhub --base-url http://127.0.0.1:8080 \\
                --symbols AAPL,SPY --start source --speed 600 --until 2019-02-15T22:00:00Z
            """)

    @OptionGroup var source: SourceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var alarms: AlarmOptions

    @Flag(name: .long, help: "Without a screen (the only form there is).")
    var headless = false

    @Flag(name: .long, help: "Print the lines of the log alone, and none for an append.")
    var quiet = false

    @Option(name: .long, help: ArgumentHelp("End when healed, or at a market time.", valueName: "healed|TIME"))
    var until: String?

    func run() async throws {
        let end = try end()
        let source = source.settled(try data.settings())
        let assembly = try await Assembler(source: source, data: data, alarms: alarms).assemble()
        let output = LineOutput()
        let redactor = assembly.redactor
        let say = { @Sendable (line: LogLine) in
            var line = line
            (line.who, line.text) = (redactor.clean(line.who), redactor.clean(line.text))
            output.print(RunLine.log(line))
        }
        let tell = { @Sendable (record: PipelineRuntime.Acknowledged) in output.print(RunLine.append(record)) }
        let runtime = assembly.runtime(end: end, onAppend: quiet ? nil : tell)
        let service = ServiceTie(runtime)
        let (socket, trouble) = OwnerSocket.open(
            assembly.directory.path, OwnerDesk(runtime: runtime, exchange: assembly.exchange))
        let signals = Task {
            for await signal in Signals.stream([.interrupt, .terminate, .hangup]) {
                service?.stopping()
                runtime.submit(OperatorOrder(.stop, by: "signal \(signal)"))
            }
        }
        let now = assembly.clock.now()
        say(LogLine(number: 1, at: now, who: "pipeline", text: "started, incarnation \(assembly.birth.incarnation)"))
        if let trouble { say(LogLine(number: 1, at: now, who: "pipeline", text: trouble)) }
        let log = Task {
            // The first line of the log is told at once, before anything the run itself tells.
            var last: Int64 = 1
            for await status in runtime.statuses {
                for line in status.log.reversed() where line.number > last {
                    last = line.number
                    say(line)
                }
            }
        }
        try await assembly.run(runtime, socket: socket, service: service, telling: log)
        await output.finish()
        signals.cancel()
    }

    private func end() throws -> PipelineRuntime.End {
        guard let until else { return .whenAsked }
        if until == "healed" { return .healed }
        guard let time = MarketTime(parsing: until) else {
            throw Failure.usage("--until \(harmless(until)): write healed, or a time such as 2019-02-15T22:00:00Z")
        }
        return .at(time)
    }
}

/// The JSON lines of `run`.
enum RunLine {
    private struct Append: Encodable {
        var event = "append"
        var stream: String
        var shard: Int
        var sequence: Int64
    }

    private struct Log: Encodable {
        var event = "log"
        var at: String
        var who: String
        var text: String
    }

    /// One line for each record of an acknowledged append.
    static func append(_ acknowledged: PipelineRuntime.Acknowledged) -> String {
        acknowledged.sequences.map { sequence in
            encode(
                Append(stream: acknowledged.shard.stream, shard: acknowledged.shard.index, sequence: sequence))
        }.joined(separator: "\n")
    }

    static func log(_ line: LogLine) -> String {
        encode(Log(at: line.at.iso8601, who: line.who, text: line.text))
    }

    private static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// Lines on standard output, written apart from the pipeline: a reader that does not read never holds it up. When the
/// reader is far behind the oldest lines are let go, and when it is gone all of them.
final class LineOutput: Sendable {
    private let inlet: AsyncStream<String>.Continuation
    private let writer: Task<Void, Never>

    init() {
        let (stream, inlet) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(100_000))
        self.inlet = inlet
        writer = Task.detached {
            for await line in stream {
                do {
                    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
                } catch {
                    return
                }
            }
        }
    }

    func print(_ line: String) { inlet.yield(line) }

    func finish() async {
        inlet.finish()
        await writer.value
    }
}
