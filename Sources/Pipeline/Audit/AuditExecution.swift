/// Some slots of one partition.
package struct HourSlots: Hashable, Sendable, Codable {
    /// Hours since 1970-01-01T00 UTC.
    package var hour: Int64
    package var slots: UInt64

    package init(hour: Hour, slots: UInt64) {
        self.hour = hour.index
        self.slots = slots
    }
}

/// One planned call of an execution: the slots it seeks for one symbol, and how that goes.
package struct RepairUnit: Hashable, Sendable, Codable {
    /// How it stands with the slots sought.
    package enum Standing: String, Hashable, Sendable, Codable {
        /// A call is planned or under way, or will be tried again.
        case open
        /// Every slot is present or quiet.
        case settled
        /// What is left is handed to the schedule: a second witness, a session's end, a source that is away.
        case handedOver
        /// What is left is given up, with a ruling.
        case givenUp
    }

    package var symbol: String
    /// The slots sought; ascending by hour.
    package var wanted: [HourSlots]
    /// The whole range asked, minutes since 1970-01-01T00:00 UTC, half-open.
    package var from: Int64
    package var to: Int64
    package var standing = Standing.open
    /// Attempts spent; kept here so that one bad symbol never spends another's.
    package var attempts = 0
    /// Tries that cost nothing, because the source was away.
    package var freeTries = 0
    /// Whether it only asks again for a witness of quiet.
    package var asksForQuiet = false
    /// Why it was given up, or what went wrong last.
    package var reason: String?
    /// Set where it only asks once more for old slots that are quiet or unrepairable: it costs one call and no attempt.
    /// When it is settled, `wanted` is what came.
    package var reasks: Bool?

    package init(symbol: SymbolName, wanted: [HourSlots], asked: Range<Minute>, asksForQuiet: Bool) {
        self.symbol = symbol.text
        self.wanted = wanted
        from = asked.lowerBound.index
        to = asked.upperBound.index
        self.asksForQuiet = asksForQuiet
    }

    package var asked: Range<Minute> { Minute(from)..<Minute(max(from, to)) }
    package var slotCount: Int { wanted.reduce(0) { $0 + $1.slots.nonzeroBitCount } }

    /// Sum of the market seconds from the end of each slot sought to a moment.
    func secondsSought(at now: MarketTime) -> Int64 {
        runs.joined().reduce(0) { $0 + max(0, (now - $1.end).seconds) }
    }

    /// The slots sought as runs of minutes, disjoint and ascending.
    package var runs: [Range<Minute>] {
        var runs: [Range<Minute>] = []
        for part in wanted {
            for offset in 0..<60 where part.slots & (1 << UInt64(offset)) != 0 {
                let minute = Minute(part.hour * 60 + Int64(offset))
                if let last = runs.last, last.upperBound == minute {
                    runs[runs.count - 1] = last.lowerBound..<minute.advanced(by: 1)
                } else {
                    runs.append(minute..<minute.advanced(by: 1))
                }
            }
        }
        return runs
    }
}

/// One execution of the auditor: a value that is journalled whole at each transition.
package struct AuditExecution: Hashable, Sendable, Codable {
    /// What an execution is for.
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Look, and mend what is missing.
        case audit
        /// Fetch again what is missing or unrepairable.
        case repair
        /// Build derived rows again.
        case resynthesize
    }

    package let id: String
    package let kind: Kind
    /// What began it, in words: `start`, `hourly`, `grace`, `source back`, an operator's name.
    package let trigger: String
    /// Where it looks: symbols and minutes since 1970-01-01T00:00 UTC.
    package let scope: [Scope]
    /// Market time it began, UTC microseconds.
    package let began: Int64
    package var state = AuditState.checking
    package var units: [RepairUnit] = []
    /// The round of tries, from 1.
    package var round = 1
    /// Slots found missing at first, and gaps they make.
    package var slotsFound = 0
    package var gapsFound = 0
    /// Calls made, and how many of them only asked again for quiet.
    package var calls = 0
    package var quietCalls = 0
    /// How often confirming found a difference.
    package var differences = 0
    package var derivedCount = 0
    /// The rows built, by name; at most `rebuiltMax` of them.
    package var rebuilt: [String]?
    static let rebuiltMax = 8
    package var ended: Int64?
    /// Set where it only asks once more for old slots that are quiet or unrepairable.
    package var reasks: Bool?
    /// How often it was taken up again after it had ended; nil where never.
    package var redrives: Int?
    /// Sum over the slots found missing at first of the market seconds from the slot's end to that moment; nil where none were
    /// found.
    package var secondsToDetect: Int64?

    /// Some symbols over some minutes.
    package struct Scope: Hashable, Sendable, Codable {
        package var symbols: [String]
        package var from: Int64
        package var to: Int64

        package init(_ selection: SlotSelection) {
            symbols = selection.symbols.map(\.text)
            from = selection.minutes.lowerBound.index
            to = selection.minutes.upperBound.index
        }

        package var selection: SlotSelection {
            SlotSelection(
                symbols: symbols.compactMap { SymbolName($0) }, minutes: Minute(from)..<Minute(max(from, to)))
        }
    }

    package init(id: String, kind: Kind, trigger: String, scope: [SlotSelection], at now: MarketTime) {
        self.id = id
        self.kind = kind
        self.trigger = trigger
        self.scope = scope.map(Scope.init)
        began = now.microseconds
    }

    package var selections: [SlotSelection] { scope.map(\.selection) }

    enum CodingKeys: String, CodingKey {
        case id, kind, trigger, scope, began, state, units, round, slotsFound, gapsFound, calls, quietCalls
        case differences, derivedCount, rebuilt, ended, redrives, reasks
    }
}

extension AuditExecution {
    /// The word for executions that begin because a source that refused candles grants them.
    static let candlesGranted = "candles granted"

    /// Whether unrepairable slots of its scope are fetched like missing ones.
    var seeksUnrepairable: Bool { kind == .repair || trigger == Self.candlesGranted }

    /// Notes what is being built.
    mutating func built(_ targets: [DerivedTarget]) {
        derivedCount = targets.count
        rebuilt = targets.prefix(Self.rebuiltMax).map(\.description)
    }

    /// Whether it looks at a time in which nothing ran, so that nothing could have been found sooner.
    package var followsAbsence: Bool { trigger == "start" || trigger == "time skipped" }

    /// Whether it is the audit of an hour, and found everything whole or made it so.
    package var isCleanHour: Bool { trigger == "hourly" && (state == .succeeded || state == .healed) }

    /// What was built, in words: the rows by name, and how many more.
    package var rebuiltWords: String {
        let names = rebuilt ?? []
        let rest = derivedCount - names.count
        return names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}

extension AuditState: Codable {}

/// The bits of the minutes of a range that lie within an hour.
package func maskOf(_ minutes: Range<Minute>, within hour: Hour) -> UInt64 { hour.mask(of: minutes) }
