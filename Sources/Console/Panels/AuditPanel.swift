import Pipeline
import Terminal

/// The way of an execution as it is drawn, from its own transition table; `backingOff` is a branch below it.
private let auditPath: [AuditState] = AuditTransitionTable.mainPath.filter { !$0.isEnd }

extension ConsoleState {
    func drawAudit(_ grid: inout Grid, _ area: Area) {
        guard let status, area.rows > 0 else { return }
        drawExecutions(&grid, area, status.executions)
        if let division = auditDivision(area) { return drawMachine(&grid, division, status) }
        guard let live = status.executions.first(where: { !$0.state.isEnd }) else {
            let spans = idleSpans(status, width: area.columns)
            grid.write(spans, column: area.column, row: area.row, limit: area.columns)
            return
        }
        drawPath(&grid, area, live)
        guard area.rows > 2 else { return }
        var row = area.row + 2
        grid.write(bar(live, width: area.columns), column: area.column, row: row, limit: area.columns)
        row += 1
        if !live.waitsFor.isEmpty, row < area.endRow {
            let spans = [Span("waits for ", .dim), Span(live.waitsFor, .warning)]
            grid.write(spans, column: area.column, row: row, limit: area.columns)
        }
    }

    /// Where the executions are listed, below what is said of the live one or the last.
    func executionsArea(_ area: Area) -> Area {
        if let division = auditDivision(area) { return division.list }
        guard let live = status?.executions.first(where: { !$0.state.isEnd }) else {
            return area.splitRows(area.rows > 2 ? 2 : 1).rest
        }
        return area.splitRows(live.waitsFor.isEmpty ? 3 : 4).rest
    }

    /// What came of the last execution, and when the next begins.
    private func idleSpans(_ status: PipelineStatus, width: Int) -> [Span] {
        var more: [[Span]] = []
        if let next = status.nextAudit { more.append([Span(" · next \(clock.near(next, now: now))", .dim)]) }
        let healed = Wording.count(status.healing.slotsHealed)
        if status.healing.slotsHealed > 0 {
            more.append([Span(" · ", .dim), Span("◆ \(healed)", .gold), Span(" healed", .dim)])
        }
        return (status.executions.first.map(endSpans) ?? [Span("○ idle", .dim)]).followed(by: more, in: width)
    }

    /// What came of an execution.
    func endSpans(_ one: ExecutionStatus) -> [Span] {
        var spans = [Span(one.state.mark, one.state.role), Span(" \(one.state.title)", one.state.role)]
        if one.slots > 0 { spans.append(Span(" \(one.settledSlots)/\(Wording.count(one.slots, "slot"))", .text)) }
        return spans + [Span(" · \(one.trigger) · \(clock.near(one.ended ?? one.began, now: now))", .dim)]
    }

    /// The machine as a line with the present state lit, and the branch of backing off below it. Where not all of it has
    /// room, the states around the present one are shown.
    private func drawPath(_ grid: inout Grid, _ area: Area, _ live: ExecutionStatus) {
        let reached = auditPath.firstIndex(of: live.state == .backingOff ? .rechecking : live.state) ?? 0
        let shown = pathShown(live, reached: reached, width: area.columns)
        var at = area.column
        var branch = (from: -1, to: -1)
        if shown.lowerBound > 0 { at = grid.write("… ", column: at, row: area.row, role: .dim) }
        for index in shown {
            let state = auditPath[index]
            if index > shown.lowerBound { at = grid.write(" ▸ ", column: at, row: area.row, role: .dim) }
            if state == .repairing { branch.from = at }
            let passed = index < reached || live.state == .backingOff && index == reached
            let role: Role = state == live.state ? .busy : passed ? .good : .dim
            at = grid.write(pathWord(state, live), column: at, row: area.row, role: role, limit: area.endColumn - at)
            if state == .rechecking { branch.to = at }
        }
        if shown.upperBound < auditPath.count { grid.write(" …", column: at, row: area.row, role: .dim) }
        guard area.rows > 1 else { return }
        if branch.from >= 0, branch.to > branch.from {
            drawBranch(&grid, branch, row: area.row + 1, end: area.endColumn, lit: live.state == .backingOff, live)
        } else if live.state == .backingOff {
            grid.write(backingWord(live), column: area.column, row: area.row + 1, role: .busy, limit: area.columns)
        }
    }

    /// The states that have room, the present one and its neighbours before all.
    private func pathShown(_ live: ExecutionStatus, reached: Int, width: Int) -> Range<Int> {
        let widths = auditPath.map { pathWord($0, live).count + 3 }
        var shown = reached..<(reached + 1)
        var used = widths[reached] + 1
        while true {
            let next = shown.upperBound < auditPath.count ? widths[shown.upperBound] : .max
            let before = shown.lowerBound > 0 ? widths[shown.lowerBound - 1] : .max
            let ends = (shown.lowerBound > 1 ? 2 : 0) + (shown.upperBound < auditPath.count - 1 ? 2 : 0) - 4
            if next != .max, used + next + ends <= width {
                shown = shown.lowerBound..<shown.upperBound + 1
                used += next
            } else if before != .max, used + before + ends <= width {
                shown = shown.lowerBound - 1..<shown.upperBound
                used += before
            } else {
                return shown
            }
        }
    }

