import Terminal

/// One thing ncurses read.
enum RawKey: Hashable {
    /// A Unicode scalar, control characters among them.
    case scalar(UInt32)
    /// A key that ncurses recognised.
    case named(Key)
    /// The marks around a bracketed paste.
    case pasteBegins, pasteEnds
    /// How a report of the mouse begins, in the SGR form and in the old one.
    case mouseBegins, oldMouseBegins
    /// A sequence that means nothing here.
    case unknown
}

/// Turns what ncurses read into keys and events of the mouse; holds a paste until its end. Pure: the time is an argument.
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
        /// `ESC [ M`: three more characters belong to it.
        case oldMouse
    }
    /// How long a sequence may take on the line, nanoseconds.
    static let sequenceMax: UInt64 = 100_000_000

    /// Characters of a sequence that are kept; a longer one means nothing here.
    private static let parametersMax = 24

    private var paste: Paste?
    private var sequence = Sequence.none
    private var sequenceBegan: UInt64 = 0
    /// What came of the sequence since `ESC [` or `ESC [ M`.
    private var parameters: [UInt32] = []
    private var mouse = MouseDecoder()

    /// To be called when nothing more is waiting: an escape alone is the escape key.
    mutating func rest() -> [ScreenEvent] {
        guard sequence == .escape else { return [] }
        sequence = .none
        return [.key(.escape)]
    }

    /// The keys and events of the mouse that are complete with this input.
    mutating func decode(_ raw: RawKey, at now: UInt64) -> [ScreenEvent] {
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
        case .named, .pasteBegins, .mouseBegins, .oldMouseBegins, .unknown: return []
        }
    }

    private mutating func endPaste() -> [ScreenEvent] {
        defer { paste = nil }
        return paste.map { [.key(.paste(String($0.text)))] } ?? []
    }

    private mutating func begin(_ raw: RawKey, at now: UInt64) -> [ScreenEvent] {
        if case .scalar(let value) = raw { return type(value, at: now) }
        // Whatever ncurses recognised, a sequence that was cut short ends before it.
        let before = rest()
        sequence = .none
        switch raw {
        case .pasteBegins: paste = Paste(touched: now)
        case .named(let key): return before + [.key(key)]
        case .mouseBegins: start(.control, with: [0x3C], at: now)
        case .oldMouseBegins: start(.oldMouse, with: [], at: now)
        case .scalar, .pasteEnds, .unknown: break
        }
        return before
    }

    private mutating func start(_ new: Sequence, with first: [UInt32], at now: UInt64) {
        sequence = new
        sequenceBegan = now
        parameters = first
    }

    private mutating func type(_ value: UInt32, at now: UInt64) -> [ScreenEvent] {
        if now > sequenceBegan, now - sequenceBegan > Self.sequenceMax, sequence != .escape { sequence = .none }
        switch (sequence, value) {
        case (.escape, 0x5B), (.escape, 0x4F):
            start(value == 0x5B ? .control : .single, with: [], at: sequenceBegan)
            return []
        case (.single, _):
            sequence = .none
            return []
        case (.control, 0x20..<0x7F): return control(value, at: now)
        case (.oldMouse, 32...):
            parameters.append(value)
            guard parameters.count == 3 else { return [] }
            sequence = .none
            return mouse.legacy(parameters, at: now).map { [.mouse($0)] } ?? []
        case (_, 27):
            let before = rest()
            sequence = .escape
            sequenceBegan = now
            return before
        case (.none, _), (.escape, _), (.control, _), (.oldMouse, _):
            let before = rest()
            sequence = .none
            return before + (Self.key(value).map { [.key($0)] } ?? [])
        }
    }

    /// One more character after `ESC [`; the last one says what the sequence was.
    private mutating func control(_ value: UInt32, at now: UInt64) -> [ScreenEvent] {
        guard value >= 0x40 else {
            if parameters.count <= Self.parametersMax { parameters.append(value) }
            return []
        }
        if value == 0x4D, parameters.isEmpty {
            start(.oldMouse, with: [], at: sequenceBegan)
            return []
        }
        sequence = .none
        guard parameters.count <= Self.parametersMax else { return [] }
        let event = mouse.sgr(parameters.map { UInt8($0) }, final: UInt8(value), at: now)
        return event.map { [.mouse($0)] } ?? []
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
