import Console
import Pipeline
import Terminal
import Testing

@Suite struct ProductionFrameTests {
    @Test func realDataIsFramedOtherwise() {
        for (columns, rows) in [(200, 50), (120, 40)] {
            var world = DemoWorld()
            let simulated = world.console(columns: columns, rows: rows).frame()
            #expect(!simulated.cells.contains { $0.role == .borderProduction })
            world.status.simulated = false
            world.status.sourceName = "finnhub"
            let real = world.console(columns: columns, rows: rows).frame()
            #expect(real.cells.contains { $0.role == .borderProduction })
            let frames = real.cells.filter { "╭╮╰╯│".contains($0.text) && !$0.text.isEmpty }
            #expect(frames.allSatisfy { $0.role != .border })
        }
    }

    @Test func aChangedThemeIsShownAtOnce() {
        let world = DemoWorld()
        var machine = world.console(columns: 80, rows: 24)
        let changed = Theme(name: machine.theme.name, note: "another", styles: [.gold: Style(bold: true)])
        _ = world.feed(&machine, .themes([changed, .mono]))
        #expect(machine.theme == changed)
        _ = world.feed(&machine, .themes([.mono]))
        #expect(machine.theme == changed, "what is in use stays where its file is gone")
    }
}
