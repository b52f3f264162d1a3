import Pipeline
import Terminal

/// How one cell looks: the background tells the share, the glyph the worst state.
struct CoverageTile: Hashable, Sendable {
    var left: Cell
    var right: Cell
    /// What stands before both in a cell of more than two columns.
    var ground: Cell

    /// Without a ground of its own, the left half goes on.
    init(_ left: Cell, _ right: Cell, ground: Cell? = nil) {
        self.left = left
        self.right = right
        self.ground = ground ?? left
    }

    init(_ summary: CellSummary, colourless: Bool) {
        let heat = Role.heat(summary.share)
        // Where no colour can tell the share, a shade in the left half does.
        let ground = Cell(colourless ? shades[Int(summary.share * 8)] : " ", heat)
        switch summary.state {
        case .closed: self.init(.blank, .blank)
        case .unknown: self.init(Cell(" ", .dim), Cell("?", .dim))
        case .unrepairable: self.init(ground, Cell("!", .cellUnrepairable))
        case .missing:
            let one = summary.counts.expected == 1
            self.init(ground, Cell(one ? "○" : Self.digit(summary.counts.missing), one ? .cellMissing : heat))
        case .repairing:
            let count = Self.digit(summary.repairing)
            self.init(Cell("~", .cellRepairing), Cell(count, .cellRepairing), ground: Cell(" ", .cellRepairing))
        case .pending: self.init(Cell("┄", .cellPending), Cell("┄", .cellPending))
        case .fresh:
            let much = summary.fresh * 10 >= summary.counts.expected
            let under = Cell(ground.text, .cellHealed)
            self.init(much ? Cell("◆", .cellHealed) : under, Cell("◆", .cellHealed), ground: under)
        case .seam:
            let much = summary.counts.healed * 6 >= summary.counts.expected
            let under = Cell(ground.text, .cellSeam)
            self.init(much ? Cell("╱", .cellSeam) : under, Cell("╱", .cellSeam), ground: under)
        case .revised: self.init(ground, Cell("≡", heat))
        case .quiet: self.init(Cell(ground.text, .cellQuiet), Cell("·", .cellQuiet))
        case .whole:
            // The hour that is still filling shows how far it is.
            let half = summary.counts.pending * 2 > summary.counts.expected
            self.init(ground, half ? Cell("┄", .cellPending) : ground)
        }
    }

    /// One column only: the glyph, or the shade.
    var single: Cell { right.text == " " ? left : right }

    private static let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

    private static func digit(_ count: Int) -> String { count < 10 ? digits[max(0, count)] : "+" }
}
