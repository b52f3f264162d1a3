import Engine
import Testing

@Suite struct WarehouseConformance {
    private func provenance(_ received: Int64, object: String = "raw/1") -> Provenance {
        Provenance(
            source: "simulated", purpose: "repair", execution: "x", attempt: 2, object: object, received: received)
    }

    private func candle(_ symbol: String, _ minute: Int64, close: Double = 10.1, revision: Int = 0) -> BarRow {
        BarRow(
            symbol: symbol, minute: minute, open: 10, high: 11.5, low: 9.25, close: close, volume: 0, sampled: false,
            revision: revision, provenance: provenance(minute * 7))
    }

    private func sample(_ symbol: String, _ minute: Int64) -> BarRow {
        BarRow(
            symbol: symbol, minute: minute, open: nil, high: nil, low: nil, close: 1e-300, volume: nil, sampled: true,
            revision: 0, provenance: provenance(minute, object: "raw/2"))
    }

    @Test(arguments: EngineKind.allCases) func barsComeBackAsTheyWereWithinHalfOpenRanges(_ kind: EngineKind)
        async throws
    {
        var engines = try EngineFixture(kind)
        let bars = [candle("B", 102), sample("B", 100), candle("A", 101), candle("B", 101)]
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 1, bars: bars))
        engines = try await engines.reopened()
        let warehouse = engines.warehouse
        #expect(try await warehouse.bars("B", minutes: 100..<102) == [sample("B", 100), candle("B", 101)])
        #expect(try await warehouse.bars("B", minutes: .min..<(.max)).map(\.minute) == [100, 101, 102])
        #expect(try await warehouse.bars("B", minutes: 103..<103).isEmpty)
        #expect(try await warehouse.bars("C", minutes: 0..<1000).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func aNewValueReplacesAndTheOldOneIsKept(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 1, bars: [sample("A", 5), candle("A", 6)]))
        let second = CuratedChange(
            ordinal: 2, bars: [candle("A", 5, revision: 1)], revisions: [sample("A", 5)])
        _ = try await engines.warehouse.apply(second)
        let third = CuratedChange(
            ordinal: 3, bars: [candle("A", 5, close: 11, revision: 2)], revisions: [candle("A", 5, revision: 1)])
        _ = try await engines.warehouse.apply(third)
        #expect(try await engines.warehouse.bars("A", minutes: 5..<6) == [candle("A", 5, close: 11, revision: 2)])
        let kept = try await engines.warehouse.revisions("A", minutes: 0..<10)
        #expect(kept == [sample("A", 5), candle("A", 5, revision: 1)])
        #expect(try await engines.warehouse.revisions("B", minutes: 0..<10).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func theSymbolsOfAllMasksAreNamedInOrder(_ kind: EngineKind) async throws {
        var engines = try EngineFixture(kind)
        #expect(try await engines.warehouse.symbols().isEmpty)
        let masks = ["B", "A", "a", "B"].enumerated().map { MaskRow(symbol: $1, hour: Int64($0), present: 1) }
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 1, masks: masks))
        engines = try await engines.reopened()
        #expect(try await engines.warehouse.symbols() == ["A", "B", "a"])
    }

    @Test(arguments: EngineKind.allCases) func anOrdinalIsAppliedOnceAndNoneIsSkipped(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let warehouse = engines.warehouse
        #expect(try await warehouse.applied() == 0)
        #expect(await engineError { _ = try await warehouse.apply(CuratedChange(ordinal: 2)) }?.kind == .conflict)
        _ = try await warehouse.apply(CuratedChange(ordinal: 1, bars: [candle("A", 1)]))
        let again = CuratedChange(
            ordinal: 1, bars: [candle("A", 1, close: 99), candle("A", 2)], masks: [MaskRow(symbol: "A", hour: 0)],
            quarantine: [
                QuarantineRow(symbol: "A", minute: 1, reason: "shifted", detail: "", provenance: provenance(1))
            ])
        #expect(try await warehouse.apply(again) == 0)
        #expect(try await warehouse.bars("A", minutes: 0..<9) == [candle("A", 1)])
        #expect(try await warehouse.quarantine(minutes: 0..<9, limit: 9).isEmpty)
        let skipping = CuratedChange(ordinal: 3, bars: [candle("A", 3)])
        #expect(await engineError { _ = try await warehouse.apply(skipping) }?.kind == .conflict)
        #expect(try await warehouse.bars("A", minutes: 0..<9).count == 1)
        #expect(try await engines.reopened().warehouse.applied() == 1)
    }

    @Test(arguments: EngineKind.allCases) func masksGetRisingVersions(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let warehouse = engines.warehouse
        let full = MaskRow(
            symbol: "B", hour: 7, present: .max, sampled: 1 << 63, quiet: 2, oneWitness: 3, unrepairable: 4, healed: 5,
            settled: 6, revised: 7, version: 777)
        let first = CuratedChange(ordinal: 1, masks: [full, MaskRow(symbol: "A", hour: 8, present: 1)])
        #expect(try await warehouse.apply(first) == 1)
        #expect(try await warehouse.apply(CuratedChange(ordinal: 2)) == 1)
        let third = CuratedChange(ordinal: 3, masks: [MaskRow(symbol: "A", hour: 7, present: 3)])
        #expect(try await warehouse.apply(third) == 2)
        #expect(try await warehouse.version() == 2)
        var given = full
        given.version = 1
        #expect(try await warehouse.masks(["B"], hours: 7..<8) == [given])
        let all = try await warehouse.masks([], hours: 0..<100)
        #expect(all.map { "\($0.symbol)\($0.hour)v\($0.version)" } == ["A7v2", "A8v1", "B7v1"])
        #expect(try await warehouse.masks(["B", "A", "B", "C"], hours: 0..<100) == all)
        #expect(try await warehouse.masks([], hours: 8..<9).map(\.symbol) == ["A"])
        let changed = try await warehouse.masks(changedSince: 1, hours: 0..<100)
        #expect(changed == [all[0]])
        #expect(try await warehouse.masks(changedSince: 0, hours: 0..<100) == all)
        #expect(try await warehouse.masks(changedSince: 0, hours: 8..<9) == [all[1]])
        #expect(try await warehouse.masks(changedSince: 2, hours: 0..<100).isEmpty)
        #expect(try await engines.reopened().warehouse.version() == 2)
    }

    @Test(arguments: EngineKind.allCases) func notesAreReplacedWhole(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let lost = SlotNote(symbol: "A", minute: 3, reason: "flaw", object: "raw/1")
        let witnessed = SlotNote(symbol: "A", minute: 4, witnessed: 88, witnessExecution: "x", attempts: 2)
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 1, notes: [witnessed, lost]))
        #expect(try await engines.warehouse.notes("A", minutes: 0..<9) == [lost, witnessed])
        let later = SlotNote(symbol: "A", minute: 3, attempts: 1)
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 2, notes: [later]))
        #expect(try await engines.warehouse.notes("A", minutes: 3..<4) == [later])
        #expect(try await engines.warehouse.notes("B", minutes: 0..<9).isEmpty)
    }

    @Test(arguments: EngineKind.allCases) func quarantineComesNewestFirst(_ kind: EngineKind) async throws {
        var engines = try EngineFixture(kind)
        let rows = [5, 9, 7, 9].enumerated().map { index, received in
            QuarantineRow(
                symbol: "S\(index)", minute: Int64(index), reason: "not-data", detail: "é \"quoted\"",
                provenance: provenance(Int64(received)))
        }
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 1, quarantine: Array(rows[..<3])))
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 2, quarantine: [rows[3]]))
        // Applied again it is not written again.
        _ = try await engines.warehouse.apply(CuratedChange(ordinal: 2, quarantine: [rows[0]]))
        let given = rows.enumerated().map { place, row in
            var row = row
            row.id = Int64(place) + 1
            return row
        }
        for isReopened in [false, true] {
            if isReopened { engines = try await engines.reopened() }
            let warehouse = engines.warehouse
            #expect(
                try await warehouse.quarantine(minutes: 0..<9, limit: 9) == [given[3], given[1], given[2], given[0]])
            #expect(try await warehouse.quarantine(minutes: 0..<9, limit: 2) == [given[3], given[1]])
            #expect(try await warehouse.quarantine(minutes: 0..<2, limit: 9) == [given[1], given[0]])
            #expect(try await warehouse.quarantine(id: 3) == given[2])
            #expect(try await warehouse.quarantine(id: 5) == nil)
            #expect(try await warehouse.quarantined() == 4)
        }
    }

    @Test(arguments: EngineKind.allCases) func derivedRowsAreReplacedByKey(_ kind: EngineKind) async throws {
        let engines = try EngineFixture(kind)
        let hourly = DerivedRow(
            span: .hourly, symbol: "B", start: 60, end: 120, open: 1, high: 2, low: 0.5, close: 1.5, volume: 0.1 + 0.2,
            vwap: 1.25, realizedVariance: .leastNonzeroMagnitude, expected: 60, present: 58, quiet: 1, sampled: 2,
            healed: 3,
            revised: 4, completeness: "holed", digest: "ab")
        let empty = DerivedRow(span: .hourly, symbol: "A", start: 120, end: 180)
        let session = DerivedRow(span: .session, symbol: "B", start: 60, end: 450, completeness: "whole")
        let market = DerivedRow(
            span: .market, symbol: "XNYS", start: 60, end: 120, completeness: "settled", meanLogReturn: -0.001, rose: 0,
            fell: 5)
        try await engines.warehouse.replace([hourly, market, session, empty])
        try await engines.warehouse.replace([])
        let warehouse = engines.warehouse
        #expect(try await warehouse.derived(.hourly, symbol: nil, minutes: 0..<999) == [empty, hourly])
        #expect(try await warehouse.derived(.hourly, symbol: "B", minutes: 60..<61) == [hourly])
        #expect(try await warehouse.derived(.hourly, symbol: "B", minutes: 61..<120).isEmpty)
        #expect(try await warehouse.derived(.session, symbol: nil, minutes: 0..<999) == [session])
        #expect(try await warehouse.derived(.market, symbol: "XNYS", minutes: 0..<999) == [market])
        var healed = hourly
        healed.present = 59
        healed.vwap = nil
        try await warehouse.replace([healed])
        let again = try await engines.reopened()
        #expect(try await again.warehouse.derived(.hourly, symbol: "B", minutes: 0..<999) == [healed])
    }

    @Test(arguments: EngineKind.allCases) func whatIsSealedMaySkipOrdinalsAndGoesOnFromThere(_ kind: EngineKind)
        async throws
    {
        let engines = try EngineFixture(kind)
        let warehouse = engines.warehouse
        let sealed = CuratedChange(
            ordinal: 7, bars: [candle("A", 1)], masks: [MaskRow(symbol: "A", hour: 0, present: 2)],
            quarantine: [QuarantineRow(symbol: "A", minute: 1, reason: "x", detail: "", provenance: provenance(1))])
        #expect(try await warehouse.adopt(sealed) == 1)
        #expect(try await warehouse.adopt(sealed) == 1)
        #expect(try await warehouse.applied() == 7)
        #expect(try await warehouse.quarantine(minutes: 0..<9, limit: 9).count == 1)
        #expect(await engineError { _ = try await warehouse.apply(CuratedChange(ordinal: 9)) }?.kind == .conflict)
        _ = try await warehouse.apply(CuratedChange(ordinal: 8, bars: [candle("A", 2)]))
        #expect(try await warehouse.bars("A", minutes: 0..<9).map(\.minute) == [1, 2])
    }
}
