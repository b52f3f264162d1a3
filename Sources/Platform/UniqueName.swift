/// Names that nobody else gives, in the order of time: 48 bits of milliseconds and 80 of chance, as 26 letters and digits
/// that cannot be mistaken for one another (Crockford's alphabet), as ULIDs have them.
package enum UniqueName {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    package static func fresh() -> String {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(clamping: SystemClock.wallMicroseconds() / 1_000) & (1 << 48 - 1)
        let high = generator.next() & (1 << 40 - 1)
        let low = generator.next() & (1 << 40 - 1)
        return letters(milliseconds, 10) + letters(high, 8) + letters(low, 8)
    }

    /// Whether a text has the form of a name given here.
    package static func isOne(_ text: String) -> Bool {
        text.utf8.count == 26 && text.allSatisfy(alphabet.contains)
    }

    private static func letters(_ number: UInt64, _ count: Int) -> String {
        String((0..<count).reversed().map { alphabet[Int((number >> UInt64($0 * 5)) & 31)] })
    }
}
