import Pipeline
import Terminal

extension ConsoleState {
    func drawAlarms(_ grid: inout Grid, _ area: Area) {
        guard let status, area.rows > 0 else { return }
        let standing = status.alarms.filter(\.calls)
        if area.rows == 1 {
            let spans = standing.isEmpty ? [Span("✓ ", .good), Span("none standing", .dim)] : alarmLine(status)
            grid.write(spans, column: area.column, row: area.row, limit: area.columns)
            return
        }
        guard !status.alarms.isEmpty else {
            grid.write([Span("✓ ", .good), Span("none standing", .dim)], column: area.column, row: area.row)
            return
        }
        guard let view = listView(.alarms, area) else { return }
        for line in view.shown {
            let here = focus == .alarms && line == listLine[.alarms] ?? 0
            drawAlarm(&grid, status.alarms[line], here: here, area: area, row: area.row + line - view.first)
        }
    }

    private func drawAlarm(_ grid: inout Grid, _ alarm: AlarmStatus, here: Bool, area: Area, row: Int) {
        let cleared = !alarm.calls
        let age = now - alarm.raised
        let word = area.columns < 50 ? "" : Wording.padded(alarm.severity.rawValue, to: 7)
        let slots = alarm.slots > 0 ? " · \(Wording.count(alarm.slots, "slot"))" : ""
        let lasted = alarm.cleared.map { "cleared after \(Wording.span(($0 - alarm.raised).seconds))" }
        let mark = alarm.cleared != nil ? "✓" : alarm.calls ? alarm.severity.mark : "◌"
        grid.write(
            [
                Span(here ? "▸" : " ", .cursor),
                Span(mark, cleared ? .dim : alarm.severity.role),
                Span(" " + word, cleared ? .dim : alarm.severity.role),
                Span(Wording.padded(Wording.age(age.seconds), to: 5), .dim),
                Span(alarm.scope + " ", cleared ? .dim : .strong), Span(alarm.reason, cleared ? .dim : .text),
                Span(slots, .dim), Span(lasted.map { " · " + $0 } ?? "", .good), Span(silence(alarm), .hint),
            ], column: area.column, row: row, limit: area.columns)
    }

    /// ` · acknowledged by ana: the vendor knows`, ` · snoozed by ana until 11:30`; empty where it calls.
    private func silence(_ alarm: AlarmStatus) -> String {
        guard alarm.cleared == nil else { return "" }
        if alarm.acknowledged != nil { return " · " + harmless(alarm.silenceWords) }
        return alarm.snoozed.map { " · snoozed by \(harmless($0.by)) until \(clock.near($0.until, now: now))" } ?? ""
    }

    func drawLog(_ grid: inout Grid, _ area: Area) {
        guard let status, area.rows > 0 else { return }
        if status.log.isEmpty { grid.write("nothing yet", column: area.column, row: area.row, role: .dim) }
        guard let view = listView(.log, area) else { return }
        for line in view.shown {
            let entry = status.log[line]
            let here = focus == .log && line == listLine[.log] ?? 0
            let person = entry.who != "pipeline"
            let (mark, role) = Self.logMark(entry.text)
            var spans = [
                Span(here ? "▸" : " ", .cursor), Span(clock.clock(entry.at.minute) + " ", .dim), Span(mark + " ", role),
            ]
            if person { spans.append(Span(entry.who + " ", .busy)) }
            spans.append(Span(clipped(entry.text, to: area.columns - spans.width)))
            grid.write(spans, column: area.column, row: area.row + line - view.first, limit: area.columns)
        }
    }
}

extension ConsoleState {
    /// A glyph for the eye that runs down the log.
    private static func logMark(_ text: String) -> (String, Role) {
        if text.hasPrefix("healed") { return ("◆", .gold) }
        if text.hasPrefix("alarm") || text.contains("breaker") { return ("▲", .warning) }
        return ("·", .dim)
    }
}

extension AlarmSeverity {
    /// One glyph, so that a severity is told without colour and without its word.
    var mark: String {
        switch self {
        case .info: "·"
        case .ticket: "●"
        case .page: "▲"
        }
    }
}
