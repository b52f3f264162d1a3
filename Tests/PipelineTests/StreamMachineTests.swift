import Engine
import Pipeline
import Testing

struct StreamMachineTests {
    private static let start = Hour(400_000).start
    private static let symbols = ["AAPL", "AMZN", "FB", "GOOG", "MSFT", "TSLA"].map { SymbolName($0)! }

    private static func loss(_ symbol: SymbolName, at received: MarketTime) -> RecordDraft {
        .made(.loss(LossRecord(symbol: symbol, minutes: [], reason: .flaw, received: received)))
    }

    @Test func receivedIncreasesStrictlyWhateverTheClockDoesAndAcrossRestarts() {
        for seed in UInt64(1)...20 {
            var random = TransformSeed(seed)
            var machine = StreamStateMachine(quoteShards: 2)
            var last = MarketTime.distantPast
            var now = Self.start
            for step in 0..<500 {
                now = now + MarketSpan(microseconds: Int64(random.below(5)) - 2)
                if step % 100 == 99 {
                    machine = StreamStateMachine(quoteShards: 2)
                    machine.recover(PipelineRecovery(incarnation: 2, lastReceived: last.microseconds))
                }
                let stamp = machine.stamp(at: now)
                #expect(stamp > last && stamp >= now)
                last = stamp
            }
        }
    }

    @Test func aSymbolKeepsItsShardAndTheOtherStreamsHaveOne() {
        for shards in [-1, 1, 2, 7] {
            let machine = StreamStateMachine(quoteShards: shards)
            for symbol in Self.symbols {
                let shard = machine.route(.quotes, symbol.text)
                #expect(shard == machine.route(.quotes, symbol.text))
                #expect((0..<max(1, shards)).contains(shard.index))
                for name in StreamName.allCases where name != .quotes {
                    #expect(machine.route(name, symbol.text) == StreamShard(name.rawValue, 0))
                }
            }
        }
    }

    @Test func oneAppendAShardIsUnderWayAndGroupsKeepOrderAndTags() throws {
        var machine = StreamStateMachine(quoteShards: 1)
        var ids = EffectIDs()
        for number in 0..<1_200 {
            let tag = number % 7 == 0 ? StreamStateMachine.Tag(execution: "e", unit: number) : nil
            let draft = Self.loss(Self.symbols[number % 6], at: machine.stamp(at: Self.start))
            #expect(machine.add(draft, key: "k", to: .repairs, tag: tag) == true)
        }
        #expect(!machine.isIdle && machine.waiting == 1_200)
        var sequence: Int64 = 0
        var groups: [Int] = []
        while let effect = machine.flush(&ids).first {
            guard case .append(_, let drafts) = effect.action else { Issue.record("no append"); return }
            #expect(machine.flush(&ids).isEmpty, "one at a time")
            let range = sequence + 1...sequence + Int64(drafts.count)
            #expect(machine.appended(EffectID(incarnation: 7, number: 7), range, bytes: 1, at: Self.start) == nil)
            let result = try unwrapped(machine.appended(effect.id, range, bytes: 1_000, at: Self.start))
            #expect(machine.appended(effect.id, range, bytes: 1_000, at: Self.start) == nil)
            for landed in result.landed { #expect(Int64(landed.tag.unit) == landed.sequence - 1) }
            #expect(result.landed.count == range.count { ($0 - 1) % 7 == 0 })
            #expect(
                result.segments.map(\.first).first == range.lowerBound && result.segments.last?.last == range.upperBound
            )
            groups.append(drafts.count)
            sequence = range.upperBound
        }
        #expect(groups == [500, 500, 200] && machine.isIdle && machine.waiting == 0)
        #expect(machine.tips.map(\.sequence) == [1_200])
    }

    @Test func segmentsAreCutAtTheHoursTheRecordsWereReceivedIn() throws {
        var machine = StreamStateMachine(quoteShards: 1)
        var ids = EffectIDs()
        let hour = Self.start.hour
        for minute in stride(from: 50, to: 200, by: 10) {
            let stamp = machine.stamp(at: Self.start + .minutes(Int64(minute)))
            #expect(machine.add(Self.loss(Self.symbols[0], at: stamp), key: "k", to: .failures) == true)
        }
        let effect = machine.flush(&ids)[0]
        let result = try unwrapped(machine.appended(effect.id, 101...115, bytes: 1_500, at: Self.start))
        #expect(result.segments.map(\.hour.index) == [hour.index, hour.index + 1, hour.index + 2, hour.index + 3])
        #expect(
            result.segments.map(\.first) == [101, 102, 108, 114] && result.segments.map(\.last) == [101, 107, 113, 115])
        for segment in result.segments { #expect(segment.oldest.hour == segment.hour) }
    }

    @Test func memoryIsBoundedAndWhatIsRefusedIsSaid() {
        var machine = StreamStateMachine(quoteShards: 1)
        for number in 0..<StreamStateMachine.waitingMax + 10 {
            let taken = machine.add(Self.loss(Self.symbols[0], at: Self.start), key: "k", to: .quotes)
            #expect(taken == (number < StreamStateMachine.waitingMax))
        }
        #expect(
            machine.add(Self.loss(Self.symbols[0], at: Self.start), key: "k", to: .repairs) == true,
            "another shard has room")
    }

    @Test func theCurveOfAnHourCountsMinuteByMinute() {
        var machine = StreamStateMachine(quoteShards: 1)
        var ids = EffectIDs()
        for minute in 0..<200 {
            let now = Self.start + .minutes(Int64(minute))
            for _ in 0..<(minute % 3 + 1) {
                _ = machine.add(Self.loss(Self.symbols[0], at: now), key: "k", to: .quotes)
            }
            guard let effect = machine.flush(&ids).first else { Issue.record("nothing to append"); return }
            let count = Int64(minute % 3 + 1)
            _ = machine.appended(effect.id, 1...count, bytes: 1, at: now)
        }
        let curve = machine.perMinute(until: Self.start + .minutes(199))
        #expect(curve == (139..<199).map { $0 % 3 + 1 })
        #expect(machine.perMinute(until: Self.start + .minutes(1_000)) == Array(repeating: 0, count: 60))
    }
}
