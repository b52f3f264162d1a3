import ArgumentParser
import Engine
import Pipeline

/// What is missing, and why.
struct GapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        abstract: "What is missing or unrepairable, since when, and why.",
        discussion: """
            One row a gap: a run of slots of one symbol within one session. Times are half-open. Exit code 1 where \
            there is any gap, 0 where there is none. Slots that are pending are no gap.

            EXAMPLES
              kintsugi gaps
              kintsugi gaps --symbol AAPL --from 2026-03-03 --json
              kintsugi gaps --reason no-candle-access
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var window: WindowOptions

    @Option(name: .long, help: ArgumentHelp("Only gaps of this reason, such as flaw or late.", valueName: "WORD"))
    var reason: String?

    func run() async throws {
        if let reason, LossReason(rawValue: reason) == nil {
            let words = LossReason.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure.usage("--reason \(harmless(reason, limit: 40)) is none: choose one of \(words)")
        }
        let reading = try await Reading.open(data)
        let members = try reading.members(window)
        let minutes = try window.minutes(within: reading.universe.minutes(until: reading.now))
        let coverage = try await reading.coverage(hours: minutes.hours)
        let alarms = try await reading.standingAlarms()
        var decisions = DecisionBook()
        decisions.recover(try await reading.decisions().reversed())
        var gaps: [ExplainedGap] = []
        for member in members {
            let found = coverage.gaps(member, minutes: minutes, in: reading.universe, now: reading.now)
            gaps += try await reading.explain(found, alarms, decisions)
        }
        if let reason { gaps.removeAll { $0.reason != reason } }
        var output = Output()
        data.json ? output.json(.array(gaps.map(\.json))) : show(gaps, &output)
        output.flush()
        if !gaps.isEmpty { throw Failure.silent(Exit.unwell) }
    }

    private func show(_ gaps: [ExplainedGap], _ output: inout Output) {
        guard !gaps.isEmpty else { return output.line("no gaps") }
        var table = TextTable(["symbol", "from", "to", ">slots", "verdict", "reason", "alarm", "acknowledged"])
        for one in gaps {
            table.add([
                one.gap.symbol.text, one.gap.minutes.lowerBound.description, one.gap.minutes.upperBound.description,
                String(one.gap.slots), one.gap.verdict.rawValue, one.reason ?? "-", one.alarm ?? "-",
                one.acknowledged.map { harmless("\($0.by): \($0.note)") } ?? "-",
            ])
        }
        output.table(table)
        output.line("\(gaps.count) gaps, \(gaps.reduce(0) { $0 + $1.gap.slots }) slots")
    }
}

/// A gap with what is known of its cause.
struct ExplainedGap {
    var gap: Gap
    /// The reason most of its slots have; nil where none is noted.
    var reason: String?
    /// Key of the standing alarm that concerns it.
    var alarm: String?
    /// Who acknowledged it; nil where some slot of it is not acknowledged.
    var acknowledged: AcknowledgementMark?

    var json: JSONValue {
        .object([
            ("symbol", .text(gap.symbol.text)), ("from", .moment(gap.minutes.lowerBound.start)),
            ("to", .moment(gap.minutes.upperBound.start)), ("slots", .integer(gap.slots)),
            ("verdict", .text(gap.verdict.rawValue)), ("reason", reason.map(JSONValue.text) ?? .null),
            ("alarm", alarm.map(JSONValue.text) ?? .null), ("acknowledged", acknowledged?.json ?? .null),
        ])
    }
}

extension Reading {
    /// Adds reason, alarm and acknowledgement to the gaps of one symbol, which come in order of time.
    func explain(_ gaps: [Gap], _ alarms: [AlarmStatus], _ decisions: DecisionBook) async throws -> [ExplainedGap] {
        guard let first = gaps.first, let last = gaps.last else { return [] }
        let notes = try await warehouse.notes(
            first.symbol.text, minutes: first.minutes.lowerBound.index..<last.minutes.upperBound.index)
        var next = 0
        return gaps.map { gap in
            while next < notes.count, notes[next].minute < gap.minutes.lowerBound.index { next += 1 }
            let own = notes[next...].prefix { $0.minute < gap.minutes.upperBound.index }
            let words = own.map(\.reason).filter { !$0.isEmpty }
            return ExplainedGap(
                gap: gap, reason: Self.mostFrequent(words), alarm: Self.alarm(of: gap, words, alarms),
                acknowledged: Self.acknowledgement(of: gap, Array(own), decisions))
        }
    }

    /// The latest decision that covers a slot of a gap all of which are covered.
    private static func acknowledgement(
        of gap: Gap, _ notes: [SlotNote], _ decisions: DecisionBook
    ) -> AcknowledgementMark? {
        guard !decisions.standing.isEmpty else { return nil }
        var latest: AcknowledgementMark?
        var next = notes.startIndex
        for minute in gap.minutes {
            while next < notes.endIndex, notes[next].minute < minute.index { next += 1 }
            let note = next < notes.endIndex && notes[next].minute == minute.index ? notes[next] : nil
            let reason = note.flatMap { LossReason(rawValue: $0.reason) }
            guard let mark = decisions.acknowledgement(of: gap.symbol, minute, reason: reason) else { return nil }
            if latest.map({ $0.at <= mark.at }) ?? true { latest = mark }
        }
        return latest
    }

    /// Of equally frequent ones the first.
    private static func mostFrequent(_ words: [String]) -> String? {
        var counts: [(word: String, count: Int)] = []
        for word in words {
            if let place = counts.firstIndex(where: { $0.word == word }) {
                counts[place].count += 1
            } else {
                counts.append((word, 1))
            }
        }
        return counts.reduce(nil as (word: String, count: Int)?) { best, one in
            one.count > best?.count ?? 0 ? one : best
        }?.word
    }

    /// The alarm that names the gap's slots, or one for a reason among them: of the slots', or of the whole source's.
    private static func alarm(of gap: Gap, _ reasons: [String], _ alarms: [AlarmStatus]) -> String? {
        let named = alarms.first { alarm in
            guard let selection = alarm.selection else { return false }
            return selection.symbols.contains(gap.symbol) && selection.minutes.overlaps(gap.minutes)
        }
        if let named { return named.key }
        return alarms.first { alarm in
            reasons.contains { reason in
                if alarm.key == "slots/\(reason)" { return gap.verdict == .unrepairable }
                guard alarm.key.hasPrefix("source/"), let word = sourceAlarm[reason] else { return false }
                return alarm.key.hasSuffix("/\(word)")
            }
        }?.key
    }

    /// How the alarm of a source ends that explains a reason.
    private static let sourceAlarm: [String: String] = [
        LossReason.noCandleAccess.rawValue: "candles", LossReason.keyRefused.rawValue: "key",
        LossReason.breakerOpen.rawValue: "outage", LossReason.timedOut.rawValue: "outage",
        LossReason.unreachable.rawValue: "outage", LossReason.sourceFailed.rawValue: "outage",
    ]
}
