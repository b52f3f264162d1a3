import Pipeline
import Terminal

/// Lines that meet in cells, before they become glyphs. Where lines to different targets cross, the one that goes up and down
/// passes over the other, so that only what is joined looks joined.
private struct LineCanvas {
    struct Ends: OptionSet {
        let rawValue: UInt8
        static let up = Ends(rawValue: 1)
        static let down = Ends(rawValue: 2)
        static let left = Ends(rawValue: 4)
        static let right = Ends(rawValue: 8)
        static let upright: Ends = [.up, .down]
        static let level: Ends = [.left, .right]
    }

    struct Place: Hashable {
        var column: Int
        var row: Int
    }

    private struct Joint {
        var ends: Ends
        var target: AuditState
        var role: Role
    }

    private static let glyphs: [UInt8: String] = [
        1: "│", 2: "│", 3: "│", 4: "─", 8: "─", 12: "─", 10: "╭", 6: "╮", 9: "╰", 5: "╯", 11: "├", 7: "┤", 14: "┬",
        13: "┴", 15: "┼",
    ]

    private var joints: [Place: Joint] = [:]

    private mutating func add(_ ends: Ends, _ column: Int, _ row: Int, _ target: AuditState, _ role: Role) {
        let place = Place(column: column, row: row)
        guard var joint = joints[place] else {
            joints[place] = Joint(ends: ends, target: target, role: role)
            return
        }
        if joint.target != target, joint.ends.isSubset(of: .upright) || joint.ends.isSubset(of: .level) {
            if joint.ends.isSubset(of: .level), ends.isSubset(of: .upright) {
                joints[place] = Joint(ends: ends, target: target, role: role)
            }
            return
        }
        joint.ends.formUnion(ends)
        joints[place] = joint
    }

    mutating func level(_ columns: ClosedRange<Int>, _ row: Int, to target: AuditState, _ role: Role) {
        guard columns.count > 1 else { return }
        for column in columns {
            var ends: Ends = .level
            if column == columns.lowerBound { ends.remove(.left) }
            if column == columns.upperBound { ends.remove(.right) }
            add(ends, column, row, target, role)
        }
    }

    mutating func upright(_ rows: ClosedRange<Int>, _ column: Int, to target: AuditState, _ role: Role) {
        guard rows.count > 1 else { return }
        for row in rows {
            var ends: Ends = .upright
            if row == rows.lowerBound { ends.remove(.up) }
            if row == rows.upperBound { ends.remove(.down) }
            add(ends, column, row, target, role)
        }
    }

    func draw(_ grid: inout Grid, _ area: Area) {
        for (place, joint) in joints {
            grid[area.column + place.column, area.row + place.row] = Cell(
                Self.glyphs[joint.ends.rawValue] ?? " ", joint.role)
        }
    }
}

extension AuditGraph {
    /// Draws it at the upper left of an area that holds it, with an execution's present state lit.
    func draw(_ grid: inout Grid, _ area: Area, _ execution: ExecutionStatus?) {
        let at = columns
        let passed = execution?.passed ?? []
        var lines = LineCanvas()
        for one in side { addLine(&lines, one, at) }
        for lane in lanes {
            let column = at.lane + 2 * lane.place
            lines.upright(lane.rows, column, to: lane.target, laneRole(lane.target))
            if let row = rowOf[lane.target] {
                lines.level(at.port - 3...column, row, to: lane.target, laneRole(lane.target))
            }
        }
        for lane in endLanes {
            lines.upright(lane.rows, at.endLane + 2 * lane.place, to: lane.target, laneRole(lane.target))
        }
        for one in common {
            lines.upright((spine.first.flatMap { rowOf[$0] } ?? 0)...one.row, 0, to: one.arrow.to, .dim)
            lines.level(0...at.head, one.row, to: one.arrow.to, .dim)
        }
        lines.draw(&grid, area)
        drawSpine(&grid, area, at, execution, passed)
        for one in side + common { drawEvent(&grid, area, at, one, execution) }
        for (state, row) in rowOf where state.isEnd {
            let isHere = execution?.state == state
            grid.write(
                [
                    Span("▶ ", laneRole(state)), Span(state.mark + " ", isHere ? state.role : .dim),
                    Span(isHere ? state.title.uppercased() : state.title, isHere ? state.role : .dim),
                ], column: area.column + at.head, row: area.row + row)
        }
    }

