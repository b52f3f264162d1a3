import Pipeline

/// Which symbols a run captures, and in which minutes each is expected: what is stored, what somebody decided since, and what
/// the command line or the configuration names.
struct UniverseChoice {
    /// As it was in force the last time; nil in a new directory.
    let stored: Universe?
    /// As somebody decided it since.
    private let decided: (universe: Universe, by: [String])?
    /// The symbols named; nil where those of last time go on.
    private let named: [SymbolName]?
    private let calendar: CalendarName?

    init(directory: String, named: [SymbolName]?, calendar: CalendarName?) throws {
        stored = try UniverseFile.load(directory)
        decided = try UniverseFile.loadDecided(directory)
        self.named = named
        self.calendar = calendar
    }

    /// The same with other symbols named, where none were and none are stored.
    private init(_ other: Self, named: [SymbolName]) {
        stored = other.stored
        decided = other.decided
        self.named = named
        calendar = other.calendar
    }

    /// With symbols for a directory that has none.
    func orElse(_ symbols: [SymbolName]) -> Self { isEmpty ? Self(self, named: symbols) : self }

    var decidedUniverse: Universe? { decided?.universe }
    private var base: Universe? { decided?.universe ?? stored }

    var isEmpty: Bool { named == nil && base?.members.isEmpty ?? true }

    /// Every symbol the run has to do with, one expected no longer among them.
    var symbols: [SymbolName] { Set((named ?? []) + (base?.members ?? []).map(\.symbol)).sorted() }

    /// The calendars of all of them.
    var calendars: [String] {
        Set(symbols.map { base?.member($0)?.calendar ?? usual($0) }).sorted().map(\.rawValue)
    }

    private func usual(_ symbol: SymbolName) -> CalendarName { calendar ?? CalendarName.usual(for: symbol) }

    /// Who decided what differs from last time, in words.
    var by: String { decided.map { $0.by.joined(separator: ", ") } ?? "configuration" }

    /// A new symbol is expected from the session in progress (or `since` before), one that comes back from when it was, and
    /// one that is left out of those named until now.
    func universe(at now: MarketTime, since: MarketSpan?, source: String) -> Universe {
        var members = base?.members ?? []
        guard let named else { return Universe(members) }
        for name in named where base?.member(name) == nil {
            let begin = since.map { now - $0 } ?? now
            members.append(.beginning(name, usual(name), from: begin, source: source))
        }
        for place in members.indices {
            let lifetime = members[place].lifetime
            if !named.contains(members[place].symbol) {
                members[place].end(at: now.minute)
            } else if lifetime.upperBound < UniverseMember.openEnd {
                members[place].lifetime = lifetime.lowerBound..<UniverseMember.openEnd
            }
        }
        return Universe(members)
    }

    /// As the stream of decisions has it: everything a verdict needs besides the answers.
    static func words(_ universe: Universe) -> String {
        universe.members.map {
            "\($0.symbol) \($0.calendar.rawValue) \($0.lifetime.lowerBound.seconds) \($0.lifetime.upperBound.seconds)"
        }.joined(separator: ", ")
    }
}

extension UniverseMember {
    /// The end of a lifetime that is open: 2100.
    static let openEnd = Minute(seconds: 4_102_444_800)

    /// A member expected from the session at or after a moment on.
    static func beginning(_ symbol: SymbolName, _ calendar: CalendarName, from: MarketTime, source: String) -> Self {
        let session = TradingCalendar.named(calendar).session(atOrAfter: from.minute)
        let first = session.map {
            max($0.minutes.lowerBound, $0.minutes.contains(from.minute) ? $0.minutes.lowerBound : from.minute)
        }
        return UniverseMember(
            symbol: symbol, calendar: calendar, lifetime: (first ?? from.minute)..<openEnd, source: source)
    }

    /// Expected no longer from the end of the session in progress at a moment on; its history stays. One that ended before
    /// stays as it is. No session is cut: answers and witnesses speak of whole ones, and would mean something else when the
    /// symbol comes back.
    mutating func end(at minute: Minute) {
        let session = TradingCalendar.named(calendar).session(containing: minute)
        let end = session.map { $0.minutes.lowerBound == minute ? minute : $0.minutes.upperBound } ?? minute
        guard lifetime.upperBound > end else { return }
        lifetime = lifetime.lowerBound..<max(lifetime.lowerBound, end)
    }
}