    private func backingWord(_ live: ExecutionStatus) -> String { " BACKING OFF \(live.attempt)/\(live.attemptsMax) " }

    private func drawBranch(
        _ grid: inout Grid, _ branch: (from: Int, to: Int), row: Int, end: Int, lit: Bool, _ live: ExecutionStatus
    ) {
        let word = lit ? backingWord(live) : " backing off "
        let room = min(branch.to, end) - branch.from
        guard room >= word.count + 6 else { return }
        let role: Role = lit ? .busy : .dim
        let line = room - word.count - 4
        let text = "╰◂" + String(repeating: "─", count: line / 2)
        let tail = String(repeating: "─", count: line - line / 2 + 1) + "╯"
        grid.write(
            [Span(text, role), Span(word, lit ? .busy : .dim), Span(tail, role)], column: branch.from + 1, row: row)
    }

    private func pathWord(_ state: AuditState, _ live: ExecutionStatus) -> String {
        guard state == live.state else { return state.title }
        return state.title.uppercased() + (state == .repairing ? " \(live.attempt)/\(live.attemptsMax)" : "")
    }

    /// Progress: a bar in eighths, slots, calls, gaps and the time left.
    func bar(_ live: ExecutionStatus, width: Int) -> [Span] {
        let share = live.slots > 0 ? Double(live.settledSlots) / Double(live.slots) : 0
        let columns = min(24, max(6, width / 4))
        let eighths = Int(min(1, max(0, share)) * Double(columns * 8))
        let full = String(repeating: "█", count: eighths / 8) + (eighths % 8 > 0 ? eighthColumns[eighths % 8] : "")
        var spans = [Span(full, .gold), Span(String(repeating: "░", count: columns - textWidth(full)), .dim)]
        spans += [Span(" \(live.settledSlots)/\(live.slots)", .value), Span(" slots", .dim)]
        var more = [
            [Span(" · ", .dim), Span("\(live.callsDone)/\(live.callsPlanned)", .value), Span(" calls", .dim)]
        ]
        if let left = timeLeft(live) { more.append([Span(" · ETA ", .dim), Span(Wording.span(left), .value)]) }
        more.append([Span(" · \(Wording.count(live.gaps, "gap"))", .dim)])
        if live.derivedPlanned > 0 {
            more.append([Span(" · \(live.derivedDone)/\(live.derivedPlanned) rows", .dim)])
        }
        return spans.followed(by: more, in: width)
    }

    /// Real seconds left, from how far the calls are and how long they took; nil where nothing can be said.
    private func timeLeft(_ live: ExecutionStatus) -> Int64? {
        guard let status, live.callsDone > 0, live.callsPlanned > live.callsDone, status.clock.speed > 0 else {
            return nil
        }
        let elapsed = Double((now - live.began).seconds)
        let market = elapsed * Double(live.callsPlanned - live.callsDone) / Double(live.callsDone)
        let seconds = max(market, Double(status.source.backlogSeconds)) / status.clock.speed
        return seconds.isFinite && seconds < 1e9 ? Int64(seconds.rounded(.up)) : nil
    }

    private func drawExecutions(_ grid: inout Grid, _ inside: Area, _ executions: [ExecutionStatus]) {
        guard let view = listView(.audit, inside) else { return }
        let progress = { (execution: ExecutionStatus) in "\(execution.settledSlots)/\(execution.slots)" }
        let shown = executions[view.shown]
        let isWide = inside.columns >= 70
        let times = isWide ? 10 : 1 + (shown.map { clock.near($0.began, now: now).count }.max() ?? 0)
        let titles = isWide ? 15 : 1 + (shown.map(\.state.title.count).max() ?? 0)
        let widest = max(isWide ? 9 : 0, shown.map { progress($0).count }.max() ?? 0)
        for line in view.shown {
            let (execution, row) = (executions[line], view.row(of: line))
            let here = focus == .audit && line == listLine[.audit] ?? 0
            let took = (execution.ended ?? now) - execution.began
            var spans = [
                Span(here ? "▸" : " ", .cursor), Span(execution.state.mark + " ", execution.state.role),
                Span(Wording.padded(clock.near(execution.began, now: now), to: times), .dim),
                Span(Wording.padded(execution.state.title, to: titles), execution.state.role),
                Span(Wording.padded(progress(execution), to: widest) + " ", .value),
            ]
            spans += [
                Span(Wording.padded(Wording.span(took.seconds), to: 8), .dim), Span(execution.trigger + " ", .text),
            ]
            spans.append(Span(execution.id, .dim))
            grid.write(spans, column: inside.column, row: row, limit: inside.columns)
        }
    }
}

extension AuditState {
    /// One glyph for a list.
    var mark: String {
        switch self {
        case .succeeded: "✓"
        case .healed: "◆"
        case .waiting: "…"
        case .failed: "✗"
        case .cancelled: "○"
        case .checking, .planning, .repairing, .landing, .rechecking, .backingOff, .resynthesizing, .confirming: "●"
        }
    }

    var role: Role {
        switch self {
        case .succeeded: .good
        case .healed: .gold
        case .waiting: .warning
        case .failed: .bad
        case .cancelled: .dim
        case .checking, .planning, .repairing, .landing, .rechecking, .backingOff, .resynthesizing, .confirming: .busy
        }
    }
}
