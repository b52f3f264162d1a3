/// One place of the grid: what stands there and what it means. A theme decides how a meaning looks.
///
/// Sixteen bytes without a reference, because a frame is ten thousand of them and is made again at every key.
package struct Cell: Hashable, Sendable {
    /// The scalars of the text, the first in the lowest 21 bits; zero where there is none.
    private var packed: UInt64
    package var role: Role
    /// Of a cell that shows two things in its halves: what `role` means fills the ink of the text, and this what lies behind
    /// it; `text` stands for the terminal's own background. Nil for every other cell.
    package var under: Role?

    package init(_ text: String = " ", _ role: Role = .text, under: Role? = nil) {
        packed = Self.pack(text)
        self.role = role
        self.under = under
    }

    init(_ scalar: Unicode.Scalar, _ role: Role) {
        packed = UInt64(scalar.value)
        self.role = role
        under = nil
    }

    /// One grapheme of width 1 or 2; the right half of a wide one is a cell whose text is empty. Of a grapheme of more than
    /// three scalars the first three are kept.
    package var text: String {
        get { Self.unpack(packed) }
        set { packed = Self.pack(newValue) }
    }

    /// The right half of a wide grapheme, or nothing at all.
    package var isEmpty: Bool { packed == 0 }

    /// The value of the text's only scalar; nil where there is none, or more than one.
    package var onlyScalar: UInt32? { packed != 0 && packed >> Self.bits == 0 ? UInt32(packed) : nil }

    /// The value of the first scalar; zero where there is none.
    package var firstScalar: UInt32 { UInt32(packed & Self.mask) }

    package static let blank = Cell()

    private static let bits: UInt64 = 21
    private static let mask: UInt64 = (1 << bits) - 1

    private static func pack(_ text: String) -> UInt64 {
        var packed: UInt64 = 0
        var shift: UInt64 = 0
        var last: UInt64 = 0
        for scalar in text.unicodeScalars {
            guard shift < 3 * bits else { break }
            last = UInt64(scalar.value)
            packed |= last << shift
            shift += bits
        }
        // A joiner with nothing behind it would join what stands in the next cell.
        if last == 0x200D { packed &= ~(mask << (shift - bits)) }
        return packed
    }

    private static func unpack(_ packed: UInt64) -> String {
        var text = ""
        var rest = packed
        while rest != 0 {
            if let scalar = Unicode.Scalar(UInt32(rest & mask)) { text.unicodeScalars.append(scalar) }
            rest >>= bits
        }
        return text
    }
}
