/// One place of the grid: what stands there and what it means. A theme decides how a meaning looks.
///
/// Eight bytes without a reference or a gap, because a frame is ten thousand of them and is made again at every key.
package struct Cell: Hashable, Sendable {
    /// The first scalar of the text; zero where there is none.
    package private(set) var scalar: UInt32
    /// A scalar that joins the first, such as an accent; zero where there is none.
    private var mark: UInt16
    package var role: Role
    /// Of a cell that shows two things in its halves: what `role` means fills the ink of the text, and this what lies behind
    /// it; `text` stands for the terminal's own background. Nil for every other cell.
    package var under: Role?

    package init(_ text: String = " ", _ role: Role = .text, under: Role? = nil) {
        (scalar, mark) = Self.pack(text)
        self.role = role
        self.under = under
    }

    init(_ scalar: Unicode.Scalar, _ role: Role) {
        self.scalar = scalar.value
        mark = 0
        self.role = role
        under = nil
    }

    /// One grapheme of width 1 or 2; the right half of a wide one is a cell whose text is empty. Of a grapheme its first
    /// scalar is kept, and the next where that joins it, is no joiner itself, and lies in the basic plane.
    package var text: String {
        get {
            var text = ""
            if scalar != 0, let first = Unicode.Scalar(scalar) { text.unicodeScalars.append(first) }
            if mark != 0, let second = Unicode.Scalar(mark) { text.unicodeScalars.append(second) }
            return text
        }
        set { (scalar, mark) = Self.pack(newValue) }
    }

    /// The right half of a wide grapheme, or nothing at all.
    package var isEmpty: Bool { scalar == 0 }

    /// Whether the text is one scalar and no more.
    package var isSingle: Bool { scalar != 0 && mark == 0 }

    /// Whether it is a grapheme of one column by itself, whatever stands beside it.
    package var isPlain: Bool { mark == 0 && Terminal.isPlain(scalar) }

    package static let blank = Cell()

    private static func pack(_ text: String) -> (UInt32, UInt16) {
        var scalars = text.unicodeScalars.makeIterator()
        guard let first = scalars.next() else { return (0, 0) }
        guard let second = scalars.next(), second.value <= 0xFFFF, second.value != joiner else {
            return (first.value, 0)
        }
        return (first.value, UInt16(second.value))
    }

    /// What would join the cell to its neighbour where nothing stands behind it.
    private static let joiner: UInt32 = 0x200D
}
