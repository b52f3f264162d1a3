/// When the auditor looks by itself: what is past its grace, what is due at five past the hour, what must be asked again.
package struct AuditSchedule: Sendable {
    /// A slot past its grace that waits for company.
    struct Overdue: Hashable, Sendable {
        var symbol: SymbolName
        var minute: Minute
        /// When it was found.
        var since: MarketTime
    }

    var overdue: [Overdue] = []
    /// The last minute whose slots were looked at for being past their grace.
    var gracedThrough: Minute
    /// The last hour after which an hourly audit was due.
    var auditedHour: Hour
    /// What was asked in the last quarter of an hour: two witnesses of quiet lie so far apart.
    private var asks: [SymbolName: [(minutes: Range<Minute>, at: MarketTime)]] = [:]
    var startWanted = true
    var wholeWanted: String?
    /// When old slots are asked for once more.
    var reask: ReaskSchedule
    /// The hour in which a symbol's unrepairable slots were asked for again last.
    private var askedAgain: [SymbolName: Hour] = [:]

    static let minutesPastHour: Int64 = 5

    init(at now: MarketTime) {
        gracedThrough = (now - CoverageIndex.grace).minute.advanced(by: -1)
        auditedHour = (now - .minutes(Self.minutesPastHour)).hour
        reask = ReaskSchedule(at: now)
    }

    /// When the next hourly audit is due: at five past, for the hour before.
    var nextHourly: MarketTime { Hour(auditedHour.index + 1).start + .minutes(Self.minutesPastHour) }

    private static let apart = MarketSpan.minutes(16)

    /// The slots of a partition that were asked for so lately that a witness would count for nothing.
    func justAsked(_ symbol: SymbolName, _ hour: Hour, at now: MarketTime) -> UInt64 {
        (asks[symbol] ?? []).filter { now - $0.at < Self.apart }.reduce(0) { $0 | maskOf($1.minutes, within: hour) }
    }

    mutating func asked(_ symbol: SymbolName, _ minutes: Range<Minute>, at now: MarketTime) {
        var recent = (asks[symbol] ?? []).filter { now - $0.at < Self.apart }
        recent.append((minutes, now))
        asks[symbol] = recent
    }

    /// How far back an audit asks for unrepairable slots again; older ones have their turns in `reask`.
    static let askedAgainHours = 7 * 24

    /// Whether unrepairable slots of a symbol are asked for again now: by turns and once an hour, so that in an hour at
    /// most a tenth of a minute's budget goes to them, and never where the source refuses candles.
    func asksAgain(
        _ member: UniverseMember, _ settings: PipelineSettings, _ around: AuditStateMachine.Surroundings
    ) -> Bool {
        let hour = around.now.hour
        guard around.candles != .refused, askedAgain[member.symbol] != hour,
            let place = settings.universe.index(of: member.symbol)
        else { return false }
        let share = max(1, settings.callsPerMinute / 10)
        let turns = max(1, (settings.universe.members.count + share - 1) / share)
        return Int64(place % turns) == hour.index % Int64(turns)
    }

    mutating func askedAgain(_ symbol: SymbolName, at now: MarketTime) { askedAgain[symbol] = now.hour }
}
