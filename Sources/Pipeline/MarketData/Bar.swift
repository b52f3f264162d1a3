/// Open, high, low, close and volume over one minute, stamped at its start.
package struct Bar: Hashable, Sendable {
    package var minute: Minute
    package var open: Double
    package var high: Double
    package var low: Double
    package var close: Double
    package var volume: Double

    package init(minute: Minute, open: Double, high: Double, low: Double, close: Double, volume: Double) {
        self.minute = minute
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }
}
