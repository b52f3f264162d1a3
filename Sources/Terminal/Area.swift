/// A rectangle of a grid, in columns and rows. Never negative in size.
package struct Area: Hashable, Sendable {
    package var column: Int
    package var row: Int
    package var columns: Int
    package var rows: Int

    package init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    /// The first column and row beyond it.
    package var endColumn: Int { column + columns }
    package var endRow: Int { row + rows }
    package var isEmpty: Bool { columns == 0 || rows == 0 }

    /// Whether a place lies in it.
    package func contains(_ column: Int, _ row: Int) -> Bool {
        column >= self.column && column < endColumn && row >= self.row && row < endRow
    }

    /// What is left when each side gives up some columns or rows.
    package func inset(columns across: Int, rows down: Int) -> Area {
        Area(column: column + across, row: row + down, columns: columns - 2 * across, rows: rows - 2 * down)
    }

    /// The first `count` rows, and the rest below them.
    package func splitRows(_ count: Int) -> (top: Area, rest: Area) {
        let kept = min(max(0, count), rows)
        return (
            Area(column: column, row: row, columns: columns, rows: kept),
            Area(column: column, row: row + kept, columns: columns, rows: rows - kept)
        )
    }

    /// The first `count` columns, and the rest to their right.
    package func splitColumns(_ count: Int) -> (left: Area, rest: Area) {
        let kept = min(max(0, count), columns)
        return (
            Area(column: column, row: row, columns: kept, rows: rows),
            Area(column: column + kept, row: row, columns: columns - kept, rows: rows)
        )
    }

    /// A rectangle of at most that size in the middle of this one.
    package func centred(columns wide: Int, rows high: Int) -> Area {
        let width = min(max(0, wide), columns)
        let height = min(max(0, high), rows)
        return Area(
            column: column + (columns - width) / 2, row: row + (rows - height) / 2, columns: width, rows: height)
    }
}
