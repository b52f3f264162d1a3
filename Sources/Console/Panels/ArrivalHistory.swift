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

    /// The window as at most so many columns, oldest first: records a minute, on average over the minutes of a column.
    func columns(atMost width: Int, until now: Minute) -> [Int] {
        guard width > 0 else { return [] }
        let each = max(1, (window + width - 1) / width)
        let minutes = window / each * each
        return stride(from: minutes, to: 0, by: -each).map { back in
            let known = (0..<each).compactMap { counts[now.index - Int64(back - 1 - $0)] }
            return known.isEmpty ? 0 : known.reduce(0, +) / known.count
        }
    }
}
