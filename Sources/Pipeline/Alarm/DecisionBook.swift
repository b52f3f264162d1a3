/// The decisions that stand, and what they cover.
package struct DecisionBook: Sendable {
    /// In the order they were made.
    package private(set) var standing: [StandingDecision] = []
    /// More than a person makes; the oldest slots are never dropped silently, a further decision is refused.
    package static let standingMax = 1_000

    package init() {}

    package mutating func recover(_ decisions: [StandingDecision]) { standing = decisions }

    /// False where so many stand that one must be undone first.
    package mutating func add(_ decision: StandingDecision) -> Bool {
        guard standing.count < Self.standingMax else { return false }
        standing.append(decision)
        return true
    }

    /// Takes a decision back; nil where none of that id stands.
    package mutating func remove(_ id: String) -> StandingDecision? {
        guard let place = standing.firstIndex(where: { $0.id == id }) else { return nil }
        return standing.remove(at: place)
    }

    /// Takes away what fits, and gives it in order.
    mutating func removeAll(where fits: (StandingDecision) -> Bool) -> [StandingDecision] {
        let gone = standing.filter(fits)
        if !gone.isEmpty { standing.removeAll(where: fits) }
        return gone
    }

    /// When the first snooze ends.
    package var nextEnd: MarketTime? {
        standing.compactMap { if case .snooze(_, let until) = $0.subject { until } else { nil } }.min()
    }

    // MARK: What is covered

    /// The decision by which a slot is acknowledged, the latest of several; nil where it is not. `reason` is why the slot
    /// was lost, as far as that is known.
    package func acknowledgement(
        of symbol: SymbolName, _ minute: Minute, reason: LossReason?
    ) -> AcknowledgementMark? {
        standing.last { $0.covers(symbol, minute..<minute.advanced(by: 1), reason) }?.mark
    }

    /// The latest decision that has a part in it where every minute of a run is acknowledged; nil where some is not.
    package func acknowledgement(
        of symbol: SymbolName, all minutes: Range<Minute>, reason: LossReason?
    ) -> AcknowledgementMark? {
        var latest: AcknowledgementMark?
        var parts: [Range<Minute>] = []
        for decision in standing {
            switch decision.subject {
            case .rule(let rule):
                guard rule.fits(symbol, reason) else { continue }
                parts.append(minutes)
                latest = decision.mark
            case .slots(let selections):
                let own = selections.filter { $0.symbols.contains(symbol) && $0.minutes.overlaps(minutes) }
                guard !own.isEmpty else { continue }
                parts += own.map(\.minutes)
                latest = decision.mark
            case .alarm, .snooze: continue
            }
        }
        return parts.cover(minutes) ? latest : nil
    }

    /// How an alarm is acknowledged: itself, by its cause, or because every slot it is about is.
    func acknowledgement(of alarm: AlarmStatus) -> AcknowledgementMark? {
        let own = standing.last { $0.subject == .alarm(alarm.key) }
        if let own { return own.mark }
        let reason = alarm.lossReason
        if let reason, let rule = standing.last(where: { $0.subject == .rule(SlotRule(reason: reason)) }) {
            return rule.mark
        }
        guard !alarm.concerned.isEmpty else { return nil }
        var latest: AcknowledgementMark?
        for selection in alarm.concerned {
            for symbol in selection.symbols {
                guard let mark = acknowledgement(of: symbol, all: selection.minutes, reason: reason) else { return nil }
                if latest.map({ $0.at < mark.at }) ?? true { latest = mark }
            }
        }
        return latest
    }

    func snooze(of alarm: AlarmStatus) -> SnoozeMark? {
        for decision in standing.reversed() {
            guard case .snooze(alarm.key, let until) = decision.subject else { continue }
            return SnoozeMark(decision: decision.id, by: decision.by, until: until, note: decision.note)
        }
        return nil
    }
}

extension StandingDecision {
    /// Whether it acknowledges every minute of a run by itself.
    fileprivate func covers(_ symbol: SymbolName, _ minutes: Range<Minute>, _ reason: LossReason?) -> Bool {
        switch subject {
        case .rule(let rule): rule.fits(symbol, reason)
        case .slots(let selections):
            selections.contains { $0.symbols.contains(symbol) && $0.minutes.clamped(to: minutes) == minutes }
        case .alarm, .snooze: false
        }
    }
}

extension [Range<Minute>] {
    /// Whether together they hold every minute of a range.
    fileprivate func cover(_ minutes: Range<Minute>) -> Bool {
        var reached = minutes.lowerBound
        for part in sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard part.lowerBound <= reached else { return false }
            reached = Swift.max(reached, part.upperBound)
            if reached >= minutes.upperBound { return true }
        }
        return reached >= minutes.upperBound
    }
}

extension AlarmStatus {
    /// The reason of the slots an alarm is about, as its key tells; nil where it is about none, or about several.
    var lossReason: LossReason? {
        if key.hasPrefix("slots/") { return LossReason(rawValue: String(key.dropFirst("slots/".count))) }
        if key.hasPrefix("source/"), key.hasSuffix("/candles") { return .noCandleAccess }
        if key.hasPrefix("source/"), key.hasSuffix("/key") { return .keyRefused }
        return nil
    }
}
