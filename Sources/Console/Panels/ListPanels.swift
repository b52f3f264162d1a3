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
        for alarm in placedAlarms(area) {
            drawLines(&grid, Area(column: area.column, row: alarm.row, columns: area.columns, rows: 9), alarm.lines)
        }
        drawLines(&grid, alarmAreas(area).detail, chosenAlarmDetail(width: area.columns))
    }

    /// The list of alarms, and below it the chosen one in full.
    private func alarmAreas(_ area: Area) -> (list: Area, detail: Area) {
        guard focus == .alarms, let count = status?.alarms.count else { return (area, .none) }
        return splitForDetail(area, count: count, kept: chosenAlarmDetail(width: area.columns).count + 1)
    }

    private func chosenAlarmDetail(width: Int) -> [[Span]] {
        guard let alarms = status?.alarms, !alarms.isEmpty else { return [] }
        return alarmDetail(alarms[min(listLine[.alarms] ?? 0, alarms.count - 1)], width: width)
    }

    /// The alarms in view: which line of the list each is, on which row of the screen it begins, and what stands there.
    /// Rows that no alarm needs are for those whose words do not fit on one.
    func placedAlarms(_ area: Area) -> [(place: Int, row: Int, lines: [[Span]])] {
        guard let alarms = status?.alarms, !alarms.isEmpty else { return [] }
        let area = alarmAreas(area).list
        let chosen = min(listLine[.alarms] ?? 0, alarms.count - 1)
        let first = firstShown(chosen, count: alarms.count, rows: area.rows)
        var placed: [(place: Int, row: Int, lines: [[Span]])] = []
        var row = area.row
        var spare = max(0, area.rows - alarms.count)
        for (place, alarm) in alarms.enumerated().dropFirst(first) where row < area.endRow {
            let here = focus == .alarms && place == chosen
            let lines = alarmLines(alarm, here: here, width: area.columns, rows: 1 + spare)
            placed.append((place, row, Array(lines.prefix(area.endRow - row))))
            spare -= lines.count - 1
            row += lines.count
        }
        return placed
    }

    /// The chosen alarm in full, and what can be done about it.
    private func alarmDetail(_ alarm: AlarmStatus, width: Int) -> [[Span]] {
        var lines = detailLines("\(alarm.scope): \(alarm.reason)", width: width, role: .text)
        let silent = silence(alarm)
        if !silent.isEmpty { lines += detailLines(String(silent.dropFirst(3)), width: width, role: .hint) }
        if !alarm.command.isEmpty {
            lines += detailLines("at a shell: \(harmless(alarm.command))", width: width, role: .value)
        }
        guard alarm.calls else { return lines }
        return lines + [
            [
                Span("  "), Span(firstLabel(.open), .key), Span(" its cells  ", .hint), Span(firstLabel(.snooze), .key),
                Span(" silence for a while  ", .hint), Span(firstLabel(.acknowledge), .key),
                Span(" silence with a note", .hint),
            ]
        ]
    }

    private func alarmLines(_ alarm: AlarmStatus, here: Bool, width: Int, rows: Int) -> [[Span]] {
        let quiet = !alarm.calls
        let word = width < 50 ? "" : Wording.padded(alarm.severity.rawValue, to: 7)
        let mark = alarm.cleared != nil ? "✓" : alarm.calls ? alarm.severity.mark : "◌"
        let head = [
            Span(here ? "▸" : " ", .cursor), Span(mark, quiet ? .dim : alarm.severity.role),
            Span(" " + word, quiet ? .dim : alarm.severity.role),
            Span(Wording.padded(Wording.age((now - alarm.raised).seconds), to: 5), .dim),
        ]
        let slots = alarm.slots > 0 ? " · \(Wording.count(alarm.slots, "slot"))" : ""
        let lasted = alarm.cleared.map { " · cleared after \(Wording.span(($0 - alarm.raised).seconds))" }
        let said = [
            Span(alarm.scope + ": ", quiet ? .dim : .strong), Span(alarm.reason, quiet ? .dim : .text),
            Span(slots, .dim), Span(lasted ?? "", .good), Span(silence(alarm), .hint),
        ]
        let room = width - head.width
        guard rows > 1, said.width > room, room >= 12 else { return [head + said] }
        let lines = wrapped(said.map(\.text).joined(), to: room)
        let margin = String(repeating: " ", count: head.width)
        let role = said[1].role
        let first =
            lines[0].hasPrefix(said[0].text)
            ? [said[0], Span(String(lines[0].dropFirst(said[0].text.count)), role)] : [Span(lines[0], said[0].role)]
        // What has no row any more is cut in the last one.
        let rest = lines.dropFirst().prefix(rows - 2) + [lines.dropFirst(rows - 1).joined(separator: " ")]
        return [head + first] + rest.filter { !$0.isEmpty }.map { [Span(margin), Span($0, role)] }
    }

    /// ` · acknowledged by ana: the vendor knows`, ` · snoozed by ana until 11:30`; empty where it calls.
    private func silence(_ alarm: AlarmStatus) -> String {
        guard alarm.cleared == nil else { return "" }
        if alarm.acknowledged != nil { return " · " + harmless(alarm.silenceWords) }
        return alarm.snoozed.map { " · snoozed by \(harmless($0.by)) until \(clock.near($0.until, now: now))" } ?? ""
    }

    /// The list of what was done, and below it room for the chosen line in full. It does not depend on how long that is,
    /// so that the list stands still while somebody goes through it.
    func logAreas(_ area: Area) -> (list: Area, detail: Area) {
        guard focus == .log, let count = status?.log.count else { return (area, .none) }
        return splitForDetail(area, count: count, kept: 4)
    }

    func drawLog(_ grid: inout Grid, _ area: Area) {
        guard let status, area.rows > 0 else { return }
        if status.log.isEmpty { grid.write("nothing yet", column: area.column, row: area.row, role: .dim) }
        let chosen = min(listLine[.log] ?? 0, max(0, status.log.count - 1))
        let text = status.log.isEmpty ? "" : status.log[chosen].text
        if textWidth(text) + 9 > area.columns {
            drawLines(&grid, logAreas(area).detail, detailLines(text, width: area.columns, role: .text))
        }
        guard let view = listView(.log, area) else { return }
        for line in view.shown {
            let entry = status.log[line]
            let here = focus == .log && line == chosen
            let person = entry.who != "pipeline"
            let (mark, role) = Self.logMark(entry.text)
            var spans = [
                Span(here ? "▸" : " ", .cursor), Span(clock.clock(entry.at.minute) + " ", .dim), Span(mark + " ", role),
            ]
            if person { spans.append(Span(entry.who + " ", .busy)) }
            spans.append(Span(clipped(entry.text, to: area.columns - spans.width)))
            grid.write(spans, column: area.column, row: view.row(of: line), limit: area.columns)
        }
    }
}

extension ConsoleState {
    /// A glyph for the eye that runs down the log.
    private static func logMark(_ text: String) -> (String, Role) {
        if text.hasPrefix("healed") { return ("◆", .gold) }
        if text.hasPrefix("alarm") || text.hasPrefix("the source does not answer") { return ("▲", .warning) }
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
