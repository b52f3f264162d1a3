import Terminal

/// Turns a terminal's reports of the mouse into events. Pure: the time is an argument.
struct MouseDecoder {
    /// Two presses on one cell within this time are a double click, nanoseconds.
    static let doubleClickMax: UInt64 = 400_000_000
    /// Greatest column and row of a report; what claims more is none.
    static let placeMax = 9_999

    private struct Press {
        var column: Int
        var row: Int
        var at: UInt64
    }

    /// The latest press that may become a double click.
    private var last: Press?

    /// The event of an SGR report (mode 1006): what stands between `ESC [` and its last letter, `<0;3;4`, and that letter, `M`
    /// or `m`. Nil where it is no report, or one of a button that means nothing here.
    mutating func sgr(_ parameters: [UInt8], final: UInt8, at now: UInt64) -> MouseEvent? {
        guard parameters.first == UInt8(ascii: "<"), final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else {
            return nil
        }
        let parts = parameters.dropFirst().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.number)
        guard numbers.count == 3, parts.count == 3 else { return nil }
        return event(
            buttons: numbers[0], column: numbers[1], row: numbers[2], isRelease: final == UInt8(ascii: "m"), at: now)
    }

    /// The event of a report in the old form, which terminals without mode 1006 send: three characters after `ESC [ M`.
    mutating func legacy(_ scalars: [UInt32], at now: UInt64) -> MouseEvent? {
        guard scalars.count == 3, scalars.allSatisfy({ $0 >= 32 && $0 < 0x800 }) else { return nil }
        let numbers = scalars.map { Int($0) - 32 }
        // It does not say which button was released.
        let isRelease = numbers[0] & 0x63 == 3
        return event(
            buttons: isRelease ? 0 : numbers[0], column: numbers[1], row: numbers[2], isRelease: isRelease, at: now)
    }

    /// At most four digits, and at least one.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...4).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Of `buttons` the two lowest bits name the button, 4 is Shift, 16 Control, 32 motion, 64 the wheel.
    private mutating func event(buttons: Int, column: Int, row: Int, isRelease: Bool, at now: UInt64) -> MouseEvent? {
        guard buttons < 128, (1...Self.placeMax).contains(column), (1...Self.placeMax).contains(row) else { return nil }
        let button = buttons & 3
        let action: MouseEvent.Action
        switch (buttons & 64 != 0, buttons & 32 != 0, isRelease) {
        case (true, false, false): action = [.wheelUp, .wheelDown, .wheelLeft, .wheelRight][button]
        case (false, _, true) where button == 0: action = .release
        case (false, true, false) where button == 0: action = .drag
        case (false, false, false) where button == 0: action = press(column, row, at: now)
        default: return nil
        }
        return MouseEvent(action, column: column - 1, row: row - 1, isModified: buttons & (4 | 16) != 0)
    }

    private mutating func press(_ column: Int, _ row: Int, at now: UInt64) -> MouseEvent.Action {
        if let before = last, before.column == column, before.row == row, now >= before.at,
            now - before.at <= Self.doubleClickMax
        {
            // A third press begins anew.
            last = nil
            return .doublePress
        }
        last = Press(column: column, row: row, at: now)
        return .press
    }
}
