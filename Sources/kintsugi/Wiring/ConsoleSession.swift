import Console
import Engine
import Foundation
import Pipeline
import Platform
import Runtime
import Synchronization
import Terminal

/// One sitting at the console: the screen, the pure console, and the pipeline behind it. The screen lives on the main
/// actor; nothing of the pipeline runs there, so a terminal that stops reading can never hold it up.
@MainActor
final class ConsoleSession {
    private let screen: NcursesScreen
    private var console: ConsoleStateMachine
    private let events: AsyncStream<ConsoleEvent>
    private let post: AsyncStream<ConsoleEvent>.Continuation
    private var runtime: PipelineRuntime?
    private var reader: (any CellReader)?
    private var ticking: Task<Void, Never>?
    private var reading: Task<Void, Never>?
    /// What stands behind the screen, for whoever ends it past a screen that is held up.
    private nonisolated let behind = Mutex(Behind())

    private struct Behind {
        var runtime: PipelineRuntime?
        var isSignalled = false
        /// The newest status, until the screen has taken it in; those between are let go.
        var status: PipelineStatus?
    }

    private init(look: LookOptions) throws {
        let themes = ThemeFiles.load()
        guard let theme = themes.first(where: { $0.name == look.theme }) else {
            let names = themes.map(\.name).joined(separator: ", ")
            throw Failure.usage("--theme \(harmless(look.theme)) is not there: choose one of \(names)")
        }
        screen = try NcursesScreen.open(colour: look.color)
        console = ConsoleStateMachine(
            theme: theme, themes: themes, operatorName: look.signature, columns: screen.columns, rows: screen.rows,
            readOnly: look.readOnly)
        (events, post) = AsyncStream.makeStream(of: ConsoleEvent.self)
    }

    /// Opens the screen, then what stands behind it; gives the terminal back by every road.
    static func run(look: LookOptions, assemble: @escaping @Sendable () async throws -> Assembly) async throws {
        let session = try ConsoleSession(look: look)
        session.draw()
        let pipeline = Task.detached { try await session.drive(assemble) }
        // Heard to the very end: a line that drops shows itself first by its silence and then by its signal, which must not
        // cut the clean stop short.
        let signals = Task.detached {
            for await _ in Signals.stream([.interrupt, .terminate, .hangup]) {
                session.post.yield(.screen(.lost))
                session.stopPastTheScreen()
            }
        }
        let keys = Task { for await event in session.screen.events { session.post.yield(.screen(event)) } }
        await session.loop()
        keys.cancel()
        session.screen.close()
        session.stopPipeline()
        defer { signals.cancel() }
        try await pipeline.value
    }

    /// Opens the data directory and runs the pipeline until it is stopped.
    private nonisolated func drive(_ assemble: @Sendable () async throws -> Assembly) async throws {
        let assembly: Assembly
        do {
            assembly = try await assemble()
        } catch {
            post.yield(.screen(.lost))
            throw error
        }
        let runtime = assembly.runtime(end: .whenAsked)
        let isLate = behind.withLock { behind in
            behind.runtime = runtime
            return behind.isSignalled
        }
        if isLate { runtime.submit(OperatorOrder(.stop, by: "pipeline")) }
        Task { await attach(runtime, StoreCellReader(assembly.stores.warehouse, universe: assembly.settings.universe)) }
        let statuses = Task { for await status in runtime.statuses { tell(status) } }
        do {
            try await runtime.run(assembly.birth)
        } catch {
            post.yield(.screen(.lost))
            await assembly.close()
            throw error
        }
        await statuses.value
        await assembly.close()
        post.yield(.screen(.lost))
        if behind.withLock({ $0.isSignalled }) { Self.endWithoutTheScreen() }
    }

    /// One status waits for the screen at the most, however long it is held up.
    private nonisolated func tell(_ status: PipelineStatus) {
        let isFirst = behind.withLock { behind in
            defer { behind.status = status }
            return behind.status == nil
        }
        if isFirst { post.yield(.status(status)) }
    }

    private func newest(_ event: ConsoleEvent) -> ConsoleEvent {
        guard case .status(let told) = event else { return event }
        return .status(
            behind.withLock { behind in
                defer { behind.status = nil }
                return behind.status ?? told
            })
    }

    /// A terminal that has stopped reading holds up the screen and whoever runs on its actor, but no signal.
    private nonisolated func stopPastTheScreen() {
        let runtime = behind.withLock { behind in
            behind.isSignalled = true
            return behind.runtime
        }
        runtime?.submit(OperatorOrder(.stop, by: "pipeline"))
    }

    /// Everything is on disk: a screen that is not given back within a second is given back without waiting for its line.
    private nonisolated static func endWithoutTheScreen() {
        Task.detached {
            try? await Task.sleep(for: .seconds(1))
            TerminalRescue.restore()
            exit(Exit.well)
        }
    }

    private func attach(_ runtime: PipelineRuntime, _ reader: any CellReader) {
        if left { runtime.submit(OperatorOrder(.stop, by: "pipeline")) }
        self.runtime = runtime
        self.reader = reader
    }

    private var left = false

    private func stopPipeline() {
        left = true
        runtime?.submit(OperatorOrder(.stop, by: "pipeline"))
    }

    // MARK: The loop

    private func loop() async {
        for await event in events {
            let effects = console.handle(newest(event))
            var quits = false
            for effect in effects { quits = perform(effect) || quits }
            if quits { return }
            draw()
            armTick()
        }
    }

    private func draw() { screen.present(console.frame(), theme: console.theme) }

    /// Performs what the console asks for; true where it is to end.
    private func perform(_ effect: ConsoleEffect) -> Bool {
        switch effect {
        case .order(let order):
            guard let runtime else {
                post.yield(.answered(orderText: "the pipeline is not open yet", ok: false))
                return false
            }
            runtime.submit(order)
            post.yield(.answered(orderText: order.command.about, ok: true))
        case .load(let symbols, let hours): load(symbols, hours)
        case .inspect(let symbol, let minutes): inspect(symbol, minutes)
        case .copy(let text): screen.copy(text)
        case .suspend: break
        case .repaint: screen.invalidate()
        case .quit: return true
        }
        return false
    }

    private func load(_ symbols: [SymbolName], _ hours: Range<Hour>) {
        guard let reader else { return }
        let post = self.post
        Task.detached {
            do {
                post.yield(.cells(try await reader.masks(symbols, hours: hours), hours: hours, symbols: symbols))
            } catch {
                post.yield(.trouble("\(error)"))
            }
        }
    }

    private func inspect(_ symbol: SymbolName, _ minutes: Range<Minute>) {
        guard let reader else { return }
        let post = self.post
        // Only the newest question is answered: the cursor may have moved on.
        reading?.cancel()
        reading = Task.detached {
            do {
                let inspection = try await reader.inspection(symbol, minutes: minutes)
                if !Task.isCancelled { post.yield(.inspected(symbol, minutes, inspection)) }
            } catch {
                if !Task.isCancelled { post.yield(.trouble("\(error)")) }
            }
        }
    }

    private func armTick() {
        ticking?.cancel()
        guard let next = console.nextTick else { return }
        let post = self.post
        ticking = Task.detached {
            await SystemClock.sleep(until: UInt64(max(0, next)) * 1_000_000)
            if !Task.isCancelled {
                post.yield(.tick(monotonicMilliseconds: Int64(SystemClock.monotonicNanoseconds() / 1_000_000)))
            }
        }
    }
}
