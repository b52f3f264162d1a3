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

    /// How far back a quote bears witness: an hour.
    private static let silenceMinutes = 60

    /// The minutes in which nobody traded, as a fresh quote for `slot` tells by the time of its last trade: those after
    /// it, up to the slot and with it. The slot alone where the last trade does not lie before it.
    package static func silence(since seconds: Int64, through slot: Minute) -> Range<Minute> {
        let last = Minute(seconds: seconds)
        let first = last < slot ? max(last.advanced(by: 1), slot.advanced(by: -silenceMinutes)) : slot
        return first..<slot.advanced(by: 1)
    }

    /// Judges a quote's own time, in unix seconds, for a scheduled minute.
    package static func judge(seconds: Int64, slot: Minute, feedFresh: Bool) -> Self {
        let minute = Minute(seconds: seconds)
        if minute == slot { return .sample }
        if minute > slot { return .late }
        return feedFresh ? .witness : .stale
    }
}
