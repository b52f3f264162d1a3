import Pipeline
import Testing

struct PlannerTests {
    private static let pair = UniverseMember(
        symbol: SymbolName("BTCUSDT")!, calendar: .alwaysOpen, lifetime: Minute(0)..<Minute(60_000_000))
    private static let share = UniverseMember(
        symbol: SymbolName("AAPL")!, calendar: .xnys, lifetime: Minute(0)..<Minute(60_000_000))
    /// A day's first hour of the pair.
    private static let hour = Hour(24 * 18_000)
    private static let now = Hour(hour.index + 24 * 365).start

    private static func slots(_ minutes: [Minute]) -> [HourSlots] {
        var result: [HourSlots] = []
        for minute in minutes.sorted() {
            if result.last?.hour == minute.hour.index {
                result[result.count - 1].slots |= minute.bit
            } else {
                result.append(HourSlots(hour: minute.hour, slots: minute.bit))
            }
        }
        return result
    }

    private static func held(_ minutes: [Minute], of member: UniverseMember) -> CoverageIndex {
        var coverage = CoverageIndex()
        for part in slots(minutes) {
            var masks = PartitionMasks()
            masks.present = part.slots
            coverage.apply(masks.row(symbol: member.symbol, hour: Hour(part.hour)))
        }
        return coverage
    }

    private static func plan(
        _ member: UniverseMember, _ wanted: [Minute], held: [Minute] = [], rangeDays: Int64 = 28
    ) -> [RepairUnit] {
        RepairPlanner.plan(
            member, wanted: slots(wanted), rangeMax: .minutes(rangeDays * 1_440),
            coverage: Self.held(held, of: member), now: now, asksForQuiet: false)
    }

    /// The fewest intervals of so many minutes that cover the hours' slots, an hour never being cut.
    private static func fewest(_ wanted: [HourSlots], within minutes: Int64) -> Int {
        var best: [Int] = [0]
        for end in wanted.indices {
            let last = wanted[end].hour * 60 + 64 - Int64(wanted[end].slots.leadingZeroBitCount)
            var fewest = Int.max
            for begin in 0...end {
                let first = wanted[begin].hour * 60 + Int64(wanted[begin].slots.trailingZeroBitCount)
                if last - first <= minutes { fewest = min(fewest, best[begin] + 1) }
            }
            best.append(fewest)
        }
        return best[wanted.count]
    }

    @Test func theCallsAreTheFewestCoverEverythingAndKeepTheLimit() {
        for seed in UInt64(1)...60 {
            var random = TransformSeed(seed)
            let span = (1 + random.below(120)) * 1_440
            let count = 1 + random.below(40)
            let wanted = (0..<count).map { _ in hourMinute(random.below(span)) }
            let held = (0..<random.below(60)).map { _ in hourMinute(random.below(span)) }.filter {
                !wanted.contains($0)
            }
            let days = Int64(4 + random.below(25))
            let units = Self.plan(Self.pair, wanted, held: held, rangeDays: days)
            let parts = Self.slots(wanted)
            #expect(units.count == Self.fewest(parts, within: (days - 2) * 1_440), "seed \(seed)")
            #expect(units.flatMap(\.wanted) == parts)
            for unit in units {
                #expect(unit.asked.count <= days * 1_440)
                for run in unit.runs { #expect(run.clamped(to: unit.asked) == run) }
                #expect(unit.asked.upperBound.start <= Self.now && unit.standing == .open && unit.attempts == 0)
            }
        }
    }

    private func hourMinute(_ offset: Int) -> Minute { Self.hour.firstMinute.advanced(by: offset) }

    @Test func aCallReachesToTheNearestBarsHeldOnBothSides() {
        let wanted = [hourMinute(600), hourMinute(605)]
        let unit = Self.plan(Self.pair, wanted, held: [590, 595, 602, 610, 700].map(hourMinute))[0]
        #expect(unit.asked == hourMinute(595)..<hourMinute(611))
        // A side without any within its session asks for the whole of it.
        let open = Self.plan(Self.pair, wanted, held: [hourMinute(595), hourMinute(1_441)])[0]
        #expect(open.asked == hourMinute(0)..<hourMinute(1_440))
        let bare = Self.plan(Self.pair, wanted)[0]
        #expect(bare.asked == hourMinute(0)..<hourMinute(1_440))
    }

    @Test func aShareIsAskedWithinItsSessionsAndNeverBeyondNow() throws {
        let calendar = TradingCalendar.named(.xnys)
        let session = try #require(calendar.session(atOrAfter: Minute(seconds: 1_549_895_400)))
        let first = session.minutes.lowerBound
        let wanted = Self.slots([first.advanced(by: 30)])
        for passed in stride(from: 31, to: session.minutes.count + 100, by: 13) {
            let now = first.advanced(by: passed).start
            for held in [[], [first.advanced(by: 10)], [first.advanced(by: -60), first.advanced(by: 5)]] {
                let unit = RepairPlanner.plan(
                    Self.share, wanted: wanted, rangeMax: .minutes(28 * 1_440),
                    coverage: Self.held(held, of: Self.share), now: now, asksForQuiet: true)[0]
                #expect(unit.asked.clamped(to: session.minutes) == unit.asked && unit.asksForQuiet)
                #expect(unit.asked.upperBound.start <= now && unit.asked.contains(first.advanced(by: 30)))
            }
        }
    }

    @Test func alsoASmallRangeIsNeverExceeded() {
        for minutes in [60, 240, 1_440, 2_880] as [Int64] {
            let wanted = (0..<200).map { hourMinute($0 * 37) }
            let units = RepairPlanner.plan(
                Self.pair, wanted: Self.slots(wanted), rangeMax: .minutes(minutes), coverage: CoverageIndex(),
                now: Self.now, asksForQuiet: false)
            #expect(units.flatMap(\.wanted) == Self.slots(wanted))
            for unit in units {
                #expect(unit.asked.count <= minutes)
                for run in unit.runs { #expect(run.clamped(to: unit.asked) == run) }
            }
        }
    }
}
