import Engine
import Pipeline
import Testing

struct DerivedDependenceTests {
    private static let open = Minute(seconds: 1_772_461_800)
    private static let symbols = ["AAPL", "MSFT", "SPY"].compactMap { SymbolName($0) }

    private static func universe(_ symbols: [SymbolName], from: Minute = open) -> Universe {
        Universe(
            symbols.map {
                UniverseMember(symbol: $0, calendar: .xnys, lifetime: from..<open.advanced(by: 40 * 1440))
            })
    }

    /// What one slot touches: its hour, its session, and the hour of everybody on its calendar.
    @Test func aSlotTouchesTheMarketHourOfItsCalendar() {
        let targets = DerivedDependence.targets(Self.symbols[0], Self.open.hour, in: Self.universe(Self.symbols))
        #expect(targets.map(\.span) == [.hourly, .session, .market])
        #expect(targets.last?.symbol.text == "XNYS" && targets.last?.minutes == Self.open.hour.minutes)
        let night = DerivedDependence.targets(
            Self.symbols[0], Self.open.hour.advanced(by: -6), in: Self.universe(Self.symbols))
        #expect(night.isEmpty)
    }

    /// Many members share one market hour: it is neither built nor checked once for each of them.
    @Test func aMarketHourComesOnceHoweverManyMembersItHas() {
        let universe = Self.universe(Self.symbols)
        let day = Self.open..<Self.open.advanced(by: 1440)
        let one = SlotSelection(symbols: Self.symbols, minutes: day)
        let each = Self.symbols.map { SlotSelection(symbols: [$0], minutes: day) }
        for selections in [[one], each, each + [one]] {
            let targets = DerivedDependence.targets(selections, in: universe, begunBy: .distantFuture)
            #expect(targets == targets.sorted() && Set(targets).count == targets.count)
            #expect(targets.count { $0.span == .market } == 7 && targets.count { $0.span == .hourly } == 21)
        }
        let begun = DerivedDependence.targets([one], in: universe, begunBy: Self.open.start + .minutes(31))
        #expect(
            begun.filter { $0.span == .market }.map(\.minutes.lowerBound.hour.index) == [
                Self.open.hour.index, Self.open.hour.index + 1,
            ])
    }

    /// The rows as they are defined, hour by hour and member by member, against those worked out from merged ranges.
    @Test func theQueueGivesEveryRowOnceAndInOrder() throws {
        for seed in 0..<UInt64(60) {
            var random = Mixer(seed: seed)
            let calendars: [CalendarName] = [.xnys, .alwaysOpen]
            let members = try ["A", "B", "XNYS", "Z"].map { name in
                let from = Self.open.advanced(by: Int(random.next() % 3_000))
                return UniverseMember(
                    symbol: try #require(SymbolName(name)), calendar: calendars[Int(random.next() % 2)],
                    lifetime: from..<from.advanced(by: Int(random.next() % 6_000)))
            }
            let universe = Universe(members)
            let selections = try (0..<random.next() % 6).map { _ in
                let from = Self.open.advanced(by: Int(random.next() % 6_000))
                let symbols =
                    try members.map(\.symbol).filter { _ in random.next() % 2 == 0 } + [#require(SymbolName("NONE"))]
                return SlotSelection(symbols: symbols, minutes: from..<from.advanced(by: Int(random.next() % 3_000)))
            }
            let now = Self.open.start + .minutes(Int64(random.next() % 9_000))
            var plain = Set<DerivedTarget>()
            for selection in selections {
                for member in members where selection.symbols.contains(member.symbol) {
                    let wanted = selection.minutes.clamped(to: member.lifetime)
                    for minute in wanted {
                        let hour = minute.hour
                        guard universe.expectedMask(member, hour) & hour.mask(of: minute..<minute.advanced(by: 1)) != 0
                        else { continue }
                        for target in DerivedDependence.targets(member.symbol, hour, in: universe) {
                            let begins = target.span == .session ? target.minutes.lowerBound.start : hour.start
                            if begins < now { plain.insert(target) }
                        }
                    }
                }
            }
            let wanted = plain.sorted()
            #expect(Set(DerivedDependence.targets(selections, in: universe, begunBy: now)) == plain)
            var queue = DerivedQueue(selections, in: universe, begunBy: now)
            var taken: [DerivedTarget] = []
            while !queue.isEmpty {
                let group = queue.takeGroup(in: universe)
                #expect(!group.isEmpty && group.count <= 256)
                taken += group
            }
            #expect(taken.count == plain.count && Set(taken) == plain, "seed \(seed)")
            let apart = { (rows: [DerivedTarget]) in rows.filter { $0.symbol.text != "XNYS" } }
            #expect(apart(taken) == apart(wanted))
        }
    }

    /// No group of rows keeps its lane for long, with however many members.
    @Test func groupsWeighTheirMarketHours() throws {
        let market = try #require(SymbolName("XNYS"))
        for count in [1, 24, 500] {
            let names = (0..<count).compactMap { SymbolName("S\($0)") }
            let universe = Self.universe(names)
            let hours = (0..<1_000).map { hour -> DerivedTarget in
                let minutes = Self.open.hour.advanced(by: hour).minutes
                return DerivedTarget(span: .market, symbol: market, minutes: minutes)
            }
            var left = hours[...]
            while !left.isEmpty {
                let group = DerivedDependence.group(left, in: universe)
                #expect(!group.isEmpty && group == Array(left.prefix(group.count)))
                #expect(group.count * count <= 256 * 16, "\(count) members")
                left = left.dropFirst(group.count)
            }
            let rows = hours.map { DerivedTarget(span: .hourly, symbol: names[0], minutes: $0.minutes) }
            #expect(DerivedDependence.group(rows, in: universe).count == 256)
        }
    }

    /// A market hour whose time is over waits for its neighbours a little, and its members' rows do not.
    @Test func aMarketHourWaitsForItsMembersNeighbours() {
        var machine = ResynthesisStateMachine(universe: Self.universe(Self.symbols))
        var ids = EffectIDs()
        let now = Self.open.hour.minutes.upperBound.start + .minutes(30)
        var built: [DerivedTarget] = []
        for (place, symbol) in Self.symbols.enumerated() {
            let at = now + .seconds(Int64(place) * 5)
            machine.touched(
                DerivedDependence.targets(symbol, Self.open.hour, in: Self.universe(Self.symbols)), at: at)
            guard let effect = machine.advance(at: at, &ids), case .synthesize(let targets) = effect.action else {
                continue
            }
            built += targets
            _ = machine.synthesized(effect.id, rows: targets.count)
        }
        #expect(built.allSatisfy { $0.span == .hourly } && built.count == 3 && machine.nextDeadline() != nil)
        let last = machine.advance(at: now + .seconds(20), &ids)
        guard case .synthesize(let targets)? = last?.action else {
            Issue.record("nothing is built")
            return
        }
        #expect(targets.map(\.span) == [.market])
    }
}
