import Pipeline

/// The auditor's machine laid out for a screen, from its transition table alone. The states of an execution that is under way
/// stand below each other; an arrow to the next one goes straight down, any other one to the right, into a lane that leads to
/// its target, and arrows with one target share a lane. What leads from every such state to one end is drawn once, as a
/// bracket around them all. Ends stand at the right, each beside an arrow that leads to it.
struct AuditGraph: Hashable, Sendable {
    typealias Arrow = AuditTransitionTable.Arrow

    /// An arrow that leaves its state to the right.
    struct SideArrow: Hashable, Sendable {
        var arrow: Arrow
        var row: Int
    }

    /// Where the arrows with one target run up and down.
    struct Lane: Hashable, Sendable {
        var target: AuditState
        /// From its first source or its target to the last of them.
        var rows: ClosedRange<Int>
        /// Counted from the left, among those of its kind.
        var place: Int
    }

    /// The states under way in the order in which they stand, and the row of each; of the ends too.
    private(set) var spine: [AuditState] = []
    private(set) var rowOf: [AuditState: Int] = [:]
    /// Each to the state below it.
    private(set) var down: [Arrow] = []
    private(set) var side: [SideArrow] = []
    /// One of each sort of arrow that leaves every state under way, and its row.
    private(set) var common: [SideArrow] = []
    /// Lanes to states under way, and to ends that more than one arrow leads to.
    private(set) var lanes: [Lane] = []
    private(set) var endLanes: [Lane] = []
    private(set) var rows = 0

    /// `path` is the main way through the machine; `gap` so many blank rows part the states.
    init(_ arrows: [Arrow], path: [AuditState], gap: Int = 0) {
        spine = Self.order(arrows, path)
        let shared = arrows.filter { arrow in
            arrow.to.isEnd
                && spine.allSatisfy { state in
                    arrows.contains { $0.from == state && $0.event == arrow.event && $0.to == arrow.to }
                }
        }
        let own = arrows.filter { !shared.contains($0) }
        place(own, gap: gap)
        for arrow in shared where arrow.from == spine.first {
            common.append(SideArrow(arrow: arrow, row: rows + gap))
            if rowOf[arrow.to] == nil { rowOf[arrow.to] = rows + gap }
            rows += 1 + gap
        }
        lanes = layLanes(spine)
        endLanes = layLanes(AuditState.allCases.filter { $0.isEnd }).filter { $0.rows.count > 1 }
        let count = (endLanes.map(\.place).max() ?? -1) + 1
        endLanes = endLanes.map { Lane(target: $0.target, rows: $0.rows, place: min($0.place, count - 1)) }
    }

    /// The auditor's own machine.
    static func table(gap: Int) -> AuditGraph {
        AuditGraph(AuditTransitionTable.arrows, path: AuditTransitionTable.mainPath, gap: gap)
    }

    /// The path, and what is not on it below the state that first leads there.
    private static func order(_ arrows: [Arrow], _ path: [AuditState]) -> [AuditState] {
        var order = path.filter { !$0.isEnd }
        for arrow in arrows where !arrow.to.isEnd && !order.contains(arrow.to) {
            let above = order.firstIndex(of: arrow.from) ?? order.endIndex - 1
            order.insert(arrow.to, at: above + 1)
        }
        return order
    }

    private mutating func place(_ arrows: [Arrow], gap: Int) {
        let pairs = zip(spine, spine.dropFirst())
        down = pairs.compactMap { from, to in arrows.first { $0.from == from && $0.to == to } }
        let others = arrows.filter { !down.contains($0) }
        let targets = others.map(\.to)
        for state in spine {
            rowOf[state] = rows
            // What comes in from the right has the state's own row.
            var row = rows + (targets.contains(state) ? 1 : 0)
            let out = others.filter { $0.from == state }
            let toSpine = out.filter { !$0.to.isEnd }
            let ends = AuditState.allCases.filter { end in end.isEnd && out.contains { $0.to == end } }
            for arrow in toSpine + ends.flatMap({ end in out.filter { $0.to == end } }) {
                side.append(SideArrow(arrow: arrow, row: row))
                if arrow.to.isEnd, rowOf[arrow.to] == nil { rowOf[arrow.to] = row }
                row += 1
            }
            rows = max(rows + 1, row) + gap
        }
        rows -= gap
    }

