extension TerminalEmulator {
    /// A control sequence; those that are not known here are passed over.
    mutating func sequence(_ mark: UInt8?, _ numbers: [[Int?]], _ final: UInt8) {
        if mark == UInt8(ascii: "?") { return modes(numbers, on: final == UInt8(ascii: "h"), final) }
        guard mark == nil else { return }
        /// A number from 1 on, as most sequences count.
        func count(_ place: Int = 0) -> Int { max(1, numbers.indices.contains(place) ? numbers[place][0] ?? 1 : 1) }
        switch final {
        case UInt8(ascii: "A"): place(cursor.column, cursor.row - count())
        case UInt8(ascii: "B"), UInt8(ascii: "e"): place(cursor.column, cursor.row + count())
        case UInt8(ascii: "C"), UInt8(ascii: "a"): place(cursor.column + count(), cursor.row)
        case UInt8(ascii: "D"): place(cursor.column - count(), cursor.row)
        case UInt8(ascii: "E"): place(0, cursor.row + count())
        case UInt8(ascii: "F"): place(0, cursor.row - count())
        case UInt8(ascii: "G"), UInt8(ascii: "`"): place(count() - 1, cursor.row)
        case UInt8(ascii: "d"): place(cursor.column, count() - 1)
        case UInt8(ascii: "H"), UInt8(ascii: "f"): place(count(1) - 1, count() - 1)
        case UInt8(ascii: "I"): place((cursor.column / 8 + count()) * 8, cursor.row)
        case UInt8(ascii: "Z"): place(((cursor.column + 7) / 8 - count()) * 8, cursor.row)
        case UInt8(ascii: "m"): dress(numbers)
        case UInt8(ascii: "r"): setRegion(count() - 1, numbers.count > 1 ? numbers[1][0] ?? rows : rows)
        case UInt8(ascii: "s"): saved = cursor
        case UInt8(ascii: "u"): restore()
        case UInt8(ascii: "b"):
            guard let last else { return }
            for _ in 0..<min(count(), columns * rows) { print(last) }
        case UInt8(ascii: "h"), UInt8(ascii: "l"):
            if numbers.contains([4]) { inserts = final == UInt8(ascii: "h") }
        default: edit(final, numbers[0][0])
        }
    }

    /// Erasing, inserting, deleting, scrolling.
    private mutating func edit(_ final: UInt8, _ number: Int?) {
        let count = max(1, number ?? 1)
        let (column, row) = (cursor.column, cursor.row)
        let here = row * columns + column
        switch final {
        case UInt8(ascii: "J"):
            switch number ?? 0 {
            case 0: erase(here..<columns * rows)
            case 1: erase(0..<here + 1)
            default: erase(0..<columns * rows)
            }
        case UInt8(ascii: "K"):
            switch number ?? 0 {
            case 0: erase(here..<(row + 1) * columns)
            case 1: erase(row * columns..<here + 1)
            default: erase(row * columns..<(row + 1) * columns)
            }
        case UInt8(ascii: "X"): erase(here..<here + min(count, columns - column))
        case UInt8(ascii: "@"): shift(from: column, by: min(count, columns - column))
        case UInt8(ascii: "P"): shift(from: column, by: -min(count, columns - column))
        case UInt8(ascii: "L"): if region.contains(row) { scroll(row..<region.upperBound, by: -count) }
        case UInt8(ascii: "M"): if region.contains(row) { scroll(row..<region.upperBound, by: count) }
        case UInt8(ascii: "S"): scroll(region, by: count)
        case UInt8(ascii: "T"): scroll(region, by: -count)
        default: break
        }
    }

    private mutating func erase(_ places: Range<Int>) {
        for place in places { screen[place % columns, place / columns] = blank }
        cursor.isBeyond = false
    }

    private mutating func setRegion(_ top: Int, _ bottom: Int) {
        let bottom = min(bottom, rows)
        region = top < bottom - 1 ? top..<bottom : 0..<rows
        place(0, 0)
    }

    private mutating func modes(_ numbers: [[Int?]], on: Bool, _ final: UInt8) {
        guard final == UInt8(ascii: "h") || final == UInt8(ascii: "l") else { return }
        for number in numbers {
            switch number[0] {
            case 7: wraps = on
            case 25: showsCursor = on
            case 47, 1047, 1049: alternate(on, keepsCursor: number[0] == 1049)
            case 2026:
                if isUpdating, !on { updates += 1 }
                isUpdating = on
            default: break
            }
        }
    }

    private mutating func alternate(_ on: Bool, keepsCursor: Bool) {
        guard on != isAlternate else { return }
        isAlternate = on
        if on {
            if keepsCursor { saved = cursor }
            behind = screen
            screen = Painting(columns: columns, rows: rows)
        } else {
            screen = behind ?? Painting(columns: columns, rows: rows)
            behind = nil
            if keepsCursor { restore() }
        }
    }

    // MARK: Colours

    /// Select graphic rendition.
    private mutating func dress(_ numbers: [[Int?]]) {
        var place = 0
        while place < numbers.count {
            let group = numbers[place]
            place += 1
            switch group[0] ?? 0 {
            case 0: cursor.style = Style()
            case 1: cursor.style.bold = true
            case 2: cursor.style.dim = true
            case 4: cursor.style.underline = group.count < 2 || group[1] != 0
            case 7: cursor.style.reverse = true
            case 22: (cursor.style.bold, cursor.style.dim) = (false, false)
            case 24: cursor.style.underline = false
            case 27: cursor.style.reverse = false
            case let code where (30...37).contains(code): cursor.style.foreground = .indexed(UInt8(code - 30))
            case let code where (90...97).contains(code): cursor.style.foreground = .indexed(UInt8(code - 82))
            case let code where (40...47).contains(code): cursor.style.background = .indexed(UInt8(code - 40))
            case let code where (100...107).contains(code): cursor.style.background = .indexed(UInt8(code - 92))
            case 38: Self.colour(group, numbers, &place).map { cursor.style.foreground = $0 }
            case 48: Self.colour(group, numbers, &place).map { cursor.style.background = $0 }
            case 39: cursor.style.foreground = .terminalDefault
            case 49: cursor.style.background = .terminalDefault
            default: break
            }
        }
    }

    /// The colour after 38 or 48: `5;n` or `2;r;g;b`, with colons all in one group.
    private static func colour(_ group: [Int?], _ numbers: [[Int?]], _ place: inout Int) -> ThemeColour? {
        var parts = group.dropFirst().map { $0 ?? 0 }
        if group.count == 1 {
            let kind = place < numbers.count ? numbers[place][0] ?? 0 : 0
            let length = kind == 5 ? 2 : kind == 2 ? 4 : 1
            parts = numbers[min(place, numbers.count)..<min(place + length, numbers.count)].map { $0[0] ?? 0 }
            place += length
        } else if parts.first == 2, parts.count > 4 {
            // With colons the number of a colour space stands before the three.
            parts.remove(at: 1)
        }
        let values = parts.dropFirst().map { UInt8(min(255, $0)) }
        switch (parts.first, values.count) {
        case (5, 1...): return .indexed(values[0])
        case (2, 3...): return .rgb(values[0], values[1], values[2])
        default: return nil
        }
    }
}

/// The line-drawing characters of the VT100.
enum LineDrawing {
    private static let letters = Array("`afghijklmnopqrstuvwxyz{|}~".unicodeScalars)
    private static let drawn = Array("◆▒°±▒␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·".unicodeScalars)

    /// What a letter stands for in that set; itself where it stands for nothing.
    static func scalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        letters.firstIndex(of: scalar).map { drawn[$0] } ?? scalar
    }
}
