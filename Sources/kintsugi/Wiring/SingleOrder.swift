import ArgumentParser
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform
import Runtime

/// One order at the command line: goes to the owner of the directory, or owns it, submits the order, and ends with its
/// execution, or at once where it begins none.
struct SingleOrder {
    let command: PipelineCommand
    let data: DataOptions
    let birth: DataDirectoryBirth
    /// The last stamp of the directory.
    let now: MarketTime
    /// The process that owns the directory; nil where none does.
    var owner: Int32?
    /// Whether the end of an execution that the owner carries out is waited for.
    var waits = true

    /// What came of the order.
    struct Outcome {
        /// The execution as it ended; nil where the order begins none.
        var execution: AuditExecution?
        /// The last status: what stands now.
        var status: PipelineStatus
    }

    /// Carries the order out; a refusal is thrown as the sentence the pipeline gives.
    func carryOut(by name: String) async throws -> Outcome {
        if let owner { return try await carryOut(through: owner, by: name) }
        let source = try source()
        let assembly = try await Assembler(source: source, data: data, live: false).assemble()
        let runtime = assembly.runtime(end: .whenAsked)
        let prefix = "\(assembly.directory.incarnation)-"
        runtime.submit(OperatorOrder(command, by: name))
        if !command.beginsExecution { runtime.submit(OperatorOrder(.stop, by: "pipeline")) }
        let signals = Task {
            for await signal in Signals.stream([.interrupt, .terminate, .hangup]) {
                runtime.submit(OperatorOrder(.stop, by: "signal \(signal)"))
            }
        }
        let watch = Task { await self.watch(runtime, prefix, by: name) }
        do {
            try await runtime.run(assembly.birth)
        } catch {
            await assembly.close(because: error.description)
            throw error
        }
        signals.cancel()
        let (id, status) = await watch.value
        let lines = try await lines(of: id, assembly)
        await assembly.close()
        if let refusal = refusal(status, by: name) { throw Failure.couldNot(refusal) }
        let execution = lines.last.flatMap { AuditJournal.execution($0.line) }
        guard execution != nil || !command.beginsExecution else {
            throw Failure.couldNot("the order was stopped before it began: give it again")
        }
        return Outcome(execution: execution, status: status)
    }

    /// What the pipeline said where it refused the order.
    private func refusal(_ status: PipelineStatus, by name: String) -> String? {
        status.log.first { $0.who == name && $0.text.hasPrefix("\(command.verb) refused: ") }.map(\.text)
    }

    /// Whether an execution is the one the order begins or takes up.
    private func isAwaited(_ execution: ExecutionStatus, _ prefix: String) -> Bool {
        if case .redrive(let id) = command { return execution.id == id }
        return command.beginsExecution && execution.id.hasPrefix(prefix)
    }

    private func lines(of id: String?, _ assembly: Assembly) async throws -> [JournalEntry] {
        guard let id else { return [] }
        return try await assembly.stores.journal.lines(of: AuditJournal.prefix + id)
    }

    /// Shows how the execution comes along, and orders the stop when it has ended; gives its id. What an earlier process
    /// left under way may hold slots of the order, so its end is waited for too.
    private func watch(
        _ runtime: PipelineRuntime, _ prefix: String, by name: String
    ) async -> (id: String?, status: PipelineStatus) {
        var id: String?
        var last = PipelineStatus()
        var stopped = false
        var progress = ProgressLine()
        for await status in runtime.statuses {
            last = status
            if !stopped, refusal(status, by: name) != nil {
                stopped = true
                runtime.submit(OperatorOrder(.stop, by: "pipeline"))
            }
            // Before the order was taken an execution to be taken up still shows its former end.
            guard status.log.contains(where: { $0.who == name }),
                let execution = status.executions.first(where: { isAwaited($0, prefix) })
            else { continue }
            id = execution.id
            if !execution.state.isEnd {
                progress.say(execution.progressWords)
            } else if !stopped, status.executions.allSatisfy(\.state.isEnd) {
                stopped = true
                runtime.submit(OperatorOrder(.stop, by: "pipeline"))
            }
        }
        progress.end()
        return (id, last)
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
        if SourceAddress.isLoopback(birth.baseURL) {
            arguments += ["--start", now.iso8601, "--speed", "1"]
        }
        return try SourceOptions.parse(arguments)
    }
}
