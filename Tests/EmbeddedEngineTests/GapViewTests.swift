import EmbeddedEngine
import Engine
import Pipeline
import Testing

/// The gaps of SQL are the gaps of the pipeline.
@Suite struct GapViewTests {
    private static let fullHour: UInt64 = 1 << 60 - 1

    /// Shares over a weekend with a change to summer time, and a pair that always trades; lifetimes that begin and end
    /// within an hour.
    private static func universe(_ generator: inout SeededGenerator, from: Minute) -> Universe {
        let names = ["AAPL", "BINANCE:BTCUSDT", "KO"]
        return Universe(
            names.compactMap { SymbolName($0) }.map { symbol in
                let first = from.advanced(by: generator.below(300))
                return UniverseMember(
                    symbol: symbol, calendar: CalendarName.usual(for: symbol),
                    lifetime: first..<first.advanced(by: 1 + generator.below(9_000)))
            })
    }

    /// Masks of which most bits say that the slot is held, and some hours that nobody touched.
    private static func masks(_ universe: Universe, _ hours: Range<Hour>, _ generator: inout SeededGenerator)
        -> [MaskRow]
    {
        var rows: [MaskRow] = []
        for member in universe.members {
            for hour in hours where generator.below(5) > 0 {
                let rare = { (generator: inout SeededGenerator) in
                    generator.next() & generator.next() & generator.next()
                }
                rows.append(
                    MaskRow(
                        symbol: member.symbol.text, hour: hour.index,
                        present: (generator.next() | generator.next() | generator.next()) & fullHour,
                        quiet: rare(&generator) & fullHour, oneWitness: rare(&generator) & fullHour,
                        unrepairable: (generator.next() & generator.next()) & fullHour))
            }
        }
        return rows
    }

    @Test(arguments: UInt64(0)..<12) func theyAreThoseOfTheCoverageIndex(_ seed: UInt64) async throws {
        var generator = SeededGenerator(state: seed)
        let from = CivilDate(year: 2019, month: 3, day: 8).startUTC.minute.advanced(by: 13 * 60)
        let hours = from.hour..<from.hour.advanced(by: 24 * 6)
        let universe = Self.universe(&generator, from: from)
        let rows = Self.masks(universe, hours, &generator)
        let now = from.start + .minutes(Int64(generator.below(8_000))) + .seconds(Int64(generator.below(60)))
        let notes = universe.members.map {
            SlotNote(symbol: $0.symbol.text, minute: $0.lifetime.lowerBound.index, reason: "flaw")
        }

        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        try await owned.warehouse.expect(universe.expectation(until: now + .minutes(600)))
        _ = try await owned.warehouse.apply(
            CuratedChange(ordinal: 1, masks: rows, notes: notes, stamp: now.microseconds))
        // Said again, and of an earlier moment, it changes nothing.
        try await owned.warehouse.expect(universe.expectation(until: now + .minutes(600)))
        _ = try await owned.warehouse.apply(CuratedChange(ordinal: 2, stamp: now.microseconds - 5))

        var coverage = CoverageIndex()
        for row in rows { coverage.apply(row) }
        let wanted = universe.members.flatMap { member in
            coverage.gaps(member, minutes: member.lifetime, in: universe, now: now).map { gap in
                let isFlaw = gap.minutes.contains(member.lifetime.lowerBound)
                return [
                    SQLValue.text(gap.symbol.text), .integer(gap.minutes.lowerBound.seconds),
                    .integer(gap.minutes.upperBound.seconds), .integer(Int64(gap.slots)), .text(gap.verdict.rawValue),
                    isFlaw ? .text("flaw") : .null, .integer(now.microseconds),
                ]
            }
        }
        let found = try await owned.warehouse.answer(
            "SELECT symbol, time, end_time, slots, verdict, reason, as_of_us FROM gaps_v1 ORDER BY symbol, time")
        #expect(found.rows == wanted)
        await owned.close()
    }

    @Test func theReasonIsTheMostFrequentAndOfEqualOnesTheFirst() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let from = CivilDate(year: 2019, month: 3, day: 8).startUTC.minute
        guard let symbol = SymbolName("BINANCE:BTCUSDT") else { return }
        let universe = Universe([
            UniverseMember(symbol: symbol, calendar: .alwaysOpen, lifetime: from..<from.advanced(by: 99_999))
        ])
        let words = ["late", "flaw", "flaw", "late", "", "late", "flaw"]
        let notes = words.enumerated().map {
            SlotNote(symbol: symbol.text, minute: from.index + Int64($0.offset), reason: $0.element)
        }
        try await owned.warehouse.expect(universe.expectation(until: from.start + .minutes(120)))
        _ = try await owned.warehouse.apply(
            CuratedChange(ordinal: 1, notes: notes, stamp: (from.start + .minutes(12)).microseconds))
        #expect(
            try await owned.warehouse.answer("SELECT slots, reason FROM gaps_v1").rows == [
                [.integer(10), .text("late")]
            ])
        await owned.close()
    }

    /// Nothing is expected where nobody said what is, and nothing before the first answer.
    @Test func withoutAUniverseOrATimeThereAreNoGaps() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        #expect(try await owned.warehouse.answer("SELECT * FROM gaps_v1").rows.isEmpty)
        await owned.close()
    }
}
