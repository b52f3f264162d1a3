import ArgumentParser
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform
import Runtime

/// One order at the command line: owns the directory, submits the order, and ends with its execution.
struct SingleOrder {
    let kind: AuditExecution.Kind
    let selection: SlotSelection
    let data: DataOptions
    let birth: DataDirectoryBirth
    /// The last stamp of the directory.
    let now: MarketTime

    /// The execution as it ended.
    func carryOut(by name: String) async throws -> AuditExecution {
        let source = try source()
        let assembly = try await Assembler(source: source, data: data, live: false).assemble()
        let runtime = assembly.runtime(end: .whenAsked)
        let prefix = "\(assembly.directory.incarnation)-"
        runtime.submit(OperatorOrder(command, by: name))
        let signals = Task {
            for await signal in Signals.stream([.interrupt, .terminate, .hangup]) {
                runtime.submit(OperatorOrder(.stop, by: "signal \(signal)"))
            }
        }
        let watch = Task { await Self.watch(runtime, prefix) }
        do {
            try await runtime.run(assembly.birth)
        } catch {
            await assembly.close()
            throw error
        }
        signals.cancel()
        let id = await watch.value
        let lines = try await lines(of: id, assembly)
        await assembly.close()
        guard let last = lines.last, let ended = AuditJournal.execution(last.line) else {
            throw Failure.couldNot("the order was stopped before it began: give it again")
        }
        return ended
    }

    private func lines(of id: String?, _ assembly: Assembly) async throws -> [JournalEntry] {
        guard let id else { return [] }
        return try await assembly.stores.journal.lines(of: AuditJournal.prefix + id)
    }

    private var command: PipelineCommand {
        switch kind {
        case .audit: .audit([selection])
        case .repair: .repair([selection])
        case .resynthesize: .resynthesize([selection])
        }
    }

    /// Shows how the execution comes along, and orders the stop when it has ended; gives its id. What an earlier process
    /// left under way may hold slots of the order, so its end is waited for too.
    private static func watch(_ runtime: PipelineRuntime, _ prefix: String) async -> String? {
        var id: String?
        var stopped = false
        var progress = ProgressLine()
        for await status in runtime.statuses {
            guard let execution = status.executions.first(where: { $0.id.hasPrefix(prefix) }) else { continue }
            id = execution.id
            if !execution.state.isEnd {
                progress.say(
                    "\(execution.state.title), \(execution.callsDone) of \(execution.callsPlanned) calls, "
                        + "\(execution.slots) slots \(execution.waitsFor.isEmpty ? "" : "(waits for \(execution.waitsFor))")"
                )
            } else if !stopped, status.executions.allSatisfy(\.state.isEnd) {
                stopped = true
                runtime.submit(OperatorOrder(.stop, by: "pipeline"))
            }
        }
        progress.end()
        return id
    }

    /// The source the directory is pinned to. A source on this machine stands on market time of its own, so the clock
    /// resumes at the last stamp; one second takes one second, for market time that passes here is captured by nobody.
    private func source() throws -> SourceOptions {
        guard !birth.simulated else {
            return try SourceOptions.parse([
                "--provider", "simulated", "--seed", String(birth.seed ?? 1), "--speed", "1", "--flaw", "none",
            ])
        }
        guard let provider = Provider(rawValue: birth.source) else {
            throw Failure.couldNot("the data directory's source \(birth.source) is not known here: use a newer version")
        }
        var arguments = ["--provider", provider.rawValue, "--base-url", birth.baseURL, "--flaw", "none"]
        let host = URLComponents(string: birth.baseURL)?.host ?? ""
        if host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.") {
            arguments += ["--start", now.iso8601, "--speed", "1"]
        }
        return try SourceOptions.parse(arguments)
    }
}
