/// After each session every symbol is asked once more for it: vendors correct bars for minutes to days.
package struct SettleSchedule: Sendable {
    /// A session of a symbol that waits to be settled.
    private struct Due: Hashable, Sendable {
        var symbol: SymbolName
        var minutes: Range<Minute>
        var at: MarketTime
        var tries: Int
    }

    private static let pause = MarketSpan.minutes(10)
    private static let triesMax = 6
    private let delay: MarketSpan
    private let universe: Universe
    private var due: [Due] = []
    /// Sessions that end after this moment are not scheduled yet.
    private var scheduledThrough: MarketTime

    package init(universe: Universe, delay: MarketSpan, at now: MarketTime) {
        self.universe = universe
        self.delay = delay
        scheduledThrough = now
    }

    /// Schedules what ended before this process and was never settled, one call a session.
    package mutating func recover(coverage: CoverageIndex, at now: MarketTime) {
        for member in universe.members {
            let from = max(member.lifetime.lowerBound, now.minute.advanced(by: -30 * 1440))
            guard from < now.minute else { continue }
            for session in TradingCalendar.named(member.calendar).sessions(overlapping: from..<now.minute)
            where session.minutes.upperBound.start <= now && !isSettled(member, session, coverage) {
                let part = session.minutes.clamped(to: member.lifetime)
                // Not at once: what is missing is the auditor's to fetch first.
                add(member.symbol, part, at: max(now + Self.pause, part.upperBound.start + delay))
            }
        }
    }

    private func isSettled(_ member: UniverseMember, _ session: Session, _ coverage: CoverageIndex) -> Bool {
        let minutes = session.minutes.clamped(to: member.lifetime)
        guard !minutes.isEmpty else { return true }
        return (minutes.lowerBound.hour...minutes.upperBound.advanced(by: -1).hour).allSatisfy { hour in
            universe.expectedMask(member, hour) & maskOf(minutes, within: hour)
                & ~coverage[member.symbol, hour].settled == 0
        }
    }

    private mutating func add(_ symbol: SymbolName, _ minutes: Range<Minute>, at moment: MarketTime, tries: Int = 0) {
        guard !minutes.isEmpty else { return }
        due.append(Due(symbol: symbol, minutes: minutes, at: moment, tries: tries))
    }

    /// The calls that have become due.
    package mutating func advance(at now: MarketTime) -> [SourceCall] {
        schedule(at: now)
        let ready = due.filter { $0.at <= now }
        due.removeAll { $0.at <= now }
        asked += ready.map { ($0.symbol, $0.minutes, $0.tries) }
        return ready.map {
            SourceCall(question: .candles($0.symbol, minutes: $0.minutes, wanted: []), purpose: .settle)
        }
    }

    /// Calls that are out: symbol, session, tries before.
    private var asked: [(symbol: SymbolName, minutes: Range<Minute>, tries: Int)] = []

    private mutating func schedule(at now: MarketTime) {
        guard scheduledThrough < now else { return }
        for member in universe.members {
            let calendar = TradingCalendar.named(member.calendar)
            let window = scheduledThrough.minute.advanced(by: -1)..<now.minute.advanced(by: 1)
            for session in calendar.sessions(overlapping: window) {
                let end = session.minutes.upperBound.start
                guard end > scheduledThrough, end <= now else { continue }
                add(member.symbol, session.minutes.clamped(to: member.lifetime), at: end + delay)
            }
        }
        scheduledThrough = now
    }

    /// A settle call ended; one that brought no answer is asked again later. A source that is away, or refuses the key,
    /// costs no try.
    package mutating func ended(
        _ symbol: SymbolName, _ minutes: Range<Minute>, _ fate: AcquireStateMachine.CallFate, at now: MarketTime
    ) {
        guard let place = asked.firstIndex(where: { $0.symbol == symbol && $0.minutes == minutes }) else { return }
        var tries = asked.remove(at: place).tries
        switch fate {
        case .answered: return
        case .sourceAway, .keyRefused: break
        case .noAccess, .failed: tries += 1
        }
        if tries < Self.triesMax { add(symbol, minutes, at: now + Self.pause * Int64(max(1, tries)), tries: tries) }
    }

    package func nextDeadline() -> MarketTime? {
        var moments = due.map(\.at)
        for name in universe.calendars {
            let calendar = TradingCalendar.named(name)
            if let session = calendar.session(atOrAfter: scheduledThrough.minute) {
                moments.append(session.minutes.upperBound.start)
            }
        }
        return moments.filter { $0 > .distantPast }.min()
    }

    package var isIdle: Bool { asked.isEmpty }
}
