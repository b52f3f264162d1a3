import Terminal
import Testing

/// Cells that mean two things in their halves.
struct HalvesTests {
    @Test func eachHalfIsFilledWithItsGroundOrItsInk() {
        let theme = Theme(
            name: "t",
            styles: [
                .heat8: Style(foreground: .indexed(73), background: .indexed(23), foreground16: 0, background16: 6),
                .gold: Style(foreground: .indexed(220), foreground16: 11, bold: true),
            ])
        let both = theme.halves(.gold, under: .heat8)
        #expect(both == Style(foreground: .indexed(220), background: .indexed(23), foreground16: 11, background16: 6))
        let alone = theme.halves(.heat8, under: .text)
        #expect(alone == Style(foreground: .indexed(23), background: .terminalDefault, foreground16: 6))
    }

    @Test func aTintLeavesOneMeaning() {
        var grid = Grid(columns: 2, rows: 1)
        grid[0, 0] = Cell("▀", .heat8, under: .gold)
        grid.tint(grid.area, role: .dim)
        #expect(grid[0, 0] == Cell("▀", .dim))
        #expect(Cell("▀", .heat8) != Cell("▀", .heat8, under: .gold))
    }
}
