/// One place of the grid: what stands there and what it means. A theme decides how a meaning looks.
package struct Cell: Hashable, Sendable {
    /// One grapheme of width 1 or 2; the right half of a wide one is a cell whose text is empty.
    package var text: String
    package var role: Role
    /// Of a cell that shows two things in its halves: what `role` means fills the ink of the text, and this what lies behind
    /// it; `text` stands for the terminal's own background. Nil for every other cell.
    package var under: Role?

    package init(_ text: String = " ", _ role: Role = .text, under: Role? = nil) {
        self.text = text
        self.role = role
        self.under = under
    }

    package static let blank = Cell()
}
