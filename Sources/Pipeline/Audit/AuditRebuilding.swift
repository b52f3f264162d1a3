import Engine

/// The last steps of an execution: derived rows are built again, recomputed and compared.
extension AuditStateMachine {
    mutating func resynthesize(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        if live[place].derived.isEmpty {
            live[place].derived = derivedTargets(place, around)
            live[place].execution.built(live[place].derived)
            live[place].builtFrom = around.coverage.version
            live[place].stale = []
            guard !live[place].derived.isEmpty else { return move(place, .rebuilt, around.now, &notices) }
            notices.append(.takes(live[place].derived))
            notices.append(.effect(execution: live[place].execution.id, .synthesize(live[place].derived)))
            return false
        }
        return move(place, .rebuilt, around.now, &notices)
    }

    /// The rows that depend on the slots sought, and those found stale; sorted, without repetition.
    private func derivedTargets(_ place: Int, _ around: Surroundings) -> [DerivedTarget] {
        var targets = live[place].stale
        for unit in live[place].execution.units {
            guard let symbol = SymbolName(unit.symbol), unit.to > unit.from else { continue }
            // Of what was only asked for once more nothing need have come.
            let hours = unit.reasks == true ? unit.wanted.map { Hour($0.hour) } : Array(unit.asked.hours)
            for hour in hours { targets += DerivedDependence.targets(symbol, hour, in: settings.universe) }
        }
        targets.sort()
        var distinct: [DerivedTarget] = []
        for target in targets where distinct.last != target { distinct.append(target) }
        return distinct
    }

    mutating func confirm(_ place: Int, _ around: Surroundings, _ notices: inout [Notice]) -> Bool {
        if !live[place].derived.isEmpty {
            let targets = live[place].derived
            live[place].derived = []
            live[place].stale = []
            live[place].checking = targets
            notices.append(.effect(execution: live[place].execution.id, .checkFacts(targets)))
            return false
        }
        live[place].stale.removeAll { $0.minutes.upperBound.start > around.now }
        if !live[place].stale.isEmpty {
            // Inputs that changed meanwhile are no fault of the building.
            if live[place].builtFrom == around.coverage.version { live[place].execution.differences += 1 }
            guard live[place].execution.differences < 2 else {
                notices.append(.differs(execution: live[place].execution.id))
                return move(place, .differedAgain, around.now, &notices)
            }
            return move(place, .differed, around.now, &notices)
        }
        let units = live[place].execution.units
        if units.contains(where: { $0.standing == .givenUp }) {
            return move(place, .confirmedSpent, around.now, &notices)
        }
        let waits = units.contains { $0.standing == .handedOver }
        return move(place, waits ? .confirmedWaiting : .confirmedWhole, around.now, &notices)
    }
}
