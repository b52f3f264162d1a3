import Pipeline
import Terminal

/// One part of the title; of those that do not fit, the least important go first.
private struct TitlePart {
    var spans: [Span]
    /// 0 is never left out.
    var rank: Int
    /// In fewer words, where there is too little room for all.
    var brief: [Span]?
    /// Whether it stands at the right end: figures and who looks, which keep their place whatever else is said.
    var isAtEnd = false

    /// Badges stand side by side without a gap.
    var isBadge: Bool { spans.count == 1 && [.banner, .bannerSimulated].contains(spans[0].role) }
}

extension ConsoleState {
    func drawTitle(_ grid: inout Grid, _ area: Area, frozenAt: MarketTime? = nil) {
        guard area.rows > 0 else { return }
        var parts = titleParts(short: area.columns < 110)
        if let frozenAt {
            let text = " FROZEN \(clock.near(frozenAt, now: now)) "
            parts.insert(TitlePart(spans: [Span(text, .marked)], rank: 0), at: min(2, parts.count))
        }
        func leaveOut(_ least: Int) {
            while width(parts) > area.columns, let worst = parts.map(\.rank).max(), worst >= least,
                let place = parts.lastIndex(where: { $0.rank == worst })
            {
                parts.remove(at: place)
            }
        }
        leaveOut(8)
        if width(parts) > area.columns {
            for place in parts.indices { parts[place].spans = parts[place].brief ?? parts[place].spans }
        }
        leaveOut(1)
        // A wide screen parts what is read first from the figures, a narrow one has them side by side.
        let spare = max(0, area.columns - width(parts) - 1)
        var at = area.column
        for (index, part) in parts.enumerated() {
            at += gap(before: index, parts)
            if part.isAtEnd, index == 0 || !parts[index - 1].isAtEnd { at += spare }
            at = grid.write(part.spans, column: at, row: area.row, limit: area.endColumn - at)
        }
    }

    private func width(_ parts: [TitlePart]) -> Int {
        parts.indices.reduce(0) { $0 + gap(before: $1, parts) + parts[$1].spans.width }
    }

    private func gap(before index: Int, _ parts: [TitlePart]) -> Int {
        index == 0 || parts[index].isBadge && parts[index - 1].isBadge ? 0 : 2
    }

    private func titleParts(short: Bool) -> [TitlePart] {
        guard let status else {
            return [
                TitlePart(spans: [Span(" kintsugi ", .banner)], rank: 1),
                TitlePart(spans: [Span(" waiting for the pipeline …", .dim)], rank: 0),
            ]
        }
        var parts = [
            TitlePart(spans: [Span(short ? " ◆ " : " ◆ kintsugi ", .banner)], rank: 7),
            TitlePart(spans: sourceSpans(status, short: short), rank: short ? 6 : 1),
            TitlePart(spans: clockSpans(status, short: short), rank: 4, brief: briefClock(status)),
            TitlePart(spans: coverageSpans(status), rank: 0),
            TitlePart(spans: alarmSpans(status), rank: 2),
            TitlePart(
                spans: breakerSpans(status), rank: status.source.breaker == .closed ? 8 : 3, brief: briefBreaker(status)
            ),
        ]
        if let left = status.source.callsLeft {
            let limit = status.source.callsLimit.map { "/\($0)" } ?? ""
            let spans = [Span("calls ", .dim), Span("\(left)", .value), Span(limit, .dim)]
            parts.append(TitlePart(spans: spans, rank: 9, isAtEnd: true))
        }
        if status.source.backlog > 0 {
            let text = "\(status.source.backlog) waiting \(Wording.span(status.source.backlogSeconds))"
            parts.append(TitlePart(spans: [Span(text, .warning)], rank: 10, isAtEnd: true))
        }
        if let next = status.nextAudit {
            let text = clock.near(next, now: now)
            parts.append(TitlePart(spans: [Span("audit ", .dim), Span(text, .value)], rank: 11, isAtEnd: true))
        }
        if let disk = status.lake.diskLeft {
            let spans = [Span("disk ", .dim), Span(Wording.bytes(disk), .value)]
            parts.append(TitlePart(spans: spans, rank: 12, isAtEnd: true))
        }
        if let span = standing.span(short: short) { parts.append(TitlePart(spans: [span], rank: 1, isAtEnd: true)) }
        if isMouseOn { parts.append(TitlePart(spans: [Span("mouse", .key)], rank: 5, isAtEnd: true)) }
        if readOnly { parts.append(TitlePart(spans: [Span("read-only", .warning)], rank: 5, isAtEnd: true)) }
        return parts
    }

    private func clockSpans(_ status: PipelineStatus, short: Bool) -> [Span] {
        columns < 60 ? briefClock(status) : [Span(clock.full(now), .strong)] + marketSpans(status, short: short)
    }

    private func briefClock(_ status: PipelineStatus) -> [Span] {
        [Span("\(clock.clock(now.minute)) \(clock.zone)", .strong)] + marketSpans(status, short: true)
    }

    private func briefBreaker(_ status: PipelineStatus) -> [Span]? {
        guard case .open(let until) = status.source.breaker else { return nil }
        return [Span("source out", .bad), Span(" \(Wording.span((until - now).seconds))", .warning)]
    }

