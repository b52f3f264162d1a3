/// What the pipeline and the operators did, newest last; bounded.
package struct PipelineLog: Sendable {
    private static let linesMax = 200
    private var lines: [LogLine] = []
    private var number: Int64 = 0

    package mutating func add(_ text: String, by who: String = "pipeline", at now: MarketTime) {
        number += 1
        lines.append(LogLine(number: number, at: now, who: who, text: text))
        if lines.count > Self.linesMax { lines.removeFirst() }
    }

    /// Newest first.
    package var newestFirst: [LogLine] { lines.reversed() }
}

/// Counters since start.
package struct PipelineTotals: Sendable {
    package private(set) var score = HealingScore()
    /// The same by UTC day, oldest first; bounded.
    package private(set) var days: [HealingDay] = []
    private static let daysMax = 14
    package var bars: Int64 = 0
    package var revisions: Int64 = 0
    package var quarantined: Int64 = 0
    package var derivedRows: Int64 = 0

    /// Counts something, since start and for the day.
    mutating func count(at now: MarketTime, _ change: (inout HealingScore) -> Void) {
        change(&score)
        let day = now.seconds.floorDivided(by: 86_400)
        if days.last?.day != day { days.append(HealingDay(day: day)) }
        if days.count > Self.daysMax { days.removeFirst() }
        change(&days[days.count - 1].score)
    }

    mutating func add(_ summary: CurationSummary, at now: MarketTime) {
        bars += Int64(summary.bars)
        revisions += Int64(summary.revisions)
        quarantined += Int64(summary.quarantined)
        guard summary.lost > 0 || summary.healed > 0 || summary.quieted > 0 else { return }
        count(at: now) { score in
            score.slotsLost += summary.lost
            score.slotsLostAway += summary.lostAway
            score.slotsHealed += summary.healed
            score.slotsHealedAway += summary.healedAway
            score.secondsToHeal += summary.secondsToHeal
            score.falseAlarms += summary.quieted
        }
    }
}

/// `1 slot`, `3 slots`.
func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
