/// How close the coverage is looked at.
enum CoverageZoom: Int, Hashable, Sendable, CaseIterable {
    /// A column is one session of a symbol's calendar; months stand together.
    case year
    /// A column is one clock hour, one character wide; sessions stand together.
    case month
    /// A column is one clock hour, wide enough for its count.
    case day
    /// A column is one minute.
    case hour

    /// What a column is, as the border has it.
    var words: String {
        switch self {
        case .year: "sessions"
        case .month: "hours of a month"
        case .day: "hours"
        case .hour: "minutes"
        }
    }

    /// As a person types it.
    var name: String {
        switch self {
        case .year: "year"
        case .month: "month"
        case .day: "day"
        case .hour: "hour"
        }
    }
}

/// Whether two symbols share a row of the screen.
enum DensityChoice: String, Hashable, Sendable, CaseIterable {
    /// From afar, where the symbols have no room otherwise.
    case auto
    case on, off
}
