/// The alarms that stand: one for each root cause, held down when it flaps, cleared by itself with its duration; silent
/// while it is acknowledged or snoozed. Whatever comes and goes, sinks hear by turns that an alarm sounds and that it
/// does not.
package struct AlarmBook: Sendable {
    /// What follows from a change. All but `ended` are journalled with the alarm.
    package enum Notice: Sendable {
        /// It stands anew; sinks are told where it sounds.
        case raised(AlarmStatus)
        /// It is about more, or acknowledged otherwise; nobody is told.
        case changed(AlarmStatus)
        /// It was acknowledged or snoozed: sinks are told that it needs nobody now.
        case silenced(AlarmStatus)
        /// It stands and is silent no more: sinks are told again.
        case sounded(AlarmStatus)
        /// It is over; sinks are told where it sounded to the end.
        case cleared(AlarmStatus)
        /// A decision about it is over by itself.
        case ended(StandingDecision)
    }

    /// An alarm that comes back within this time of its end is the same alarm: nobody is told of its end before, and
    /// nobody that it came back.
    private static let flapping = MarketSpan.minutes(5)
    /// Selections kept of what an alarm is about; past it they are joined into one, which is wider.
    private static let concernedMax = 64

    private var standing: [AlarmStatus] = []
    private var past: [AlarmStatus] = []
    /// Keys of past alarms whose end is still to be told, in the order of their ends.
    private var ending: [(key: String, cleared: MarketTime)] = []
    package private(set) var decisions = DecisionBook()

    package init() {}

    /// Takes up what stood. A crash may lie between a decision and what followed from it: that follows now.
    @discardableResult
    package mutating func recover(_ alarms: [AlarmStatus], _ decisions: [StandingDecision] = []) -> [Notice] {
        standing = alarms.sorted { $0.key < $1.key }
        self.decisions.recover(decisions)
        let gone = self.decisions.removeAll { decision in
            decision.alarmKey.map { key in !alarms.contains { $0.key == key } } ?? false
        }
        return gone.map { .ended($0) } + reviewAll()
    }

    /// Raises an alarm, or adds its slots to the one that stands for the same cause. What gets worse is no longer
    /// acknowledged by a word about how it was.
    package mutating func raise(_ alarm: AlarmStatus) -> [Notice] {
        if let place = standing.firstIndex(where: { $0.key == alarm.key }) { return grow(place, alarm) }
        let place = standing.firstIndex { alarm.key < $0.key } ?? standing.endIndex
        if let told = ending.firstIndex(where: { $0.key == alarm.key }),
            let before = past.lastIndex(where: { $0.key == alarm.key })
        {
            ending.remove(at: told)
            var again = past.remove(at: before)
            again.cleared = nil
            standing.insert(again, at: place)
            return grow(place, alarm)
        }
        var fresh = alarm
        if fresh.concerned.isEmpty { fresh.concerned = alarm.selection.map { [$0] } ?? [] }
        fresh.acknowledged = decisions.acknowledgement(of: fresh)
        fresh.snoozed = decisions.snooze(of: fresh)
        standing.insert(fresh, at: place)
        return [.raised(fresh)]
    }

    private mutating func grow(_ place: Int, _ report: AlarmStatus) -> [Notice] {
        let before = standing[place]
        standing[place].slots = max(before.slots, report.slots)
        standing[place].severity = max(before.severity, report.severity)
        if report.selection != nil { standing[place].selection = report.selection }
        let more = report.concerned.isEmpty ? report.selection.map { [$0] } ?? [] : report.concerned
        for selection in more { standing[place].concern(selection, atMost: Self.concernedMax) }
        let grew = standing[place].concerned != before.concerned
        var notices: [Notice] = []
        if grew || before.severity < standing[place].severity {
            notices = decisions.removeAll { $0.subject == .alarm(report.key) }.map { .ended($0) }
        }
        return notices + review(place, otherwise: grew)
    }

    /// The cause is gone: the alarm stands no more, and its end is told when it has stayed away for a while. False where
    /// it did not stand.
    @discardableResult
    package mutating func clear(_ key: String, at now: MarketTime) -> Bool {
        guard let place = standing.firstIndex(where: { $0.key == key }) else { return false }
        var alarm = standing.remove(at: place)
        alarm.cleared = now
        past.append(alarm)
        ending.append((key, now))
        if past.count > 50 + ending.count { past.removeFirst() }
        return true
    }

    /// The ends that have come true by now, of alarms and of snoozes.
    package mutating func advance(at now: MarketTime) -> [Notice] {
        var notices: [Notice] = []
        while let first = ending.first, now - first.cleared >= Self.flapping {
            ending.removeFirst()
            guard let alarm = past.last(where: { $0.key == first.key }) else { continue }
            notices.append(.cleared(alarm))
            notices += decisions.removeAll { $0.isAbout(alarm.key) }.map { .ended($0) }
        }
        if let end = decisions.nextEnd, end <= now {
            notices += decisions.removeAll { $0.isSnooze(endingBy: now) }.map { .ended($0) }
            notices += reviewAll()
        }
        return notices
    }

    package func nextDeadline() -> MarketTime? {
        [ending.first.map { $0.cleared + Self.flapping }, decisions.nextEnd].compactMap { $0 }.min()
    }

    /// Whether an alarm is over and its end is not told yet.
    package var hasEndsToTell: Bool { !ending.isEmpty }

    package func stands(_ key: String) -> Bool { standing.contains { $0.key == key } }

    /// Why nothing can be decided about an alarm; nil where it stands.
    package func absence(of key: String) -> String? {
        guard !stands(key) else { return nil }
        let over = past.last { $0.key == key }.map { ": \($0.endWords)" } ?? ""
        return "no alarm \(harmless(key)) stands\(over)"
    }
    package func keys(withPrefix prefix: String) -> [String] {
        standing.map(\.key).filter { $0.hasPrefix(prefix) }
    }
    /// What a standing alarm is about; empty where it is about no slots, or does not stand.
    package func concerned(_ key: String) -> [SlotSelection] { standing.first { $0.key == key }?.concerned ?? [] }

    /// What the sinks believe to sound, those whose end is still to be told among them.
    package var sounding: [AlarmStatus] {
        (standing + ending.compactMap { end in past.last { $0.key == end.key } }).filter(\.sounds)
    }

    /// Those that call for somebody first, worst first; then the silent ones, then the latest cleared; at most 100.
    package var status: [AlarmStatus] { Array((standing.byUrgency + past.reversed()).prefix(100)) }

    // MARK: Decisions

    /// Takes a decision in; nil where too many stand.
    package mutating func decide(_ decision: StandingDecision) -> [Notice]? {
        var ended: [Notice] = []
        // A second word about one alarm replaces the first.
        if case .snooze(let key, _) = decision.subject {
            ended = decisions.removeAll { $0.isSnooze && $0.isAbout(key) }.map { .ended($0) }
        }
        guard decisions.add(decision) else { return nil }
        return ended + reviewAll()
    }

    /// Takes a decision back; nil where none of that id stands.
    package mutating func undo(_ id: String) -> (decision: StandingDecision, notices: [Notice])? {
        guard let decision = decisions.remove(id) else { return nil }
        return (decision, reviewAll())
    }

    private mutating func reviewAll() -> [Notice] { standing.indices.flatMap { review($0, otherwise: false) } }

    /// Looks again at whether an alarm is silent; `otherwise` says that it must be journalled anyway.
    private mutating func review(_ place: Int, otherwise changed: Bool) -> [Notice] {
        let before = standing[place]
        standing[place].acknowledged = decisions.acknowledgement(of: before)
        standing[place].snoozed = decisions.snooze(of: before)
        let after = standing[place]
        if before.sounds, !after.sounds { return [.silenced(after)] }
        if !before.sounds, after.sounds { return [.sounded(after)] }
        let differs = before.acknowledged != after.acknowledged || before.snoozed != after.snoozed
        return differs || changed ? [.changed(after)] : []
    }
}

