/// A maximal run of slots of one symbol that are all missing, or all unrepairable; it never crosses a session.
package struct Gap: Hashable, Sendable {
    package var symbol: SymbolName
    /// Half-open, UTC.
    package var minutes: Range<Minute>
    /// `.missing` or `.unrepairable`.
    package var verdict: Verdict

    package init(symbol: SymbolName, minutes: Range<Minute>, verdict: Verdict) {
        self.symbol = symbol
        self.minutes = minutes
        self.verdict = verdict
    }

    /// How many slots it holds; every minute of it is one.
    package var slots: Int { minutes.count }
}

/// Joins the bad slots of one symbol, offered hour by hour, into gaps.
struct GapCollector {
    let symbol: SymbolName
    private(set) var gaps: [Gap] = []
    private var bounds = Minute(0)..<Minute(0)

    init(symbol: SymbolName) { self.symbol = symbol }

    /// A session begins: what came before is never continued.
    mutating func begin(_ session: Range<Minute>) { bounds = session }

    mutating func add(_ verdicts: VerdictMasks, of hour: Hour) {
        var left = verdicts.missing | verdicts.unrepairable
        while left != 0 {
            let offset = left.trailingZeroBitCount
            let isMissing = verdicts.missing >> UInt64(offset) & 1 == 1
            let same = isMissing ? verdicts.missing : verdicts.unrepairable
            let length = (~(same >> UInt64(offset))).trailingZeroBitCount
            let start = hour.firstMinute.advanced(by: offset)
            append(start..<start.advanced(by: length), isMissing ? .missing : .unrepairable)
            left &= ~Hour.slots(before: Int64(offset + length))
        }
    }

    private mutating func append(_ run: Range<Minute>, _ verdict: Verdict) {
        if let last = gaps.last, last.verdict == verdict, last.minutes.upperBound == run.lowerBound,
            last.minutes.lowerBound >= bounds.lowerBound
        {
            gaps[gaps.count - 1].minutes = last.minutes.lowerBound..<run.upperBound
        } else {
            gaps.append(Gap(symbol: symbol, minutes: run, verdict: verdict))
        }
    }
}
