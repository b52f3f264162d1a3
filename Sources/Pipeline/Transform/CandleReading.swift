/// The bars of one answer after validation: good ones in order, and why the others are none.
struct CandleReading {
    /// Valid, within the range asked, ascending, one for each minute.
    private(set) var good: [Bar] = []
    /// Minutes of which the answer says something that is not data; nothing is concluded of them.
    private(set) var bad: [Minute] = []
    private(set) var flaws: [Flaw] = []
    /// Whether a bar lies outside the range asked; then the answer is no evidence of absence.
    private(set) var strays = false

    /// Bars of one answer with one fault: one row of quarantine, however many they are.
    struct Flaw {
        var reason: String
        var minute: Minute
        var count: Int
        var detail: String
    }

    init(_ bars: [Bar], asked minutes: Range<Minute>) {
        good.reserveCapacity(bars.count)
        for bar in Self.ascending(bars) {
            if !minutes.contains(bar.minute) {
                strays = true
                note("outside-range", bar, "outside \(minutes.lowerBound) to \(minutes.upperBound)")
            } else if let complaint = Self.complaint(about: bar) {
                spoil(bar.minute)
                note("invalid-bar", bar, complaint)
            } else if bad.last == bar.minute {
                note("duplicate-differs", bar, "the minute stands more than once")
            } else if let last = good.last, last.minute == bar.minute {
                guard last != bar else { continue }
                spoil(bar.minute)
                note("duplicate-differs", bar, "the minute stands more than once, with other values")
            } else {
                good.append(bar)
            }
        }
    }

    /// Whether the answer had a bar for the minute that is not data.
    func isBad(_ minute: Minute) -> Bool {
        var low = 0
        var high = bad.count
        while low < high {
            let middle = (low + high) / 2
            if bad[middle] < minute { low = middle + 1 } else { high = middle }
        }
        return low < bad.count && bad[low] == minute
    }

    /// Whether a good bar lies within a range.
    func hasBar(within minutes: Range<Minute>) -> Bool {
        var low = 0
        var high = good.count
        while low < high {
            let middle = (low + high) / 2
            if good[middle].minute < minutes.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < good.count && good[low].minute < minutes.upperBound
    }

    /// Whether good bars lie on both sides of a minute.
    func surrounds(_ minute: Minute) -> Bool {
        guard let first = good.first, let last = good.last else { return false }
        return first.minute < minute && minute < last.minute
    }

    /// The bar of a minute; nil where the answer has no good one.
    subscript(minute: Minute) -> Bar? {
        var low = 0
        var high = good.count
        while low < high {
            let middle = (low + high) / 2
            if good[middle].minute < minute { low = middle + 1 } else { high = middle }
        }
        return low < good.count && good[low].minute == minute ? good[low] : nil
    }

    /// No market has a price above this, in any currency: what is greater came of a broken conversion.
    private static let priceMax = 1e12
    private static let volumeMax = 1e18

    /// Why a price is not data, or nil where it is.
    static func complaint(aboutPrice price: Double) -> String? {
        guard price.isFinite, price > 0 else { return "a price that is not finite or not above 0" }
        return price > priceMax ? "a price above \(priceMax)" : nil
    }

    /// Why a bar is not data, or nil where it is. A volume of 0 is data.
    static func complaint(about bar: Bar) -> String? {
        for price in [bar.open, bar.high, bar.low, bar.close] {
            if let complaint = complaint(aboutPrice: price) { return complaint }
        }
        guard bar.volume.isFinite, bar.volume >= 0, bar.volume <= volumeMax else {
            return "a volume that is not finite, below 0 or beyond any market"
        }
        guard bar.high >= bar.low else { return "high below low" }
        guard bar.high >= max(bar.open, bar.close), bar.low <= min(bar.open, bar.close) else {
            return "open or close outside low and high"
        }
        return nil
    }

    /// The bars by minute; answers come in order but for faults, and then nothing is sorted.
    private static func ascending(_ bars: [Bar]) -> [Bar] {
        for index in bars.indices.dropFirst() where bars[index].minute < bars[index - 1].minute {
            // Equal minutes keep their order, so that the same answer is always read the same way.
            return bars.enumerated().sorted { ($0.element.minute, $0.offset) < ($1.element.minute, $1.offset) }
                .map(\.element)
        }
        return bars
    }

    private mutating func spoil(_ minute: Minute) {
        if good.last?.minute == minute { good.removeLast() }
        if bad.last != minute { bad.append(minute) }
    }

    private mutating func note(_ reason: String, _ bar: Bar, _ detail: String) {
        if let index = flaws.firstIndex(where: { $0.reason == reason }) {
            flaws[index].count += 1
        } else {
            flaws.append(Flaw(reason: reason, minute: bar.minute, count: 1, detail: detail))
        }
    }
}
