@testable import Console
import Engine
import Pipeline
import Terminal
import Testing

/// What is asked stays true while it stands open, and what is read is read again when it may have changed.
struct QuestionTests {
    private let world = DemoWorld()

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        world.feed(&machine, .screen(.key(key)))
    }

    /// The same world some minutes later: half of what was missing has healed, or all.
    private func healed(all: Bool = false) -> DemoWorld {
        var later = world
        later.masks = later.masks.enumerated().map { place, row in
            var row = row
            guard all || place.isMultiple(of: 2) else { return row }
            let minutes = UInt64(later.status.clock.now.minute.offset)
            let newest = row.hour == later.status.clock.now.hour.index
            let held = newest ? (1 << minutes) - 1 : UInt64.max
            (row.healed, row.present, row.unrepairable) = (row.healed | (held & ~row.present), held, 0)
            row.version += 1
            return row
        }
        later.status.repairing = []
        later.status.coverageVersion += 1
        later.status.source.callsLeft = 0
        later.status.source.backlogSeconds = 600
        return later
    }

    private func slots(_ machine: ConsoleStateMachine) -> Int? {
        guard case .asking(let question) = machine.state.overlay,
            let line = question.lines.first(where: { $0.contains("missing in") })
        else { return nil }
        return Int(line.prefix { $0 != " " }.filter { $0 != "," })
    }

    @Test(arguments: [false, true]) func theFiguresOfAnOpenQuestionFollowTheLiveState(frozen: Bool) throws {
        var machine = world.console(columns: 120, rows: 40)
        if frozen { _ = world.type("f", into: &machine) }
        _ = world.type("R", into: &machine)
        let before = try #require(slots(machine))
        let shown = machine.frame()
        #expect(shown.text.contains("a few seconds"))
        let later = healed()
        _ = later.feed(&machine, .status(later.status))
        let after = try #require(slots(machine))
        #expect(after < before && after > 0, "\(before) → \(after)")
        let frame = machine.frame()
        #expect(frame.text.contains("\(after) slot"), "what is drawn is what is known")
        #expect(!frame.text.contains("a few seconds"), "the calls left have changed, too")
        if frozen { #expect(frame.line(14).prefix(30) == shown.line(14).prefix(30), "the view stays") }
        // What is left to do is nothing: the question closes by itself, and nothing is ordered by a late yes.
        let whole = healed(all: true)
        var done = whole.status
        done.coverageVersion += 1
        _ = whole.feed(&machine, .status(done))
        #expect(machine.state.overlay == .nothing && machine.frame().text.contains("nothing is missing there"))
        #expect(press(.character("y"), &machine).allSatisfy { if case .order = $0 { false } else { true } })
    }

    @Test func aCancelThatStandsOpenShowsHowFarTheExecutionIs() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("fx", into: &machine)
        #expect(machine.frame().text.contains("15 of 24 slots settled"))
        var later = world.status
        (later.executions[0].settledSlots, later.executions[0].callsDone) = (20, 5)
        _ = world.feed(&machine, .status(later))
        #expect(machine.frame().text.contains("20 of 24 slots settled"))
        #expect(machine.frame().text.contains("1 call will not be made"))
        later.executions[0].state = .healed
        _ = world.feed(&machine, .status(later))
        #expect(machine.state.overlay == .nothing && machine.frame().text.contains("has ended by itself"))
    }

    @Test func aNoteThatIsBeingTypedSaysWhatIsStillMissing() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("fnAhal", into: &machine)
        let before = machine.frame().text
        #expect(before.contains("each stays what it is"))
        let later = healed(all: true)
        _ = later.feed(&machine, .status(later.status))
        #expect(machine.frame().text.contains("nothing is missing there any more"))
        #expect(machine.frame().text.contains("hal"), "what was typed stays")
    }

    @Test func aMarketHourSaysWhetherItIsCurrent() throws {
        var machine = world.console(columns: 200, rows: 50)
        let known = try #require(machine.state.inspected)
        func market(_ counts: SlotCounts?) -> Bool? {
            var inspection = known.inspection
            inspection.market = counts
            _ = machine.handle(.inspected(known.symbol, known.minutes, inspection))
            return inspection.derived.first { $0.span == .market }.flatMap { machine.state.isCurrent($0) }
        }
        let row = try #require(known.inspection.derived.first { $0.span == .market })
        var counts = SlotCounts()
        (counts.expected, counts.present, counts.quiet, counts.healed) = (
            row.expected, row.present, row.quiet, row.healed
        )
        #expect(market(nil) == nil, "what was not counted is not judged")
        #expect(market(counts) == true)
        #expect(machine.frame().text.contains("holed 1436/1440 current"))
        counts.healed += 1
        #expect(market(counts) == false)
        #expect(machine.frame().text.contains("holed 1436/1440 to be rebuilt"))
    }

    @Test func thePartitionIsInspectedAgainWhenWhatItShowsMayHaveChanged() throws {
        var machine = world.console(columns: 200, rows: 50)
        let known = try #require(machine.state.inspected)
        func isInspected(_ effects: [ConsoleEffect]) -> Bool {
            effects.contains { if case .inspect(known.symbol, known.minutes) = $0 { true } else { false } }
        }
        let hour = known.minutes.lowerBound.hour.index
        var status = world.status
        status.coverageVersion += 1
        let asked = machine.handle(.status(status))
        #expect(asked.contains { if case .loadChanges = $0 { true } else { false } } && !isInspected(asked))
        let elsewhere = MaskRow(symbol: "XOM", hour: hour - 1, present: 1, version: 99)
        #expect(!isInspected(machine.handle(.changed([elsewhere]))))
        status.coverageVersion += 1
        _ = machine.handle(.status(status))
        let other = MaskRow(symbol: "XOM", hour: hour, present: 1, version: 99)
        #expect(isInspected(machine.handle(.changed([other]))), "another member of the market hour")
        _ = machine.handle(.inspected(known.symbol, known.minutes, known.inspection))
        #expect(!isInspected(machine.handle(.status(status))), "and once only")
        status.lake.derivedRows += 1
        #expect(isInspected(machine.handle(.status(status))), "rows were built")
    }

    @Test func reasonsAreReadAgainWhenNotesMayHaveChangedAndNotAtEachStatus() {
        var machine = world.console(columns: 120, rows: 40)
        _ = world.type("/reason:timed", into: &machine)
        _ = press(.enter, &machine)
        let shown = machine.state.flatRows
        #expect(!shown.isEmpty && shown.count < world.status.universe.count)
        func asks(_ status: PipelineStatus) -> Bool {
            machine.handle(.status(status)).contains { if case .loadReasons = $0 { true } else { false } }
        }
        var status = world.status
        for _ in 0..<40 { #expect(!asks(status), "nothing has changed") }
        status.coverageVersion += 1
        #expect(asks(status))
        var count = 0
        for _ in 0..<40 {
            status.coverageVersion += 1
            if asks(status) { count += 1 }
        }
        #expect((2...4).contains(count), "a source that never rests is asked every few seconds: \(count)")
        // What comes then changes what is shown.
        let hours = machine.state.reasons.hours
        let symbol = world.status.universe[0].symbol
        _ = machine.handle(.reasons([symbol: ["timed-out"]], hours: hours))
        #expect(machine.state.flatRows == [symbol])
        let generation = machine.state.reasons.generation
        _ = machine.handle(.reasons([symbol: ["timed-out"]], hours: hours))
        #expect(machine.state.reasons.generation == generation, "the same again orders nothing anew")
    }
}
