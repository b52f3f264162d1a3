extension Grid {
    /// The whole grid.
    package var area: Area { Area(column: 0, row: 0, columns: columns, rows: rows) }

    /// Writes a text from a place to the right, no further than `limit` columns; nothing is drawn outside the grid.
    /// Characters that cannot be shown are refused: controls become `?`, lone marks vanish. Returns the column after it.
    @discardableResult
    package mutating func write(
        _ text: String, column: Int, row: Int, role: Role = .text, limit: Int = .max
    ) -> Int {
        let end = limit == .max ? columns : min(columns, column + max(0, limit))
        guard row >= 0, row < rows, column < end else { return column }
        var at = column
        for scalar in text.unicodeScalars {
            guard isPlain(scalar.value) else {
                return writeGraphemes(text, column: column, row: row, role: role, end: end)
            }
            guard at < end else { return at }
            self[at, row] = Cell(scalar, role)
            at += 1
        }
        return at
    }

    private mutating func writeGraphemes(_ text: String, column: Int, row: Int, role: Role, end: Int) -> Int {
        var at = column
        for character in text {
            let width = characterWidth(character)
            if width == 0 {
                guard let ascii = character.asciiValue ?? controlValue(character), ascii < 0xA0, at < end else {
                    continue
                }
                self[at, row] = Cell("?", role)
                at += 1
                continue
            }
            guard at + width <= end else { return at }
            self[at, row] = Cell(String(character), role)
            if width == 2 { self[at + 1, row] = Cell("", role) }
            at += width
        }
        return at
    }

    private func controlValue(_ character: Character) -> UInt8? {
        character.unicodeScalars.first.flatMap { $0.value < 0xA0 ? UInt8($0.value) : nil }
    }

    /// Writes a text so that it ends before `end`.
    package mutating func writeRight(_ text: String, end: Int, row: Int, role: Role = .text) {
        write(text, column: end - textWidth(text), row: row, role: role)
    }

    /// Fills a rectangle with one cell; of a wide grapheme on its edge nothing stays.
    package mutating func fill(_ area: Area, with cell: Cell = .blank) {
        for row in max(0, area.row)..<max(0, area.row, min(rows, area.endRow)) where !area.isEmpty {
            if self[area.column, row].isEmpty { self[area.column - 1, row].text = " " }
            if self[area.endColumn, row].isEmpty { self[area.endColumn, row].text = " " }
        }
        let across = max(0, area.column)..<max(0, area.column, min(columns, area.endColumn))
        for row in max(0, area.row)..<max(0, area.row, min(rows, area.endRow)) { fill(across, row: row, with: cell) }
    }

    /// Gives the cells of a rectangle another role and keeps their texts.
    package mutating func tint(_ area: Area, role: Role) {
        for row in max(0, area.row)..<max(0, area.row, min(rows, area.endRow)) {
            for column in max(0, area.column)..<max(0, area.column, min(columns, area.endColumn)) {
                self[column, row].role = role
                self[column, row].under = nil
            }
        }
    }

    /// A frame with round corners along the inside of a rectangle.
    package mutating func frame(_ area: Area, role: Role = .border) {
        guard area.columns >= 2, area.rows >= 2 else { return }
        let (left, right, top, bottom) = (area.column, area.endColumn - 1, area.row, area.endRow - 1)
        for column in left..<right {
            self[column, top] = Cell("─", role)
            self[column, bottom] = Cell("─", role)
        }
        for row in top..<bottom {
            self[left, row] = Cell("│", role)
            self[right, row] = Cell("│", role)
        }
        self[left, top] = Cell("╭", role)
        self[right, top] = Cell("╮", role)
        self[left, bottom] = Cell("╰", role)
        self[right, bottom] = Cell("╯", role)
    }

    /// The text of one row, without blanks at its end.
    package func line(_ row: Int) -> String {
        var text = ""
        for column in 0..<columns { text += self[column, row].text }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The whole frame as text, one line a row.
    package var text: String { (0..<rows).map(line).joined(separator: "\n") }
}
