extension MarketTime {
    /// Reads `2019-02-11`, `2019-02-11T14:30`, `2019-02-11T14:30:00`, each of the two with `Z` or an offset as
    /// `-05:00`, or whole seconds since 1970; UTC where nothing is said. Nil where it is none of these or not a moment
    /// of the years 1 to 9999.
    package init?(parsing text: String) {
        guard let seconds = Self.unixSeconds(text) ?? Self.isoSeconds(text), Self.readable.contains(seconds) else {
            return nil
        }
        self.init(seconds: seconds)
    }

    private static let readable =
        CivilDate(year: 1, month: 1, day: 1).startUTC
        .seconds..<CivilDate(year: 10_000, month: 1, day: 1).startUTC.seconds

    private static func unixSeconds(_ text: String) -> Int64? {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return allDigits(digits) ? Int64(text) : nil
    }

    private static func isoSeconds(_ text: String) -> Int64? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard let date = CivilDate(String(parts[0])) else { return nil }
        let midnight = date.startUTC.seconds
        if parts.count == 1 { return midnight }
        guard parts.count == 2, let offset = offsetSeconds(parts[1]),
            let clock = clockSeconds(parts[1].prefix { !"Z+-".contains($0) })
        else { return nil }
        return midnight + clock - offset
    }

    /// Seconds of the zone written at the end of a time: nothing and `Z` are UTC.
    private static func offsetSeconds(_ time: Substring) -> Int64? {
        let zone = time.drop { !"Z+-".contains($0) }
        if zone.isEmpty || zone == "Z" { return 0 }
        guard zone.utf8.count == 6, let seconds = clockSeconds(zone.dropFirst()) else { return nil }
        return zone.first == "-" ? -seconds : seconds
    }

    /// Seconds into the day of `hh:mm` or `hh:mm:ss`.
    private static func clockSeconds(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 && allDigits($0.utf8) })
        else {
            return nil
        }
        let numbers = parts.compactMap { Int64($0) }
        guard numbers[0] < 24, numbers[1] < 60, numbers.count == 2 || numbers[2] < 60 else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    private static func allDigits(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (48...57).contains($0) }
    }
}
