/// Numerals to doubles: exact in one step for the short ones that prices are, by the standard library for the rest.
enum Numeral {
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The JSON number that begins at `start`, with the index after it; nil where none does.
    ///
    /// A significand below 2^53 and a power of ten up to 10^22 are both exact doubles, so one multiplication or division
    /// rounds once and therefore correctly (W. D. Clinger, "How to read floating point numbers accurately", 1990).
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (value: Double, end: Int)? {
        var index = start
        func byte() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
        let negative = byte() == UInt8(ascii: "-")
        if negative { index += 1 }

        var significand: UInt64 = 0
        var digits = 0
        var exponent = 0
        func takeDigits() -> Int {
            let first = index
            while index < bytes.count, case let digit = bytes[index] &- 48, digit <= 9 {
                // Past nineteen digits the fast way is closed anyway; counting goes on, adding does not.
                if digits < 19 { significand = significand * 10 + UInt64(digit) }
                if digits > 0 || digit != 0 { digits += 1 }
                index += 1
            }
            return index - first
        }
        let whole = index
        let wholeDigits = takeDigits()
        guard wholeDigits == 1 || (wholeDigits > 1 && bytes[whole] != 48) else { return nil }
        if byte() == UInt8(ascii: ".") {
            index += 1
            let places = takeDigits()
            guard places > 0 else { return nil }
            exponent = -places
        }
        if byte() | 0x20 == UInt8(ascii: "e") {
            index += 1
            let down = byte() == UInt8(ascii: "-")
            if down || byte() == UInt8(ascii: "+") { index += 1 }
            let first = index
            var written = 0
            while index < bytes.count, case let digit = bytes[index] &- 48, digit <= 9 {
                written = min(written * 10 + Int(digit), 100_000)
                index += 1
            }
            guard index > first else { return nil }
            exponent += down ? -written : written
        }
        if digits <= 19, significand < 1 << 53, exponent >= -22, exponent <= 22 {
            let exact = Double(significand)
            let value = exponent < 0 ? exact / powers[-exponent] : exact * powers[exponent]
            return (negative ? -value : value, index)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text) else { return nil }
        return (value, index)
    }
}
