/// What a quote is worth for the minute it was asked for, judged by its own time. The time never decides the slot.
package enum QuoteJudgement: String, Hashable, Sendable, CaseIterable {
    /// Traded within the minute: the slot's price.
    case sample
    /// Last traded before the minute while the feed is fresh for others: a witness that nobody traded.
    case witness
    /// Traded after the minute: the answer came too late, the slot is lost.
    case late
    /// Last traded before the minute while the feed is fresh for nobody: says nothing, the slot is lost.
    case stale

    /// Judges a quote's own time, in unix seconds, for a scheduled minute.
    package static func judge(seconds: Int64, slot: Minute, feedFresh: Bool) -> Self {
        let minute = Minute(seconds: seconds)
        if minute == slot { return .sample }
        if minute > slot { return .late }
        return feedFresh ? .witness : .stale
    }
}
