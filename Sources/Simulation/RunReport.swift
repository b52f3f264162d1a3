package import Engine
package import Exchange
package import Pipeline

/// What occurred in a run, so that a set of runs can say that everything did.
package struct Occurrences: Sendable {
    package var processes = 0
    package var kills = 0
    package var stops = 0
    package var sleeps = 0
    package var derangements = 0
    package var damagedObjects = 0
    /// Records the stream let go of, and raw objects that were sealed and deleted.
    package var trimmedRecords: Int64 = 0
    package var sealedObjects: Int64 = 0
    /// Orders that lay aside until somebody looked.
    package var deadOrders = 0
    /// Orders carried out.
    package var orders = 0
    /// Lakes that were built up again and compared in everything.
    package var rebuilt = 0
    package var exchangeFaults: Set<FaultWord> = []
    package var storeFaults: Set<EngineError.Kind> = []
    package var crashPoints: Set<CrashPoint> = []
    package var arrows: Set<AuditTransitionTable.Arrow> = []
    /// The flaws of the capture by name, without their numbers.
    package var flaws: Set<String> = []

    package init() {}

    package static func += (left: inout Self, right: Self) {
        left.processes += right.processes
        left.kills += right.kills
        left.stops += right.stops
        left.sleeps += right.sleeps
        left.derangements += right.derangements
        left.damagedObjects += right.damagedObjects
        left.trimmedRecords += right.trimmedRecords
        left.sealedObjects += right.sealedObjects
        left.deadOrders += right.deadOrders
        left.orders += right.orders
        left.rebuilt += right.rebuilt
        left.exchangeFaults.formUnion(right.exchangeFaults)
        left.storeFaults.formUnion(right.storeFaults)
        left.crashPoints.formUnion(right.crashPoints)
        left.arrows.formUnion(right.arrows)
        left.flaws.formUnion(right.flaws)
    }
}

/// How a run ended.
package struct RunReport: Sendable, CustomStringConvertible {
    package var seed: UInt64
    /// One number over everything the run did.
    package var digest: UInt64
    /// How many events and effects there were.
    package var lines: Int
    package var ended: MarketTime
    package var violations: [String]
    /// The last lines of the trace.
    package var tail: [String]
    package var occurred: Occurrences
    package var slots: SlotCounts

    package var isClean: Bool { violations.isEmpty }

    /// The seed first, then what went wrong, then how it came to that.
    package var description: String {
        (["seed \(seed): \(violations.count) violations by \(ended)"] + violations.prefix(12) + ["the last lines:"]
            + tail.suffix(30)).joined(separator: "\n  ")
    }
}
