import Foundation

/// The price of one symbol at any moment, computed without any moment before it: smooth noise on several time scales
/// around a base, so that the path looks continuous and history of any length costs nothing.
struct SeededPath: Sendable {
    var seed: UInt64
    var base: Double
    /// 1 for a calm share; scales every swing.
    var volatility: Double

    /// Time scale in minutes, and the greatest swing of the logarithm on it.
    private static let octaves: [(minutes: Double, swing: Double)] = [
        (129_600, 0.22), (10_080, 0.05), (1_440, 0.016), (180, 0.006), (40, 0.0025), (9, 0.001), (2, 0.0004),
    ]

    /// The price at a moment given in minutes since 1970; always above 0.
    func price(at minutes: Double) -> Double {
        var logarithm = 0.0
        for (ordinal, octave) in Self.octaves.enumerated() {
            logarithm += octave.swing * noise(minutes / octave.minutes, channel: UInt64(ordinal))
        }
        return base * exp(volatility * logarithm)
    }

    /// Value noise from -1 to 1, smooth between whole numbers.
    private func noise(_ place: Double, channel: UInt64) -> Double {
        let whole = place.rounded(.down)
        let share = place - whole
        let left = lattice(Int64(whole), channel)
        let right = lattice(Int64(whole) + 1, channel)
        return left + (right - left) * share * share * (3 - 2 * share)
    }

    private func lattice(_ place: Int64, _ channel: UInt64) -> Double {
        2 * unit(seededHash(seed, UInt64(bitPattern: place), 0xA0 + channel)) - 1
    }
}
