/// A symbol as the source spells it, known to be harmless in a path, a query and on a terminal.
///
/// 1 to 32 characters from `A-Z a-z 0-9 . - _ : / ^ =`, beginning with a letter, a digit or `^`, without `..` or `//`.
package struct SymbolName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil where the text is not such a name; `complaint` says why.
    package init?(_ text: String) {
        guard Self.complaint(about: text) == nil else { return nil }
        self.text = text
    }

    /// Why a text is no symbol, as a clause, or nil where it is one.
    package static func complaint(about text: String) -> String? {
        guard !text.isEmpty else { return "it is empty" }
        guard text.utf8.count <= 32 else { return "it has more than 32 characters" }
        for byte in text.utf8 where !allowed(byte) {
            return "only letters, digits and . - _ : / ^ = may stand in a symbol"
        }
        guard let first = text.utf8.first, isAlphanumeric(first) || first == UInt8(ascii: "^") else {
            return "it must begin with a letter, a digit or ^"
        }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == previous, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") { return "it holds .. or //" }
            previous = byte
        }
        return nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func allowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || ".-_:/^=".utf8.contains(byte)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
    package var description: String { text }
}

/// Makes a foreign text harmless once, at the boundary: control characters, escape sequences and bidirectional overrides
/// become visible escapes, and the text is cut at `limit` characters.
package func harmless(_ text: String, limit: Int = 200) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
        if count >= limit {
            result += "…"
            break
        }
        count += 1
        switch scalar.value {
        case 0x00..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