extension StandingDecision {
    /// The alarm it is a word about; nil where it is about slots.
    fileprivate var alarmKey: String? {
        switch subject {
        case .alarm(let key), .snooze(let key, _): key
        case .slots, .rule: nil
        }
    }

    fileprivate func isAbout(_ key: String) -> Bool { alarmKey == key }

    fileprivate func isSnooze(endingBy now: MarketTime) -> Bool {
        if case .snooze(_, let until) = subject { return until <= now }
        return false
    }
}

extension AlarmStatus {
    /// Whether it calls for somebody: neither acknowledged nor snoozed.
    package var sounds: Bool { acknowledged == nil && snoozed == nil }

    /// Whether it stands and calls for somebody.
    package var calls: Bool { cleared == nil && sounds }

    /// Adds to what it is about; past a bound all is joined into one selection, which is wider.
    fileprivate mutating func concern(_ selection: SlotSelection, atMost bound: Int) {
        let known = concerned.contains { own in
            selection.minutes.clamped(to: own.minutes) == selection.minutes
                && selection.symbols.allSatisfy(own.symbols.contains)
        }
        guard !known else { return }
        concerned.append(selection)
        guard concerned.count > bound, let from = concerned.map(\.minutes.lowerBound).min(),
            let to = concerned.map(\.minutes.upperBound).max()
        else { return }
        var symbols: [SymbolName] = []
        for symbol in concerned.flatMap(\.symbols).sorted() where symbols.last != symbol { symbols.append(symbol) }
        concerned = [SlotSelection(symbols: symbols, minutes: from..<to)]
    }
}

extension [AlarmStatus] {
    /// Those that call for somebody first, worst first, oldest first.
    package var byUrgency: [AlarmStatus] {
        sorted {
            if $0.sounds != $1.sounds { return $0.sounds }
            return $0.severity != $1.severity ? $1.severity < $0.severity : $0.raised < $1.raised
        }
    }
}
