/// What the transform must know of calendars and lifetimes: which slots of a symbol are expected, and in which session
/// a minute lies.
package protocol ExpectedSlots: Sendable {
    /// The expected slots of one partition; bit n is minute n of the hour. 0 where the symbol is unknown.
    func expectedMask(of symbol: SymbolName, in hour: Hour) -> UInt64
    /// The session of the symbol's calendar that holds a minute; nil where none does.
    func sessionMinutes(of symbol: SymbolName, containing minute: Minute) -> Range<Minute>?
}

/// The bits of a partition's mask that lie within a range of minutes.
func maskBits(of hour: Hour, within minutes: Range<Minute>) -> UInt64 {
    let part = hour.minutes.clamped(to: minutes)
    let count = part.upperBound.index - part.lowerBound.index
    guard count > 0 else { return 0 }
    return ((1 << UInt64(count)) - 1) << UInt64(part.lowerBound.offset)
}

/// The hours that hold any minute of a range.
func hours(of minutes: Range<Minute>) -> Range<Hour> {
    guard !minutes.isEmpty else { return minutes.lowerBound.hour..<minutes.lowerBound.hour }
    return minutes.lowerBound.hour..<Hour(Minute(minutes.upperBound.index - 1).hour.index + 1)
}

/// Calls `body` with each set bit of a partition's mask, as a minute, in order.
func forEachMinute<Failure>(
    of mask: UInt64, in hour: Hour, _ body: (Minute) throws(Failure) -> Void
) throws(Failure) {
    var rest = mask
    while rest != 0 {
        try body(Minute(hour.index * 60 + Int64(rest.trailingZeroBitCount)))
        rest &= rest - 1
    }
}
