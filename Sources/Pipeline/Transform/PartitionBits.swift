extension Universe {
    /// The expected slots of one partition; 0 where the symbol is unknown.
    func expectedMask(of symbol: SymbolName, in hour: Hour) -> UInt64 {
        member(symbol).map { expectedMask($0, hour) } ?? 0
    }

    /// What of the session that holds a minute lies in the symbol's lifetime; nil where no session holds it.
    func sessionMinutes(of symbol: SymbolName, containing minute: Minute) -> Range<Minute>? {
        guard let member = member(symbol), member.lifetime.contains(minute) else { return nil }
        return TradingCalendar.named(member.calendar).session(containing: minute)?.minutes.clamped(to: member.lifetime)
    }
}

/// Calls `body` with each set bit of a partition's mask, as a minute, in order.
func forEachMinute(of mask: UInt64, in hour: Hour, _ body: (Minute) -> Void) {
    var rest = mask
    while rest != 0 {
        body(Minute(hour.index * 60 + Int64(rest.trailingZeroBitCount)))
        rest &= rest - 1
    }
}
