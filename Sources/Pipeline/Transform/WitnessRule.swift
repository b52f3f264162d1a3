import Engine

/// What is held bears witness of what arrives: an answer that disagrees with it is another symbol's, shifted, adjusted or
/// corrupted, and nothing of it is believed.
enum WitnessRule {
    /// How many minutes around a question what is held is looked at.
    private static let reach = 30
    /// A price that differs so much from one that was traded at the same time is on another scale.
    private static let scale = 0.75
    /// So many candles must differ before an answer is taken for another one: vendors correct single bars.
    private static let candlesMin = 4
    /// So many samples that fit bear witness like one candle: a shift would leave one side of a gap empty.
    private static let samplesMin = 2

    /// The minutes of a question and those around it.
    static func neighbourhood(of question: SourceQuestion) -> Range<Minute> {
        switch question {
        case .quote(_, let slot): slot.advanced(by: -reach)..<slot.advanced(by: 1)
        case .candles(_, let minutes, _):
            minutes.lowerBound.advanced(by: -reach)..<minutes.upperBound.advanced(by: minutes.isEmpty ? 0 : reach)
        }
    }

    // MARK: Quotes

    /// Why a quote is not believed; nil where it is. Its day's range and the minutes before it must be of its scale.
    static func complaint(about quote: Quote, slot: Minute, _ slate: SymbolSlate) -> DecodeFault? {
        if let high = quote.dayHigh, let low = quote.dayLow, high > 0, low > 0 {
            guard high >= low else { return DecodeFault("invalid-price", "the day's high lies below its low") }
            guard !isApart(quote.price, low: low, high: high) else {
                return DecodeFault("implausible", "the price \(quote.price) is far outside its day's \(low) to \(high)")
            }
        }
        let before = (1...reach).compactMap { slate.bar(at: slot.advanced(by: -$0))?.close }
        return isApart(quote.price, from: before)
            ? DecodeFault("implausible", "the price \(quote.price) is far from those of the minutes before") : nil
    }

    // MARK: Candles

    /// What the minutes held within an answer's range say of it.
    private struct Testimony {
        /// Minutes of which both hold a value.
        var compared = 0
        /// On another scale.
        var apart = 0
        /// Candles held of the rest, and how many of them say otherwise.
        var candles = 0
        var differing = 0
        /// Samples that lie between the bar's low and high.
        var fitting = 0
        /// Minutes held of which the answer says nothing: a source takes no trade back.
        var absent = 0

        /// Whether everything held says the same, and enough of it says anything.
        var isUnanimous: Bool {
            apart == 0 && differing == 0 && absent == 0 && fitting + candles == compared
                && (candles > 0 || fitting >= samplesMin)
        }
    }

    /// Why nothing of an answer is believed; nil where it is.
    static func complaint(
        about reading: CandleReading, _ question: SourceQuestion, _ slate: SymbolSlate
    ) -> DecodeFault? {
        let asked = question.minutes
        let testimony = testimony(about: reading, asked, slate)
        if reading.strays, !testimony.isUnanimous {
            return DecodeFault(
                "outside-range", "bars outside \(asked.lowerBound) to \(asked.upperBound), and no witness of the rest")
        }
        let known = testimony.compared + testimony.absent
        let against = testimony.apart + testimony.absent
        let isOtherwise =
            testimony.candles >= candlesMin && testimony.differing * 2 > testimony.candles + testimony.fitting
        if against * 2 > known || isOtherwise {
            return DecodeFault(
                "disagrees", "\(against + testimony.differing) of \(known) minutes differ from what is held")
        }
        return testimony.compared == 0 && isFarFromNeighbours(reading, asked, slate)
            ? DecodeFault("disagrees", "its prices are far from those of the minutes around it") : nil
    }

    private static func testimony(
        about reading: CandleReading, _ asked: Range<Minute>, _ slate: SymbolSlate
    ) -> Testimony {
        var testimony = Testimony()
        for partition in slate.partitions {
            let held = partition.masks.present & partition.hour.mask(of: asked)
            forEachMinute(of: held, in: partition.hour) { minute in
                guard let value = slate.bar(at: minute) else { return }
                guard let bar = reading[minute] else {
                    guard !reading.isBad(minute) else { return }
                    testimony.absent += 1
                    return
                }
                testimony.compared += 1
                if isApart(value.close, low: bar.low, high: bar.high) {
                    testimony.apart += 1
                } else if value.sampled {
                    // A sample is no finer measure: it is not the minute's close, and may be of another feed.
                    if value.close >= bar.low, value.close <= bar.high { testimony.fitting += 1 }
                } else {
                    testimony.candles += 1
                    if value.close != bar.close { testimony.differing += 1 }
                }
            }
        }
        return testimony
    }

    private static func isFarFromNeighbours(
        _ reading: CandleReading, _ asked: Range<Minute>, _ slate: SymbolSlate
    ) -> Bool {
        guard let first = reading.good.first, let last = reading.good.last else { return false }
        let before = (1...reach).compactMap { slate.bar(at: asked.lowerBound.advanced(by: -$0))?.close }
        let after = (0..<reach).compactMap { slate.bar(at: asked.upperBound.advanced(by: $0))?.close }
        return isApart(first.close, from: before) || isApart(last.close, from: after)
    }

    // MARK: Scale

    /// Whether a price cannot be one of a range's, even if another feed saw it: what is adjusted for a split is so.
    private static func isApart(_ price: Double, low: Double, high: Double) -> Bool {
        price < low * scale || price > high / scale
    }

    /// Whether a price is on another scale than most of those around it. One alone proves nothing: it may be the wrong one.
    private static func isApart(_ price: Double, from others: [Double]) -> Bool {
        others.count > 1 && others.count { isApart(price, low: $0, high: $0) } * 2 > others.count
    }
}