    /// The shortest lanes are the innermost; two that touch a row both have places of their own.
    private func layLanes(_ targets: [AuditState]) -> [Lane] {
        var laid: [Lane] = []
        let wanted = targets.compactMap { target -> Lane? in
            let sources = side.filter { $0.arrow.to == target }.map(\.row)
            guard !sources.isEmpty, let own = rowOf[target] else { return nil }
            let all = sources + [own]
            return Lane(target: target, rows: (all.min() ?? own)...(all.max() ?? own), place: 0)
        }
        for lane in wanted.sorted(by: { ($0.rows.count, $0.rows.lowerBound) < ($1.rows.count, $1.rows.lowerBound) }) {
            let taken = laid.filter { $0.rows.overlaps(lane.rows) }.map(\.place)
            let free = (0...laid.count).first { !taken.contains($0) } ?? laid.count
            laid.append(Lane(target: lane.target, rows: lane.rows, place: free))
        }
        return laid
    }
}

extension AuditGraph {
    /// Where its columns begin, from its left edge.
    struct Columns: Hashable, Sendable {
        /// The line down; what led there stands before it, from column 2.
        var spine: Int
        var mark: Int
        var name: Int
        /// Where the arrows leave.
        var port: Int
        var event: Int
        var lane: Int
        var endLane: Int
        /// The head of an arrow to an end; the end stands two columns on.
        var head: Int
        var width: Int
    }

    var columns: Columns {
        func longest(_ words: [String]) -> Int { words.map(\.count).max() ?? 0 }
        let spineColumn = 3 + longest(down.map(\.event.words))
        let name = spineColumn + 4
        // The attempt stands behind the state.
        let port = name + longest(spine.map(\.title)) + 4 + 1
        let event = port + 2
        let lane = event + longest((side + common).map(\.arrow.event.words)) + 2
        let endLane = lane + 2 * ((lanes.map(\.place).max() ?? -1) + 1)
        let head = endLane + 2 * ((endLanes.map(\.place).max() ?? -1) + 1)
        let ends = longest(rowOf.keys.filter(\.isEnd).map(\.title))
        return Columns(
            spine: spineColumn, mark: spineColumn + 2, name: name, port: port, event: event, lane: lane,
            endLane: endLane, head: head, width: head + 4 + ends)
    }
}

extension AuditTransitionTable {
    /// The states that every way from one state to another passes, the first among them; none where there is no way.
    static func passed(from start: AuditState, to end: AuditState) -> [AuditState] {
        guard start != end, reaches(start, end, without: nil) else { return [] }
        return AuditState.allCases.filter { $0 != end && !reaches(start, end, without: $0) }
    }

    private static func reaches(_ start: AuditState, _ end: AuditState, without left: AuditState?) -> Bool {
        guard start != left else { return false }
        var seen = [start]
        var next = 0
        while next < seen.count {
            for arrow in arrows where arrow.from == seen[next] && arrow.to != left && !seen.contains(arrow.to) {
                seen.append(arrow.to)
            }
            next += 1
        }
        return seen.contains(end)
    }
}

extension ExecutionStatus {
    /// The states it has surely been in before the present one: what every way there passes, and what its figures tell.
    var passed: [AuditState] {
        guard let start = AuditTransitionTable.mainPath.first else { return [] }
        var known = AuditTransitionTable.passed(from: start, to: state)
        /// It was there, whatever else: so were all states that every way to it and from it passes.
        func was(_ past: AuditState) {
            known += AuditTransitionTable.passed(from: start, to: past) + [past]
            known += AuditTransitionTable.passed(from: past, to: state)
        }
        if slots > 0, state != .checking { was(.planning) }
        if callsDone > 0 { was(.repairing) }
        // A second attempt begins where a wait ended.
        if attempt > 1 { was(.backingOff) }
        return AuditState.allCases.filter { known.contains($0) && $0 != state }
    }
}

extension AuditEvent {
    /// `confirmedSpent` as a person reads it: `confirmed spent`.
    var words: String {
        rawValue.reduce(into: "") { words, letter in
            words += letter.isUppercase ? " " + letter.lowercased() : String(letter)
        }
    }
}
