@testable import Console
import Pipeline
import Terminal
import Testing

/// A frame drawn on the one before is the frame drawn from the beginning, whatever happened in between.
struct FrameMemoryTests {
    private static let sizes = [
        (200, 50), (200, 44), (160, 40), (120, 40), (100, 28), (80, 24), (60, 16), (40, 12), (30, 8), (20, 5),
    ]
    private static let moves: [Key] = [
        .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .character("n"), .character("N"), .character("["),
        .character("]"), .character("g"), .character("G"),
    ]
    private static let texts = [
        "/A\n", "/state:missing\n", "/zz\n", "t-1d\n", ":theme washi\n", ":theme mono\n", ":bind F5 repair\n",
        ":unbind F5\n", "DD", "fU", "1", "9 ", "R", "Sn", "v", "V", "V\u{1B}", "oo", "3w5\n", "8", "zz", "?", "2\n",
    ]

    private let worlds = [DemoWorld(), DemoWorld(busy: false), DemoWorld(symbols: 70)]

    /// What may happen next, most often a step.
    private func event(_ random: inout Seeded, columns: Int, rows: Int) -> [ConsoleEvent] {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<10: return [.screen(.key(Self.moves.randomElement(using: &random)!))]
        case 10..<13:
            let keys = KeyTable.bindings.flatMap(\.keys).filter { $0 != .control("z") }
            return [.screen(.key(keys.randomElement(using: &random)!))]
        case 13..<15:
            let text = Self.texts.randomElement(using: &random)!
            return text.map { character in
                .screen(.key(character == "\n" ? .enter : character == "\u{1B}" ? .escape : .character(character)))
            }
        case 15:
            let place = (Int.random(in: 0..<columns, using: &random), Int.random(in: 0..<rows, using: &random))
            return [.press, .release].map { .screen(.mouse(MouseEvent($0, column: place.0, row: place.1))) }
        case 16: return [.status(worlds.randomElement(using: &random)!.status)]
        case 17: return [.tick(monotonicMilliseconds: .random(in: 0..<100_000, using: &random))]
        case 18: return [.answered(orderText: "done", ok: .random(using: &random))]
        default: return [.screen(.key(.escape)), .screen(.key(.character("y")))]
        }
    }

    @Test(arguments: 0..<60)
    func itIsTheFrameDrawnFromTheBeginning(seed: Int) {
        var random = Seeded(UInt64(seed))
        let (columns, rows) = Self.sizes[seed % Self.sizes.count]
        let world = worlds.randomElement(using: &random)!
        var machine = world.console(columns: columns, rows: rows)
        var told: [ConsoleEvent] = []
        for _ in 0..<60 {
            for event in event(&random, columns: columns, rows: rows) {
                told.append(event)
                // Frames come between an order to read and its answer, and also only after it.
                if Bool.random(using: &random) {
                    _ = machine.handle(event)
                    _ = machine.nextFrame()
                    _ = world.feed(&machine, .tick(monotonicMilliseconds: 0))
                } else {
                    _ = world.feed(&machine, event)
                }
                var fresh = machine.state
                fresh.heldGeometry = nil
                let (next, whole) = (machine.nextFrame(), fresh.draw())
                guard next != whole else { continue }
                let row = (0..<rows).first { next.line($0) != whole.line($0) }
                Issue.record(
                    """
                    seed \(seed), after \(told.suffix(4)): row \(row.map(String.init) ?? "of roles")
                    \(row.map(next.line) ?? "")
                    \(row.map(whole.line) ?? "")
                    """)
                return
            }
        }
    }

    @Test func whatWasAddedWhileTheViewWasFrozenIsThereWhenItGoesOn() {
        let few = DemoWorld(symbols: 5)
        let many = DemoWorld(symbols: 30)
        var machine = few.console(columns: 120, rows: 40)
        let new = many.status.universe.map(\.symbol.text).first { !machine.frame().text.contains($0) }!
        _ = few.type("f", into: &machine)
        _ = many.feed(&machine, .status(many.status))
        #expect(!machine.frame().text.contains(new))
        _ = many.type("f", into: &machine)
        #expect(machine.frame().text.contains(new))
        #expect(machine.nextFrame() == machine.frame())
    }
}
