import Pipeline

/// A question before something is done, with what it will cost.
struct Confirmation: Hashable, Sendable {
    /// `Repair`, `Resynthesize`, `Audit`, `Cancel`, `Continue`, `Undo`.
    var verb: String
    var command: PipelineCommand
    /// What will happen, line by line.
    var lines: [String]
    /// The number that must be typed; nil where `y` is enough.
    var typedCount: Int?
    /// What was typed so far.
    var typed = ""
}

/// What an order is about and what it costs, computed from the masks that are loaded.
struct OrderEstimate: Hashable, Sendable {
    var symbols = 0
    /// Partitions with something to do.
    var hours = 0
    /// Slots to fetch again, and those of them that were asked for in vain.
    var slots = 0
    var unrepairable = 0
    /// At most one call for each symbol and session concerned; the planner may need fewer.
    var calls = 0
    /// Expected slots in all, whatever their verdict.
    var expected = 0
    /// Hours that are not loaded, about which nothing is known.
    var unknownHours = 0

    var isLarge: Bool { slots > 2_000 || symbols > 20 }
}

extension ConsoleState {
    func estimate(_ selections: [SlotSelection]) -> OrderEstimate {
        var total = OrderEstimate()
        var names: [SymbolName: Bool] = [:]
        for selection in selections {
            for symbol in selection.symbols {
                guard let member = members[symbol] else { continue }
                if names.updateValue(true, forKey: symbol) == nil { total.symbols += 1 }
                add(member, selection.minutes, to: &total)
            }
        }
        return total
    }

    private func add(_ member: UniverseMember, _ minutes: Range<Minute>, to total: inout OrderEstimate) {
        let axis = CoverageAxis(member.calendar, zoom: .day)
        guard !minutes.isEmpty, var column = axis.column(at: Minute(minutes.upperBound.index - 1)) else { return }
        var calledSession: CivilDate?
        while column.expected.upperBound > minutes.lowerBound {
            let hour = column.minutes.lowerBound.hour
            let expected = expected(member, column, hour) & mask(of: minutes, in: hour)
            if let cell = cells.cell(member.symbol, hour) {
                let verdicts = cell.masks.verdicts(expected: expected, young: young(hour))
                let lost = (verdicts.missing | verdicts.unrepairable).nonzeroBitCount
                total.slots += lost
                total.unrepairable += verdicts.unrepairable.nonzeroBitCount
                total.expected += expected.nonzeroBitCount
                total.hours += lost > 0 ? 1 : 0
                if lost > 0, calledSession != column.session.date {
                    calledSession = column.session.date
                    total.calls += 1
                }
            } else if expected != 0 {
                total.unknownHours += 1
            }
            guard let earlier = axis.before(column), earlier.expected.lowerBound < column.expected.lowerBound else {
                return
            }
            column = earlier
        }
    }

    /// How long that many calls take, in words.
    func callTime(_ calls: Int) -> String {
        guard let source = status?.source else { return "unknown time" }
        if case .open = source.breaker { return "after the source is back" }
        let waiting = source.backlog + calls
        if let left = source.callsLeft, left >= waiting { return "a few seconds" }
        guard let limit = source.callsLimit, limit > 0 else { return "unknown time" }
        let seconds = source.backlogSeconds + Int64(calls * 60 / limit) + 1
        return "about " + Wording.span(seconds)
    }
}
