import Console
import Pipeline
import Terminal
import Testing

/// Leaving where minutes would be lost, and owners that come and go.
struct LeavingTests {
    private func console(simulated: Bool = false, open: Bool = true, _ standing: OwnerStanding) -> (
        DemoWorld, ConsoleStateMachine
    ) {
        var world = DemoWorld()
        world.status.simulated = simulated
        world.status.clock.isOpen = open
        var machine = world.console(columns: 120, rows: 40)
        _ = world.feed(&machine, .standing(standing))
        return (world, machine)
    }

    private static let standings: [OwnerStanding] = [
        .owner, .seeking, .attached(process: 7), .silent(process: 7), .gone("the owner is gone"),
    ]

    @Test func onlyCaptureThatCannotBeHadAgainIsAskedAbout() {
        for standing in Self.standings {
            for (simulated, open) in [(true, true), (true, false), (false, false)] {
                var (world, machine) = console(simulated: simulated, open: open, standing)
                #expect(world.type("q", into: &machine) == [.quit], "\(standing)")
            }
        }
        for standing in [OwnerStanding.seeking, .gone("over")] {
            var (world, machine) = console(standing)
            #expect(world.type("q", into: &machine) == [.quit])
        }
    }

    @Test func anOwnerStopsOrStays() {
        var (world, machine) = console(.owner)
        #expect(world.type("q", into: &machine) == [])
        #expect(world.type("l", into: &machine) == [], "there is nobody to leave it to")
        #expect(world.type("q", into: &machine) == [])
        #expect(world.type("s", into: &machine) == [.quit])
    }

    @Test func anObserverLeavesItRunningStopsItOrStays() {
        for standing in [OwnerStanding.attached(process: 7), .silent(process: 7)] {
            var (world, machine) = console(standing)
            #expect(world.type("q", into: &machine) == [])
            #expect(world.feed(&machine, .screen(.key(.paste("l\ns")))) == [], "a paste is no answer")
            #expect(world.type("l", into: &machine) == [.quit])
            (world, machine) = console(standing)
            #expect(world.type("q", into: &machine) == [])
            let effects = world.type("s", into: &machine)
            guard case .order(let order)? = effects.first else { return #expect(Bool(false), "\(effects)") }
            #expect(order.command == .stop && effects.last == .quit && effects.count == 2)
            (world, machine) = console(standing)
            let before = machine.frame()
            #expect(world.type("q", into: &machine) == [])
            #expect(machine.frame() != before)
            #expect(world.feed(&machine, .screen(.key(.escape))) == [])
            #expect(machine.frame() == before)
        }
    }

    @Test func theQuestionFitsTheSmallestScreen() {
        for (columns, rows) in [(20, 5), (40, 12), (80, 24)] {
            var (world, machine) = console(.attached(process: 7))
            _ = world.feed(&machine, .screen(.resized(columns: columns, rows: rows)))
            _ = world.type("q", into: &machine)
            let text = machine.frame().plainText
            #expect(text.contains("s stop") && text.contains("l leave") && text.contains("stay"), "\(text)")
        }
    }

    @Test func onlyAnOwnerThatIsGoneIsReplaced() {
        for standing in Self.standings {
            var (world, machine) = console(standing)
            let effects = world.type("O", into: &machine)
            if case .gone = standing { #expect(effects == [.takeOver]) } else { #expect(effects == []) }
        }
    }

    @Test func theTitleSaysHowItStands() {
        let words: [(OwnerStanding, String)] = [
            (.attached(process: 77), "observer of 77"), (.silent(process: 77), "OWNER SILENT"),
            (.gone("x"), "OWNER GONE"), (.seeking, "seeking the owner"),
        ]
        for (standing, word) in words {
            let (_, machine) = console(standing)
            #expect(machine.frame().plainText.contains(word))
        }
        let (_, owner) = console(.owner)
        #expect(!owner.frame().plainText.contains("observer"))
    }
}

extension Grid {
    /// What stands on the screen, without its roles.
    fileprivate var plainText: String {
        (0..<rows).map { row in (0..<columns).map { self[$0, row].text }.joined() }.joined(separator: "\n")
    }
}
