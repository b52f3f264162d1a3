import Engine
import Pipeline
import Testing

/// A world of random masks over some days, and the plain answer to every question, minute by minute.
private struct MaskWorld {
    let member: UniverseMember
    let universe: Universe
    let minutes: Range<Minute>
    let now: MarketTime
    var index = CoverageIndex()
    var rows: [Hour: PartitionMasks] = [:]

    init(seed: UInt64, calendar: CalendarName) {
        var random = Mixer(seed: seed)
        // Over the end of daylight time in 2018, so that sessions begin at both 13:30 and 14:30.
        let first = CivilDate(year: 2018, month: 11, day: 1).startUTC.minute
        minutes = first..<first.advanced(by: 6 * 1_440)
        let lifeStart = first.advanced(by: Int(random.next() % 3_000))
        let lifeEnd = random.next() % 2 == 0 ? Minute(.max) : lifeStart.advanced(by: 4_000)
        member = UniverseMember(symbol: SymbolName("X")!, calendar: calendar, lifetime: lifeStart..<lifeEnd)
        universe = Universe([member])
        now = first.start + .seconds(Int64(random.next() % (7 * 86_400)))
        var hours = Array(minutes.lowerBound.hour..<minutes.upperBound.hour)
        hours.shuffle(using: &random)
        for hour in hours where random.next() % 8 != 0 {
            var masks = PartitionMasks()
            masks.present = random.mask() | random.mask()
            masks.healed = masks.present & random.mask()
            masks.sampled = masks.present & random.mask()
            masks.quiet = random.mask() & random.mask()
            masks.unrepairable = random.mask()
            masks.oneWitness = random.mask() & random.mask()
            rows[hour] = masks
            // Said wrongly first: a row replaces the one before.
            index.apply(MaskRow(symbol: "X", hour: hour.index, present: random.next(), quiet: random.next()))
            index.apply(masks.row(symbol: member.symbol, hour: hour))
        }
    }

    func verdict(_ minute: Minute) -> Verdict? {
        guard member.lifetime.contains(minute), minute.end <= now,
            TradingCalendar.named(member.calendar).session(containing: minute) != nil
        else { return nil }
        let masks = rows[minute.hour] ?? PartitionMasks()
        func has(_ mask: UInt64) -> Bool { mask & minute.bit != 0 }
        if has(masks.present) { return .present }
        if has(masks.quiet) { return .quiet }
        if has(masks.unrepairable) { return .unrepairable }
        if has(masks.oneWitness) || now < minute.end + CoverageIndex.grace { return .pending }
        return .missing
    }

    func counts(_ range: Range<Minute>) -> SlotCounts {
        var counts = SlotCounts()
        for minute in range {
            guard let verdict = verdict(minute) else { continue }
            counts.expected += 1
            switch verdict {
            case .present: counts.present += 1
            case .pending: counts.pending += 1
            case .missing: counts.missing += 1
            case .quiet: counts.quiet += 1
            case .unrepairable: counts.unrepairable += 1
            }
            guard verdict == .present, let masks = rows[minute.hour] else { continue }
            if masks.healed & minute.bit != 0 { counts.healed += 1 }
            if masks.sampled & minute.bit != 0 { counts.sampled += 1 }
        }
        return counts
    }

    /// Gaps the slow way: minute by minute, broken by any other verdict and by the beginning of a session.
    func gaps(_ range: Range<Minute>) -> [Gap] {
        let calendar = TradingCalendar.named(member.calendar)
        var gaps: [Gap] = []
        var previous: Verdict?
        for minute in range {
            let verdict = verdict(minute).flatMap { $0 == .missing || $0 == .unrepairable ? $0 : nil }
            let begins = calendar.session(containing: minute)?.minutes.lowerBound == minute
            if let verdict {
                let end = minute.advanced(by: 1)
                if verdict == previous, !begins {
                    gaps[gaps.count - 1].minutes = gaps[gaps.count - 1].minutes.lowerBound..<end
                } else {
                    gaps.append(Gap(symbol: member.symbol, minutes: minute..<end, verdict: verdict))
                }
            }
            previous = verdict
        }
        return gaps
    }
}

@Suite struct CoverageIndexTests {
    private let worlds = CalendarName.allCases.flatMap { calendar in
        (1...12).map { MaskWorld(seed: $0, calendar: calendar) }
    }

    @Test func countsEqualCountingMinuteByMinute() {
        for world in worlds {
            let hours = world.minutes.lowerBound.hour..<world.minutes.upperBound.hour
            let whole = world.counts(world.minutes)
            #expect(world.index.counts(in: world.universe, now: world.now) == after(world, whole))
            #expect(world.index.counts(world.member, hours: hours, in: world.universe, now: world.now) == whole)
            for step in stride(from: 0, to: 140, by: 13) {
                let part = hours.lowerBound.advanced(by: step)..<hours.lowerBound.advanced(by: step + step / 4)
                let minutes = part.lowerBound.firstMinute..<part.upperBound.firstMinute
                let counts = world.index.counts(world.member, hours: part, in: world.universe, now: world.now)
                #expect(counts == world.counts(minutes))
            }
        }
    }

    /// The clock may stand a day after the masks: what is expected there is missing or pending.
    private func after(_ world: MaskWorld, _ counts: SlotCounts) -> SlotCounts {
        var total = counts
        total += world.counts(world.minutes.upperBound..<world.minutes.upperBound.advanced(by: 2_880))
        return total
    }

