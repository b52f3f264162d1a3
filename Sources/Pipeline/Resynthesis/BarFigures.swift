import Engine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What bars in minute order sum up to.
struct BarFigures {
    private var open: Double?
    private var high: Double?
    private var low: Double?
    private var close: Double?
    private var volume: Double?
    private var vwap: Double?
    private var realizedVariance: Double?

    init(_ bars: [BarRow]) {
        guard let first = bars.first, let last = bars.last else { return }
        // A sample in the first minute has no open: its price is of some second within the minute.
        open = first.open
        close = last.close
        realizedVariance = Self.realizedVariance(bars)
        guard !bars.contains(where: \.sampled) else { return }
        var greatest = -Double.infinity
        var least = Double.infinity
        var traded = 0.0
        var turnover = 0.0
        for bar in bars {
            guard let high = bar.high, let low = bar.low, let volume = bar.volume else { return }
            greatest = max(greatest, high)
            least = min(least, low)
            traded += volume
            turnover += (high + low + bar.close) / 3 * volume
        }
        high = greatest
        low = least
        volume = traded
        // Prices and volumes near the end of the doubles are data, yet their products may not be.
        if traded > 0, turnover.isFinite, traded.isFinite { vwap = turnover / traded }
        if !traded.isFinite { volume = nil }
    }

    /// Nil where there are not two closes: one price has no return.
    private static func realizedVariance(_ bars: [BarRow]) -> Double? {
        guard bars.count > 1 else { return nil }
        var sum = 0.0
        for index in bars.indices.dropFirst() {
            let step = log(bars[index].close / bars[index - 1].close)
            sum += step * step
        }
        return sum.isFinite ? sum : nil
    }

    func enter(_ row: inout DerivedRow) {
        row.open = open
        row.high = high
        row.low = low
        row.close = close
        row.volume = volume
        row.vwap = vwap
        row.realizedVariance = realizedVariance
    }
}

/// The log return from one price to another, where it is a number.
func logReturn(from first: Double?, to last: Double?) -> Double? {
    guard let first, let last, first > 0, last > 0 else { return nil }
    let value = log(last / first)
    return value.isFinite ? value : nil
}
