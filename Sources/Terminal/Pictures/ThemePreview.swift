/// A frame that shows what a theme does, without any data: words, shares, states of cells, severities.
package enum ThemePreview {
    package static let columns = 72
    package static let rows = 12

    /// The frame of one theme.
    package static func grid(_ theme: Theme) -> Grid {
        var grid = Grid(columns: columns, rows: rows)
        grid.frame(grid.area, role: .borderFocused)
        write([("┤", .borderFocused), ("1 ", .key), (theme.name, .title), ("├", .borderFocused)], 2, 0, &grid)
        grid.write(clipped(theme.note, to: columns - 4), column: 2, row: 1, role: .dim)
        write(
            [(" ◆ kintsugi ", .banner), (" simulated exchange ×60 ", .bannerSimulated), (" finnhub ", .banner)], 2, 2,
            &grid)
        write(
            [
                ("text ", .text), ("strong ", .strong), ("dim ", .dim), ("value ", .value), ("AAPL ", .symbol),
                ("heading ", .heading), ("cursor ", .cursor), ("marked", .marked), (" r ", .key), ("repair", .hint),
            ], 2, 3, &grid)
        write([("─ frame ", .border), ("─ focused ", .borderFocused), ("─ real data", .borderProduction)], 2, 4, &grid)
        share(theme, &grid)
        states(theme, &grid)
        write(
            [
                ("info ", .info), ("ticket ", .ticket), (" page ", .page), ("  good ", .good), ("busy ", .busy),
                ("warning ", .warning), ("bad ", .bad), ("gold ◆", .gold),
            ], 2, 8, &grid)
        write([("▁▂▃▄▅▆▇█", .graph), ("█▇▆", .graphPeak), ("▅▄▃▂▁", .graph)], 2, 9, &grid)
        write([(" Repair 3 slots of AAPL? ", .dialog), (" y ", .dialogKey), ("yes ", .dialog)], 2, 10, &grid)
        return grid
    }

    private static let heats: [Role] = [.heat0, .heat1, .heat2, .heat3, .heat4, .heat5, .heat6, .heat7, .heat8]
    private static let shades = [" ", " ", "░", "░", "▒", "▒", "▓", "▓", "█"]

    /// From nothing to all; where there is no colour a shade says how much.
    private static func share(_ theme: Theme, _ grid: inout Grid) {
        var column = grid.write("present ", column: 2, row: 5, role: .dim)
        for (place, heat) in heats.enumerated() {
            grid.write(theme.colourless ? shades[place] : " ", column: column, row: 5, role: heat)
            grid.write(place < 8 ? "\(8 - place)" : " ", column: column + 1, row: 5, role: heat)
            column += 2
        }
        grid.write(" the number is what is missing", column: column, row: 5, role: .dim)
    }

    private static func states(_ theme: Theme, _ grid: inout Grid) {
        let states: [(String, Role, String)] = [
            (" ○", .cellMissing, "missing"), ("~3", .cellRepairing, "repairing"), ("◆◆", .cellHealed, "healed"),
            (" ╱", .cellSeam, "mended"), (" ·", .cellQuiet, "quiet"), (" !", .cellUnrepairable, "lost"),
            ("┄┄", .cellPending, "pending"), (" ≡", .heat8, "revised"),
        ]
        for (place, (glyph, role, word)) in states.enumerated() {
            let column = 2 + place % 4 * 17
            let row = 6 + place / 4
            grid.write(glyph, column: column, row: row, role: role)
            grid.write(word, column: column + 3, row: row, role: .text)
        }
    }

    private static func write(_ spans: [(String, Role)], _ column: Int, _ row: Int, _ grid: inout Grid) {
        var column = column
        for (text, role) in spans { column = grid.write(text, column: column, row: row, role: role) }
    }
}
