import Terminal

/// One thing ncurses read.
enum RawKey: Hashable {
    /// A Unicode scalar, control characters among them.
    case scalar(UInt32)
    /// A key that ncurses recognised.
    case named(Key)
    /// The marks around a bracketed paste.
    case pasteBegins, pasteEnds
    /// A sequence that means nothing here.
    case unknown
}

/// Turns what ncurses read into keys; holds a paste until its end. Pure: the time is an argument.
struct KeyDecoder {
    /// Greatest size of a pasted text in UTF-8; what goes beyond is dropped.
    static let pasteBytesMax = 1 << 20
    /// A paste whose end was lost ends with the first input after so long a silence, nanoseconds.
    static let pasteSilenceMax: UInt64 = 10_000_000_000

    struct Paste {
        var text = String.UnicodeScalarView()
        var bytes = 0
        var afterReturn = false
        var touched: UInt64
    }

    /// An escape that may begin a sequence ncurses does not know. Such a sequence is swallowed: taken for keys, the rest
    /// of Control-Up on a terminal without it would be an order.
    private enum Sequence: Equatable {
        case none
        /// The escape came, and nothing after it yet.
        case escape
        /// `ESC O`: one more character belongs to it.
        case single
        /// `ESC [`: characters up to one of `@` to `~` belong to it.
        case control
    }
    /// How long a sequence may take on the line, nanoseconds.
    static let sequenceMax: UInt64 = 100_000_000

    private var paste: Paste?
    private var sequence = Sequence.none
    private var sequenceBegan: UInt64 = 0

    /// To be called when nothing more is waiting: an escape alone is the escape key.
    mutating func rest() -> [Key] {
        guard sequence == .escape else { return [] }
        sequence = .none
        return [.escape]
    }

    /// The keys that are complete with this input.
    mutating func decode(_ raw: RawKey, at now: UInt64) -> [Key] {
        // Asked without taking the paste out of its place: a second holder would make every append a copy of it all.
        guard let touched = paste?.touched else { return begin(raw, at: now) }
        if now > touched, now - touched > Self.pasteSilenceMax { return endPaste() + begin(raw, at: now) }
        paste?.touched = now
        switch raw {
        case .pasteEnds: return endPaste()
        case .scalar(let value):
            paste?.take(value)
            return []
        // Pasted bytes that happen to spell a key are no key.
        case .named, .pasteBegins, .unknown: return []
        }
    }

    private mutating func endPaste() -> [Key] {
        defer { paste = nil }
        return paste.map { [.paste(String($0.text))] } ?? []
    }

    private mutating func begin(_ raw: RawKey, at now: UInt64) -> [Key] {
        switch raw {
        case .pasteBegins:
            paste = Paste(touched: now)
            return rest()
        case .named(let key): return rest() + [key]
        case .scalar(let value): return type(value, at: now)
        case .pasteEnds, .unknown: return rest()
        }
    }

    private mutating func type(_ value: UInt32, at now: UInt64) -> [Key] {
        if now > sequenceBegan, now - sequenceBegan > Self.sequenceMax, sequence != .escape { sequence = .none }
        switch (sequence, value) {
        case (.escape, 0x5B), (.escape, 0x4F):
            sequence = value == 0x5B ? .control : .single
            return []
        case (.single, _):
            sequence = .none
            return []
        case (.control, 0x20..<0x7F):
            if value >= 0x40 { sequence = .none }
            return []
        case (_, 27):
            let before = rest()
            sequence = .escape
            sequenceBegan = now
            return before
        case (.none, _), (.escape, _), (.control, _):
            let before = rest()
            sequence = .none
            return before + (Self.key(value).map { [$0] } ?? [])
        }
    }

    private static func key(_ value: UInt32) -> Key? {
        switch value {
        case 9: return .tab
        case 10, 13: return .enter
        // Older terminals send Control-H for the backspace key.
        case 8, 127: return .backspace
        case 1...26: return Unicode.Scalar(value + 0x60).map { .control(Character($0)) }
        case ..<32, 0x80..<0xA0: return nil
        default: return Unicode.Scalar(value).map { .character(Character($0)) }
        }
    }
}

extension KeyDecoder.Paste {
    /// Takes one scalar: line ends become line feeds, whatever else could steer a terminal a replacement character.
    fileprivate mutating func take(_ value: UInt32) {
        defer { afterReturn = value == 13 }
        if value == 10 && afterReturn { return }
        let scalar = Self.harmless(value)
        let size = UTF8.width(scalar)
        guard bytes + size <= KeyDecoder.pasteBytesMax else { return }
        bytes += size
        text.append(scalar)
    }

    private static func harmless(_ value: UInt32) -> Unicode.Scalar {
        switch value {
        case 10, 13: return "\n"
        case 9: return " "
        // Control characters, and those that turn the direction of writing.
        case ..<32, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: return "\u{FFFD}"
        default: return Unicode.Scalar(value) ?? "\u{FFFD}"
        }
    }
}
