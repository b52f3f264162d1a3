import Engine
import Pipeline
import Terminal

extension ConsoleState {
    /// What arrived and is not data, by reason: `⊘ outside-range 11:03 ×3: bars outside …  kintsugi quarantine show 17`.
    func quarantineLines(_ inspection: Inspection, width: Int) -> [[Span]] {
        let own = exchangeClock(cursor.symbol.flatMap { members[$0]?.calendar } ?? .xnys)
        var reasons: [(newest: QuarantineRow, minutes: [Int64], count: Int)] = []
        for row in inspection.quarantine {
            if let place = reasons.firstIndex(where: { $0.newest.reason == row.reason }) {
                reasons[place].count += 1
                if !reasons[place].minutes.contains(row.minute) { reasons[place].minutes.append(row.minute) }
            } else {
                reasons.append((row, [row.minute], 1))
            }
        }
        return reasons.map { newest, minutes, count in
            let what = [
                Span("⊘ ", .warning), Span("\(harmless(newest.reason, limit: 24)) ", .text),
                Span(Self.runs(minutes, own), .dim), Span(count > 1 ? " ×\(count)" : "", .dim),
                Span(": \(harmless(newest.detail, limit: 90))", .dim),
            ]
            return what.followed(by: [[Span("  kintsugi quarantine show \(newest.id)", .dim)]], in: width)
        }
    }
}
