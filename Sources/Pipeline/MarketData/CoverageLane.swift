/// Where the masks of one symbol stand in a pool, hour by hour; it grows both ways.
struct CoverageLane: Sendable {
    /// Hours of which a mask may be kept; outside, in the years before 1970 and after 2099, no calendar expects a slot.
    static let keptHours = Hour(0)..<TradingCalendar.named(.alwaysOpen).knownMinutes.upperBound.hour

    private var base: Int64 = 0
    /// Of each hour from `base` on.
    private var places: [Int32] = []

    subscript(hour: Hour) -> Int32 {
        let at = hour.index &- base
        return hour.index >= base && at < places.count ? places[Int(at)] : MaskPool.empty
    }

    /// Replaces the masks of one hour.
    mutating func set(_ hour: Hour, _ masks: PartitionMasks, in pool: inout MaskPool) {
        guard Self.keptHours.contains(hour) else { return }
        reach(hour.index)
        let at = Int(hour.index - base)
        let old = places[at]
        places[at] = pool.take(masks)
        pool.giveBack(old)
    }

    /// The minutes outside of which nobody touched an hour.
    var minutes: Range<Minute> { Hour(base).firstMinute..<Hour(base + Int64(places.count)).firstMinute }

    /// Makes the directory hold an hour; it doubles towards the past, so that a backfill day by day stays linear.
    private mutating func reach(_ hour: Int64) {
        if places.isEmpty {
            base = hour
            places = [MaskPool.empty]
        } else if hour < base {
            let slack = min(max(base - hour, Int64(places.count)), base)
            places.insert(contentsOf: repeatElement(MaskPool.empty, count: Int(slack)), at: 0)
            base -= slack
        } else if hour - base >= places.count {
            places.append(contentsOf: repeatElement(MaskPool.empty, count: Int(hour - base) - places.count + 1))
        }
    }
}

/// The masks of one symbol, to be read.
struct SymbolMasks: Sendable {
    private let lane: CoverageLane
    private let pool: MaskPool

    init(_ lane: CoverageLane = CoverageLane(), in pool: MaskPool = MaskPool()) {
        self.lane = lane
        self.pool = pool
    }

    subscript(hour: Hour) -> PartitionMasks { pool[lane[hour]] }

    /// The minutes outside of which nobody touched an hour.
    var minutes: Range<Minute> { lane.minutes }
}
