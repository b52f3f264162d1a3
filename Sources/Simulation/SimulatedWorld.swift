import Engine
import Exchange
import Pipeline
import Runtime

/// A whole pipeline against a faulty world, out of one seed: the real machine and the real performer, one effect at a time
/// in an order the seed chooses, over engines that answer without suspending. Processes end at any call and start again
/// from what the engines had made durable.
package final class SimulatedWorld {
    package let scenario: Scenario
    package let memory = MemoryWorld()
    package let market: TapeMarket
    package let clock: SimulatedClock
    package let faults: SimulatedFaults
    package let transport: SimulatedTransport
    package internal(set) var trace = Trace()
    package internal(set) var occurred = Occurrences()
    let settings: PipelineSettings
    let sink: SimulatedSink
    var chance: SeededChance
    var watch = SafetyWatch()
    var agenda: [Agendum] = []
    var life: SimulatedLife?
    var incarnation: Int64 = 0
    var startsAt: MarketTime
    var isQuiet = false
    var derangementsLeft: Int
    var wasDamaged: [String] = []
    /// Every order that was given, in order.
    var given: [GivenOrder] = []
    /// Orders that trap whoever takes them in.
    var poison: Set<String> = []
    var dropped: Set<String> = []
    /// Deadlines in a row that changed nothing while time stood still.
    var idleDeadlines = 0
    package internal(set) var violations: [String] = []

    package init(_ scenario: Scenario) {
        self.scenario = scenario
        let window = scenario.begin.minute.advanced(by: -5)..<scenario.end.minute.advanced(by: 5)
        market = TapeMarket(
            SeededMarket(seed: scenario.seed, symbols: scenario.universe.members.map(\.symbol)), window: window)
        clock = SimulatedClock(start: scenario.begin)
        faults = SimulatedFaults(clock: clock, stores: scenario.storeFaults, seed: scenario.seed)
        let options = ExchangeOptions(
            callsPerMinute: scenario.callsPerMinute, faults: scenario.exchangeFaults, seed: scenario.seed,
            start: scenario.begin)
        transport = SimulatedTransport(ExchangeAnswerer(market: market, options: options), clock: clock)
        var settings = PipelineSettings(
            source: "simulated", sourceTitle: "simulated exchange", simulated: true, universe: scenario.universe,
            capture: scenario.capture, flaws: scenario.flaws)
        settings.retry.jitter = scenario.jitter
        settings.streamRetention = scenario.streamRetention
        settings.rawRetention = scenario.rawRetention
        settings.orderAgeMax = .minutes(45)
        self.settings = settings
        sink = SimulatedSink()
        chance = SeededChance(seed: scenario.seed, salt: "world")
        startsAt = scenario.begin
        derangementsLeft = scenario.derangements
        agenda = Agendum.all(of: scenario)
    }

    /// Prints every line of the trace as it comes, for a person who looks for a fault.
    package func beLoud() { trace.isLoud = true }

    /// The newest values that were not believed, and why.
    package var quarantine: [String] {
        memory.warehouseTable.quarantined.suffix(20).map {
            "\($0.symbol) \(Minute($0.minute)) \($0.reason): \($0.detail)"
        }
    }

    /// Runs to the scenario's end, or to the first violation.
    package func run() async -> RunReport {
        while clock.now() < scenario.end, violations.isEmpty { await step() }
        if violations.isEmpty { await settleDown() }
        if violations.isEmpty { await auditAtTheEnd() }
        return report()
    }

    /// Goes on until no execution is open, so that the last instant of a run is no moment of chance.
    private func settleDown() async {
        let limit = scenario.end + .minutes(10)
        while violations.isEmpty, clock.now() < limit {
            if let life, watch.executions.isEmpty, life.inFlight == 0, life.inbox.isEmpty { return }
            await step()
        }
    }

    func violate(_ sentence: String) { violations.append(sentence) }

    // MARK: One step

    private func step() async {
        if let due = agenda.first, due.at <= clock.now() {
            agenda.removeFirst()
            return await perform(due.what)
        }
        guard let life else { return await startWhenTime() }
        let steps = life.steps(at: clock.now())
        guard !steps.isEmpty else { return moveTime(life) }
        switch chance.pick(steps) {
        case .event: takeEvent(life)
        case .lane(let place): await perform(place, life)
        case .call(let place): await ask(place, life)
        }
    }

    private func startWhenTime() async {
        let next = min(startsAt, agenda.first?.at ?? startsAt)
        clock.jump(to: next)
        if next == startsAt { await start() }
    }

    private func moveTime(_ life: SimulatedLife) {
        let now = clock.now()
        let deadline = life.machine.nextDeadline(after: now)
        let moments = [deadline, life.nextMoment, agenda.first?.at, scenario.end + .minutes(11)]
        guard let next = moments.compactMap({ $0 }).min() else { return }
        clock.jump(to: next)
        guard let deadline, deadline <= clock.now() else { return }
        // A deadline that stays in the past would keep a real process busy for nothing.
        idleDeadlines = next <= now ? idleDeadlines + 1 : 0
        if next <= now { clock.jump(to: now + .milliseconds(10)) }
        if idleDeadlines > 500 { violate("a deadline in the past changes nothing: \(deadline)") }
        handle(.deadlineReached, life)
    }

    private func takeEvent(_ life: SimulatedLife) {
        let event = life.inbox.removeFirst()
        if isTrapped(by: event) {
            trace.add("trapped by an order", at: clock.now())
            return end(life, away: .seconds(1))
        }
        if case .curated(_, let summary) = event { for row in summary.masks { life.coverage.apply(row) } }
        if let id = event.outcomeOf {
            life.inFlight -= 1
            life.callsOut.remove(id)
        }
        handle(event, life)
        endWhenStopped(life)
    }

    func handle(_ event: PipelineEvent, _ life: SimulatedLife) {
        let now = clock.now()
        trace.add(event.traceLine, at: now)
        let effects = life.machine.handle(event, at: now, coverage: life.coverage)
        if !effects.isEmpty { idleDeadlines = 0 }
        if let complaint = watch.take(event, effects, callsOut: life.callsOut.count, at: now) { violate(complaint) }
        checkOutcomes(life.machine.takeOutcomes())
        for effect in effects { issue(effect, life, now) }
        cancelByChance(effects, life)
    }

    private func issue(_ effect: PipelineEffect, _ life: SimulatedLife, _ now: MarketTime) {
        trace.add(effect.traceLine, at: now)
        provoke(by: effect, life)
        life.inFlight += 1
        let delay = chance.happens(0.02) ? chance.span(upTo: .seconds(3)) : chance.span(upTo: .milliseconds(40))
        guard let place = life.lanes.firstIndex(where: { $0.name == effect.action.lane }) else {
            if case .fetch = effect.action { life.callsOut.insert(effect.id) }
            life.calls.append((effect, now + delay))
            return
        }
        if life.lanes[place].queue.isEmpty { life.lanes[place].readyAt = now + delay }
        life.lanes[place].queue.append(effect)
    }

    // MARK: Performing

    private func ask(_ place: Int, _ life: SimulatedLife) async {
        let effect = life.calls.remove(at: place).effect
        guard let event = try? await life.performer.perform(effect) else {
            return violate("a call to the source threw: \(effect.traceLine)")
        }
        guard case .answerArrived = event else { return life.inbox.append(event) }
        let delay = chance.span(upTo: .milliseconds(900)) + transport.lastDelay
        life.answers.append((event, clock.now() + delay))
    }

    /// Performs the first effect of a lane. A store that is away is tried again later, as the lanes of the runtime do.
    private func perform(_ place: Int, _ life: SimulatedLife) async {
        guard let effect = life.lanes[place].queue.first else { return }
        prepare(effect, life)
        do {
            let event = try await life.performer.perform(effect)
            finish(effect, life)
            watch.performed(effect, event)
            if life.lanes[place].isTroubled { life.inbox.append(.storeRecovered(life.lanes[place].name)) }
            next(place, life)
            life.inbox.append(event)
        } catch let error where error.kind == .crashed {
            trace.add("crashed \(error.whereabouts)", at: clock.now())
            end(life, away: crashAway)
        } catch let error where error.mayMend {
            if !life.lanes[place].isTroubled { life.inbox.append(.storeTroubled(life.lanes[place].name, error)) }
            life.lanes[place].isTroubled = true
            life.lanes[place].readyAt = clock.now() + life.lanes[place].pause
            life.lanes[place].pause = min(life.lanes[place].pause * 2, SimulatedLife.pauseMax)
        } catch {
            next(place, life)
            life.inbox.append(.failed(effect.id, error))
            violate("an effect failed for good: \(effect.traceLine): \(error)")
        }
    }

    private func next(_ place: Int, _ life: SimulatedLife) {
        life.lanes[place].queue.removeFirst()
        life.lanes[place].isTroubled = false
        life.lanes[place].pause = SimulatedLife.pauseMin
        life.lanes[place].readyAt = clock.now() + chance.span(upTo: .milliseconds(20))
    }
}

extension PipelineEvent {
    /// The effect whose outcome this is.
    var outcomeOf: EffectID? {
        switch self {
        case .answerArrived(let id, _), .appended(let id, _, _), .journalled(let id), .objectPut(let id, _),
            .objectRegistered(let id, _), .checkpointMoved(let id), .curated(let id, _), .objectDamaged(let id, _, _),
            .synthesized(let id, _), .factsChecked(let id, _), .upkept(let id, _), .ordersReceived(let id, _),
            .orderChanged(let id, _, _), .done(let id), .failed(let id, _):
            id
        case .recovered, .deadlineReached, .storeTroubled, .storeRecovered, .sinkTroubled, .sinkRecovered, .timeSkipped,
            .clockSetBack, .ordered, .ordersWaiting:
            nil
        }
    }
}
