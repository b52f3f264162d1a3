import Pipeline
import Terminal

extension ConsoleState {
    /// How well the healer does, since start and by day: what was lost, what came back, how soon and at what cost.
    func drawScore(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0, let status else { return }
        var columns: [(title: String, score: HealingScore)] = [("since start", status.healing)]
        columns += status.healingDays.reversed().map { day in
            let date = CivilDate(dayNumber: day.day)
            return ("\(Wording.weekday(date)) \(date.day) \(Wording.month(date))", day.score)
        }
        guard columns.count > 1 || status.healing != HealingScore() else {
            return drawLines(
                &grid, area,
                detailLines(
                    "nothing was lost yet; the owner keeps the score while it runs",
                    width: area.columns, role: .dim))
        }
        let width = 12
        let label = 20
        let shown = columns.prefix(max(1, (area.columns - label) / width))
        // Where one column has too little room, its figures stand at the edge, and the names take what is left.
        func end(_ place: Int) -> Int { min(area.endColumn, area.column + label + (place + 1) * width) }
        for (place, column) in shown.enumerated() {
            grid.writeRight(column.title, end: end(place), row: area.row, role: place == 0 ? .strong : .heading)
        }
        for (line, (name, value)) in Self.scoreLines.enumerated() where area.row + line + 1 < area.endRow {
            let row = area.row + line + 1
            let values = shown.map { value($0.score) }
            let room = end(0) - area.column - 1 - (values.first.map { textWidth($0.0) } ?? 0)
            grid.write(clipped(name, to: room), column: area.column, row: row, role: .dim)
            for (place, (text, role)) in values.enumerated() {
                grid.writeRight(text, end: end(place), row: row, role: role)
            }
        }
        let (_, foot) = area.splitRows(Self.scoreLines.count + 2)
        let words =
            "away: nothing ran, as before the first start. Those slots are lost too; the time to repair leaves them "
            + "out. A loss counts as soon as it is in the lake."
        drawLines(&grid, foot, wrapped(words, to: min(100, area.columns)).map { [Span($0, .dim)] })
    }

    private static let scoreLines: [(String, @Sendable (HealingScore) -> (String, Role))] = [
        ("gaps found", { (Wording.count($0.gapsFound), .value) }),
        ("slots lost", { (Wording.count($0.slotsLost), .value) }),
        ("  while away", { (Wording.count($0.slotsLostAway), .dim) }),
        ("slots healed", { (Wording.count($0.slotsHealed), .gold) }),
        ("  while away", { (Wording.count($0.slotsHealedAway), .dim) }),
        ("time to detect", { (mean($0.secondsToDetect, over: $0.slotsDetected), .value) }),
        ("time to repair", { (mean($0.secondsToHeal, over: $0.slotsHealed - $0.slotsHealedAway), .value) }),
        // Nobody had traded: what was taken for lost was whole.
        ("false alarms", { (Wording.count($0.falseAlarms), $0.falseAlarms > 0 ? .warning : .good) }),
        ("repair calls", { (Wording.count($0.repairCalls), .value) }),
        ("  for quiet", { (Wording.count($0.quietCalls), .dim) }),
        ("calls per gap", { (ratio($0.repairCalls, $0.gapsFound), .value) }),
    ]

    private static func mean(_ seconds: Int64, over count: Int) -> String {
        count > 0 ? Wording.span(seconds / Int64(count)) : "-"
    }

    /// `1.4`
    private static func ratio(_ count: Int, _ of: Int) -> String {
        guard of > 0 else { return "-" }
        let tenths = (count * 10 + of / 2) / of
        return "\(tenths / 10).\(tenths % 10)"
    }
}
