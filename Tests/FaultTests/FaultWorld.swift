import Engine
import Exchange
import Pipeline
import Simulation

/// The whole pipeline in a simulated session that goes wrong in one way for a while.
struct FaultWorld {
    /// What came of it, in the words of the table.
    struct Seen {
        /// Alarms raised, by key without the source's name, in the order of their names.
        var alarms = ""
        /// Why slots were lost, and why something was quarantined.
        var reasons: Set<String> = []
        /// How it stood at the end: `healed`, or what was wrong.
        var end = ""
        var violations: [String] = []
    }

    /// Twenty-five minutes of the fault from the eighth on, over a capture by quotes that loses one symbol a minute; eight
    /// where minutes before must be held to tell it.
    static func run(_ kind: ExchangeFault.Kind) async throws -> Seen {
        var scenario = Scenario(seed: 12, capture: .quotes).unbroken
        scenario.flaws = [CaptureFlaw(kind: .dropOne, seed: 12, control: SymbolName("AAPL"))]
        let window = ExchangeFault.Window.once(
            from: scenario.begin + .minutes(8), span: .minutes(kind == .foreign ? 8 : 25))
        scenario.exchangeFaults = [ExchangeFault(kind, window: window)]
        return try await run(scenario)
    }

    static func run(_ flaw: CaptureFlaw) async throws -> Seen {
        var scenario = Scenario(seed: 12, capture: .quotes).unbroken
        var flaw = flaw
        let place = scenario.session.lowerBound.distance(to: scenario.begin.minute)
        switch flaw.kind {
        case .burst(_, let minutes): flaw.kind = .burst(from: place + 8, minutes: minutes)
        case .stall(_, let minutes): flaw.kind = .stall(from: place + 8, minutes: minutes)
        case .dropOne, .dropRandom, .duplicate, .late, .corrupt: break
        }
        // One calendar, so that a flaw of the session strikes everything at once.
        scenario.universe = Universe(scenario.universe.members.filter { $0.calendar == .xnys })
        scenario.flaws = [flaw]
        var seen = try await run(scenario)
        // What a beginning in the middle of a session brings by itself is no part of the flaw.
        scenario.flaws = []
        seen.reasons.subtract(try await run(scenario).reasons)
        return seen
    }

    private static func run(_ scenario: Scenario) async throws -> Seen {
        var scenario = scenario
        scenario.callsPerMinute = 60
        scenario.quietFrom = scenario.begin + .minutes(45)
        let world = SimulatedWorld(scenario)
        let report = await world.run()
        var seen = Seen()
        seen.violations = report.violations
        seen.end = report.isClean ? "healed" : report.violations.prefix(3).joined(separator: "; ")
        let journal = MemoryJournal(world: world.memory)
        let alarms = try journal.lines(prefix: AlarmJournal.prefix, after: 0, limit: 10_000)
            .compactMap { AlarmJournal.alarm($0.line) }
        let keys = Set(alarms.map { $0.key.replacing("source/simulated/", with: "source/") }).sorted()
        seen.alarms = keys.isEmpty ? "-" : keys.joined(separator: ", ")
        let warehouse = MemoryWarehouse(world: world.memory)
        for member in scenario.universe.members {
            for note in try warehouse.notes(member.symbol.text, minutes: .min / 2..<(.max / 2)) {
                if !note.reason.isEmpty { seen.reasons.insert("lost \(note.reason)") }
            }
        }
        for row in try warehouse.quarantine(minutes: .min / 2..<(.max / 2), limit: .max) {
            seen.reasons.insert("quarantine \(row.reason)")
        }
        return seen
    }
}
