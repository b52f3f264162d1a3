import Engine

/// Every derived row whose slots overlap some selections and have begun by a moment; sorted, without repetition.
///
/// Worked out symbol by symbol as they are taken: the rows of a year of five hundred symbols are a million, and an audit
/// looks at them a group at a time.
package struct DerivedQueue: Sendable {
    /// Whose rows a part of the queue is.
    private enum Owner: Hashable, Comparable {
        case member(SymbolName)
        case market(CalendarName)

        private var name: String {
            switch self {
            case .member(let symbol): symbol.text
            case .market(let calendar): calendar.rawValue
            }
        }

        static func < (left: Self, right: Self) -> Bool {
            if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
            if case .member = left, case .market = right { return true }
            return false
        }
    }

    /// What is yet to be worked out, the last first.
    private var rest: [(owner: Owner, ranges: [Range<Minute>])] = []
    private var ready: ArraySlice<DerivedTarget> = []
    private var begunBy = MarketTime(seconds: 0)

    /// How many rows are worked out ahead: no group is larger.
    private static let ahead = 256

    package init() {}

    package init(_ selections: [SlotSelection], in universe: Universe, begunBy now: MarketTime) {
        begunBy = now
        var wantedOf: [Owner: [Range<Minute>]] = [:]
        for selection in selections {
            for symbol in selection.symbols {
                guard let member = universe.member(symbol) else { continue }
                let wanted = selection.minutes.clamped(to: member.lifetime)
                guard !wanted.isEmpty else { continue }
                wantedOf[.member(symbol), default: []].append(wanted)
                wantedOf[.market(member.calendar), default: []].append(wanted)
            }
        }
        rest = wantedOf.keys.sorted(by: >).map { ($0, Self.merged(wantedOf[$0] ?? [])) }
        workOut(in: universe)
    }

    package var isEmpty: Bool { ready.isEmpty }

    /// Takes the rows that are built or checked together next.
    package mutating func takeGroup(in universe: Universe) -> [DerivedTarget] {
        let group = DerivedDependence.group(ready, in: universe)
        ready = ready.dropFirst(group.count)
        workOut(in: universe)
        return group
    }

    /// Takes all of them.
    package mutating func takeAll(in universe: Universe) -> [DerivedTarget] {
        var all = Array(ready)
        while let next = rest.popLast() { all += rows(of: next.owner, next.ranges, in: universe) }
        ready = []
        return all
    }

    private mutating func workOut(in universe: Universe) {
        while ready.count < Self.ahead, let next = rest.popLast() {
            // Made anew, so that what was taken is let go.
            ready = ArraySlice(Array(ready) + rows(of: next.owner, next.ranges, in: universe))
        }
    }

    private func rows(of owner: Owner, _ ranges: [Range<Minute>], in universe: Universe) -> [DerivedTarget] {
        var rows: [DerivedTarget] = []
        switch owner {
        case .member(let symbol):
            guard let member = universe.member(symbol) else { return [] }
            eachPart(of: ranges, TradingCalendar.named(member.calendar)) { session, hours in
                rows.append(DerivedTarget(span: .session, symbol: symbol, minutes: session.minutes))
                rows += hours.map { DerivedTarget(span: .hourly, symbol: symbol, minutes: $0.minutes) }
            }
        case .market(let calendar):
            guard let name = SymbolName(calendar.rawValue) else { return [] }
            eachPart(of: ranges, TradingCalendar.named(calendar)) { _, hours in
                rows += hours.map { DerivedTarget(span: .market, symbol: name, minutes: $0.minutes) }
            }
        }
        rows.sort()
        var distinct: [DerivedTarget] = []
        for row in rows where distinct.last != row { distinct.append(row) }
        return distinct
    }

    /// The sessions that overlap the ranges and have begun, each with its hours that do and have.
    private func eachPart(
        of ranges: [Range<Minute>], _ calendar: TradingCalendar, _ body: (Session, [Hour]) -> Void
    ) {
        for range in ranges {
            for session in calendar.sessions(overlapping: range) where session.minutes.lowerBound.start < begunBy {
                let part = session.minutes.clamped(to: range)
                guard !part.isEmpty else { continue }
                body(session, part.hours.filter { $0.start < begunBy })
            }
        }
    }

    /// The same minutes in as few ranges as they need, ascending.
    private static func merged(_ ranges: [Range<Minute>]) -> [Range<Minute>] {
        var merged: [Range<Minute>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
