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
    package var score = HealingScore()
    package var bars: Int64 = 0
    package var revisions: Int64 = 0
    package var quarantined: Int64 = 0
    package var derivedRows: Int64 = 0

    mutating func add(_ summary: CurationSummary) {
        bars += Int64(summary.bars)
        revisions += Int64(summary.revisions)
        quarantined += Int64(summary.quarantined)
        score.slotsHealed += summary.healed
        score.secondsToHeal += summary.secondsToHeal
    }
}
