import Engine
import Pipeline
import Runtime

/// How processes of a simulated world start and end.
extension SimulatedWorld {
    /// The stores as one process opens them.
    func stores(_ warehouse: any Warehouse) -> Stores {
        Stores(
            stream: MemoryRecordStream(world: memory, faults: faults),
            objects: MemoryObjectStore(world: memory, faults: faults),
            catalog: MemoryCatalog(world: memory, faults: faults), warehouse: warehouse,
            journal: MemoryJournal(world: memory, faults: faults),
            queue: MemoryWorkQueue(world: memory, faults: faults), sinks: [sink])
    }

    /// A process starts from what is durable; it may come to its end doing so.
    func start() async {
        incarnation += 1
        let warehouse = DerangedWarehouse(MemoryWarehouse(world: memory, faults: faults))
        let stores = stores(warehouse)
        let life = SimulatedLife(
            machine: PipelineStateMachine(settings: isQuiet ? quietSettings : settings, at: clock.now()),
            performer: EffectPerformer(
                stores: stores, source: SourceClient(transport: transport) { _ in 3_000 }, settings: settings,
                clock: clock, leaseTime: { [clock] in clock.now().microseconds }),
            warehouse: warehouse)
        do {
            let reader = RecoveryReader(stores)
            life.coverage = try await reader.coverage()
            let recovery = try await reader.recovery(
                incarnation: incarnation, lastReceived: memory.lastReceived, damage: [])
            self.life = life
            watch.began(incarnation, lastReceived: memory.lastReceived, journal: memory.journalTable)
            handle(.recovered(recovery), life)
        } catch {
            trace.add("could not start: \(error)", at: clock.now())
            end(life, away: error.kind == .crashed ? crashAway : .seconds(5))
        }
    }

    private var quietSettings: PipelineSettings {
        var settings = settings
        settings.flaws = []
        return settings
    }

    /// How long a process that crashed stays away.
    var crashAway: MarketSpan { scenario.ends.first { $0.at >= clock.now() - .minutes(10) }?.away ?? .seconds(1) }

    /// The process is no more; what it held in memory is lost.
    func end(_ life: SimulatedLife, away: MarketSpan) {
        self.life = nil
        startsAt = clock.now() + away
        occurred.processes += 1
    }

    /// A stop that was ordered is over when everything acknowledged is in the lake, or after a while.
    func endWhenStopped(_ life: SimulatedLife) {
        guard let ordered = life.stopOrdered, life.machine.isStopping else { return }
        guard life.isDrained || clock.now() - ordered > .minutes(2) else { return }
        trace.add("stopped", at: clock.now())
        if life.isDrained {
            occurred.stops += 1
            if let complaint = undelivered { violate("a graceful stop left records behind: \(complaint)") }
        }
        end(life, away: .seconds(Int64(chance.within(1...120))))
    }

    private var undelivered: String? {
        let checkpoints = memory.catalogTable.checkpoints
        return memory.streamTable.extents.first { $0.last > (checkpoints[$0.shard] ?? 0) }.map {
            "\($0.shard) \($0.last)"
        }
    }
}
