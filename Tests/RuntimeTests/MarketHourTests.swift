import Engine
import Foundation
import Pipeline
import Runtime
import Simulation
import Testing

/// Market hours, built from what a warehouse holds.
struct MarketHourTests {
    private static let hour = Hour(400_002)
    private static let later = hour.start + .minutes(1_000)
    private static let symbols = ["BTC/USD", "ETH/USD", "LTC/USD"]

    private static func universe(_ names: [String] = symbols) -> Universe {
        Universe(
            names.compactMap { SymbolName($0) }.map {
                UniverseMember(
                    symbol: $0, calendar: .alwaysOpen,
                    lifetime: hour.advanced(by: -48).firstMinute..<Minute(100_000_000))
            })
    }

    private static func bar(_ symbol: String, _ offset: Int64, _ close: Double) -> BarRow {
        BarRow(
            symbol: symbol, minute: hour.firstMinute.index + offset, open: close, high: close, low: close, close: close,
            volume: 1, sampled: false, revision: 0,
            provenance: Provenance(
                source: "test", purpose: "live", execution: "", attempt: 0, object: "raw/x", received: offset))
    }

    /// Two hours of each symbol, the closes rising by another step in each.
    private static func filled() throws -> MemoryWarehouse {
        let warehouse = MemoryWarehouse(world: MemoryWorld())
        var change = CuratedChange(ordinal: 1)
        for (place, symbol) in symbols.enumerated() {
            for offset in Int64(0)..<120 {
                change.bars.append(bar(symbol, offset, 100 + Double(offset) * Double(place - 1) / 10))
            }
            for next in 0..<2 {
                change.masks.append(
                    MaskRow(symbol: symbol, hour: hour.index + Int64(next), present: (1 << 60) - 1))
            }
        }
        _ = try warehouse.apply(change)
        return warehouse
    }

    private static func targets(_ universe: Universe) -> [DerivedTarget] {
        let minutes = hour.firstMinute..<hour.firstMinute.advanced(by: 120)
        let one = SlotSelection(symbols: universe.members.map(\.symbol), minutes: minutes)
        return DerivedDependence.targets([one], in: universe, begunBy: later)
    }

    @Test func aMarketHourIsTheMeanOfItsMembers() async throws {
        let warehouse = try Self.filled()
        let universe = Self.universe()
        let rows = try await FactBuilder(warehouse, universe).build(Self.targets(universe), now: Self.later)
        let market = rows.filter { $0.span == .market }
        #expect(market.map(\.start) == [Self.hour.firstMinute.index, Self.hour.firstMinute.index + 60])
        for (place, row) in market.enumerated() {
            let first = Double(place * 60), last = first + 59
            let steps = [-1.0, 0, 1].map { log((100 + last * $0 / 10) / (100 + first * $0 / 10)) }
            #expect(abs((row.meanLogReturn ?? .nan) - steps.reduce(0, +) / 3) < 1e-15)
            #expect(row.rose == 1 && row.fell == 1 && row.symbol == "24x7")
            #expect(row.expected == 180 && row.present == 180 && row.completeness == "whole")
            #expect(row.digest.count == 64)
        }
        // The rows of one read and of many are the same rows.
        var single: [DerivedRow] = []
        for target in Self.targets(universe) {
            single += try await FactBuilder(warehouse, universe).build([target], now: Self.later)
        }
        #expect(single == rows)
    }

    /// A repair of one symbol makes its own rows stale and the market hour, and nothing of its neighbours.
    @Test func oneSymbolTouchesTheMarketHour() async throws {
        let warehouse = try Self.filled()
        let universe = Self.universe()
        let builder = FactBuilder(warehouse, universe)
        let targets = Self.targets(universe)
        #expect(try await builder.stale(targets, now: Self.later) == targets, "a row that is absent is stale")
        try warehouse.replace(try await builder.build(targets, now: Self.later))
        #expect(try await builder.stale(targets, now: Self.later).isEmpty)
        _ = try warehouse.apply(CuratedChange(ordinal: 2, bars: [Self.bar("ETH/USD", 119, 250)]))
        let stale = try await builder.stale(targets, now: Self.later)
        let second = Self.hour.advanced(by: 1)
        let touched = DerivedDependence.targets(try #require(SymbolName("ETH/USD")), second, in: universe)
        #expect(stale == touched.sorted() && stale.contains { $0.span == .market })
    }

    /// Whoever joins a calendar, or leaves it, changes its hours; what the symbol itself has is not asked.
    @Test func theMembersOfAnHourAreInputsOfIt() async throws {
        let warehouse = try Self.filled()
        let two = Self.universe(Array(Self.symbols.dropLast()))
        let targets = Self.targets(two)
        try warehouse.replace(try await FactBuilder(warehouse, two).build(targets, now: Self.later))
        let three = Self.universe()
        let stale = try await FactBuilder(warehouse, three).stale(targets, now: Self.later)
        #expect(stale == targets.filter { $0.span == .market } && stale.count == 2)
        // A member that was not yet there in an hour is none of its inputs.
        var late = three.members
        late[2].lifetime = Self.hour.advanced(by: 2).firstMinute..<late[2].lifetime.upperBound
        let unborn = try await FactBuilder(warehouse, Universe(late)).stale(targets, now: Self.later)
        #expect(unborn.isEmpty)
    }
}
