/// The bounds between which prices are drawn: multiples of 1, 2 or 5 times a power of ten, so that a price that moves a little
/// does not draw all the others anew. Prices take at least two thirds of it.
struct PriceScale: Hashable, Sendable {
    var low: Double
    var high: Double

    /// Nil without a price.
    init?(_ prices: [Double]) {
        guard let least = prices.min(), let most = prices.max(), least.isFinite, most.isFinite else { return nil }
        (low, high) = (least, most)
        let quarter = (most - least) / 4
        // Below that a tenth of a power may be nothing, and there would be no end.
        guard quarter >= .leastNormalMagnitude, quarter.isFinite else { return }
        var power = 1.0
        while power > quarter { power /= 10 }
        while power * 10 <= quarter { power *= 10 }
        let step = ([5, 2].first { $0 * power <= quarter } ?? 1) * power
        let bounds = ((least / step).rounded(.down) * step, (most / step).rounded(.up) * step)
        // A step too fine for the size of the prices says nothing.
        guard bounds.0 <= least, bounds.1 >= most, bounds.1 - bounds.0 <= (most - least) * 1.5 + step else { return }
        (low, high) = bounds
    }

    /// Where a price lies, from 0 to 1; in the middle where all are the same.
    func share(_ price: Double) -> Double { high > low ? (price - low) / (high - low) : 0.5 }
}