    private func sourceSpans(_ status: PipelineStatus, short: Bool) -> [Span] {
        let role: Role = status.simulated ? .bannerSimulated : .banner
        var name = status.sourceName
        if status.simulated {
            if short { name = "SIM" } else if !name.lowercased().contains("simulated") { name = "simulated " + name }
        }
        let speed = status.clock.speed == 1 ? "" : " " + Wording.speed(status.clock.speed)
        return [Span(" \(name)\(speed) ", role)]
    }

    private func marketSpans(_ status: PipelineStatus, short: Bool) -> [Span] {
        if status.clock.isOpen { return [Span(short ? " ●" : " ● open", .good)] }
        if short { return [Span(" ○", .dim)] }
        let opens = status.clock.nextOpen.map { ", opens \(clock.near($0, now: now))" } ?? ""
        return [Span(" ○ closed\(opens)", .dim)]
    }

    func coverageSpans(_ status: PipelineStatus) -> [Span] {
        guard let share = status.coverage.coverage else { return [Span("coverage -", .dim)] }
        let role: Role = share >= 0.999 ? .good : share >= 0.98 ? .gold : share >= 0.9 ? .warning : .bad
        return [Span("coverage ", .dim), Span(Wording.percent(share), role)]
    }

    private func alarmSpans(_ status: PipelineStatus) -> [Span] {
        let standing = status.alarms.filter(\.calls)
        guard let worst = standing.map(\.severity).max() else { return [Span("no alarm", .good)] }
        return [Span(" \(Wording.count(standing.count, "alarm")) ", worst.role)]
    }

    func breakerSpans(_ status: PipelineStatus) -> [Span] {
        switch status.source.breaker {
        case .closed:
            let trouble = status.source.trouble
            return trouble.isEmpty
                ? [Span("source ", .dim), Span("ok", .good)] : [Span("source ", .dim), Span(trouble, .warning)]
        case .open(let until):
            return [Span("source out", .bad), Span(", tries in \(Wording.span((until - now).seconds))", .warning)]
        case .halfOpen: return [Span("source ", .dim), Span("trying", .busy)]
        }
    }

    /// The worst alarm in one line, or that there is none.
    func alarmLine(_ status: PipelineStatus) -> [Span] {
        guard let worst = worstSpans(status) else {
            let live = status.executions.first { !$0.state.isEnd }
            guard let live else { return wellSpans(status) + lagSpans(status) }
            return [
                Span("● ", .busy), Span(live.state.title, .busy),
                Span(" \(live.settledSlots)/\(live.slots) slots", .dim),
            ]
        }
        return worst
    }

    /// That all is well, where the source answers too: an outage is there before its alarm is, and what nobody asks is
    /// not called well.
    func wellSpans(_ status: PipelineStatus) -> [Span] {
        guard status.source.breaker == .closed, status.source.trouble.isEmpty else {
            return [Span("○ ", .warning), Span("no alarm, ", .dim)] + breakerSpans(status)
        }
        return [Span("● ", .good), Span("all well", .dim)]
    }

    /// The worst alarm that calls; nil where none does.
    func worstSpans(_ status: PipelineStatus) -> [Span]? {
        guard let worst = status.alarms.first(where: \.calls) else { return nil }
        let slots = worst.slots > 0 ? " · \(Wording.count(worst.slots, "slot"))" : ""
        return [
            Span(" \(worst.severity.rawValue) ", worst.severity.role), Span(" \(worst.scope): ", .strong),
            Span(worst.reason, .text), Span(slots, .dim),
        ]
    }

    func drawAlarmLine(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0, let status else { return }
        grid.write(alarmLine(status), column: area.column, row: area.row, limit: area.columns)
    }

    /// What must be said on the smallest of screens, most important first.
    func drawTiny(_ grid: inout Grid, _ area: Area) {
        guard let status else {
            grid.write("waiting …", column: 0, row: 0, role: .dim)
            return
        }
        let standing = status.alarms.first(where: \.calls)
        var lines = [coverageSpans(status)]
        if let standing {
            lines.append([Span(standing.severity.rawValue, standing.severity.role), Span(" " + standing.reason)])
        } else {
            lines.append([Span("no alarm", .good)])
        }
        let live = status.executions.first { !$0.state.isEnd }
        lines.append(live.map { [Span($0.state.title, .busy)] } ?? breakerSpans(status))
        lines.append([
            Span(clock.near(now, now: now) + " " + clock.zone, .strong),
            Span(" " + Wording.speed(status.clock.speed), .dim),
        ])
        if case .command(let line) = overlay {
            lines.append(commandSpans(line))
        } else if case .filtering = overlay {
            lines.append([Span("/", .key), Span(filter, .strong), Span("▏", .cursor)])
        } else if let toast {
            lines.append([Span(toast.text, toast.role)])
        } else {
            lines.append([Span("? ", .key), Span("help ", .hint), Span("q ", .key), Span("quit", .hint)])
        }
        for (row, line) in lines.enumerated() where row < area.rows {
            grid.write(line, column: 0, row: row, limit: area.columns)
        }
    }
}

extension AlarmSeverity {
    var role: Role {
        switch self {
        case .info: .info
        case .ticket: .ticket
        case .page: .page
        }
    }
}
