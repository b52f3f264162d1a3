import Engine
import Pipeline
import Testing

private typealias World = TransformWorld

@Suite struct DerivedFactsTests {
    private let hour = World.open.hour
    private let later = World.at(10_000)

    private func hourly(_ store: TransformStore, _ symbol: SymbolName = World.share, now: MarketTime) throws
        -> DerivedFacts.Built
    {
        let member = try #require(World.universe.member(symbol))
        let masks = store.masks.first { $0.symbol == symbol.text && $0.hour == hour.index }.map(PartitionMasks.init)
        return try #require(
            DerivedFacts.hourly(
                member: member, hour: hour, bars: store.bars, masks: masks ?? PartitionMasks(),
                universe: World.universe,
                now: now))
    }

    private func filled(_ purpose: Purpose, skipping: [Int] = []) -> TransformStore {
        var store = TransformStore()
        let bars = (-3..<33).filter { !skipping.contains($0) }
            .map { World.bar($0, close: 100 + Double($0), volume: Double($0 + 3)) }
        store.apply([World.candles(World.share, -3..<33, bars: bars, purpose: purpose, received: World.at(500))])
        return store
    }

    @Test func anHourSumsUpItsExpectedBarsOnly() throws {
        let row = try hourly(filled(.live), now: later).row
        #expect(row.expected == 30 && row.present == 30 && row.completeness == "whole")
        #expect(row.open == 100 && row.high == 130 && row.low == 99 && row.close == 129)
        let volume = (0..<30).reduce(0.0) { $0 + Double($1 + 3) }
        let turnover = (0..<30).reduce(0.0) { $0 + (100 + Double($1)) * Double($1 + 3) }
        #expect(row.volume == volume)
        let vwap = try #require(row.vwap)
        let variance = try #require(row.realizedVariance)
        #expect(abs(vwap - turnover / volume) < 1e-9)
        #expect(variance > 0)
    }

    @Test func completenessGoesFromOpenToSettled() throws {
        let end = Minute(hour.index * 60 + 60).start
        let store = filled(.live)
        #expect(try hourly(store, now: end).row.completeness == "open")
        #expect(try hourly(store, now: end + .minutes(2)).row.completeness == "whole")
        #expect(try hourly(filled(.live, skipping: [7, 8]), now: later).row.completeness == "holed")
        #expect(try hourly(filled(.settle), now: later).row.completeness == "settled")
    }

    @Test func aRowWithASampleHasNoVolumeNoRangeAndIsNeverSettled_D2() throws {
        var store = filled(.settle, skipping: [0])
        store.apply([World.quote(World.share, slot: 0, price: 100)])
        let row = try hourly(store, now: later).row
        #expect(row.open == nil && row.high == nil && row.low == nil && row.volume == nil && row.vwap == nil)
        #expect(row.close == 129 && row.sampled == 1 && row.completeness == "whole")
    }

    @Test func aRowWithoutVolumeHasNoVWAP() throws {
        var store = TransformStore()
        let bars = (0..<30).map { World.bar($0, volume: 0) }
        store.apply([World.candles(World.share, 0..<30, bars: bars, received: World.at(500))])
        let row = try hourly(store, now: later).row
        #expect(row.volume == 0 && row.vwap == nil && row.realizedVariance == 0)
    }

    @Test func aHealedHistoryHasTheInputsOfAnUnbrokenOne() throws {
        let unbroken = try hourly(filled(.live), now: later)
        var store = filled(.live, skipping: [3, 4, 5])
        #expect(try hourly(store, now: later).canonical != unbroken.canonical)
        let bars = (3..<6).map { World.bar($0, close: 100 + Double($0), volume: Double($0 + 3)) }
        store.apply([World.candles(World.share, 3..<6, bars: bars, received: World.at(600))])
        let healed = try hourly(store, now: later)
        #expect(healed.canonical == unbroken.canonical)
        #expect(healed.row.healed == 3 && unbroken.row.healed == 0)
    }

    @Test func anyOtherValueIsAnotherInput() throws {
        let store = filled(.live)
        let canonical = try hourly(store, now: later).canonical
        for place in store.bars.indices
        where Minute(store.bars[place].minute).hour == hour && store.bars[place].minute >= World.open.index {
            var other = store
            other.bars[place].volume? += 1
            #expect(try hourly(other, now: later).canonical != canonical)
        }
    }

    @Test func aSessionSpansItsHoursAndAnUnexpectedHourHasNoRow() throws {
        let member = try #require(World.universe.member(World.share))
        let session = try #require(TradingCalendar.named(.xnys).session(containing: World.open))
        let store = filled(.live)
        let masks = store.masks.map { (hour: Hour($0.hour), masks: PartitionMasks($0)) }
        let built = try #require(
            DerivedFacts.session(
                member: member, session: session, bars: store.bars, masks: masks, universe: World.universe, now: later))
        #expect(built.row.expected == 390 && built.row.present == 33 && built.row.completeness == "holed")
        #expect(
            DerivedFacts.hourly(
                member: member, hour: hour.advanced(by: -2), bars: [], masks: PartitionMasks(),
                universe: World.universe,
                now: later) == nil)
    }

    @Test func aMarketHourCountsItsMembers() throws {
        let up = try hourly(filled(.live), now: later)
        var down = up
        down.row.symbol = "B"
        down.row.close = 50
        var silent = up
        silent.row.symbol = "C"
        silent.firstClose = nil
        silent.row.completeness = "holed"
        let members = [up, down, silent]
        let market = try #require(DerivedFacts.market(calendar: .xnys, hour: hour, hourly: members))
        #expect(market.row.rose == 1 && market.row.fell == 1 && market.row.expected == 90)
        #expect(market.row.completeness == "holed" && market.row.symbol == "XNYS")
        let turned = DerivedFacts.market(calendar: .xnys, hour: hour, hourly: members.reversed())
        #expect(turned == market)
    }
}
