import Engine
import Pipeline

/// Something that happens in a simulated world at a moment of its own.
struct Agendum {
    enum What {
        case end(PlannedEnd)
        case order
        case sleep
        case quiet
        case checkpoint
        /// Somebody looks after what is still given up.
        case reask
        /// An order that traps its process.
        case poison
        /// Somebody looks after orders that lie aside, and gives again what he was not told of.
        case orderCare
    }

    var at: MarketTime
    var what: What

    static func all(of scenario: Scenario) -> [Agendum] {
        var agenda = scenario.ends.map { Agendum(at: $0.at, what: .end($0)) }
        agenda += scenario.orders.map { Agendum(at: $0, what: .order) }
        if scenario.poisonAt < scenario.quietFrom { agenda.append(Agendum(at: scenario.poisonAt, what: .poison)) }
        agenda += [2, 6, 14].map { Agendum(at: scenario.quietFrom + .minutes($0), what: .orderCare) }
        if scenario.sleepAt < scenario.quietFrom { agenda.append(Agendum(at: scenario.sleepAt, what: .sleep)) }
        agenda.append(Agendum(at: scenario.quietFrom, what: .quiet))
        for back in [52, 34, 16] {
            agenda.append(Agendum(at: scenario.end - .minutes(Int64(back)), what: .reask))
        }
        var moment = scenario.begin + .minutes(15)
        while moment < scenario.end {
            agenda.append(Agendum(at: moment, what: .checkpoint))
            moment = moment + .minutes(20)
        }
        return agenda.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }
}

extension SimulatedWorld {
    func perform(_ what: Agendum.What) async {
        switch what {
        case .end(let planned): plan(planned)
        case .order: give(chosenOrder())
        case .poison: give(chosenOrder(), isPoison: true)
        case .orderCare:
            giveAgain()
            lookAfterDead()
        case .sleep: sleep()
        case .quiet: quieten()
        case .checkpoint: auditBars()
        case .reask: reask()
        }
    }

    private func plan(_ planned: PlannedEnd) {
        switch planned.cause {
        case .crash(let point):
            faults.arm(point)
            if point.call.store == .queue { provoke(point.call) }
            if point.isOpening { kill(planned.away) }
        case .kill: kill(planned.away)
        case .stop:
            guard let life, life.stopOrdered == nil else { return }
            life.stopOrdered = clock.now()
            order(.stop)
        }
    }

    private func kill(_ away: MarketSpan) {
        guard let life else { return }
        trace.add("killed", at: clock.now())
        occurred.kills += 1
        end(life, away: away)
    }

    /// The machine sleeps: nothing is done, and the clock goes on.
    private func sleep() {
        guard let life else { return }
        let from = clock.now()
        clock.jump(to: from + scenario.sleep)
        occurred.sleeps += 1
        handle(.timeSkipped(from: from, to: clock.now()), life)
    }

    /// Nothing goes wrong from here on.
    private func quieten() {
        isQuiet = true
        transport.endFaults()
        faults.arm(nil)
        trace.add("quiet", at: clock.now())
        order(.setFlaws([]))
        // A row that was written wrongly stands under an alarm that names the command to run.
        if scenario.derangements > 0 { give(.audit(everything)) }
    }

    /// The last word on slots that were given up while nobody could ask: a person has them asked for again.
    private func reask() {
        // An order given while no process is there lies in the queue until one is.
        let counts = life?.coverage.counts(in: scenario.universe, now: clock.now())
        if counts.map({ $0.unrepairable > 0 }) ?? true { give(.repair(everything)) }
    }

    func order(_ command: PipelineCommand) { life?.inbox.append(.ordered(OperatorOrder(command, by: "operator"))) }

    var everything: [SlotSelection] {
        scenario.universe.members.compactMap { member in
            let end = clock.now().minute
            guard member.lifetime.lowerBound < end else { return nil }
            return SlotSelection(symbols: [member.symbol], minutes: member.lifetime.lowerBound..<end)
        }
    }

    /// An operator ends an execution just when it is in the state the scenario names.
    func cancelByChance(_ effects: [PipelineEffect], _ life: SimulatedLife) {
        guard let state = scenario.cancelIn, !isQuiet else { return }
        for execution in watch.executions where execution.state == state {
            guard effects.contains(where: { $0.concerns(execution.id) }), chance.happens(0.4) else { continue }
            life.inbox.insert(.ordered(OperatorOrder(.cancel(execution: execution.id), by: "operator")), at: 0)
            return
        }
    }

    // MARK: Stores that lie

    /// Before an effect: damages what the scenario wants damaged.
    func prepare(_ effect: PipelineEffect, _ life: SimulatedLife) {
        let now = clock.now()
        if case .curate(_, let key) = effect.action, now >= scenario.damageFrom, wasDamaged.isEmpty, !isQuiet {
            guard memory.damageObject(key, byte: 20) else { return }
            wasDamaged.append(key)
            trace.add("damages \(key)", at: now)
        }
        guard case .synthesize = effect.action, derangementsLeft > 0, now >= scenario.derangeFrom, !isQuiet,
            watch.rebuilds(effect.id)
        else { return }
        life.warehouse.derangeNext(endedBy: now.minute.index)
    }

    func finish(_ effect: PipelineEffect, _ life: SimulatedLife) {
        guard case .synthesize = effect.action, life.warehouse.hasDeranged() else { return }
        trace.add("deranged a row", at: clock.now())
        derangementsLeft -= 1
        occurred.derangements += 1
    }
}

extension PipelineEffect {
    /// Whether a journal line of an execution is written.
    func concerns(_ execution: String) -> Bool {
        guard case .journal(let lines) = action else { return false }
        return lines.contains { $0.subject == AuditJournal.prefix + execution }
    }
}
