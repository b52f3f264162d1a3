import Pipeline

/// Records appended by minute of market time, for longer than a status tells, so that the graph's window can be widened.
struct ArrivalHistory: Hashable, Sendable {
    private var counts: [Int64: Int] = [:]
    private static let minutesMax: Int64 = 2 * 1_440
    private static let windows = [15, 60, 240, 1_440]
    /// Minutes that the graph shows.
    private(set) var window = 60

    mutating func widen(by steps: Int) {
        let here = Self.windows.firstIndex(of: window) ?? 1
        window = Self.windows[min(Self.windows.count - 1, max(0, here + steps))]
    }

    /// What a status tells: minutes, oldest first, the last of them under way.
    mutating func take(_ perMinute: [Int], until now: Minute) {
        for (back, count) in perMinute.reversed().enumerated() { counts[now.index - Int64(back)] = count }
        guard counts.count > Int(Self.minutesMax) else { return }
        counts = counts.filter { $0.key > now.index - Self.minutesMax && $0.key <= now.index }
    }

    /// The window as at most so many columns, oldest first: records a minute, on average over the minutes of a column. A
    /// column keeps its minutes as time goes on, and with them its height; the newest may be under way.
    func columns(atMost width: Int, until now: Minute) -> [Int] {
        guard width > 0 else { return [] }
        let each = Int64(max(1, (window + width - 1) / width))
        let newest = now.index.floorDivided(by: each)
        return (newest - Int64(window) / each + 1...newest).map { column in
            let known = (column * each..<min((column + 1) * each, now.index + 1)).compactMap { counts[$0] }
            return known.isEmpty ? 0 : known.reduce(0, +) / known.count
        }
    }
}
