package import Engine

/// The transform: raw records in, changes to curated bars, masks and notes out. Pure, and safe to do again.
package enum Curation {
    /// Existing rows of a footprint.
    package struct Held: Sendable {
        package var bars: [BarRow]
        package var masks: [MaskRow]
        package var notes: [SlotNote]

        package init(bars: [BarRow] = [], masks: [MaskRow] = [], notes: [SlotNote] = []) {
            self.bars = bars
            self.masks = masks
            self.notes = notes
        }
    }

    /// What must be read first, by symbol and time; ranges of one symbol neither overlap nor touch. Of an answer the
    /// minutes around it belong to it: they are its witnesses where none are held within.
    package static func footprint(_ records: [StreamRecord]) -> [Footprint] {
        var parts: [Footprint] = []
        for record in records {
            for minutes in record.footprint where !minutes.isEmpty {
                // Live capture asks minute after minute: most parts grow the one before.
                if let last = parts.last, last.symbol == record.symbol, last.minutes == minutes { continue }
                if let symbol = record.symbol { parts.append(Footprint(symbol: symbol, minutes: minutes)) }
            }
        }
        parts.sort { ($0.symbol, $0.minutes.lowerBound) < ($1.symbol, $1.minutes.lowerBound) }
        var merged: [Footprint] = []
        for part in parts {
            if let last = merged.last, last.symbol == part.symbol,
                part.minutes.lowerBound <= last.minutes.upperBound
            {
                let upper = max(last.minutes.upperBound, part.minutes.upperBound)
                merged[merged.count - 1].minutes = last.minutes.lowerBound..<upper
            } else {
                merged.append(part)
            }
        }
        return merged
    }

    /// Applies the records of one raw object, in the order received whatever their order in it, to what is held.
    package static func curate(
        _ records: [StreamRecord], object key: String, ordinal: Int64, held: Held, universe: Universe
    ) -> (change: CuratedChange, summary: CurationSummary) {
        let bySymbol = HeldBySymbol(held)
        var change = CuratedChange(ordinal: ordinal, stamp: records.map(\.received).max()?.microseconds ?? 0)
        var summary = CurationSummary(ordinal: ordinal)
        for (symbol, records) in grouped(records) {
            let slate = bySymbol.slate(of: symbol, footprint(records), universe)
            var application = RecordApplication(symbol: symbol, object: key, slate: slate)
            for record in records { application.apply(record, universe) }
            change.quarantine += application.quarantine
            change.take(application.slate)
            summary.take(application.slate)
        }
        for row in change.quarantine where !summary.quarantineReasons.contains(row.reason) {
            summary.quarantineReasons.append(row.reason)
        }
        summary.answers.sort { $0.received < $1.received }
        summary.masks = change.masks
        return (change, summary)
    }

    /// Records by symbol, each symbol's in the order received.
    private static func grouped(_ records: [StreamRecord]) -> [(SymbolName, [StreamRecord])] {
        var places: [SymbolName: Int] = [:]
        var groups: [(SymbolName, [StreamRecord])] = []
        for record in records {
            guard let symbol = record.symbol else { continue }
            if let place = places[symbol] {
                groups[place].1.append(record)
            } else {
                places[symbol] = groups.count
                groups.append((symbol, [record]))
            }
        }
        groups.sort { $0.0 < $1.0 }
        for place in groups.indices { groups[place].1.sort { $0.received < $1.received } }
        return groups
    }
}

/// What is held, looked up by symbol.
private struct HeldBySymbol {
    private var bars: [String: [BarRow]]
    private var notes: [String: [SlotNote]]
    private var masks: [String: [MaskRow]]

    init(_ held: Curation.Held) {
        bars = Dictionary(grouping: held.bars, by: \.symbol)
        notes = Dictionary(grouping: held.notes, by: \.symbol)
        masks = Dictionary(grouping: held.masks, by: \.symbol)
    }

    func slate(of symbol: SymbolName, _ footprint: [Footprint], _ universe: Universe) -> SymbolSlate {
        var slate = SymbolSlate(symbol: symbol, bars: bars[symbol.text] ?? [], notes: notes[symbol.text] ?? [])
        let rows = Dictionary((masks[symbol.text] ?? []).map { ($0.hour, $0) }) { first, _ in first }
        for part in footprint {
            for hour in part.minutes.hours where !slate.isLaid(hour) {
                let masks = rows[hour.index].map(PartitionMasks.init) ?? PartitionMasks()
                slate.lay(hour, expected: universe.expectedMask(of: symbol, in: hour), masks: masks)
            }
        }
        return slate
    }
}

extension StreamRecord {
    /// The symbol concerned, if any.
    fileprivate var symbol: SymbolName? {
        switch self {
        case .answer(let record): record.question.symbol
        case .loss(let record): record.symbol
        case .ruling(let record): record.symbol
        case .decision: nil
        }
    }

    /// The minutes concerned, with those that bear witness.
    fileprivate var footprint: [Range<Minute>] {
        switch self {
        case .answer(let record):
            [record.minutes.hull(WitnessRule.neighbourhood(of: record.question))]
        case .loss(let record): record.minutes
        case .ruling(let record): record.minutes
        case .decision: []
        }
    }
}

extension AnswerRecord {
    /// The minutes asked for; of a quote whose last trade lies before its slot also those since that trade, for it bears
    /// witness of them too.
    fileprivate var minutes: Range<Minute> {
        guard case .quote(_, let slot) = question, feedFresh, case .reply(_, let body) = answer,
            case .quote(let quote)? = try? QuoteDecoder.decode(body)
        else { return question.minutes }
        return QuoteJudgement.silence(since: quote.seconds, through: slot)
    }
}

extension Range<Minute> {
    /// The least range that holds both.
    fileprivate func hull(_ other: Range<Minute>) -> Range<Minute> {
        Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
    }
}

extension SourceQuestion {
    /// The minutes asked for, half-open.
    package var minutes: Range<Minute> {
        switch self {
        case .quote(_, let slot): slot..<slot.advanced(by: 1)
        case .candles(_, let minutes, _): minutes
        }
    }
}

extension CuratedChange {
    fileprivate mutating func take(_ slate: SymbolSlate) {
        bars += slate.changedBars()
        revisions += slate.revisions
        notes += slate.changedNotes()
        masks += slate.partitions.filter { $0.masks != $0.before }
            .map { $0.masks.row(symbol: slate.symbol, hour: $0.hour) }
    }
}

extension CurationSummary {
    fileprivate mutating func take(_ slate: SymbolSlate) {
        partitions += slate.partitions.filter(\.touchesFacts)
            .map { PartitionKey(symbol: slate.symbol, hour: $0.hour) }
        bars += slate.summary.bars
        revisions += slate.summary.revisions
        revised += slate.summary.revised
        quarantined += slate.summary.quarantined
        extras += slate.summary.extras
        lost += slate.summary.lost
        lostAway += slate.summary.lostAway
        healed += slate.summary.healed
        healedAway += slate.summary.healedAway
        secondsToHeal += slate.summary.secondsToHeal
        quieted += slate.summary.quieted
        answers += slate.summary.answers
    }
}

extension SymbolSlate.Partition {
    /// Whether a derived row built from the partition may read otherwise now.
    fileprivate var touchesFacts: Bool {
        var now = masks
        now.oneWitness = before.oneWitness
        now.unrepairable = before.unrepairable
        return revalued != 0 || now != before
    }
}
