/// What a stream of bytes asks of a terminal.
enum ControlAction: Hashable, Sendable {
    case print(Unicode.Scalar)
    /// A control character such as a line feed.
    case control(UInt8)
    /// Escape, perhaps one byte between, and a final one.
    case escape(between: UInt8?, final: UInt8)
    /// A control sequence: a private mark (`?`, `>`), numbers (nil where one is left out) with those after a colon beside
    /// them, a byte between, and a final one.
    case sequence(mark: UInt8?, numbers: [[Int?]], between: UInt8?, final: UInt8)
}

/// Takes a terminal's bytes apart, in whatever pieces they come: UTF-8, control characters, escape and control sequences.
/// Strings for the window system and others of that kind are passed over. Bytes that are no UTF-8 become U+FFFD.
struct ControlParser: Hashable, Sendable {
    private enum State: Hashable, Sendable {
        case ground
        case escape
        case escapeBetween(UInt8)
        case sequence
        /// Within a string that means nothing here; `true` after an escape that may end it.
        case string(Bool)
    }

    /// Numbers beyond this are as good as it.
    private static let numberMax = 65_535
    private static let numbersMax = 32

    private var state = State.ground
    private var mark: UInt8?
    private var between: UInt8?
    private var numbers: [[Int?]] = [[nil]]
    /// A scalar that is not whole yet, and how many bytes it lacks.
    private var partial: [UInt8] = []
    private var missing = 0

    /// Takes one byte and hands on what is complete by it.
    mutating func take(_ byte: UInt8, _ act: (ControlAction) -> Void) {
        if missing > 0 {
            if byte & 0xC0 == 0x80 {
                partial.append(byte)
                missing -= 1
                if missing == 0 { finishScalar(act) }
                return
            }
            missing = 0
            act(.print("\u{FFFD}"))
        }
        switch state {
        case .ground: ground(byte, act)
        case .escape: escape(byte, act)
        case .escapeBetween(let between):
            state = .ground
            act(.escape(between: between, final: byte))
        case .sequence: sequence(byte, act)
        case .string(let isEnding):
            if byte == 0x07 || isEnding && byte == 0x5C {
                state = .ground
            } else {
                state = .string(byte == 0x1B)
            }
        }
    }

    private mutating func ground(_ byte: UInt8, _ act: (ControlAction) -> Void) {
        switch byte {
        case 0x1B: state = .escape
        case ..<0x20, 0x7F: act(.control(byte))
        case ..<0x80: act(.print(Unicode.Scalar(byte)))
        case 0xC2...0xDF: begin(byte, missing: 1)
        case 0xE0...0xEF: begin(byte, missing: 2)
        case 0xF0...0xF4: begin(byte, missing: 3)
        default: act(.print("\u{FFFD}"))
        }
    }

    private mutating func begin(_ byte: UInt8, missing count: Int) {
        partial = [byte]
        missing = count
    }

    private mutating func finishScalar(_ act: (ControlAction) -> Void) {
        act(.print(String(decoding: partial, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"))
    }

    private mutating func escape(_ byte: UInt8, _ act: (ControlAction) -> Void) {
        switch byte {
        case UInt8(ascii: "["):
            (mark, between, numbers) = (nil, nil, [[nil]])
            state = .sequence
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            state = .string(false)
        case 0x20...0x2F: state = .escapeBetween(byte)
        case 0x1B: break
        default:
            state = .ground
            act(.escape(between: nil, final: byte))
        }
    }

    private mutating func sequence(_ byte: UInt8, _ act: (ControlAction) -> Void) {
        switch byte {
        case 0x30...0x39: add(Int(byte - 0x30))
        case UInt8(ascii: ";"): if numbers.count < Self.numbersMax { numbers.append([nil]) }
        case UInt8(ascii: ":"):
            if numbers[numbers.count - 1].count < Self.numbersMax { numbers[numbers.count - 1].append(nil) }
        case 0x3C...0x3F: mark = byte
        case 0x20...0x2F: between = byte
        case 0x40...0x7E:
            state = .ground
            act(.sequence(mark: mark, numbers: numbers, between: between, final: byte))
        case 0x1B: state = .escape
        // Controls within a sequence act as if they stood before it.
        case ..<0x20: act(.control(byte))
        default: state = .ground
        }
    }

    private mutating func add(_ digit: Int) {
        let place = numbers.count - 1
        let last = numbers[place].count - 1
        numbers[place][last] = min(Self.numberMax, (numbers[place][last] ?? 0) * 10 + digit)
    }
}
