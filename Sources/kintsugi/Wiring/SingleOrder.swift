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
        guard waits || !command.outlivesProcess else { return try await leave(by: name) }
        let source = try source()
        let assembly = try await Assembler(source: source, data: data, live: false).assemble()
        let runtime = assembly.runtime(end: .whenAsked)
        let order = OperatorOrder(command, by: name, id: UniqueName.fresh())
        let carrying = Task {
            let outcome = await runtime.carry(order)
            if outcome.execution == nil { runtime.submit(OperatorOrder(.stop, by: "pipeline")) }
            return outcome
        }
        let signals = Task {
            for await signal in Signals.stream([.interrupt, .terminate, .hangup]) {
                runtime.submit(OperatorOrder(.stop, by: "signal \(signal)"))
            }
        }
        let former = try await formerEnd(assembly)
        let watch = Task { await self.watch(runtime, carrying, after: former) }
        do {
            try await runtime.run(assembly.birth)
        } catch {
            await assembly.close(because: error.description)
            throw error
        }
        signals.cancel()
        let outcome = await carrying.value
        let status = await watch.value
        let lines = try await lines(of: outcome.execution, assembly)
        await assembly.close()
        guard outcome.isTaken else { throw Failure.couldNot(outcome.text) }
        let execution = lines.last.flatMap { AuditJournal.execution($0.line) }
        guard execution != nil || !command.beginsExecution else { throw Failure.couldNot(outcome.text) }
        return Outcome(execution: execution, status: status)
    }

    /// Puts the order into the work queue for the directory's next owner.
    private func leave(by name: String) async throws -> Outcome {
        let directory = try DataDirectory.own(path: data.existingDirectory(), birth: birth)
        let order = OperatorOrder(command, by: name, id: UniqueName.fresh())
        do {
            _ = try await directory.queue.send(order.workItem(given: now))
        } catch {
            await directory.close()
            throw error
        }
        await directory.close()
        print("order \(order.id) is kept: the next owner of the data directory carries it out")
        return Outcome(execution: nil, status: PipelineStatus())
    }

    private func lines(of id: String?, _ assembly: Assembly) async throws -> [JournalEntry] {
        guard let id else { return [] }
        return try await assembly.stores.journal.lines(of: AuditJournal.prefix + id)
    }

    /// When the execution to be taken up had ended; nil where the order takes up none.
    private func formerEnd(_ assembly: Assembly) async throws(EngineError) -> MarketTime? {
        guard case .redrive(let execution) = command else { return nil }
        return try await assembly.stores.journal.lines(of: AuditJournal.prefix + execution).last
            .flatMap { AuditJournal.execution($0.line)?.ended }
            .map { MarketTime(microseconds: $0) }
    }

    /// Shows how the execution comes along, and orders the stop when it has ended; gives the last status. What an earlier
    /// process left under way may hold slots of the order, so its end is waited for too.
    private func watch(
        _ runtime: PipelineRuntime, _ carrying: Task<OrderOutcome, Never>, after former: MarketTime?
    ) async -> PipelineStatus {
        let id = await carrying.value.execution
        var last = PipelineStatus()
        var stopped = false
        var progress = ProgressLine()
        for await status in runtime.statuses {
            last = status
            // A status from before the order was taken still shows the former end of an execution that is taken up.
            guard let execution = status.executions.first(where: { $0.id == id }),
                former == nil || execution.ended != former
            else { continue }
            if !execution.state.isEnd {
                progress.say(execution.progressWords)
            } else if !stopped, status.executions.allSatisfy(\.state.isEnd) {
                stopped = true
                runtime.submit(OperatorOrder(.stop, by: "pipeline"))
            }
        }
        progress.end()
        return last
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
