package import Pipeline

/// A place at which a process may come to its end: a call of an engine, before it took effect or after.
package struct CrashPoint: Hashable, Sendable, CustomStringConvertible {
    package var call: EngineCall
    /// Whether the call took effect and only its answer was lost.
    package var after: Bool

    package var description: String { (after ? "after " : "before ") + call.description }

    /// Calls that only opening the stores makes.
    private static let opening: [EngineCall] = [
        EngineCall(.stream, "extents", writes: false), EngineCall(.catalog, "list", writes: false),
        EngineCall(.catalog, "checkpoint", writes: false), EngineCall(.warehouse, "applied", writes: false),
        EngineCall(.catalog, "seals", writes: false), EngineCall(.journal, "open", writes: false),
        EngineCall(.journal, "lines", writes: false),
    ]

    /// Calls that effects make.
    private static let working: [EngineCall] = [
        EngineCall(.stream, "append", writes: true), EngineCall(.stream, "read", writes: false),
        EngineCall(.objects, "put", writes: true), EngineCall(.objects, "get", writes: false),
        EngineCall(.catalog, "register", writes: true), EngineCall(.catalog, "lookup", writes: false),
        EngineCall(.catalog, "moveCheckpoint", writes: true), EngineCall(.warehouse, "apply", writes: true),
        EngineCall(.warehouse, "replace", writes: true), EngineCall(.warehouse, "bars", writes: false),
        EngineCall(.warehouse, "masks", writes: false), EngineCall(.warehouse, "notes", writes: false),
        EngineCall(.warehouse, "derived", writes: false), EngineCall(.journal, "append", writes: true),
        EngineCall(.stream, "trim", writes: true), EngineCall(.catalog, "delivered", writes: false),
        EngineCall(.catalog, "retire", writes: true), EngineCall(.objects, "delete", writes: true),
        EngineCall(.objects, "list", writes: false), EngineCall(.catalog, "noteDropped", writes: true),
    ]

    /// Calls of the work queue.
    private static let queue: [EngineCall] =
        ["send", "receive", "extend", "acknowledge", "release", "bury", "redrive", "drop"]
        .map { EngineCall(.queue, $0, writes: true) } + [EngineCall(.queue, "list", writes: false)]

    /// The places on the way of the data.
    static let ofTheData = beforeAndAfter(working + opening)
    /// The places on the way of an order.
    static let ofTheQueue = beforeAndAfter(queue)
    /// Every place there is.
    package static let all = ofTheData + ofTheQueue

    private static func beforeAndAfter(_ calls: [EngineCall]) -> [CrashPoint] {
        calls.flatMap { [CrashPoint(call: $0, after: false), CrashPoint(call: $0, after: true)] }
    }

    /// Whether only a process that starts comes by.
    package var isOpening: Bool { Self.opening.contains(call) }
}

/// How and when a process ends.
package struct PlannedEnd: Hashable, Sendable {
    /// What ends it.
    package enum Cause: Hashable, Sendable {
        /// At the next call that comes by.
        case crash(CrashPoint)
        /// Between two calls.
        case kill
        /// By order: everything acknowledged reaches the lake first.
        case stop
    }

    package var cause: Cause
    package var at: MarketTime
    /// How long until the next process starts.
    package var away: MarketSpan
}
