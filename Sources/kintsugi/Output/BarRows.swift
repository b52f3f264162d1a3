import Engine
import Pipeline

/// The bars of one symbol on their way into an export, in pieces of two months.
struct BarRows {
    private static let chunkHours = 60 * 24
    private let member: UniverseMember
    private let minutes: Range<Minute>
    private let reading: Reading
    private let session: ExportCommand.Hours
    private let asOf: MarketTime?
    private let gaps: ExportCommand.Gaps
    private let calendar: TradingCalendar
    /// The moment verdicts are told at.
    private let now: MarketTime
    private var coverage = CoverageIndex()
    /// Hours still to come.
    private var hours = Hour(0)..<Hour(0)

    init(
        member: UniverseMember, minutes: Range<Minute>, reading: Reading, hours: ExportCommand.Hours,
        asOf: MarketTime?, gaps: ExportCommand.Gaps
    ) {
        self.member = member
        self.minutes = minutes
        self.reading = reading
        session = hours
        self.asOf = asOf
        self.gaps = gaps
        calendar = TradingCalendar.named(member.calendar)
        now = asOf ?? reading.now
    }

    /// Reads the masks, which tell where there is anything.
    mutating func prepare() async throws {
        let rows = try await reading.warehouse.masks(
            [member.symbol.text], hours: minutes.lowerBound.hour.index..<minutes.upperBound.hour.index + 1)
        for row in rows { coverage.apply(row) }
        var bounds = rows.map { Hour($0.hour) }
        if gaps != .omit {
            let due = minutes.clamped(to: member.lifetime).clamped(to: Minute(.min / 4)..<now.minute)
            if !due.isEmpty { bounds += [due.lowerBound.hour, due.upperBound.advanced(by: -1).hour] }
        }
        guard let first = bounds.min(), let last = bounds.max() else { return }
        hours = first..<last.advanced(by: 1)
    }

    mutating func nextChunk() -> Range<Hour>? {
        guard !hours.isEmpty else { return nil }
        let end = min(hours.upperBound, hours.lowerBound.advanced(by: Self.chunkHours))
        defer { hours = end..<hours.upperBound }
        return hours.lowerBound..<end
    }

    func append(_ chunk: Range<Hour>, _ export: BarExport, to sink: inout ExportSink) async throws {
        let inside = (chunk.lowerBound.firstMinute..<chunk.upperBound.firstMinute).clamped(to: minutes)
        guard !inside.isEmpty else { return }
        let range = inside.lowerBound.index..<inside.upperBound.index
        var rows = try await reading.warehouse.bars(member.symbol.text, minutes: range)
        var healedThen: [Int64: Bool] = [:]
        if let asOf {
            let revisions = try await reading.warehouse.revisions(member.symbol.text, minutes: range)
            (rows, healedThen) = Self.known(at: asOf, rows, revisions)
        }
        let lines = BarLines(
            symbol: member.symbol, export: export, coverage: coverage, healedThen: asOf == nil ? nil : healedThen)
        try gaps == .omit ? write(rows, lines, &sink) : write(rows, inside, lines, &sink)
    }

    // MARK: Writing

    private func write(_ rows: [BarRow], _ lines: BarLines, _ sink: inout ExportSink) throws {
        var hour: Hour?
        var wanted: UInt64 = 0
        for row in rows {
            let minute = Minute(row.minute)
            if minute.hour != hour {
                hour = minute.hour
                wanted = self.wanted(minute.hour)
            }
            if wanted & minute.bit != 0 { lines.append(row, minute, to: &sink.bytes) }
        }
    }

