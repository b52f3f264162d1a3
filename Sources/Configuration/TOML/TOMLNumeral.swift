/// Values without quotes: numbers, true and false, dates and times.
enum TOMLNumeral {
    /// Nil where the word is none, or a whole number of more than 64 bits.
    static func value(_ word: String) -> TOMLValue? {
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "inf", "+inf": return .number(.infinity)
        case "-inf": return .number(-.infinity)
        case "nan", "+nan", "-nan": return .number(.nan)
        default: break
        }
        if isMoment(word) { return .moment(word) }
        guard let digits = plain(word) else { return nil }
        if let (radix, rest) = prefixed(digits) { return Int(rest, radix: radix).map { .integer($0) } }
        let unsigned = digits.drop { $0 == "+" || $0 == "-" }
        let whole = unsigned.prefix { ("0"..."9").contains($0) }
        guard !whole.isEmpty, digits.count - unsigned.count <= 1, whole == "0" || whole.first != "0" else { return nil }
        if whole.count == unsigned.count { return Int(digits).map { .integer($0) } }
        return isFraction(unsigned.dropFirst(whole.count)) ? Double(digits).map { .number($0) } : nil
    }

    /// `2019-02-11…` or `07:32…`.
    private static func isMoment(_ word: String) -> Bool {
        let marks = Array(word.utf8.map { (0x30...0x39).contains($0) ? UInt8(ascii: "0") : $0 })
        return marks.starts(with: "0000-00-00".utf8) || marks.starts(with: "00:00".utf8)
    }

    /// Without the underscores, each of which must stand between two digits.
    private static func plain(_ word: String) -> String? {
        let bytes = Array(word.utf8)
        for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            guard place > 0, place + 1 < bytes.count, isDigit(bytes[place - 1]), isDigit(bytes[place + 1]) else {
                return nil
            }
        }
        return word.filter { $0 != "_" }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func prefixed(_ digits: String) -> (radix: Int, rest: Substring)? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            let rest = digits.dropFirst(2)
            return rest.first == "-" || rest.first == "+" ? nil : (radix, rest)
        }
        return nil
    }

    /// `.5`, `e3`, `.5e-3`.
    private static func isFraction(_ text: Substring) -> Bool {
        var rest = text
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let mark = rest.first else { return true }
        guard mark == "e" || mark == "E" else { return false }
        rest = rest.dropFirst()
        if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy { ("0"..."9").contains($0) }
    }
}