    @Test func verdictsEqualThoseOfEachMinute() {
        for world in worlds {
            for hour in world.minutes.lowerBound.hour..<world.minutes.upperBound.hour {
                let verdicts = world.index.verdicts(world.member, hour, in: world.universe, now: world.now)
                for minute in hour.minutes { #expect(verdicts.verdict(at: minute.offset) == world.verdict(minute)) }
            }
        }
    }

    @Test func gapsAreTheMaximalRunsWithinSessions() {
        for world in worlds {
            let (member, minutes) = (world.member, world.minutes)
            #expect(
                world.index.gaps(member, minutes: minutes, in: world.universe, now: world.now) == world.gaps(minutes))
            for step in stride(from: 0, to: 8_000, by: 611) {
                let start = minutes.lowerBound.advanced(by: step)
                let part = start..<start.advanced(by: step / 3)
                #expect(world.index.gaps(member, minutes: part, in: world.universe, now: world.now) == world.gaps(part))
            }
        }
    }

    @Test func theGapsAreExactlyTheSlotsThatAreMissingOrUnrepairable() {
        for world in worlds {
            let gaps = world.index.gaps(world.member, minutes: world.minutes, in: world.universe, now: world.now)
            let counts = world.counts(world.minutes)
            for verdict in [Verdict.missing, .unrepairable] {
                let slots = gaps.filter { $0.verdict == verdict }.map(\.slots).reduce(0, +)
                #expect(slots == (verdict == .missing ? counts.missing : counts.unrepairable))
            }
            for (gap, next) in zip(gaps, gaps.dropFirst()) {
                #expect(gap.minutes.upperBound <= next.minutes.lowerBound)
            }
            let calendar = TradingCalendar.named(world.member.calendar)
            for gap in gaps {
                let session = calendar.session(containing: gap.minutes.lowerBound)
                #expect(session.map { $0.minutes.clamped(to: gap.minutes) } == gap.minutes)
            }
        }
    }

    @Test func aGapOfAPairEndsAtMidnight() throws {
        let day = CivilDate(year: 2020, month: 2, day: 28).startUTC.minute
        let member = UniverseMember(
            symbol: try #require(SymbolName("BINANCE:BTCUSDT")), calendar: .alwaysOpen, lifetime: day..<Minute(.max))
        let now = day.advanced(by: 3 * 1_440).start + CoverageIndex.grace
        let gaps = CoverageIndex().gaps(member, minutes: Minute(0)..<Minute(.max), in: Universe([member]), now: now)
        #expect(gaps.map(\.minutes.count) == [1_440, 1_440, 1_440])
        #expect(gaps.first?.minutes.lowerBound == day)
    }

    @Test func aSlotIsExpectedAtItsEndAndMissingAfterItsGrace() throws {
        let open = try #require(MarketTime(parsing: "2019-02-11T14:30")).minute
        let member = UniverseMember(
            symbol: try #require(SymbolName("X")), calendar: .xnys, lifetime: open..<Minute(.max))
        func verdict(_ now: MarketTime) -> Verdict? {
            CoverageIndex().verdicts(member, open.hour, in: Universe([member]), now: now).verdict(at: 30)
        }
        let tick = MarketSpan(microseconds: 1)
        #expect(verdict(open.start) == nil && verdict(open.end - tick) == nil)
        #expect(verdict(open.end) == .pending && verdict(open.end + CoverageIndex.grace - tick) == .pending)
        #expect(verdict(open.end + CoverageIndex.grace) == .missing)
        #expect(verdict(.distantFuture) == .missing && verdict(.distantPast) == nil)
    }

    @Test func theNearestSlotHeldIsFoundBothWays() {
        for world in worlds {
            let held = world.minutes.filter { (world.rows[$0.hour]?.present ?? 0) & $0.bit != 0 }
            let symbol = world.member.symbol
            for step in stride(from: 0, to: world.minutes.count, by: 97) {
                let minute = world.minutes.lowerBound.advanced(by: step)
                let (first, end) = (minute.advanced(by: -step / 5), minute.advanced(by: step / 7))
                #expect(world.index.lastPresent(symbol, atOrBefore: minute) == held.last { $0 <= minute })
                #expect(
                    world.index.lastPresent(symbol, atOrBefore: minute, from: first)
                        == held.last { $0 <= minute && $0 >= first })
                #expect(
                    world.index.firstPresent(symbol, atOrAfter: minute, before: end)
                        == held.first { $0 >= minute && $0 < end })
            }
            #expect(world.index.firstPresent(symbol, atOrAfter: Minute(0), before: Minute(.max)) == held.first)
            #expect(world.index.lastPresent(symbol, atOrBefore: Minute(.max)) == held.last)
        }
    }

    @Test func rowsOfAnyHourAreKeptOrHarmless() throws {
        let symbol = try #require(SymbolName("X"))
        var index = CoverageIndex()
        let hours: [Int64] = [420_000, 419_990, 421_000, 0, 1_139_000, 7, 419_991]
        for (place, hour) in hours.enumerated() {
            index.apply(MaskRow(symbol: "X", hour: hour, present: UInt64(place + 1), version: Int64(100 - place)))
        }
        for (place, hour) in hours.enumerated() { #expect(index[symbol, Hour(hour)].present == UInt64(place + 1)) }
        #expect(index.version == 100)
        for hour in [Int64.min, -1, 1_139_616, Int64.max] {
            index.apply(MaskRow(symbol: "X", hour: hour, present: 1))
            #expect(index[symbol, Hour(hour)] == PartitionMasks())
        }
        #expect(index[try #require(SymbolName("Y")), Hour(7)] == PartitionMasks())
    }
}
