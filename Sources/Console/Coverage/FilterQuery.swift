import Pipeline

/// What rows are shown: terms that must all hold. `state:missing`, `reason:outage`, `calendar:24x7`, `symbol:BTC`; `!` negates;
/// an unknown field is plain text, to be found in a symbol or its second name.
struct FilterQuery: Hashable, Sendable {
    enum Condition: Hashable, Sendable {
        case text(String)
        case symbol(String)
        case calendar(String)
        case state(String)
        case reason(String)
    }

    struct Term: Hashable, Sendable {
        var condition: Condition
        var isNegated: Bool
    }

    var terms: [Term] = []

    init(_ text: String = "") {
        for word in text.lowercased().split(separator: " ") {
            let isNegated = word.first == "!"
            let bare = String(isNegated ? word.dropFirst() : word)
            if !bare.isEmpty { terms.append(Term(condition: Self.condition(bare), isNegated: isNegated)) }
        }
    }

    private static func condition(_ word: String) -> Condition {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return .text(word) }
        switch parts[0] {
        case "symbol": return .symbol(parts[1])
        case "calendar": return .calendar(parts[1])
        case "state": return .state(parts[1])
        case "reason": return .reason(parts[1])
        default: return .text(word)
        }
    }

    /// The states that can be named.
    static let states = ["missing", "repairing", "unrepairable", "healed", "quiet", "pending", "whole"]

    /// Whether cells of every symbol must be known to answer it.
    var needsCells: Bool { terms.contains { if case .state(let word) = $0.condition { !word.isEmpty } else { false } } }
    /// Whether it asks why slots were lost.
    var needsReasons: Bool {
        terms.contains { if case .reason(let word) = $0.condition { !word.isEmpty } else { false } }
    }

    /// What is wrong with it, for the person who types; nil where nothing is.
    var complaint: String? {
        for term in terms {
            if case .state(let word) = term.condition, !Self.states.contains(where: { $0.hasPrefix(word) }) {
                return "state: " + Self.states.joined(separator: ", ")
            }
        }
        return nil
    }
}

extension ConsoleState {
    /// Whether a symbol is shown. What is not loaded yet is in no state, and was lost for no reason.
    func passesFilter(_ member: UniverseMember, _ columns: [AxisColumn]) -> Bool {
        filterQuery.terms.allSatisfy { holds($0.condition, member, columns) != $0.isNegated }
    }

    private func holds(_ condition: FilterQuery.Condition, _ member: UniverseMember, _ columns: [AxisColumn]) -> Bool {
        switch condition {
        case .text(let text):
            return member.symbol.text.lowercased().contains(text)
                || (member.alias?.text.lowercased().contains(text) ?? false)
        case .symbol(let text): return text.isEmpty || member.symbol.text.lowercased().contains(text)
        case .calendar(let text): return member.calendar.rawValue.lowercased().hasPrefix(text)
        case .state(let word): return word.isEmpty || isInState(word, member, columns)
        case .reason(let word): return word.isEmpty || wasLost(word, member.symbol)
        }
    }

    private func isInState(_ word: String, _ member: UniverseMember, _ columns: [AxisColumn]) -> Bool {
        let row = cells.row(member.symbol)
        let busy = repairing[member.symbol]
        let wanted = FilterQuery.states.filter { $0.hasPrefix(word) }
        var isWhole = true
        for column in columns {
            let sum = summary(member, column, row: row, repairing: busy)
            guard !sum.unknown, sum.counts.expected > 0 else { continue }
            if sum.counts.missing + sum.counts.unrepairable > 0 { isWhole = false }
            if wanted.contains(where: { sum.isIn($0) }) { return true }
        }
        return wanted.contains("whole") && isWhole
    }

    /// A word of the inspector's reasons, or `outage`, which is any way in which a source does not answer.
    private func wasLost(_ word: String, _ symbol: SymbolName) -> Bool {
        (reasons.bySymbol[symbol] ?? []).contains { reason in
            let words = LossReason(rawValue: reason)?.words ?? reason
            if reason.contains(word) || words.contains(word) { return true }
            guard "outage".hasPrefix(word) else { return false }
            return [.unreachable, .timedOut, .sourceFailed, .breakerOpen].contains(LossReason(rawValue: reason))
        }
    }
}

extension CellSummary {
    /// Whether something of it is in a state, by the state's name; `whole` is said of a row, not of a cell.
    fileprivate func isIn(_ state: String) -> Bool {
        switch state {
        case "missing": counts.missing > 0
        case "repairing": repairing > 0
        case "unrepairable": counts.unrepairable > 0
        case "healed": counts.healed > 0
        case "quiet": counts.quiet > 0
        case "pending": counts.pending > 0
        default: false
        }
    }
}

/// Why slots were lost, by symbol, as far as it was asked for.
struct KnownReasons: Hashable, Sendable {
    var hours = Hour(0)..<Hour(0)
    var bySymbol: [SymbolName: [String]] = [:]
    /// Counts up with every answer.
    var generation = 0
}