    /// From the word of an arrow to its lane, or straight to its end.
    private func addLine(_ lines: inout LineCanvas, _ one: SideArrow, _ at: Columns) {
        let start = at.event + one.arrow.event.words.count + 1
        let lane =
            lanes.first { $0.target == one.arrow.to }.map { at.lane + 2 * $0.place }
            ?? endLanes.first { $0.target == one.arrow.to && rowOf[$0.target] != one.row }
            .map { at.endLane + 2 * $0.place }
        lines.level(start...(lane ?? at.head), one.row, to: one.arrow.to, role(one.arrow))
    }

    private func drawSpine(
        _ grid: inout Grid, _ area: Area, _ at: Columns, _ execution: ExecutionStatus?, _ passed: [AuditState]
    ) {
        for (index, state) in spine.enumerated() {
            guard let own = rowOf[state] else { continue }
            let row = area.row + own
            let isHere = state == execution?.state
            let role: Role = isHere ? .busy : passed.contains(state) ? .good : .dim
            if let arrow = down.first(where: { $0.to == state }), let above = rowOf[arrow.from] {
                let taken = passed.contains(arrow.from) && (isHere || passed.contains(state))
                let line: Role = taken ? .good : self.role(arrow)
                for between in above + 1..<max(above + 1, own) {
                    grid[area.column + at.spine, area.row + between] = Cell("│", line)
                }
                grid[area.column + at.spine, row] = Cell("▼", line)
                let word = arrow.event.words
                grid.writeRight(
                    word, end: area.column + at.spine - 1, row: row,
                    role: arrow.from == execution?.state ? .strong : .dim)
            } else if index == 0 {
                grid[area.column + at.spine, row] = Cell("●", role)
            }
            if isHere || passed.contains(state) {
                grid[area.column + at.mark, row] = Cell(isHere ? "▸" : "✓", role)
            }
            let end = grid.write(
                Self.word(state, execution), column: area.column + at.name, row: row, role: role)
            if lanes.contains(where: { $0.target == state }) {
                for column in end + 1..<max(end + 1, area.column + at.port - 2) {
                    grid[column, row] = Cell(column == end + 1 ? "◀" : "─", laneRole(state))
                }
            }
        }
    }

    /// The word of an arrow, and the line from its state to it.
    private func drawEvent(
        _ grid: inout Grid, _ area: Area, _ at: Columns, _ one: SideArrow, _ execution: ExecutionStatus?
    ) {
        let row = area.row + one.row
        let isCommon = common.contains(one)
        let canFollow = execution.map { $0.state == one.arrow.from || isCommon && !$0.state.isEnd } ?? false
        let word = one.arrow.event.words
        grid.write(
            isCommon ? " \(word) " : word, column: area.column + at.event - (isCommon ? 1 : 0), row: row,
            role: canFollow ? .strong : .dim)
        guard !isCommon else { return }
        let mine = side.filter { $0.arrow.from == one.arrow.from }.map(\.row)
        guard let first = mine.min(), let last = mine.max() else { return }
        let port = area.column + at.port
        let glyph: String =
            switch (one.row == first, one.row == last) {
            case (true, true): "─"
            case (true, false): "┬"
            case (false, true): "╰"
            case (false, false): "├"
            }
        grid[port, row] = Cell(glyph, .dim)
        guard one.row == first, let own = rowOf[one.arrow.from] else { return }
        // From the end of the name, or from below it where another arrow comes in.
        let isBelow = own != first
        let start =
            isBelow ? area.column + at.name : area.column + at.name + Self.word(one.arrow.from, execution).count + 1
        for column in start..<max(start, port) { grid[column, row] = Cell("─", .dim) }
        if isBelow { grid[start, row] = Cell("╰", .dim) }
    }

    /// A state; the present one in capitals, with its attempt where it has one.
    private static func word(_ state: AuditState, _ execution: ExecutionStatus?) -> String {
        guard let execution, execution.state == state else { return state.title }
        let attempt = state == .repairing || state == .backingOff
        return state.title.uppercased() + (attempt ? " \(execution.attempt)/\(execution.attemptsMax)" : "")
    }

    /// Failure is told by its role, and so is what goes back to try again.
    private func role(_ arrow: Arrow) -> Role {
        if arrow.to == .failed { return .bad }
        if arrow.to.isEnd { return .border }
        guard let from = rowOf[arrow.from], let to = rowOf[arrow.to] else { return .border }
        return to < from || arrow.to == .backingOff ? .warning : .border
    }

    private func laneRole(_ target: AuditState) -> Role {
        target == .failed ? .bad : target == .cancelled ? .dim : .border
    }
}
