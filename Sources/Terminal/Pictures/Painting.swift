/// One place of a picture: a grapheme, or nothing for the right half of a wide one, and how it looks.
package struct PaintedCell: Hashable, Sendable {
    package var text: String
    package var style: Style

    package init(_ text: String = " ", _ style: Style = Style()) {
        self.text = text
        self.style = style
    }
}

/// Neighbours in a row that look the same.
package struct PaintedRun: Hashable, Sendable {
    package var column: Int
    package var columns: Int
    package var text: String
    package var style: Style
}

/// A frame with its colours: what a theme makes of a grid, or what an emulated terminal shows. A value; text, ANSI and
/// SVG are made of it without a terminal.
package struct Painting: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    /// Row by row.
    package private(set) var cells: [PaintedCell]

    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        cells = Array(repeating: PaintedCell(), count: self.columns * self.rows)
    }

    /// A frame as a theme shows it.
    package init(_ grid: Grid, theme: Theme) {
        columns = grid.columns
        rows = grid.rows
        cells = grid.cells.map { cell in
            PaintedCell(cell.text, cell.under.map { theme.halves(cell.role, under: $0) } ?? theme[cell.role])
        }
    }

    /// Reading outside gives a blank, writing outside changes nothing.
    package subscript(column: Int, row: Int) -> PaintedCell {
        get { contains(column, row) ? cells[row * columns + column] : PaintedCell() }
        set { if contains(column, row) { cells[row * columns + column] = newValue } }
    }

    private func contains(_ column: Int, _ row: Int) -> Bool {
        column >= 0 && row >= 0 && column < columns && row < rows
    }

    /// A row in pieces that look the same, from the left, without a gap.
    package func runs(_ row: Int) -> [PaintedRun] {
        var runs: [PaintedRun] = []
        for column in 0..<columns {
            let cell = self[column, row]
            if let last = runs.last, last.style == cell.style || cell.text.isEmpty {
                runs[runs.count - 1].columns += 1
                runs[runs.count - 1].text += cell.text
            } else {
                runs.append(
                    PaintedRun(
                        column: column, columns: 1, text: cell.text.isEmpty ? " " : cell.text, style: cell.style))
            }
        }
        return runs
    }

    /// A style with the background that most cells at the rim have: what a picture is framed with.
    package var rimGround: Style {
        var counts: [ThemeColour: Int] = [:]
        var most = ThemeColour.terminalDefault
        for row in 0..<rows {
            for column in 0..<columns where row == 0 || row == rows - 1 || column == 0 || column == columns - 1 {
                let ground = self[column, row].style.background
                counts[ground, default: 0] += 1
                if counts[ground, default: 0] > counts[most, default: 0] { most = ground }
            }
        }
        return Style(background: most)
    }

    /// The text of one row, without blanks at its end.
    package func line(_ row: Int) -> String {
        var text = ""
        for column in 0..<columns { text += self[column, row].text }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The text alone, one line a row, without a line end after the last.
    package var text: String { (0..<rows).map(line).joined(separator: "\n") }
}
