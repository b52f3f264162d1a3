/// A terminal as a value: bytes in, a picture out. It knows what programs write that take it for `xterm-256color`: moving,
/// colours, erasing, inserting and deleting, scroll regions, the alternate screen, line drawing, wide characters and
/// synchronized updates. What it does not know it passes over; it answers nothing.
package struct TerminalEmulator: Hashable, Sendable {
    package private(set) var columns: Int
    package private(set) var rows: Int
    /// What is on the screen now.
    package internal(set) var screen: Painting
    /// Whether a synchronized update has begun and not ended: the screen is being drawn.
    package internal(set) var isUpdating = false
    /// How many synchronized updates have ended.
    package internal(set) var updates = 0
    package internal(set) var showsCursor = true
    package internal(set) var isAlternate = false

    var parser = ControlParser()
    var cursor = Cursor()
    var saved = Cursor()
    /// The screen behind the alternate one.
    var behind: Painting?
    /// First row that scrolls and the first below.
    var region: Range<Int>
    var wraps = true
    var inserts = false
    /// The last character printed, for its repetition.
    var last: Unicode.Scalar?

    /// Where the next character goes, and how it looks.
    struct Cursor: Hashable, Sendable {
        var column = 0
        var row = 0
        /// The last column is taken: the next character goes to the next row.
        var isBeyond = false
        var style = Style()
        /// Whether G0 and G1 draw lines, and which of them is in use.
        var drawsLines = [false, false]
        var set = 0
    }

    /// A blank screen with the cursor at its top left; sizes below 1 count as 1.
    package init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        screen = Painting(columns: self.columns, rows: self.rows)
        region = 0..<self.rows
    }

    /// Takes what a program wrote, in pieces of any size.
    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            var actions: [ControlAction] = []
            parser.take(byte) { actions.append($0) }
            for action in actions { perform(action) }
        }
    }

    /// Another size: what was at the top left stays, the rest is blank.
    package mutating func resize(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        screen = resized(screen)
        behind = behind.map(resized)
        region = 0..<self.rows
        place(cursor.column, cursor.row)
    }

    private func resized(_ old: Painting) -> Painting {
        var new = Painting(columns: columns, rows: rows)
        for row in 0..<min(rows, old.rows) {
            for column in 0..<min(columns, old.columns) { new[column, row] = old[column, row] }
        }
        return new
    }

    private mutating func perform(_ action: ControlAction) {
        switch action {
        case .print(let scalar): print(scalar)
        case .control(let byte): control(byte)
        case .escape(let between, let final): escape(between, final)
        case .sequence(let mark, let numbers, let between, let final):
            if between == nil { sequence(mark, numbers, final) }
        }
    }

    // MARK: Printing

    mutating func print(_ scalar: Unicode.Scalar) {
        let scalar = cursor.drawsLines[cursor.set] ? LineDrawing.scalar(scalar) : scalar
        let width = characterWidth(Character(scalar))
        guard width > 0 else { return join(scalar) }
        last = scalar
        guard width <= columns else { return }
        if cursor.isBeyond || cursor.column + width > columns {
            if wraps {
                cursor.column = 0
                feedLine()
            } else {
                cursor.column = columns - width
            }
        }
        if inserts { shift(from: cursor.column, by: width) }
        // Of a wide character that is written over nothing stays.
        if screen[cursor.column, cursor.row].text.isEmpty { screen[cursor.column - 1, cursor.row].text = " " }
        let end = cursor.column + width
        if end < columns, screen[end, cursor.row].text.isEmpty { screen[end, cursor.row].text = " " }
        screen[cursor.column, cursor.row] = PaintedCell(String(Character(scalar)), cursor.style)
        if width == 2 { screen[cursor.column + 1, cursor.row] = PaintedCell("", cursor.style) }
        cursor.isBeyond = end >= columns
        cursor.column = min(end, columns - 1)
    }

    /// A mark joins the character before it.
    private mutating func join(_ scalar: Unicode.Scalar) {
        var column = cursor.isBeyond ? cursor.column : cursor.column - 1
        if column > 0, screen[column, cursor.row].text.isEmpty { column -= 1 }
        guard column >= 0 else { return }
        screen[column, cursor.row].text.unicodeScalars.append(scalar)
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x08: place(cursor.column - 1, cursor.row)
        case 0x09: place((cursor.column / 8 + 1) * 8, cursor.row)
        case 0x0A...0x0C: feedLine()
        case 0x0D: place(0, cursor.row)
        case 0x0E: cursor.set = 1
        case 0x0F: cursor.set = 0
        default: break
        }
    }

    private mutating func escape(_ between: UInt8?, _ final: UInt8) {
        switch (between, final) {
        case (UInt8(ascii: "("), _): cursor.drawsLines[0] = final == UInt8(ascii: "0")
        case (UInt8(ascii: ")"), _): cursor.drawsLines[1] = final == UInt8(ascii: "0")
        case (nil, UInt8(ascii: "7")): saved = cursor
        case (nil, UInt8(ascii: "8")): restore()
        case (nil, UInt8(ascii: "D")): feedLine()
        case (nil, UInt8(ascii: "E")):
            place(0, cursor.row)
            feedLine()
        case (nil, UInt8(ascii: "M")): feedBack()
        case (nil, UInt8(ascii: "c")): self = TerminalEmulator(columns: columns, rows: rows)
        default: break
        }
    }

    // MARK: Moving

    /// Puts the cursor at a place of the screen, the nearest to the one wanted.
    mutating func place(_ column: Int, _ row: Int) {
        cursor.column = min(max(0, column), columns - 1)
        cursor.row = min(max(0, row), rows - 1)
        cursor.isBeyond = false
    }

    mutating func restore() {
        cursor = saved
        let isBeyond = cursor.isBeyond
        place(cursor.column, cursor.row)
        cursor.isBeyond = isBeyond && cursor.column == columns - 1
    }

    private mutating func feedLine() {
        if cursor.row + 1 == region.upperBound {
            scroll(region, by: 1)
        } else {
            cursor.row = min(cursor.row + 1, rows - 1)
        }
        cursor.isBeyond = false
    }

    private mutating func feedBack() {
        if cursor.row == region.lowerBound {
            scroll(region, by: -1)
        } else {
            cursor.row = max(0, cursor.row - 1)
        }
        cursor.isBeyond = false
    }

    /// What is erased takes the ground of the present style.
    var blank: PaintedCell { PaintedCell(" ", Style(background: cursor.style.background)) }

    /// Moves the lines of some rows up, or down where `count` is negative; blank ones come after them.
    mutating func scroll(_ rows: Range<Int>, by count: Int) {
        let old = screen
        for row in rows {
            let from = row + count
            for column in 0..<columns { screen[column, row] = rows.contains(from) ? old[column, from] : blank }
        }
    }

    /// Moves what stands from a column on to the right, or to the left where `count` is negative.
    mutating func shift(from start: Int, by count: Int) {
        let old = screen
        for column in start..<columns {
            let from = column - count
            screen[column, cursor.row] = from >= start && from < columns ? old[from, cursor.row] : blank
        }
    }
}
