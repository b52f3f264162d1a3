import Console
import Engine
import Pipeline
import Terminal

/// A console without a terminal and without a pipeline: its questions are answered from the stores, its orders by nobody.
struct SnapshotStage {
    /// Questions that follow from one event; more than these is a console that asks in a circle.
    private static let questionsMax = 1_000

    private var console: ConsoleStateMachine
    private let reader: any CellReader

    /// A console of that size that has heard one status and has no question left.
    init(_ stored: StoredStatus, reader: any CellReader, theme: Theme, themes: [Theme], columns: Int, rows: Int)
        async throws
    {
        self.reader = reader
        console = ConsoleStateMachine(
            theme: theme, themes: themes, operatorName: "snapshot", columns: columns, rows: rows, readOnly: false)
        if let owner = stored.owner { try await feed(.standing(.attached(process: owner))) }
        try await feed(.status(stored.status))
    }

    /// One key; false where it leaves the console.
    mutating func press(_ key: Key) async throws -> Bool { try await feed(.screen(.key(key))) }

    var painting: Painting { Painting(console.frame(), theme: console.theme) }
    /// What lies under everything.
    var ground: Style { console.theme[.text] }

    @discardableResult
    private mutating func feed(_ event: ConsoleEvent) async throws -> Bool {
        var effects = console.handle(event)[...]
        var questions = 0
        while let effect = effects.popFirst() {
            questions += 1
            guard questions <= Self.questionsMax else { break }
            if let answer = try await effect.answer(from: reader) {
                effects += console.handle(answer)
                continue
            }
            switch effect {
            case .order:
                effects += console.handle(.answered(orderText: "a snapshot gives no orders", ok: false))
            case .quit: return false
            default: break
            }
        }
        return true
    }
}
