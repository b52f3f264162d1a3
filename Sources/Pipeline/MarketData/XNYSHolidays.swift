/// When the New York Stock Exchange stays closed on a weekday, or closes at 13:00: rules, and a table of what no rule
/// tells. Trading halts and late openings do not count: such a session keeps its ordinary hours.
enum XNYSHolidays {
    /// The closures of a year; some fall on a weekend, where they change nothing.
    static func closures(inYear year: Int) -> [CivilDate] {
        var dates = [
            CivilDate.nth(3, weekday: 1, year: year, month: 1),  // Martin Luther King
            .nth(3, weekday: 1, year: year, month: 2),  // Washington
            CivilDate.easter(year: year).adding(days: -2),  // Good Friday
            .last(weekday: 1, year: year, month: 5),  // Memorial Day
            observed(year, 7, 4),
            .nth(1, weekday: 1, year: year, month: 9),  // Labor Day
            thanksgiving(inYear: year),
            observed(year, 12, 25),
        ]
        // A New Year on a Saturday is not observed: the Friday before closes the books of the old year.
        let newYear = CivilDate(year: year, month: 1, day: 1)
        dates.append(newYear.weekday == 0 ? newYear.adding(days: 1) : newYear)
        if year >= 2022 { dates.append(observed(year, 6, 19)) }
        return dates + special.filter { $0.year == year }
    }

    /// The sessions of a year that end at 13:00 local time; some fall on a closed day, where they change nothing.
    static func earlyCloses(inYear year: Int) -> [CivilDate] {
        let independence = CivilDate(year: year, month: 7, day: 4)
        var dates = [thanksgiving(inYear: year).adding(days: 1), CivilDate(year: year, month: 12, day: 24)]
        // Once the day after was shortened, in place of the day before.
        dates.append(independence.adding(days: year == 2002 ? 1 : -1))
        return dates + specialEarlyCloses.filter { $0.year == year }
    }

    private static func thanksgiving(inYear year: Int) -> CivilDate { .nth(4, weekday: 4, year: year, month: 11) }

    /// A Saturday's holiday is kept on the Friday before, a Sunday's on the Monday after.
    private static func observed(_ year: Int, _ month: Int, _ day: Int) -> CivilDate {
        let date = CivilDate(year: year, month: month, day: day)
        switch date.weekday {
        case 6: return date.adding(days: -1)
        case 0: return date.adding(days: 1)
        default: return date
        }
    }

    private static let special = [
        CivilDate(year: 2001, month: 9, day: 11),  // attack on New York, to the 14th
        CivilDate(year: 2001, month: 9, day: 12),
        CivilDate(year: 2001, month: 9, day: 13),
        CivilDate(year: 2001, month: 9, day: 14),
        CivilDate(year: 2004, month: 6, day: 11),  // mourning for President Reagan
        CivilDate(year: 2007, month: 1, day: 2),  // mourning for President Ford
        CivilDate(year: 2012, month: 10, day: 29),  // hurricane Sandy, two days
        CivilDate(year: 2012, month: 10, day: 30),
        CivilDate(year: 2018, month: 12, day: 5),  // mourning for President G. H. W. Bush
        CivilDate(year: 2025, month: 1, day: 9),  // mourning for President Carter
    ]

    private static let specialEarlyCloses = [CivilDate(year: 2003, month: 12, day: 26)]
}
