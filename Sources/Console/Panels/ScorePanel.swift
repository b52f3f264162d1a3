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
        let width = 12
        let label = max(width, min(20, area.columns - width))
        let shown = columns.prefix(max(1, (area.columns - label) / width))
        for (place, column) in shown.enumerated() {
            grid.writeRight(
                column.title, end: area.column + label + (place + 1) * width, row: area.row,
                role: place == 0 ? .strong : .heading)
        }
        for (line, (name, value)) in Self.scoreLines.enumerated() where area.row + line + 1 < area.endRow {
            let row = area.row + line + 1
            grid.write(name, column: area.column, row: row, role: .dim, limit: label)
            for (place, column) in shown.enumerated() {
                let (text, role) = value(column.score)
                grid.writeRight(text, end: area.column + label + (place + 1) * width, row: row, role: role)
            }
        }
    }

    private static let scoreLines: [(String, @Sendable (HealingScore) -> (String, Role))] = [
        ("gaps found", { (Wording.count($0.gapsFound), .value) }),
        ("slots lost", { (Wording.count($0.slotsLost), .value) }),
        ("slots healed", { (Wording.count($0.slotsHealed), .gold) }),
        ("time to detect", { (mean($0.secondsToDetect, over: $0.slotsDetected), .value) }),
        ("time to repair", { (mean($0.secondsToHeal, over: $0.slotsHealed), .value) }),
        // Nobody had traded: what was taken for lost was whole.
        ("false alarms", { (Wording.count($0.falseAlarms), $0.falseAlarms > 0 ? .warning : .good) }),
        ("repair calls", { (Wording.count($0.repairCalls), .value) }),
        ("of them for quiet", { (Wording.count($0.quietCalls), .dim) }),
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
