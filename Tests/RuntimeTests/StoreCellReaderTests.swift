import Engine
import Pipeline
import Runtime
import Simulation
import Testing

/// What the console reads: changes, reasons, facts and journals.
struct StoreCellReaderTests {
    private static let hour = Hour(400_002)

    private static func reader() throws -> (StoreCellReader, MemoryWarehouse, [SymbolName]) {
        let world = MemoryWorld()
        let warehouse = MemoryWarehouse(world: world)
        let journal = MemoryJournal(world: world)
        let symbols = ["BTC/USD", "ETH/USD"].compactMap { SymbolName($0) }
        var change = CuratedChange(ordinal: 1)
        change.masks = symbols.map { MaskRow(symbol: $0.text, hour: hour.index, present: 1) }
        change.notes = [
            SlotNote(symbol: "BTC/USD", minute: hour.firstMinute.index + 3, reason: "timed-out"),
            SlotNote(symbol: "BTC/USD", minute: hour.firstMinute.index + 4, reason: "flaw"),
            SlotNote(symbol: "ETH/USD", minute: hour.firstMinute.index + 3, witnessed: 1),
        ]
        _ = try warehouse.apply(change)
        let start = hour.firstMinute.index
        try warehouse.replace([
            DerivedRow(span: .hourly, symbol: "BTC/USD", start: start, end: start + 60),
            DerivedRow(span: .market, symbol: "24x7", start: start, end: start + 60),
        ])
        _ = try journal.append([
            JournalLine(subject: "execution/1-2", at: 1, event: "checking", payload: [], closes: false),
            JournalLine(subject: "execution/1-22", at: 2, event: "checking", payload: [], closes: false),
            JournalLine(subject: "execution/1-2", at: 3, event: "succeeded", payload: [], closes: true),
        ])
        return (StoreCellReader(warehouse, journal: journal, universe: Universe()), warehouse, symbols)
    }

    @Test func onlyWhatChangedIsReadAgain() async throws {
        let (reader, warehouse, symbols) = try Self.reader()
        let hours = Self.hour..<Self.hour.advanced(by: 1)
        let version = try warehouse.version()
        #expect(try await reader.masks(symbols, hours: hours).count == 2)
        #expect(try await reader.masks(changedSince: version, hours: hours).isEmpty)
        var change = CuratedChange(ordinal: 2)
        change.masks = [MaskRow(symbol: "ETH/USD", hour: Self.hour.index, present: 3)]
        _ = try warehouse.apply(change)
        #expect(try await reader.masks(changedSince: version, hours: hours).map(\.symbol) == ["ETH/USD"])
    }

    @Test func aMarketHourIsCountedOverAllItsMembersAsTheyAreHeldNow() async throws {
        let (_, warehouse, symbols) = try Self.reader()
        let life = Minute(0)..<Minute(Int64.max / 128)
        let universe = Universe(symbols.map { UniverseMember(symbol: $0, calendar: .alwaysOpen, lifetime: life) })
        let reader = StoreCellReader(warehouse, journal: MemoryJournal(world: MemoryWorld()), universe: universe)
        var seen = try await reader.inspection(symbols[0], minutes: Self.hour.minutes)
        #expect(seen.derived.contains { $0.span == .market })
        #expect(seen.market?.expected == 120 && seen.market?.present == 2 && seen.market?.healed == 0)
        var change = CuratedChange(ordinal: 2)
        change.masks = [
            MaskRow(symbol: symbols[1].text, hour: Self.hour.index, present: 7, quiet: 0x18, healed: 2),
            MaskRow(symbol: symbols[1].text, hour: Self.hour.index + 1, present: ~0),
        ]
        _ = try warehouse.apply(change)
        seen = try await reader.inspection(symbols[0], minutes: Self.hour.minutes)
        #expect(seen.market?.present == 4 && seen.market?.quiet == 2 && seen.market?.healed == 1)
    }

    @Test func reasonsFactsAndJournalsAreOfWhatWasAsked() async throws {
        let (reader, _, symbols) = try Self.reader()
        let hours = Self.hour..<Self.hour.advanced(by: 1)
        let reasons = try await reader.reasons(symbols, hours: hours)
        #expect(reasons == [symbols[0]: ["flaw", "timed-out"]])
        let sheet = try await reader.facts(symbols, calendar: .alwaysOpen, minutes: Self.hour.minutes)
        #expect(sheet.hours[symbols[0]]?.count == 1 && sheet.hours[symbols[1]] == [] && sheet.market.count == 1)
        #expect(try await reader.journal(execution: "1-2").map(\.event) == ["checking", "succeeded"])
        #expect(try await reader.journal(execution: "9-9").isEmpty)
    }
}
