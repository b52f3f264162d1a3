package import Engine

/// The alarms that stand: one for each root cause, held down when it flaps, cleared by itself with its duration.
package struct AlarmBook: Sendable {
    /// What follows from a change.
    package enum Notice: Sendable {
        case raised(AlarmStatus)
        case cleared(AlarmStatus)
    }

    /// An alarm that comes back within this time of its end is the same alarm: nobody is told of its end before, and
    /// nobody that it came back.
    private static let flapping = MarketSpan.minutes(5)

    private var standing: [AlarmStatus] = []
    private var past: [AlarmStatus] = []
    /// Keys of past alarms whose end is still to be told, in the order of their ends.
    private var ending: [(key: String, cleared: MarketTime)] = []

    package init() {}

    package mutating func recover(_ alarms: [AlarmStatus]) { standing = alarms.sorted { $0.key < $1.key } }

    /// Raises an alarm, or adds its slots to the one that stands for the same cause.
    package mutating func raise(_ alarm: AlarmStatus) -> Notice? {
        if let place = standing.firstIndex(where: { $0.key == alarm.key }) {
            standing[place].slots = max(standing[place].slots, alarm.slots)
            standing[place].severity = max(standing[place].severity, alarm.severity)
            if alarm.selection != nil { standing[place].selection = alarm.selection }
            return nil
        }
        let place = standing.firstIndex { alarm.key < $0.key } ?? standing.endIndex
        if let told = ending.firstIndex(where: { $0.key == alarm.key }),
            let before = past.lastIndex(where: { $0.key == alarm.key })
        {
            ending.remove(at: told)
            var again = past.remove(at: before)
            again.cleared = nil
            again.slots = max(again.slots, alarm.slots)
            standing.insert(again, at: place)
            return nil
        }
        standing.insert(alarm, at: place)
        return .raised(alarm)
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

    /// The ends that have come true by now.
    package mutating func advance(at now: MarketTime) -> [Notice] {
        var notices: [Notice] = []
        while let first = ending.first, now - first.cleared >= Self.flapping {
            ending.removeFirst()
            if let alarm = past.last(where: { $0.key == first.key }) { notices.append(.cleared(alarm)) }
        }
        return notices
    }

    package func nextDeadline() -> MarketTime? { ending.first.map { $0.cleared + Self.flapping } }

    package func stands(_ key: String) -> Bool { standing.contains { $0.key == key } }
    package func keys(withPrefix prefix: String) -> [String] {
        standing.map(\.key).filter { $0.hasPrefix(prefix) }
    }

    /// Worst first, then the latest cleared; at most 100.
    package var status: [AlarmStatus] {
        let worst = standing.sorted {
            $0.severity != $1.severity ? $1.severity < $0.severity : $0.raised < $1.raised
        }
        return Array((worst + past.reversed()).prefix(100))
    }
}

/// How an alarm stands in the journal: `alarm/<key>`.
package enum AlarmJournal {
    package static let prefix = "alarm/"

    /// What of an alarm survives a restart.
    private struct Line: Codable {
        var key: String
        var severity: String
        var scope: String
        var reason: String
        var slots: Int
        var raised: Int64
        var cleared: Int64?
        var command: String
        var symbols: [String]?
        var from: Int64?
        var to: Int64?
    }

    package static func line(_ alarm: AlarmStatus, at now: MarketTime) -> JournalLine {
        let line = Line(
            key: alarm.key, severity: alarm.severity.rawValue, scope: alarm.scope, reason: alarm.reason,
            slots: alarm.slots, raised: alarm.raised.microseconds, cleared: alarm.cleared?.microseconds,
            command: alarm.command, symbols: alarm.selection?.symbols.map(\.text),
            from: alarm.selection?.minutes.lowerBound.index, to: alarm.selection?.minutes.upperBound.index)
        return JournalLine(
            subject: prefix + alarm.key, at: now.microseconds, event: alarm.cleared == nil ? "raised" : "cleared",
            payload: JournalPayload.encode(line), closes: alarm.cleared != nil)
    }

    /// Reads an alarm back; nil where the line is none.
    package static func alarm(_ line: JournalLine) -> AlarmStatus? {
        guard let read = JournalPayload.decode(Line.self, line.payload),
            let severity = AlarmSeverity(rawValue: read.severity)
        else { return nil }
        var selection: SlotSelection?
        if let symbols = read.symbols?.compactMap({ SymbolName($0) }), let from = read.from, let to = read.to,
            from <= to
        {
            selection = SlotSelection(symbols: symbols, minutes: Minute(from)..<Minute(to))
        }
        return AlarmStatus(
            key: read.key, severity: severity, scope: read.scope, reason: read.reason, slots: read.slots,
            raised: MarketTime(microseconds: read.raised), cleared: read.cleared.map(MarketTime.init(microseconds:)),
            command: read.command, selection: selection)
    }
}

extension AlarmStatus {
    /// As a sink is told of it.
    package func notice(at now: MarketTime) -> AlarmNotice {
        var text = "\(scope): \(reason)"
        if slots > 0 { text += ", \(slots) slots" }
        if let cleared { text += ", over after \((cleared - raised).seconds) s" }
        return AlarmNotice(key: key, severity: severity.rawValue, text: text, command: command, at: now.microseconds)
    }
}
