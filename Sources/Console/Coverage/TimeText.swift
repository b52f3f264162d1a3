import Pipeline

/// Reads a moment as a person types it: `2019-02-11`, `2019-02-11 14:30`, `14:30`, `11 14:30`, `-2d`, `-90m`, `now`; on the
/// clock that is shown, or in UTC with a `Z` at the end.
struct TimeText {
    /// The clock that is shown.
    var clock: ExchangeClock
    /// The session the cursor stands in, for a time without a date.
    var date: CivilDate
    var cursor: Minute
    var now: Minute

    /// What cannot be read, and how to write it.
    struct Complaint: Error {
        var text: String
    }

    func minute(_ text: String) throws(Complaint) -> Minute {
        var words = text.lowercased().split { $0 == " " || $0 == "t" }.map(String.init)
        guard !words.isEmpty else { throw Complaint(text: "a date, a time, or both") }
        if words == ["now"] { return now }
        if words.count == 1, let moved = moved(words[0]) { return moved }
        let isUTC = words[words.count - 1].hasSuffix("z")
        if isUTC { words[words.count - 1].removeLast() }
        guard words.count <= 2 else { throw Complaint(text: "no more than a date and a time: 2019-02-11 14:30") }
        let day = try words.count == 2 || !words[0].contains(":") ? date(words[0]) : date
        let time = try words.count == 2 || words[0].contains(":") ? minutes(words[words.count - 1]) : nil
        let midnight = day.startUTC.minute
        guard let time else { return midnight }
        let wanted = midnight.advanced(by: time)
        return isUTC ? wanted : clock.utc(ofLocal: wanted)
    }

    /// `-2d`, `+3h`, `-90m` from the cursor.
    private func moved(_ word: String) -> Minute? {
        guard let sign = word.first, sign == "-" || sign == "+", let unit = word.last,
            let count = Int64(word.dropFirst().dropLast()), count < 100_000
        else { return nil }
        guard let minutes = ["m": Int64(1), "h": 60, "d": 1_440][unit] else { return nil }
        return Minute(cursor.index + (sign == "-" ? -count : count) * minutes)
    }

    private func date(_ word: String) throws(Complaint) -> CivilDate {
        if let date = CivilDate(word) { return date }
        if word.contains("-") {
            throw Complaint(text: "\(harmless(word, limit: 20)) is no date that exists: write 2019-02-11")
        }
        // A day of the month of the cursor.
        if let day = Int(word), (1...31).contains(day),
            let found = CivilDate("\(date.description.prefix(8))\(Wording.two(day))")
        {
            return found
        }
        throw Complaint(text: "\(harmless(word, limit: 20)) is no date: write 2019-02-11, or a time as 14:30")
    }

    private func minutes(_ word: String) throws(Complaint) -> Int {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour),
            (0...59).contains(minute), parts[1].count == 2
        else { throw Complaint(text: "\(harmless(word, limit: 20)) is no time: write 14:30") }
        return hour * 60 + minute
    }
}

extension ConsoleState {
    /// Puts the cursor on a moment that was typed; throws what is wrong with it.
    mutating func go(to text: String) throws(TimeText.Complaint) {
        guard status != nil, let calendar = cursorCalendar else {
            throw TimeText.Complaint(text: "nothing is known yet")
        }
        let reading = TimeText(
            clock: exchangeClock(calendar), date: cursorColumn?.session.date ?? CivilDate(dayNumber: 0),
            cursor: cursor.minute, now: now.minute)
        let minute = try reading.minute(text)
        let clock = exchangeClock(calendar)
        guard minute >= earliest else {
            throw TimeText.Complaint(text: "nothing is expected before \(clock.full(earliest.start))")
        }
        guard minute <= now.minute else {
            throw TimeText.Complaint(text: "it is \(clock.full(now)) now: nothing has come later")
        }
        focus = .coverage
        fullScreen = nil
        if minute == now.minute { return moveToNewest() }
        let axis = CoverageAxis(calendar, zoom: zoom)
        // While the exchange is closed, the session that follows, as far as it has begun.
        let next = axis.calendar.session(atOrAfter: minute).flatMap { $0.minutes.lowerBound <= now.minute ? $0 : nil }
        let found = next.flatMap { axis.column(at: max(minute, $0.minutes.lowerBound)) } ?? axis.column(at: minute)
        guard let column = found else { throw TimeText.Complaint(text: "no session is known then") }
        place(at: column)
        if column.minutes.contains(minute) { cursor.minute = max(minute, column.expected.lowerBound) }
    }
}
