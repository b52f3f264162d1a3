/// RFC 4648 base 64 with padding, strictly: one text for each sequence of bytes.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func append(_ content: [UInt8], to text: inout [UInt8]) {
        var index = 0
        while index < content.count {
            let left = content.count - index
            let word =
                UInt32(content[index]) << 16 | UInt32(left > 1 ? content[index + 1] : 0) << 8
                | UInt32(left > 2 ? content[index + 2] : 0)
            text.append(alphabet[Int(word >> 18)])
            text.append(alphabet[Int(word >> 12 & 63)])
            text.append(left > 1 ? alphabet[Int(word >> 6 & 63)] : UInt8(ascii: "="))
            text.append(left > 2 ? alphabet[Int(word & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Nil where the text is not what `append` writes.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var content: [UInt8] = []
        content.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let last = start + 4 == text.count
            let padding = last ? (text[start + 3] == 61 ? (text[start + 2] == 61 ? 2 : 1) : 0) : 0
            var word: UInt32 = 0
            for offset in 0..<4 {
                guard let sextet = offset >= 4 - padding ? 0 : value(of: text[start + offset]) else { return nil }
                word = word << 6 | sextet
            }
            content.append(UInt8(word >> 16))
            if padding < 2 { content.append(UInt8(word >> 8 & 255)) } else if word & 0xFFFF != 0 { return nil }
            if padding < 1 { content.append(UInt8(word & 255)) } else if word & 0xFF != 0 { return nil }
        }
        return content
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case 65...90: UInt32(byte) - 65
        case 97...122: UInt32(byte) - 71
        case 48...57: UInt32(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
