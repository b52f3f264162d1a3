import Pipeline

/// A place in the bytes of a TOML file, which are UTF-8.
struct TOMLCursor {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    var isAtEnd: Bool { at >= bytes.count }
    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    func problem(_ text: String) -> TOMLProblem { TOMLProblem(line: line, text: text) }

    /// That something else was expected here.
    func unexpected(_ wanted: String) -> TOMLProblem {
        guard !isAtLineEnd else { return problem("\(wanted) is missing at the end of the line") }
        let rest = bytes[at...].prefix { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
        return problem(
            "\(wanted) was expected, and here stands \(harmless(String(decoding: rest, as: UTF8.self), limit: 20))")
    }

    mutating func advance() { at += 1 }

    /// Steps over a byte where it is the next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    /// The bytes from here on that are wanted.
    mutating func word(_ isWanted: (UInt8) -> Bool) -> String {
        let word = bytes[at...].prefix(while: isWanted)
        at += word.count
        return String(decoding: word, as: UTF8.self)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    // MARK: Lines

    mutating func skipBlanks() { while next == 0x20 || next == 0x09 { at += 1 } }

    /// Whether nothing but a remark stands before the end of the line.
    var isAtLineEnd: Bool {
        switch next {
        case nil, 0x0A, UInt8(ascii: "#"): true
        case 0x0D: at + 1 < bytes.count && bytes[at + 1] == 0x0A
        default: false
        }
    }

    /// Goes on to the next line, where nothing but a remark stands before it.
    mutating func endLine() throws(TOMLProblem) {
        skipBlanks()
        guard isAtLineEnd else { throw unexpected("the end of the line") }
        try endRemark()
        skipLine()
    }

    /// Blanks, remarks and line ends within a list.
    mutating func skipLines() throws(TOMLProblem) {
        skipBlanks()
        while !isAtEnd, isAtLineEnd {
            try endRemark()
            skipLine()
            skipBlanks()
        }
    }

    mutating func skipLine() {
        while let byte = next, byte != 0x0A { at += 1 }
        if take(0x0A) { line += 1 }
    }

    private mutating func endRemark() throws(TOMLProblem) {
        guard next == UInt8(ascii: "#") else { return }
        while let byte = next, byte != 0x0A {
            if byte < 0x20, byte != 0x09, !isAtLineEnd { throw problem("a control character stands in a remark") }
            at += 1
        }
    }

    // MARK: Texts

    /// A text in quotes, which end on the same line.
    mutating func quoted() throws(TOMLProblem) -> String {
        let quote = bytes[at]
        at += 1
        guard !(next == quote && at + 1 < bytes.count && bytes[at + 1] == quote) else {
            throw problem("texts over several lines are not read here: write it on one line")
        }
        var text: [UInt8] = []
        while let byte = next {
            at += 1
            switch byte {
            case quote: return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""): text += try escaped()
            case 0x0A, 0x0D:
                at -= 1
                throw problem("the quotes are not closed on the line")
            case 0x00..<0x20 where byte != 0x09, 0x7F: throw problem("a control character stands in a text")
            default: text.append(byte)
            }
        }
        throw problem("the quotes are not closed")
    }

    /// What stands after a backslash.
    private mutating func escaped() throws(TOMLProblem) -> [UInt8] {
        guard let byte = next else { throw problem("the quotes are not closed") }
        at += 1
        switch byte {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [byte]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = byte == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[at...].prefix(count)
            let text = String(decoding: digits, as: UTF8.self)
            guard digits.count == count, digits.allSatisfy(Self.isAlphanumeric), let value = UInt32(text, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw problem("\\u and \\U stand before 4 and 8 hexadecimal digits of a character") }
            at += count
            return Array(String(Character(scalar)).utf8)
        default:
            at -= 1
            throw problem("only b t n f r \" \\ u U may stand after a \\: within '…' it means itself")
        }
    }
}
