package import Pipeline

/// All the chance of a simulated run: the same seed draws the same numbers in the same order.
package struct SeededChance: Sendable {
    private var state: UInt64

    /// `salt` keeps what is drawn for one purpose apart from what is drawn for another.
    package init(seed: UInt64, salt: String) { state = splitMix(seed) ^ fnv1a(salt) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return splitMix(state)
    }

    /// A number from 0 up to, and without, `count`.
    package mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

    /// A number of a range.
    package mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True with a probability.
    package mutating func happens(_ probability: Double) -> Bool { unitInterval(next()) < probability }

    package mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    /// A span up to, and without, `longest`.
    package mutating func span(upTo longest: MarketSpan) -> MarketSpan {
        MarketSpan(microseconds: Int64(below(Int(longest.microseconds))))
    }

    /// A moment of a span of time.
    package mutating func moment(_ from: MarketTime, _ to: MarketTime) -> MarketTime {
        to > from ? from + span(upTo: to - from) : from
    }
}
