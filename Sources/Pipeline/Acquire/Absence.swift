/// What was lost because the program itself was not there to ask.
package enum Absence {
    /// Further back nothing is noted: the slots are still found missing and fetched, only the word is spared.
    private static let spanMax = 30 * 1440

    /// The expected minutes of each member from `from` on that ended by `now`, one record a symbol.
    package static func losses(
        of universe: Universe, from: MarketTime, to now: MarketTime, stamp: () -> MarketTime
    ) -> [LossRecord] {
        let begin = max(from.minute, now.minute.advanced(by: -spanMax))
        guard begin < now.minute else { return [] }
        return universe.members.compactMap { member in
            let range = (begin..<now.minute).clamped(to: member.lifetime)
            guard !range.isEmpty else { return nil }
            let minutes = TradingCalendar.named(member.calendar).sessions(overlapping: range)
                .map { $0.minutes.clamped(to: range) }.filter { !$0.isEmpty }
            guard !minutes.isEmpty else { return nil }
            return LossRecord(symbol: member.symbol, minutes: minutes, reason: .notRunning, received: stamp())
        }
    }
}
