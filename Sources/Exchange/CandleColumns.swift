import Pipeline

/// The parallel arrays of a candle answer, before they are written.
struct CandleColumns {
    var bars: [Bar]
    /// How many closes are left out at the end.
    var closesMissing = 0

    init(_ bars: [Bar]) { self.bars = bars }

    /// Written once and straight into the text: a month is 43,000 bars.
    var json: String {
        let columns: [(String, (Bar) -> Double)] = [
            ("t", { Double($0.minute.seconds) }), ("o", \.open), ("h", \.high), ("l", \.low), ("c", \.close),
            ("v", \.volume),
        ]
        let texts = columns.map { name, value in
            let numbers = bars.map(value)
            return "\"\(name)\":" + jsonArray(name == "c" ? numbers.dropLast(closesMissing) : numbers)
        }
        return "{\"s\":\"ok\"," + texts.joined(separator: ",") + "}"
    }
}

/// What a fault makes of the bars of an answer.
enum CandleSpoiling {
    /// One close fewer than times.
    case unequal
    /// Every bar twice in a row, the second time with another close where they differ.
    case twice(differing: Bool)
    /// From the newest to the oldest.
    case backwards
    /// Stamped so many minutes later.
    case shifted(minutes: Int)

    func apply(to columns: inout CandleColumns) {
        switch self {
        case .unequal: columns.closesMissing += 1
        case .twice(let differing): columns.bars = columns.bars.flatMap { [$0, differing ? $0.contradicted : $0] }
        case .backwards: columns.bars.reverse()
        case .shifted(let minutes):
            for place in columns.bars.indices {
                columns.bars[place].minute = columns.bars[place].minute.advanced(by: minutes)
            }
        }
    }
}

extension Bar {
    /// The same minute with another close, which its high and low allow for.
    fileprivate var contradicted: Bar {
        var other = self
        other.close = close == low ? high + 0.01 : low
        other.high = max(high, other.close)
        return other
    }

    /// The bar with values that no market has.
    func absurd(_ absurdity: ExchangeFault.Absurdity) -> Bar {
        var bar = self
        switch absurdity {
        case .negative: (bar.open, bar.high, bar.low, bar.close) = (-open, -low, -high, -close)
        case .zero: (bar.open, bar.high, bar.low, bar.close) = (0, 0, 0, 0)
        case .nan: bar.close = .nan
        case .huge: (bar.open, bar.high, bar.low, bar.close) = (1e308, 1e308, 1e308, 1e308)
        case .inverted: (bar.high, bar.low) = (low - 0.01, high)
        }
        return bar
    }
}
