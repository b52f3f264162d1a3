import Attachment
import Engine
import Foundation
import Pipeline

extension SingleOrder {
    /// Gives the order to the process that owns the directory, over its socket, and reports as if it had been carried out
    /// here.
    func carryOut(through owner: Int32, by name: String) async throws -> Outcome {
        let directory = try data.existingDirectory()
        let line: OwnerLine
        do { line = try await OwnerLine.open(directory, as: name) } catch {
            throw Failure.couldNot(
                "process \(owner) owns the data directory (\(directory)) and does not answer at its socket: order the "
                    + "\(command.verb) when it has ended, or stop it first")
        }
        defer { line.close() }
        let command = self.command
        Task { _ = await line.carry(command) }
        let (execution, status) = try await follow(line)
        guard let execution else { return Outcome(execution: nil, status: status) }
        return Outcome(execution: try await ended(execution), status: status)
    }

    /// Waits for the outcome, and for the end of what it began; gives the execution, where there is one to wait for.
    private func follow(_ line: OwnerLine) async throws -> (execution: String?, status: PipelineStatus) {
        var taken: OrderOutcome?
        var progress = ProgressLine()
        defer { progress.end() }
        for await step in line.steps {
            switch step {
            case .outcome(let outcome):
                guard outcome.isTaken else { throw Failure.couldNot(harmless(outcome.text)) }
                taken = outcome
                if !waits, let execution = outcome.execution {
                    progress.end()
                    print("execution \(execution) has begun: kintsugi executions shows how it comes along")
                    return (nil, PipelineStatus())
                }
            case .show(let status):
                guard let taken else { continue }
                guard let id = taken.execution else { return (nil, status) }
                guard let execution = status.executions.first(where: { $0.id == id }) else { continue }
                if execution.state.isEnd { return (id, status) }
                progress.say(execution.progressWords)
            case .presence(.gone(let reason)):
                throw Failure.couldNot(
                    taken.map {
                        "\(reason), and \($0.execution.map { "execution \($0)" } ?? "the order") goes on with its next owner"
                    } ?? "\(reason) before it answered: kintsugi orders tells whether it had taken the order down")
            case .presence, .close: break
            }
        }
        throw Failure.couldNot(
            "the owner is gone before it answered: kintsugi orders tells whether it had taken the order down")
    }

    /// The execution as the journal has it once its end is on disk.
    private func ended(_ id: String) async throws -> AuditExecution {
        let journal = try await Reading.open(data).journal
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if let last = try await journal.lines(of: AuditJournal.prefix + id).last,
                let execution = AuditJournal.execution(last.line), execution.state.isEnd
            {
                return execution
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        throw Failure.couldNot("execution \(id) has ended and its end is not on disk yet: kintsugi executions shows it")
    }
}

extension ExecutionStatus {
    /// How it comes along, on one line.
    var progressWords: String {
        "\(state.title), \(callsDone) of \(callsPlanned) calls, "
            + "\(slots) slots \(waitsFor.isEmpty ? "" : "(waits for \(waitsFor))")"
    }
}
