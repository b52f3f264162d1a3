/// What a person decided about gaps or alarms: it stands until it is undone, or until what it is about is over.
package struct StandingDecision: Hashable, Sendable, Codable {
    /// What it is about.
    package enum Subject: Hashable, Sendable, Codable {
        /// The gaps in some slots are acknowledged.
        case slots([SlotSelection])
        /// Every gap a rule fits is acknowledged, those to come among them.
        case rule(SlotRule)
        /// The alarm of this key is acknowledged as it stands: one that gets worse, or comes back, calls again.
        case alarm(String)
        /// The alarm of this key is silent until a moment.
        case snooze(alarm: String, until: MarketTime)
    }

    /// `<incarnation>.<number>`: unlike an execution's, so that neither is taken for the other.
    package var id: String
    package var by: String
    package var at: MarketTime
    /// Why, in the person's words; harmless, may be empty.
    package var note: String
    package var subject: Subject

    package init(id: String, by: String, at: MarketTime, note: String, subject: Subject) {
        self.id = id
        self.by = by
        self.at = at
        self.note = note
        self.subject = subject
    }

    /// Longest note that is kept, in characters.
    package static let noteMax = 200

    package var isSnooze: Bool {
        if case .snooze = subject { return true }
        return false
    }

    /// Who, when and why, as it stands beside what is acknowledged.
    package var mark: AcknowledgementMark { AcknowledgementMark(decision: id, by: by, at: at, note: note) }
}

extension StandingDecision.Subject {
    /// What it is about, in words.
    package var words: String {
        switch self {
        case .slots(let selections): SlotSelection.words(selections)
        case .rule(let rule): rule.text
        case .alarm(let key): "alarm \(key)"
        case .snooze(let key, let until): "alarm \(key) until \(until)"
        }
    }
}

/// Which gaps are acknowledged whenever they come: `reason:no-candle-access`, `symbol:AAPL`, or both.
package struct SlotRule: Hashable, Sendable, Codable {
    /// Only slots lost for this reason; nil: whatever the reason.
    package var reason: LossReason?
    /// Only slots of this symbol; nil: of any.
    package var symbol: SymbolName?

    /// One of them is given; a rule that fits everything is none.
    package init(reason: LossReason) { self.reason = reason }
    package init(symbol: SymbolName) { self.symbol = symbol }

    /// Reads `reason:WORD`, `symbol:NAME`, or both with a space between.
    package init(parsing text: String) throws(SlotRuleFault) {
        for word in text.split(separator: " ") {
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts.first, parts.count) {
            case ("reason", 2):
                guard let known = LossReason(rawValue: parts[1]) else {
                    let words = LossReason.allCases.map(\.rawValue).joined(separator: ", ")
                    throw SlotRuleFault("\"\(harmless(parts[1], limit: 40))\" is no reason: choose one of \(words)")
                }
                reason = known
            case ("symbol", 2):
                guard let name = SymbolName(parts[1]) else {
                    let complaint = SymbolName.complaint(about: parts[1]) ?? "it is none"
                    throw SlotRuleFault("\"\(harmless(parts[1], limit: 40))\" is no symbol: \(complaint)")
                }
                symbol = name
            default:
                throw SlotRuleFault(
                    "\"\(harmless(String(word), limit: 40))\" is no rule: write reason:no-candle-access, symbol:AAPL, or both"
                )
            }
        }
        guard reason != nil || symbol != nil else {
            throw SlotRuleFault("an empty rule: write reason:no-candle-access, symbol:AAPL, or both")
        }
    }

    /// As it is written.
    package var text: String {
        [reason.map { "reason:\($0.rawValue)" }, symbol.map { "symbol:\($0.text)" }].compactMap { $0 }
            .joined(separator: " ")
    }

    /// Whether it fits slots of a symbol lost for a reason; a reason that is not known fits no rule that names one.
    package func fits(_ symbol: SymbolName, _ reason: LossReason?) -> Bool {
        (self.symbol == nil || self.symbol == symbol) && (self.reason == nil || self.reason == reason)
    }
}

/// Why a text is no rule.
package struct SlotRuleFault: Error, CustomStringConvertible {
    package var description: String
    init(_ description: String) { self.description = description }
}

/// Who acknowledged something, when, and why.
package struct AcknowledgementMark: Hashable, Sendable, Codable {
    /// The decision it comes from; undoing that takes it away.
    package var decision: String
    package var by: String
    package var at: MarketTime
    package var note: String

    package init(decision: String, by: String, at: MarketTime, note: String) {
        self.decision = decision
        self.by = by
        self.at = at
        self.note = note
    }
}

/// Who silenced an alarm, and until when.
package struct SnoozeMark: Hashable, Sendable, Codable {
    package var decision: String
    package var by: String
    package var until: MarketTime
    package var note: String

    package init(decision: String, by: String, until: MarketTime, note: String) {
        self.decision = decision
        self.by = by
        self.until = until
        self.note = note
    }
}

/// When a snooze ends.
package enum SnoozeEnd: Hashable, Sendable, Codable {
    case minutes(Int)
    /// When the next session of any calendar begins.
    case open

    /// Longest snooze: a month.
    package static let minutesMax = 30 * 1440

    /// Reads `open`, `45`, `45m`, `2h` or `3d`; nil where the text is none of these, or longer than a month.
    package init?(parsing text: String) {
        guard text != "open" else {
            self = .open
            return
        }
        let factors: [Character: Int] = ["m": 1, "h": 60, "d": 1440]
        let factor = text.last.flatMap { factors[$0] }
        let digits = factor == nil ? Substring(text) : text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(digits), count > 0,
            count <= Self.minutesMax
        else { return nil }
        let minutes = count * (factor ?? 1)
        guard minutes <= Self.minutesMax else { return nil }
        self = .minutes(minutes)
    }

    package var words: String {
        switch self {
        case .minutes(let minutes): "for \(minutes) minutes"
        case .open: "until the open"
        }
    }
}

extension SlotSelection {
    /// Some selections in words: `AAPL, MSFT 2026-03-03T15:00:00Z to 2026-03-03T15:30:00Z`.
    package static func words(_ selections: [SlotSelection]) -> String {
        var symbols: [SymbolName] = []
        for symbol in selections.flatMap(\.symbols) where !symbols.contains(symbol) { symbols.append(symbol) }
        let names = symbols.count > 3 ? "\(symbols.count) symbols" : symbols.map(\.text).joined(separator: ", ")
        guard let from = selections.map(\.minutes.lowerBound).min(),
            let to = selections.map(\.minutes.upperBound).max()
        else { return names }
        return "\(names) \(from) to \(to)"
    }
}