    /// With a row, or a refusal, for each expected slot that is not held.
    private func write(
        _ rows: [BarRow], _ inside: Range<Minute>, _ lines: BarLines, _ sink: inout ExportSink
    ) throws {
        var next = 0
        for hour in inside.hours {
            let verdicts = emptyVerdicts(hour).within(hour.mask(of: inside))
            let wanted = self.wanted(hour)
            let held = next < rows.count && rows[next].minute < hour.firstMinute.index + 60
            guard held || verdicts.expected != 0 else { continue }
            for minute in hour.minutes {
                if next < rows.count, rows[next].minute == minute.index {
                    if wanted & minute.bit != 0 { lines.append(rows[next], minute, to: &sink.bytes) }
                    next += 1
                } else if let verdict = verdicts.verdict(at: minute.offset) {
                    try lines.append(minute, verdict, fails: gaps == .fail, to: &sink.bytes)
                }
            }
        }
    }

    /// The minutes of an hour that the export holds.
    private func wanted(_ hour: Hour) -> UInt64 {
        switch session {
        case .regular: return reading.universe.expectedMask(member, hour)
        case .extended:
            guard case .session = calendar.session(on: calendar.localDate(of: hour.firstMinute)) else { return 0 }
            return .max
        case .all: return .max
        }
    }

    /// What is said of a slot without a value: today's verdict, and for one that came to be held only later, that it was
    /// not held yet.
    private func emptyVerdicts(_ hour: Hour) -> VerdictMasks {
        guard asOf != nil else { return coverage.verdicts(member, hour, in: reading.universe, now: now) }
        var later = CoverageIndex()
        var masks = coverage[member.symbol, hour]
        masks.present = 0
        later.apply(masks.row(symbol: member.symbol, hour: hour))
        return later.verdicts(member, hour, in: reading.universe, now: now)
    }

    // MARK: As of

    /// Of each minute the value that counted at a moment, and whether what was received first came by a repair.
    private static func known(
        at moment: MarketTime, _ rows: [BarRow], _ revisions: [BarRow]
    ) -> ([BarRow], [Int64: Bool]) {
        var known: [BarRow] = []
        var healed: [Int64: Bool] = [:]
        var next = 0
        for row in rows {
            while next < revisions.count, revisions[next].minute < row.minute { next += 1 }
            var values = [row]
            while next < revisions.count, revisions[next].minute == row.minute {
                values.append(revisions[next])
                next += 1
            }
            values.removeAll { $0.provenance.received > moment.microseconds }
            values.sort { $0.provenance.received < $1.provenance.received }
            guard let first = values.first, let last = values.last else { continue }
            // A candle outranks a sample; of one rank the later received counts.
            var counting = values.last { !$0.sampled } ?? last
            counting.revision = values.count - 1
            known.append(counting)
            healed[row.minute] = first.provenance.purpose == Purpose.repair.rawValue
        }
        return (known, healed)
    }

    static func refusal(_ gap: Gap, _ reason: String?) -> Failure {
        let why = reason.map { ", \($0)" } ?? ""
        return Failure(
            code: Exit.unwell,
            description: "\(gap.symbol) has a gap from \(gap.minutes.lowerBound) to \(gap.minutes.upperBound) "
                + "(\(gap.slots) slots, \(gap.verdict.rawValue)\(why)); kintsugi gaps names all")
    }
}

/// Writes one symbol's rows.
private struct BarLines {
    let symbol: SymbolName
    let export: BarExport
    let coverage: CoverageIndex
    /// Of an export as of a moment: which bars were healed then.
    let healedThen: [Int64: Bool]?

    func append(_ row: BarRow, _ minute: Minute, to bytes: inout [UInt8]) {
        let healed =
            healedThen.map { $0[row.minute] ?? false }
            ?? (coverage[symbol, minute.hour].healed & minute.bit != 0)
        export.append(row, healed: healed, to: &bytes)
    }

    func append(_ minute: Minute, _ verdict: Verdict, fails: Bool, to bytes: inout [UInt8]) throws {
        if fails {
            guard verdict == .missing || verdict == .unrepairable else { return }
            throw BarRows.refusal(
                Gap(symbol: symbol, minutes: minute..<minute.advanced(by: 1), verdict: verdict), nil)
        }
        export.appendGap(symbol, minute, verdict, to: &bytes)
    }
}
