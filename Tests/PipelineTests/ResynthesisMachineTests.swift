import Engine
import Pipeline
import Testing

struct ResynthesisMachineTests {
    private static let symbol = SymbolName("AAPL")!
    private static let hour = Hour(400_000)
    private static let inside = hour.start + .minutes(20)
    private static let after = Hour(hour.index + 1).start

    private static func row(_ hours: Int64 = 0, _ span: DerivedSpan = .hourly) -> DerivedTarget {
        let first = Minute((hour.index + hours) * 60)
        return DerivedTarget(span: span, symbol: symbol, minutes: first..<first.advanced(by: 60))
    }

    private static func targets(_ effect: PipelineEffect?) -> [DerivedTarget] {
        guard case .synthesize(let targets)? = effect?.action else { return [] }
        return targets
    }

    @Test func openRowsGatherAndTheFirstTouchSetsTheTime() {
        var machine = ResynthesisStateMachine()
        var ids = EffectIDs()
        for second in 0..<240 { machine.touched([Self.row()], at: Self.inside + .seconds(Int64(second))) }
        #expect(machine.count == 1 && machine.nextDeadline() == Self.inside + .minutes(5))
        #expect(machine.advance(at: Self.inside + .seconds(299), &ids) == nil)
        #expect(Self.targets(machine.advance(at: Self.inside + .minutes(5), &ids)) == [Self.row()])
    }

    @Test func rowsWhoseTimeIsOverAreBuiltAtOnceAndOpenSessionsWaitLonger() {
        var machine = ResynthesisStateMachine()
        var ids = EffectIDs()
        machine.touched([Self.row(0, .session)], at: Self.inside)
        #expect(machine.nextDeadline() == Self.inside + .minutes(15))
        machine = ResynthesisStateMachine()
        machine.touched([Self.row()], at: Self.after)
        #expect(machine.nextDeadline() == Self.after)
        let effect = machine.advance(at: Self.after, &ids)
        #expect(Self.targets(effect) == [Self.row()])
        #expect(machine.nextDeadline() == nil, "nothing is due while something is being built")
    }

    @Test func oneBuildAtATimeInOrderWithoutRepetitionAndBounded() throws {
        var machine = ResynthesisStateMachine()
        var ids = EffectIDs()
        let rows = (0..<600).map { Self.row(Int64(-1 - $0)) }
        machine.touched(rows + rows, at: Self.after)
        #expect(machine.count == 600)
        var built: [DerivedTarget] = []
        while let effect = machine.advance(at: Self.after, &ids) {
            #expect(machine.advance(at: Self.after, &ids) == nil)
            let group = Self.targets(effect)
            #expect(group.count <= 256 && group == group.sorted())
            built += group
            let stale = machine.synthesized(EffectID(incarnation: 9, number: 9), rows: 1)
            let well = machine.synthesized(effect.id, rows: group.count)
            let again = machine.synthesized(effect.id, rows: group.count)
            #expect(!stale && well && !again)
        }
        #expect(built == rows.sorted() && machine.rows == 600)
    }

    @Test func whatAnExecutionTakesIsNotBuiltTwiceAndTheEndFlushes() {
        var machine = ResynthesisStateMachine()
        var ids = EffectIDs()
        machine.touched([Self.row(), Self.row(1), Self.row(2)], at: Self.inside)
        machine.taken([Self.row(2), Self.row(7), Self.row()], at: .distantFuture)
        #expect(machine.count == 1 && machine.isIdle)
        machine.flushAll()
        #expect(!machine.isIdle)
        let effect = machine.advance(at: Self.inside, &ids)
        #expect(Self.targets(effect) == [Self.row(1)] && !machine.isIdle)
        let failed = machine.failed(effect?.id ?? EffectID(incarnation: 0, number: 0))
        let unknown = machine.failed(EffectID(incarnation: 9, number: 9))
        #expect(failed && !unknown && machine.isIdle)
    }

    @Test func aRowIsBuiltOnceMoreWhenItsTimeAndItsGraceAreOver() {
        let over = Self.row().minutes.upperBound.start + CoverageIndex.grace
        var built = ResynthesisStateMachine()
        var ids = EffectIDs()
        built.touched([Self.row()], at: Self.inside)
        let effect = built.advance(at: Self.inside + .minutes(5), &ids)
        let well = built.synthesized(effect?.id ?? EffectID(incarnation: 0, number: 0), rows: 1)
        #expect(well && built.nextDeadline() == over)
        let last = built.advance(at: over, &ids)
        _ = built.synthesized(last?.id ?? EffectID(incarnation: 0, number: 0), rows: 1)
        #expect(Self.targets(last) == [Self.row()] && built.nextDeadline() == nil)
        var taken = ResynthesisStateMachine()
        taken.taken([Self.row()], at: Self.inside)
        #expect(taken.nextDeadline() == over)
    }
}
