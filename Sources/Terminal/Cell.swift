/// One place of the grid: what stands there and what it means. A theme decides how a meaning looks.
package struct Cell: Hashable, Sendable {
    /// One grapheme of width 1 or 2; the right half of a wide one is a cell whose text is empty.
    package var text: String
    package var role: Role

    package init(_ text: String = " ", _ role: Role = .text) {
        self.text = text
        self.role = role
    }

    package static let blank = Cell()
}
