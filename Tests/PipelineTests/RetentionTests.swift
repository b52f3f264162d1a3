import Engine
import Pipeline
import Testing

/// What is older than its time is let go of, in the order in which a crash does no harm.
@Suite struct RetentionTests {
    private static let start = MarketTime(seconds: 1_549_843_200)
    private static let shards = [StreamShard("failures", 0), StreamShard("quotes", 0)]
    private static let seal = SealEntry(
        key: "sealed/1", first: 1, last: 7, hours: 0..<2, bytes: 9, sha256: "aa", received: 5, at: 6)

    private static func machine(raw: MarketSpan?) -> RetentionStateMachine {
        RetentionStateMachine(.init(stream: .minutes(3 * 1440), raw: raw))
    }

    /// Runs the machine until it rests, and gives the tasks it asked for.
    private func tasks(
        _ machine: inout RetentionStateMachine, at now: MarketTime, _ answer: (UpkeepTask) -> UpkeepOutcome
    ) -> [UpkeepTask] {
        var ids = EffectIDs()
        var asked: [UpkeepTask] = []
        while asked.count < 100, let effect = machine.advance(at: now, shards: Self.shards, &ids) {
            guard case .upkeep(let task) = effect.action else { break }
            #expect(machine.advance(at: now, shards: Self.shards, &ids) == nil, "one step at a time")
            #expect(machine.done(EffectID(incarnation: 99, number: 1), .retired) == nil, "a stale outcome")
            asked.append(task)
            _ = machine.done(effect.id, answer(task))
        }
        return asked
    }

    @Test func theStreamIsTrimmedShardByShardUntilNothingIsLeft() {
        var machine = Self.machine(raw: nil)
        var left = 2
        let asked = tasks(&machine, at: Self.start) { _ in
            left -= 1
            return .streamTrimmed(records: 10, isMore: left > 0)
        }
        let cut = Self.start - .minutes(3 * 1440)
        #expect(
            asked == [
                .trimStream(Self.shards[0], before: cut), .trimStream(Self.shards[0], before: cut),
                .trimStream(Self.shards[1], before: cut),
            ])
        #expect(machine.trimmedRecords == 30)
        let soon = tasks(&machine, at: Self.start + .minutes(59)) { _ in .streamTrimmed(records: 0, isMore: false) }
        #expect(soon.isEmpty)
        let later = tasks(&machine, at: Self.start + .minutes(60)) { _ in .streamTrimmed(records: 0, isMore: false) }
        #expect(later.count == 2)
    }

    @Test func rawIsSealedThenRetiredThenDeletedUntilNothingIsOldEnough() {
        let keep = MarketSpan.minutes(1440)
        var machine = Self.machine(raw: keep)
        var seals = [Self.seal, nil]
        let asked = tasks(&machine, at: Self.start) { task in
            switch task {
            case .seal: .sealed(seals.removeFirst())
            case .retire: .retired
            case .dropRaw: .rawDropped(objects: 7)
            case .trimStream, .tendStores: .streamTrimmed(records: 0, isMore: false)
            }
        }
        let cut = Self.start - keep
        // Where a raw object goes, its records went before: raw is kept for a shorter time than the stream here.
        #expect(
            asked == [
                .trimStream(Self.shards[0], before: cut), .trimStream(Self.shards[1], before: cut),
                .seal(before: cut, at: Self.start), .retire(Self.seal), .dropRaw(Self.seal),
                .seal(before: cut, at: Self.start),
            ])
        #expect(machine.dropped == 7)
        #expect(machine.sealed == Self.seal)
    }

    @Test func whatACrashLeftUndeletedIsDeletedFirstEvenWhereRawIsKeptNow() {
        var machine = Self.machine(raw: nil)
        var recovery = PipelineRecovery(incarnation: 2)
        recovery.undropped = Self.seal
        machine.recover(recovery)
        let asked = tasks(&machine, at: Self.start) { task in
            if case .dropRaw = task { return .rawDropped(objects: 3) }
            return .streamTrimmed(records: 0, isMore: false)
        }
        #expect(asked.first == .dropRaw(Self.seal))
        #expect(asked.count == 3)
    }

    @Test func damageStopsItUntilTheNextProcess() {
        var machine = Self.machine(raw: .minutes(1440))
        let error = EngineError(.damaged, "a raw object is damaged", at: "raw/1")
        let asked = tasks(&machine, at: Self.start) { task in
            if case .seal = task { return .refused(error) }
            return .streamTrimmed(records: 0, isMore: false)
        }
        #expect(asked.count == 3)
        #expect(tasks(&machine, at: Self.start + .minutes(9_999)) { _ in .retired }.isEmpty)
    }

    // MARK: In the whole machine

    @Test func aLongLogIsATicketThatNamesItsReaderAndEndsByItself() {
        var world = RootWorld(RootScripts.settings(), at: RootScripts.start, script: RootScripts.well)
        func logs(_ bytes: Int64) -> (UpkeepTask) -> UpkeepOutcome {
            { task in
                guard case .tendStores = task else { return .streamTrimmed(records: 0, isMore: false) }
                let reader = StoreReader(process: 4_242, name: "sqlite3\u{1B}[2J")
                return .storesTended([StoreLog(store: "warehouse", bytes: bytes, readers: [reader])])
            }
        }
        world.upkeep = logs(200 << 20)
        world.start()
        world.run(until: RootScripts.start + .minutes(3))
        let alarm = world.status().alarms.first { $0.key == "store/warehouse/log" && $0.cleared == nil }
        #expect(alarm?.severity == .ticket)
        #expect(alarm?.reason.contains("grown to 200 MB because process 4242 (sqlite3\\u{1b}[2J) has been") == true)
        #expect(world.status().lake.logBytes == 200 << 20)
        world.upkeep = logs(0)
        world.run(until: RootScripts.start + .minutes(13))
        #expect(!world.status().alarms.contains { $0.key == "store/warehouse/log" && $0.cleared == nil })
        #expect(world.status().lake.logBytes == 0)
    }
}
