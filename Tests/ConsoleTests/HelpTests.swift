import Foundation
import Pipeline
import Terminal
import Testing

@testable import Console

/// The help: whole at every size, its headings over what they head, and the way out of a trouble on its first page.
struct HelpTests {
    private let world = DemoWorld(symbols: 4)
    private static let sizes = [
        (20, 5), (20, 6), (24, 8), (30, 8), (40, 12), (60, 16), (80, 24), (100, 30), (118, 28), (160, 50), (200, 50),
        (200, 60),
    ]

    private func press(_ key: Key, _ machine: inout ConsoleStateMachine) {
        _ = world.feed(&machine, .screen(.key(key)))
    }

    /// What each page shows, from the first until leafing on changes nothing.
    private func leaf(_ machine: inout ConsoleStateMachine) -> [String] {
        var seen = [machine.frame().text]
        for _ in 0..<500 {
            press(.down, &machine)
            let text = machine.frame().text
            guard text != seen.last else { return seen }
            seen.append(text)
        }
        Issue.record("the help has no end")
        return seen
    }

    @Test func noHeadingStandsAloneAtAFootAndNothingIsCut() {
        let state = world.console(columns: 80, rows: 24).state
        for panel in ConsolePanel.allCases.map(Optional.some) + [nil] {
            let sections = state.helpSections(panel)
            for columns in [14, 20, 27, 36, 56, 76, 112, 194] {
                for rows in Array(1...12) + [16, 21, 30, 47, 57] {
                    let pages = HelpPages(sections, width: columns, rows: rows)
                    for column in pages.pages.joined() {
                        #expect(column.count <= rows)
                        #expect(column.last?.kind != .heading && column.last?.kind != .blank)
                        #expect(column.first?.kind != .blank && column.first?.kind != nil)
                        #expect(column.allSatisfy { $0.spans.width <= pages.columnWidth })
                    }
                }
            }
        }
    }

    @Test func everyKeyIsReachedByLeafing() {
        for (columns, rows) in Self.sizes {
            var machine = world.console(columns: columns, rows: rows)
            press(.character("?"), &machine)
            press(.character("?"), &machine)
            let pages = leaf(&machine)
            let lines = pages.joined(separator: "\n").split(separator: "\n")
            for binding in KeyTable.bindings {
                let word = binding.help.split(separator: " ").first ?? ""
                let start = "\(binding.label) "
                let found = lines.contains { line in
                    line.range(of: start).map { line[$0.upperBound...].contains(word.prefix(8)) } ?? false
                }
                #expect(found, "\(binding.label) at \(columns)x\(rows)")
            }
        }
    }

    @Test func theHelpOfThePanelComesFirstAndThatOfAllAfterIt() {
        for (columns, rows) in [(30, 8), (80, 24), (200, 50)] {
            for panel in ConsolePanel.allCases {
                var machine = world.console(columns: columns, rows: rows)
                if panel != .coverage { _ = world.type("\(panel.rawValue)", into: &machine) }
                press(.character("?"), &machine)
                let own = machine.frame().text
                #expect(own.contains("First aid"), "\(panel) \(columns)x\(rows)")
                let all = leaf(&machine)
                #expect(all.last?.contains("all keys") == true || columns < 40, "\(panel) \(columns)x\(rows)")
                #expect(machine.state.overlay == .help(nil, page: machine.state.helpPageCount(nil) - 1))
                press(.up, &machine)
                press(.escape, &machine)
                #expect(machine.state.overlay == .nothing)
            }
        }
    }

    @Test func whatIsPressedInATroubleIsOnTheFirstPageWithoutColour() {
        var machine = ConsoleStateMachine(
            theme: .kintsugi, themes: [], operatorName: "ana", columns: 80, rows: 24, readOnly: false, colours: false)
        let busy = DemoWorld()
        _ = busy.feed(&machine, .status(busy.status))
        let hints = machine.frame().line(23)
        for words in ["? help", "n next gap", "r repair", "5 why lost", "3 alarms", "w silence"] {
            #expect(hints.contains(words), "\(words) in \(hints)")
        }
        _ = busy.type("?", into: &machine)
        let page = machine.frame().text
        for words in [
            "n r ", "repair a gap", "n 5 ", "why it was lost", "w ", "silence the worst alarm", "missing: so many",
        ] {
            #expect(page.contains(words), "\(words)")
        }
    }

    /// The keys that the first page names do what it says.
    @Test func theWaysOutOfATroubleLeadThere() {
        let busy = DemoWorld()
        func screen(after keys: String) -> String {
            var machine = busy.console(columns: 80, rows: 24)
            _ = busy.type(keys, into: &machine)
            return machine.frame().text
        }
        #expect(screen(after: "nr").contains("Repair?") && screen(after: "nr").contains("y yes"))
        #expect(screen(after: "n").contains("lost: "))
        #expect(screen(after: "n5").contains("5 Inspector") && screen(after: "n5").contains("lost: "))
        #expect(
            screen(after: "w").contains("Snooze?")
                && screen(after: "w").contains("30 (minutes), 2h, 1d, or open"))
        #expect(screen(after: "3").contains("no candle access"))
    }

    @Test func hintsAreWholeWordsOfTheKeysThatAreOfUse() {
        let busy = DemoWorld()
        let hints = Set(KeyTable.bindings.map(\.hint))
        for columns in stride(from: 30, through: 220, by: 9) {
            for panel in ConsolePanel.allCases {
                var machine = busy.console(columns: columns, rows: 24)
                if panel != .coverage { _ = busy.type("\(panel.rawValue)", into: &machine) }
                let spans = machine.state.keyHints(width: columns - 1)
                #expect(spans.width <= columns - 1)
                #expect(spans.map(\.text).contains("?"), "\(panel) \(columns)")
                for span in spans where span.role == .hint {
                    #expect(hints.contains(span.text.trimmingCharacters(in: .whitespaces)), "\(span.text)")
                }
            }
        }
    }

    @Test func aKeyThatIsOfNoUseIsNotHintedAt() {
        var calm = DemoWorld(busy: false).console(columns: 220, rows: 50)
        let line = calm.frame().line(49)
        #expect(!line.contains("cancel") && !line.contains("silence") && line.contains("next gap"))
        _ = world.type("3", into: &calm)
        #expect(!calm.frame().line(49).contains("repair") && calm.frame().line(49).contains("Esc back"))
        var range = DemoWorld().console(columns: 80, rows: 24)
        _ = world.type("v", into: &range)
        #expect(range.frame().line(23).contains("Esc back") && range.frame().line(23).contains("r repair"))
        let busy = DemoWorld().console(columns: 220, rows: 50).frame().line(49)
        #expect(busy.contains("x cancel") && busy.contains("w silence"))
    }

    @Test func aTextIsBrokenBetweenWords() {
        #expect(wrapped("one two three", to: 7) == ["one two", "three"])
        #expect(wrapped("unbelievable", to: 5) == ["unbel", "ievab", "le"])
        #expect(wrapped("", to: 5) == [""])
        #expect(wrapped("a unbelievable b", to: 5) == ["a", "unbel", "ievab", "le b"])
    }
}
