/// Pulls JSON values out of bytes one by one, without a tree: every read is bounded, nothing traps, and what is not
/// asked for is skipped. All foreign bytes and all stored records are read through it.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The next byte, or 0 at the end: 0 begins nothing in JSON, so the end needs no case of its own.
    var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    /// Takes the byte if it comes next, after space.
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(DecodeFault) {
        guard take(byte) else { throw fault("expected \(Character(UnicodeScalar(byte)))") }
    }

    /// Takes a fixed text if exactly it comes next.
    mutating func takes(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard bytes.count - index >= length else { return false }
        let wanted = text.utf8Start
        for offset in 0..<length where bytes[index + offset] != wanted[offset] { return false }
        index += length
        return true
    }

    /// Takes a fixed text, which must come next.
    mutating func expect(_ text: StaticString) throws(DecodeFault) {
        guard takes(text) else { throw fault("expected \(text)") }
    }

    /// Nothing but space may be left.
    mutating func expectEnd() throws(DecodeFault) {
        skipSpace()
        guard index == bytes.count else { throw fault("bytes after the end") }
    }

    /// A string as it stands, without its quotation marks and with its escapes.
    mutating func rawString() throws(DecodeFault) -> UnsafeBufferPointer<UInt8> {
        try expect(UInt8(ascii: "\""))
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return UnsafeBufferPointer(rebasing: bytes[start..<(index - 1)])
            case UInt8(ascii: "\\"): index += 2
            case 0..<0x20: throw fault("control character in a string")
            default: index += 1
            }
        }
        index = bytes.count
        throw fault("string without an end")
    }

    /// An object's next key, or nil at its end; `first` says whether it is the first asked for.
    mutating func key(first: Bool) throws(DecodeFault) -> UnsafeBufferPointer<UInt8>? {
        if take(UInt8(ascii: "}")) { return nil }
        if !first { try expect(UInt8(ascii: ",")) }
        let key = try rawString()
        try expect(UInt8(ascii: ":"))
        return key
    }

    /// The elements of an array, each read by `read`, at most `limit`.
    mutating func array(
        limit: Int, _ read: (inout Self) throws(DecodeFault) -> Void
    ) throws(DecodeFault) {
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return }
        var count = 0
        repeat {
            count += 1
            guard count <= limit else { throw DecodeFault("too-many", "more than \(limit) elements in an array") }
            skipSpace()
            try read(&self)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// Passes over one value of any kind, at most `depth` levels deep.
    mutating func skipValue(depth: Int = 32) throws(DecodeFault) {
        guard depth > 0 else { throw DecodeFault("too-deep", "values nested too deeply at byte \(index)") }
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): _ = try rawString()
        case UInt8(ascii: "["):
            try array(limit: bytes.count) { scanner throws(DecodeFault) in try scanner.skipValue(depth: depth - 1) }
        case UInt8(ascii: "{"):
            index += 1
            var first = true
            while try key(first: first) != nil {
                first = false
                try skipValue(depth: depth - 1)
            }
        case UInt8(ascii: "t"): try expect("true")
        case UInt8(ascii: "f"): try expect("false")
        case UInt8(ascii: "n"): try expect("null")
        default: _ = try number()
        }
    }

    /// `true` or `false`.
    mutating func boolean() throws(DecodeFault) -> Bool {
        skipSpace()
        if takes("true") { return true }
        if takes("false") { return false }
        throw fault("expected true or false")
    }

    /// A number as a finite double, rounded as `Double(String)` rounds it.
    mutating func number() throws(DecodeFault) -> Double {
        skipSpace()
        guard let parsed = Numeral.parse(bytes, from: index) else { throw fault("expected a number") }
        guard parsed.value.isFinite else { throw DecodeFault("not-finite", "a number beyond range at byte \(index)") }
        index = parsed.end
        return parsed.value
    }

    /// A number that is whole and fits 64 bits, written without fraction or exponent.
    mutating func integer() throws(DecodeFault) -> Int64 {
        skipSpace()
        let negative = next == UInt8(ascii: "-")
        if negative { index += 1 }
        let start = index
        var value: Int64 = 0
        while case 48...57 = next {
            let scaled = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(next - 48)
            let sum =
                negative
                ? scaled.partialValue.subtractingReportingOverflow(digit)
                : scaled.partialValue.addingReportingOverflow(digit)
            guard !scaled.overflow, !sum.overflow else { throw fault("an integer beyond 64 bits") }
            value = sum.partialValue
            index += 1
        }
        let leadingZero = index - start > 1 && bytes[start] == 48
        guard index > start, !leadingZero, !(negative && value == 0) else { throw fault("expected an integer") }
        return value
    }

    func fault(_ detail: String) -> DecodeFault { .malformed(detail, at: index) }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes spell the text.
    func spells(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<count where self[offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Whether the bytes are UTF-8; almost all are plain ASCII, which is seen eight bytes at a time.
    var isUTF8: Bool {
        let raw = UnsafeRawBufferPointer(self)
        var offset = 0
        while offset + 8 <= count {
            if raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
                return String(validating: self, as: UTF8.self) != nil
            }
            offset += 8
        }
        while offset < count {
            if self[offset] >= 0x80 { return String(validating: self, as: UTF8.self) != nil }
            offset += 1
        }
        return true
    }
}
