/// The masks of one symbol: those of the hours anybody touched side by side, found through a directory of hours that
/// grows both ways.
struct CoverageLane: Sendable {
    /// Hours of which a mask may be kept; outside, in the years before 1970 and after 2099, no calendar expects a slot.
    static let keptHours = Hour(0)..<TradingCalendar.named(.alwaysOpen).knownMinutes.upperBound.hour

    private var base: Int64 = 0
    /// Place in `masks` of each hour from `base` on; -1 where nobody touched it.
    private var places: [Int32] = []
    private var masks: [PartitionMasks] = []

    subscript(hour: Hour) -> PartitionMasks {
        get {
            guard hour.index >= base else { return PartitionMasks() }
            let at = hour.index - base
            guard at < places.count, places[Int(at)] >= 0 else { return PartitionMasks() }
            return masks[Int(places[Int(at)])]
        }
        set {
            guard Self.keptHours.contains(hour) else { return }
            reach(hour.index)
            let at = Int(hour.index - base)
            if places[at] >= 0 {
                masks[Int(places[at])] = newValue
            } else {
                places[at] = Int32(masks.count)
                masks.append(newValue)
            }
        }
    }

    /// The minutes outside of which nobody touched an hour.
    var minutes: Range<Minute> { Hour(base).firstMinute..<Hour(base + Int64(places.count)).firstMinute }

    /// Makes the directory hold an hour; it doubles towards the past, so that a backfill day by day stays linear.
    private mutating func reach(_ hour: Int64) {
        if places.isEmpty {
            base = hour
            places = [-1]
        } else if hour < base {
            let slack = min(max(base - hour, Int64(places.count)), base)
            places.insert(contentsOf: repeatElement(-1, count: Int(slack)), at: 0)
            base -= slack
        } else if hour - base >= places.count {
            places.append(contentsOf: repeatElement(-1, count: Int(hour - base) - places.count + 1))
        }
    }
}
