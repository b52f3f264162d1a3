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

    private var paste: Paste?

    /// The keys that are complete with this input.
    mutating func decode(_ raw: RawKey, at now: UInt64) -> [Key] {
        guard let open = paste else { return begin(raw, at: now) }
        if now > open.touched, now - open.touched > Self.pasteSilenceMax {
            paste = nil
            return [.paste(String(open.text))] + begin(raw, at: now)
        }
        paste?.touched = now
        switch raw {
        case .pasteEnds:
            paste = nil
            return [.paste(String(open.text))]
        case .scalar(let value):
            paste?.take(value)
            return []
        // Pasted bytes that happen to spell a key are no key.
        case .named, .pasteBegins, .unknown: return []
        }
    }

    private mutating func begin(_ raw: RawKey, at now: UInt64) -> [Key] {
        switch raw {
        case .pasteBegins:
            paste = Paste(touched: now)
            return []
        case .named(let key): return [key]
        case .scalar(let value): return Self.key(value).map { [$0] } ?? []
        case .pasteEnds, .unknown: return []
        }
    }

    private static func key(_ value: UInt32) -> Key? {
        switch value {
        case 9: return .tab
        case 10, 13: return .enter
        case 27: return .escape
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
