/// Writes JSON into bytes, one form for each value: the same value always gives the same bytes.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Punctuation and keys, as they stand.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func integer(_ value: some BinaryInteger) {
        bytes.appendDecimal(Int64(value))
    }

    mutating func boolean(_ value: Bool) { value ? raw("true") : raw("false") }

    mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: $0) }
    }

    /// A string of bytes that are UTF-8.
    mutating func string(utf8 content: UnsafeBufferPointer<UInt8>) {
        raw("\"")
        var run = 0
        for index in 0..<content.count {
            let byte = content[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: content[run..<index]))
            run = index + 1
            escape(byte)
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: content[run..<content.count]))
        raw("\"")
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0..<0x20:
            raw("u00")
            bytes.append(byte < 16 ? 48 : 49)
            bytes.append(hexDigit(byte & 15))
        default: bytes.append(byte)
        }
    }

    /// A string in base 64 of arbitrary bytes.
    mutating func base64(_ content: [UInt8]) {
        raw("\"")
        Base64.append(content, to: &bytes)
        raw("\"")
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

extension [UInt8] {
    /// The decimal digits of an integer.
    mutating func appendDecimal(_ value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let first = count
        repeat {
            append(48 + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[first...].reverse()
    }
}
