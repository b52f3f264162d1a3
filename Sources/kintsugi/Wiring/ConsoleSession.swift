import Console
import Engine
import Foundation
import Pipeline
import Platform
import Terminal

/// One sitting at the console: the screen, the pure console, and the pipeline behind it. The screen lives on the main
/// actor; nothing of the pipeline runs there, so a terminal that stops reading can never hold it up.
@MainActor
final class ConsoleSession {
    private let screen: NcursesScreen
    private var console: ConsoleStateMachine
    private let events: AsyncStream<ConsoleEvent>
    private let post: AsyncStream<ConsoleEvent>.Continuation
    private let backstage: Backstage
    private let themes: ThemeFiles
    private var ticking: Task<Void, Never>?
    private var reading: Task<Void, Never>?
    private var hasEnded = false
    private var saving: Task<Void, Never>?

    private init(look: LookOptions) throws {
        themes = ThemeFiles.load()
        let keys = KeyFile.load()
        let theme = try themes.named(look.theme)
        screen = try NcursesScreen.open(colour: look.color)
        console = ConsoleStateMachine(
            theme: theme, themes: themes.themes, operatorName: look.signature, columns: screen.columns,
            rows: screen.rows, readOnly: look.readOnly, wallboard: look.wallboard, colours: screen.depth != .none,
            keys: keys.keys)
        (events, post) = AsyncStream.makeStream(of: ConsoleEvent.self)
        backstage = Backstage(post)
        if let word = keys.word { post.yield(.trouble(word)) }
    }

    /// Opens the screen, then what stands behind it; gives the terminal back by every road.
    static func run(
        look: LookOptions, directory: String, detached: DetachedOwner?,
        assemble: @escaping @Sendable () async throws -> Assembly
    ) async throws {
        let session = try ConsoleSession(look: look)
        session.draw()
        let backstage = session.backstage
        let pipeline = Task.detached { try await backstage.run(directory, as: look.signature, detached, assemble) }
        // Heard to the very end: a line that drops shows itself first by its silence and then by its signal, which must not
        // cut the clean stop short.
        let signals = Task.detached {
            for await _ in Signals.stream([.interrupt, .terminate, .hangup]) {
                session.post.yield(.screen(.lost))
                backstage.end(bySignal: true)
            }
        }
        session.screen.listen { session.take($0.map(ConsoleEvent.screen)) }
        let looks = Task.detached { [themes = session.themes, post = session.post] in
            await followThemes(themes, post)
        }
        await session.loop()
        looks.cancel()
        session.screen.close()
        backstage.end()
        defer { signals.cancel() }
        await session.saving?.value
        try await pipeline.value
    }

    // MARK: The loop

    private func loop() async {
        for await event in events where !hasEnded { take([backstage.newest(event)]) }
    }

    /// What the terminal tells comes here at once, everything else through `loop`: a key waits for nobody.
    private func take(_ events: [ConsoleEvent]) {
        var asked: [ConsoleEffect] = []
        for event in events where !hasEnded {
            let effects = console.take(event)
            hasEnded = effects.contains(.quit)
            asked += effects
        }
        // A screen that is gone takes no frame; everything else that is asked for can wait until the person sees their key.
        if asked.contains(.repaint) { screen.invalidate() }
        if !hasEnded { draw() }
        for effect in asked + (hasEnded ? [] : console.questions()) { perform(effect) }
        guard !hasEnded else {
            post.finish()
            return
        }
        armTick()
    }

    private func draw() { screen.present(console.nextFrame(), theme: console.theme) }

    /// Performs what the console asks for, besides what a frame depends on.
    private func perform(_ effect: ConsoleEffect) {
        switch effect {
        case .order(let order): backstage.give(order)
        case .takeOver: backstage.takeOver()
        case .load, .loadChanges, .loadReasons, .readFacts, .readJournal: read(effect)
        case .inspect: inspect(effect)
        case .copy(let text): screen.copy(text)
        case .saveKeys(let keys): save(keys)
        case .reportMouse(let isWanted): screen.reportMouse(isWanted)
        case .suspend, .repaint, .quit: break
        }
    }

    /// One after the other, so that the last one stays.
    private func save(_ keys: [BoundKey]) {
        let (post, before) = (self.post, saving)
        saving = Task.detached {
            await before?.value
            do {
                try KeyFile.save(keys)
                post.yield(.answered(orderText: "keys saved in \(KeyFile.path)", ok: true))
            } catch {
                post.yield(.answered(orderText: "\(error)", ok: false))
            }
        }
    }

    /// Reads beside the screen and posts what came.
    private func read(_ question: ConsoleEffect) {
        guard let reader = backstage.reader else { return }
        let post = self.post
        Task.detached {
            do {
                if let answer = try await question.answer(from: reader) { post.yield(answer) }
            } catch {
                post.yield(.trouble("\(error)"))
            }
        }
    }

    /// Only the newest of these is answered: the cursor may have moved on.
    private func inspect(_ question: ConsoleEffect) {
        guard let reader = backstage.reader else { return }
        let post = self.post
        reading?.cancel()
        reading = Task.detached {
            do {
                if let answer = try await question.answer(from: reader), !Task.isCancelled { post.yield(answer) }
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

/// Says which theme files are bad, and then each change on disk as it comes; nothing is done while nothing changes.
private func followThemes(_ first: ThemeFiles, _ post: AsyncStream<ConsoleEvent>.Continuation) async {
    var themes = first
    func readAgain() {
        let before = themes
        themes.read()
        if themes.themes != before.themes { post.yield(.themes(themes.themes)) }
        if let word = themes.problems.filter({ !before.problems.contains($0) }).word { post.yield(.trouble(word)) }
    }
    if let word = themes.problems.word { post.yield(.trouble(word)) }
    let watch = FolderWatch(ThemeFiles.folders, suffix: ThemeFiles.suffix)
    // What changed before the watch began is not told by it.
    readAgain()
    for await _ in watch.changes { readAgain() }
}
