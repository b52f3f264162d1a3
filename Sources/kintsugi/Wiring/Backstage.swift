import Attachment
import Console
import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform
import Runtime
import Synchronization
import Terminal

/// What stands behind the screen: the pipeline of this process, or the line to the process that owns it. None of it runs on
/// the screen's actor, so that a terminal that stops reading holds up nothing here.
final class Backstage: Sendable {
    private enum Tie {
        case none
        case owner(OwnerDesk)
        case observer(OwnerLine)
    }

    private struct State {
        var tie = Tie.none
        var reader: (any CellReader)?
        /// The newest status, until the screen has taken it in; those between are let go.
        var status: PipelineStatus?
        var ends = false
        var endsBySignal = false
        var takesOver = false
    }

    /// A line that another owner's socket does not answer is tried for this long before the owner is called unreachable.
    private static let patience = Duration.seconds(5)
    private static let pause = Duration.milliseconds(500)
    private let state = Mutex(State())
    private let post: AsyncStream<ConsoleEvent>.Continuation

    init(_ post: AsyncStream<ConsoleEvent>.Continuation) { self.post = post }

    var reader: (any CellReader)? { state.withLock { $0.reader } }
    private var ends: Bool { state.withLock { $0.ends } }

    /// Owns the directory, or observes whoever does, until it is ended. With a detached owner it never owns: it sees to it
    /// that there is one, and observes.
    func run(
        _ directory: String, as name: String, _ detached: DetachedOwner?,
        _ assemble: @Sendable () async throws -> Assembly
    ) async throws {
        defer { post.yield(.screen(.lost)) }
        while true {
            if let detached {
                try await detached.ensure()
                guard try await observe(directory, as: name, refusedBy: nil), !ends else { break }
                continue
            }
            do {
                try await own(assemble)
                break
            } catch let error as EngineError where error.kind == .locked {
                guard try await observe(directory, as: name, refusedBy: error), !ends else { break }
            }
        }
        if state.withLock({ $0.endsBySignal }) { Self.endWithoutTheScreen() }
    }

    // MARK: Owning

    private func own(_ assemble: @Sendable () async throws -> Assembly) async throws {
        let assembly = try await assemble()
        let runtime = assembly.runtime(end: .whenAsked)
        let desk = OwnerDesk(runtime: runtime, exchange: assembly.exchange)
        let (socket, trouble) = OwnerSocket.open(assembly.directory.path, desk)
        let ends = state.withLock { state in
            state.tie = .owner(desk)
            state.reader = StoreCellReader(
                assembly.stores.warehouse, journal: assembly.stores.journal, universe: assembly.settings.universe)
            state.takesOver = false
            return state.ends
        }
        post.yield(.standing(.owner))
        if let trouble { post.yield(.trouble(trouble)) }
        if ends { runtime.submit(OperatorOrder(.stop, by: "pipeline")) }
        let statuses = Task { for await status in runtime.statuses { tell(status) } }
        try await assembly.run(runtime, socket: socket, service: nil, telling: statuses)
    }

    // MARK: Observing

    /// Stays with whoever owns the directory; true where its place is to be taken.
    private func observe(_ directory: String, as name: String, refusedBy error: EngineError?) async throws -> Bool {
        var everReached = false
        let began = ContinuousClock.now
        post.yield(.standing(.seeking))
        while !ends {
            if state.withLock({ state in
                defer { state.takesOver = false }
                return state.takesOver
            }) {
                return true
            }
            guard let line = try? await OwnerLine.open(directory, as: name) else {
                guard everReached || ContinuousClock.now - began < Self.patience else {
                    throw error ?? EngineError(.unavailable, "the owner does not answer", at: directory)
                }
                try? await Task.sleep(for: Self.pause)
                continue
            }
            if state.withLock({ state in
                state.tie = .observer(line)
                return state.ends
            }) {
                line.close()
            }
            everReached = await follow(line, directory) || everReached
            state.withLock { $0.tie = .none }
        }
        return false
    }

    /// Shows what comes over a line until it ends; whether anything came.
    private func follow(_ line: OwnerLine, _ directory: String) async -> Bool {
        var heard = false
        for await step in line.steps {
            switch step {
            case .show(let status):
                if !heard { await openReader(directory, status) }
                heard = true
                tell(status)
            case .presence(let presence):
                if case .gone = presence, !heard { continue }
                post.yield(.standing(OwnerStanding(presence)))
            case .outcome, .close: break
            }
        }
        return heard
    }

    /// The cells are read from disk, beside the owner.
    private func openReader(_ directory: String, _ status: PipelineStatus) async {
        do {
            let stores = try DataDirectory.observe(path: directory)
            let reader = StoreCellReader(
                stores.warehouse, journal: stores.journal, universe: Universe(status.universe))
            state.withLock { $0.reader = reader }
        } catch {
            post.yield(.trouble("\(error)"))
        }
    }

    func takeOver() { state.withLock { $0.takesOver = true } }

    // MARK: The screen's side

    /// One status waits for the screen at the most, however long it is held up.
    private func tell(_ status: PipelineStatus) {
        let isFirst = state.withLock { state in
            defer { state.status = status }
            return state.status == nil
        }
        if isFirst { post.yield(.status(status)) }
    }

    func newest(_ event: ConsoleEvent) -> ConsoleEvent {
        guard case .status(let told) = event else { return event }
        return .status(
            state.withLock { state in
                defer { state.status = nil }
                return state.status ?? told
            })
    }

    /// Gives an order to whoever carries it out; its outcome comes as an event.
    func give(_ order: OperatorOrder) {
        let tie = state.withLock { $0.tie }
        let post = self.post
        Task {
            let outcome: OrderOutcome
            switch tie {
            case .none:
                outcome = OrderOutcome(order: "", isTaken: false, text: "nobody is there to carry the order out")
            case .owner(let desk):
                outcome = await desk.carry(OperatorOrder(order.command, by: order.by, id: UniqueName.fresh()))
            case .observer(let line): outcome = await line.carry(order.command)
            }
            post.yield(.answered(orderText: harmless(outcome.text), ok: outcome.isTaken))
        }
    }

    /// The screen is left: an owner stops, an observer's line ends.
    func end(bySignal: Bool = false) {
        let tie = state.withLock { state in
            state.ends = true
            state.endsBySignal = state.endsBySignal || bySignal
            return state.tie
        }
        switch tie {
        case .none: break
        case .owner(let desk): desk.runtime.submit(OperatorOrder(.stop, by: "pipeline"))
        case .observer(let line): line.close()
        }
    }

    /// Everything is on disk: a screen that is not given back within a second is given back without waiting for its line.
    private static func endWithoutTheScreen() {
        Task.detached {
            try? await Task.sleep(for: .seconds(1))
            TerminalRescue.restore()
            exit(Exit.well)
        }
    }
}

extension OwnerStanding {
    init(_ presence: OwnerPresence) {
        self =
            switch presence {
            case .seeking: .seeking
            case .attached(let process): .attached(process: process)
            case .silent(let process): .silent(process: process)
            case .gone(let reason): .gone(harmless(reason))
            }
    }
}
