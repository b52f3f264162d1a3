import Pipeline
package import Terminal

/// The console: takes what happened, says what shall be done, and draws itself. No clock, no input, no output.
package struct ConsoleStateMachine: Sendable {
    var state: ConsoleState
    private var memory = FrameMemory()

    /// A console that has heard nothing yet. `operatorName` signs every order; `readOnly` refuses them all; a
    /// wallboard shows, large, and takes no keys but those to leave. `keys` have another meaning from the start.
    package init(
        theme: Theme, themes: [Theme], operatorName: String, columns: Int, rows: Int, readOnly: Bool,
        wallboard: Bool = false, colours: Bool = true, keys: [BoundKey] = []
    ) {
        state = ConsoleState(
            theme: theme, themes: themes, operatorName: operatorName, columns: max(0, columns), rows: max(0, rows),
            readOnly: readOnly)
        state.isWallboard = wallboard
        state.hasColours = colours
        state.bind(keys)
    }

    /// The theme to show the frame in.
    package var theme: Theme { state.theme }

    /// When `ConsoleEvent.tick` is wanted next, in monotonic milliseconds; nil while nothing on the screen fades.
    package var nextTick: Int64? {
        guard let toast = state.toast else { return nil }
        return toast.until ?? (state.monotonicMilliseconds ?? 0)
    }

    /// Takes one event and returns what it asks for, in order, and what must be read.
    package mutating func handle(_ event: ConsoleEvent) -> [ConsoleEffect] { take(event) + questions() }

    /// What must be read so that the next frames are true; no frame depends on its being asked.
    package mutating func questions() -> [ConsoleEffect] { state.questions() }

    /// Takes one event and returns what it asks for, in order, without what must be read: a frame may be drawn in between.
    package mutating func take(_ event: ConsoleEvent) -> [ConsoleEffect] {
        var effects: [ConsoleEffect] = []
        if event.changesWorld { state.worldGeneration += 1 }
        switch event {
        case .screen(.key(let key)): effects = state.press(key)
        case .screen(.mouse(let mouse)): effects = state.point(mouse)
        case .screen(.resized(let columns, let rows)): state.resize(columns: columns, rows: rows)
        case .screen(.resumed): effects = [.repaint]
        case .screen(.lost): return [.quit]
        case .status(let status): state.inLiving { $0.take(status) }
        case .cells(let rows, let hours, let symbols):
            state.take(rows, hours: hours, symbols: symbols)
            if state.isFrozen { state.inLiving { $0.take(rows, hours: hours, symbols: symbols) } }
            if let search = state.gapSearch, search.symbols == symbols, search.hours == hours {
                effects = state.searchOn()
            }
        case .changed(let rows):
            state.inLiving { $0.takeChanges(rows) }
            state.inspectAgain(after: rows)
        case .reasons(let reasons, let hours): state.take(reasons: reasons, hours: hours)
        case .inspected(let symbol, let minutes, let inspection):
            state.inspected = InspectedPartition(symbol: symbol, minutes: minutes, inspection: inspection)
        case .facts(let sheet, let question): state.facts = KnownFacts(question: question, sheet: sheet)
        case .journal(let execution, let lines): state.take(journal: lines, of: execution)
        case .answered(let text, let ok): state.say(harmless(text), role: ok ? .good : .bad)
        case .standing(let standing): state.take(standing)
        case .tick(let milliseconds): state.tick(milliseconds)
        case .themes(let themes): state.take(themes)
        case .trouble(let text):
            state.say(harmless(text), role: .bad)
            state.asked.loadAge = nil
            state.asked.changesAge = nil
            state.gapSearch = nil
        }
        state.refreshQuestion()
        state.refreshRows()
        state.holdGeometry()
        state.keepCursorInView()
        state.holdGeometry()
        state.refreshSums()
        return effects
    }

    /// The frame: a function of the state alone.
    package func frame() -> Grid { state.draw() }

    /// The same, drawn only where it differs from the one before.
    package mutating func nextFrame() -> Grid { memory.draw(state) }
}

extension ConsoleEvent {
    /// Whether more can be seen of it than in the panels of the cursor, in the line of hints and in what lies over the panels.
    fileprivate var changesWorld: Bool {
        switch self {
        case .screen(.key), .screen(.mouse), .inspected, .facts, .journal, .answered, .tick: false
        case .screen, .status, .cells, .changed, .reasons, .standing, .themes, .trouble: true
        }
    }
}
