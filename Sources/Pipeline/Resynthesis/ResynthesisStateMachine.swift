import Engine

/// Builds derived rows again whose inputs changed, and only those. Rows whose time is not over change with every minute
/// and are gathered for a while; rows whose time is over are built at once. A market hour waits a little even then: what
/// mends one member mostly mends its neighbours too, and they share one building.
package struct ResynthesisStateMachine: Sendable {
    private static let patienceHourly = MarketSpan.minutes(5)
    private static let patienceSession = MarketSpan.minutes(15)
    private static let patienceMarket = MarketSpan.seconds(20)

    private let universe: Universe
    /// Sorted by target.
    private var waiting: [(target: DerivedTarget, due: MarketTime)] = []
    private var building: (id: EffectID, targets: [DerivedTarget])?
    private var flushing = false
    package private(set) var rows: Int64 = 0

    package init(universe: Universe = Universe()) { self.universe = universe }

    /// Inputs of these rows changed.
    package mutating func touched(_ targets: [DerivedTarget], at now: MarketTime) {
        for target in targets {
            add(target, due: now + Self.patience(target, isOver: target.minutes.upperBound.start <= now))
        }
    }

    private static func patience(_ target: DerivedTarget, isOver: Bool) -> MarketSpan {
        switch target.span {
        case .hourly: isOver ? .seconds(0) : patienceHourly
        case .session: isOver ? .seconds(0) : patienceSession
        case .market: isOver ? patienceMarket : patienceHourly
        }
    }

    private mutating func add(_ target: DerivedTarget, due: MarketTime) {
        var low = 0
        var high = waiting.count
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].target < target { low = middle + 1 } else { high = middle }
        }
        if low < waiting.count, waiting[low].target == target {
            waiting[low].due = min(waiting[low].due, due)
        } else {
            waiting.insert((target, due), at: low)
        }
    }

    /// Somebody builds these now: they need not wait here, but for the end of their time.
    package mutating func taken(_ targets: [DerivedTarget], at now: MarketTime) {
        remove(targets)
        guard !flushing else { return }
        // Only when its time and its last slot's grace are over can a row say how complete it is.
        for target in targets {
            let over = target.minutes.upperBound.start + CoverageIndex.grace
            if over > now { add(target, due: over) }
        }
    }

    private mutating func remove(_ targets: [DerivedTarget]) {
        guard !waiting.isEmpty, !targets.isEmpty else { return }
        let sorted = targets.sorted()
        waiting.removeAll { entry in
            var low = 0
            var high = sorted.count
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < entry.target { low = middle + 1 } else { high = middle }
            }
            return low < sorted.count && sorted[low] == entry.target
        }
    }

    package mutating func flushAll() { flushing = true }

    package mutating func advance(at now: MarketTime, _ ids: inout EffectIDs) -> PipelineEffect? {
        guard building == nil else { return nil }
        let flushing = flushing
        let due = DerivedDependence.group(
            waiting.lazy.filter { flushing || $0.due <= now }.map(\.target), in: universe)
        guard !due.isEmpty else { return nil }
        let id = ids.next()
        building = (id, due)
        taken(due, at: now)
        return PipelineEffect(id: id, action: .synthesize(due))
    }

    /// Rows are built; false for an outcome nobody waits for.
    package mutating func synthesized(_ id: EffectID, rows: Int) -> Bool {
        guard building?.id == id else { return false }
        building = nil
        self.rows += Int64(rows)
        return true
    }

    /// Building failed: the rows stay stale, and the next audit finds them.
    package mutating func failed(_ id: EffectID) -> Bool {
        guard building?.id == id else { return false }
        building = nil
        return true
    }

    package func nextDeadline() -> MarketTime? { building == nil ? waiting.map(\.due).min() : nil }
    package var isIdle: Bool { building == nil && (waiting.isEmpty || !flushing) }
    package var count: Int { waiting.count + (building?.targets.count ?? 0) }
}
