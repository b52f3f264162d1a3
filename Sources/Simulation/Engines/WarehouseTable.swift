import Engine

/// What the warehouse of a simulated world holds.
struct WarehouseTable: Sendable {
    private(set) var applied: Int64 = 0
    private(set) var version: Int64 = 0
    private(set) var bars: [String: Timeline<BarRow>] = [:]
    /// Of each minute its earlier values by revision.
    private(set) var revisions: [String: Timeline<[BarRow]>] = [:]
    private(set) var masks: [String: Timeline<MaskRow>] = [:]
    private(set) var notes: [String: Timeline<SlotNote>] = [:]
    private(set) var derived: [DerivedSpan: [String: Timeline<DerivedRow>]] = [:]
    /// In the order written; the number of each is its place, from 1.
    private(set) var quarantined: [QuarantineRow] = []

    mutating func apply(_ change: CuratedChange) throws(EngineError) -> Int64 {
        guard change.ordinal > applied else { return version }
        guard change.ordinal == applied + 1 else {
            throw EngineError(
                .conflict, "object \(change.ordinal) comes after object \(applied), so one is skipped",
                at: "warehouse")
        }
        return take(change)
    }

    mutating func adopt(_ state: CuratedChange) -> Int64 { state.ordinal > applied ? take(state) : version }

    private mutating func take(_ change: CuratedChange) -> Int64 {
        applied = change.ordinal
        if !change.masks.isEmpty { version += 1 }
        for bar in change.bars { bars[bar.symbol, default: Timeline()].put(bar, at: bar.minute) }
        for bar in change.revisions { keep(bar) }
        for mask in change.masks {
            var given = mask
            given.version = version
            masks[mask.symbol, default: Timeline()].put(given, at: mask.hour)
        }
        for note in change.notes { notes[note.symbol, default: Timeline()].put(note, at: note.minute) }
        for row in change.quarantine {
            var given = row
            given.id = Int64(quarantined.count) + 1
            quarantined.append(given)
        }
        return version
    }

    mutating func replace(_ rows: [DerivedRow]) {
        for row in rows {
            derived[row.span, default: [:]][row.symbol, default: Timeline()].put(row, at: row.start)
        }
    }

    /// Newest first; of one moment, the later written first.
    func quarantine(_ minutes: Range<Int64>, limit: Int) -> [QuarantineRow] {
        let found = quarantined.enumerated().filter { minutes.contains($0.element.minute) }
        let newest = found.sorted {
            ($0.element.provenance.received, $0.offset) > ($1.element.provenance.received, $1.offset)
        }
        return newest.prefix(limit).map(\.element)
    }

    private mutating func keep(_ bar: BarRow) {
        var values = revisions[bar.symbol]?[bar.minute] ?? []
        values.removeAll { $0.revision == bar.revision }
        values.append(bar)
        values.sort { $0.revision < $1.revision }
        revisions[bar.symbol, default: Timeline()].put(values, at: bar.minute)
    }
}

/// Values by time, in order; appending at the end is cheap.
struct Timeline<Value: Sendable>: Sendable {
    private var times: [Int64] = []
    private var values: [Value] = []

    mutating func put(_ value: Value, at time: Int64) {
        let place = place(of: time)
        if place < times.count && times[place] == time {
            values[place] = value
        } else {
            times.insert(time, at: place)
            values.insert(value, at: place)
        }
    }

    subscript(time: Int64) -> Value? {
        let place = place(of: time)
        return place < times.count && times[place] == time ? values[place] : nil
    }

    subscript(range: Range<Int64>) -> [Value] {
        Array(values[place(of: range.lowerBound)..<place(of: range.upperBound)])
    }

    /// The place of the first value that is not before this time.
    private func place(of time: Int64) -> Int {
        if let last = times.last, last < time { return times.count }
        var range = times.startIndex..<times.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = times[middle] < time ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}

extension Dictionary where Key == String {
    /// The values of the keys asked for, or of all where none is asked for, in byte order of the keys.
    func inOrder(of wanted: [String]) -> [Value] {
        let names = wanted.isEmpty ? Array(keys) : Array(Set(wanted))
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { self[$0] }
    }
}
