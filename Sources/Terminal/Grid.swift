/// A frame: a rectangle of cells. A value, drawn by pure functions and shown by a `Screen`.
package struct Grid: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    /// Row by row.
    package private(set) var cells: [Cell]

    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        cells = Array(repeating: .blank, count: max(0, columns) * max(0, rows))
    }

    /// Reading outside the grid gives a blank, writing outside changes nothing.
    package subscript(column: Int, row: Int) -> Cell {
        get { contains(column, row) ? cells[row * columns + column] : .blank }
        set { if contains(column, row) { cells[row * columns + column] = newValue } }
    }

    /// Fills columns of one row, all of which lie in the grid.
    mutating func fill(_ across: Range<Int>, row: Int, with cell: Cell) {
        let first = row * columns
        for place in first + across.lowerBound..<first + across.upperBound { cells[place] = cell }
    }

    private func contains(_ column: Int, _ row: Int) -> Bool {
        column >= 0 && row >= 0 && column < columns && row < rows
    }
}
