import Engine

/// All that is held of one symbol within a footprint while records are applied to it: bars, masks, notes, and which of
/// them changed. Dictionaries are looked up by key only; what comes out is sorted.
struct SymbolSlate {
    /// One partition on the slate.
    struct Partition {
        let hour: Hour
        let expected: UInt64
        let before: PartitionMasks
        var masks: PartitionMasks
        /// Slots whose value changed.
        var revalued: UInt64 = 0
    }

    let symbol: SymbolName
    private(set) var partitions: [Partition] = []
    private(set) var revisions: [BarRow] = []
    private(set) var summary = CurationSummary(ordinal: 0)
    private var places: [Int64: Int] = [:]
    private var lastPlace = -1
    private let heldBars: [Int64: BarRow]
    private let heldNotes: [Int64: SlotNote]
    private var bars: [Int64: BarRow]
    private var notes: [Int64: SlotNote]
    private var touchedBars: [Int64] = []
    private var touchedNotes: [Int64] = []

    init(symbol: SymbolName, bars: [BarRow], notes: [SlotNote]) {
        self.symbol = symbol
        heldBars = Dictionary(bars.map { ($0.minute, $0) }) { first, _ in first }
        heldNotes = Dictionary(notes.map { ($0.minute, $0) }) { first, _ in first }
        self.bars = heldBars
        self.notes = heldNotes
    }

    /// Lays out a partition; those are laid out first, then records are applied.
    mutating func lay(_ hour: Hour, expected: UInt64, masks: PartitionMasks) {
        places[hour.index] = partitions.count
        partitions.append(Partition(hour: hour, expected: expected, before: masks, masks: masks))
    }

    func isLaid(_ hour: Hour) -> Bool { places[hour.index] != nil }

    /// The place of the partition that holds a minute; nil outside the footprint.
    mutating func place(of minute: Minute) -> Int? {
        let hour = minute.hour
        if lastPlace >= 0, partitions[lastPlace].hour == hour { return lastPlace }
        guard let place = places[hour.index] else { return nil }
        lastPlace = place
        return place
    }

    func bar(at minute: Minute) -> BarRow? { bars[minute.index] }

    // MARK: Values

    /// Offers a value for its minute and says whether it filled a minute that held none. A candle outranks a sample; of
    /// one rank the later received counts; an equal value is a witness and changes nothing.
    mutating func offer(_ value: BarRow, purpose: Purpose) -> Bool {
        let minute = Minute(value.minute)
        guard let place = place(of: minute) else { return false }
        guard let held = bars[value.minute] else {
            put(value, at: place)
            fill(minute, at: place, value, purpose)
            return true
        }
        guard !held.saysTheSame(as: value) else { return false }
        if !held.sampled, !value.sampled {
            partitions[place].masks.revised |= minute.bit
            summary.revised += 1
        }
        summary.revisions += 1
        value.outranks(held) ? replace(held, by: value, at: place) : keep(held, over: value, at: place)
        restate(minute, at: place, older: value.provenance.received < held.provenance.received, purpose)
        return false
    }

    private mutating func replace(_ held: BarRow, by value: BarRow, at place: Int) {
        revisions.append(held)
        var value = value
        value.revision = held.revision + 1
        put(value, at: place)
        partitions[place].revalue(Minute(value.minute), sampled: value.sampled)
        summary.bars += 1
    }

    /// The value came after one that counts more: it takes the place below it.
    private mutating func keep(_ held: BarRow, over value: BarRow, at place: Int) {
        var value = value
        value.revision = held.revision
        revisions.append(value)
        var held = held
        held.revision += 1
        put(held, at: place)
    }

    /// Whether a slot was lost is decided by what was received first, in whatever order it lands.
    private mutating func restate(_ minute: Minute, at place: Int, older: Bool, _ purpose: Purpose) {
        guard older, partitions[place].expected & minute.bit != 0 else { return }
        if purpose == .repair {
            partitions[place].masks.healed |= minute.bit
        } else {
            partitions[place].masks.healed &= ~minute.bit
        }
    }

    private mutating func fill(_ minute: Minute, at place: Int, _ value: BarRow, _ purpose: Purpose) {
        let bit = minute.bit
        partitions[place].masks.present |= bit
        partitions[place].revalue(minute, sampled: value.sampled)
        partitions[place].masks.quiet &= ~bit
        partitions[place].masks.oneWitness &= ~bit
        partitions[place].masks.unrepairable &= ~bit
        summary.bars += 1
        if partitions[place].expected & bit == 0 {
            summary.extras += 1
        } else if purpose == .repair {
            partitions[place].masks.healed |= bit
            heal(minute, received: MarketTime(microseconds: value.provenance.received))
        }
        if var note = notes[minute.index], note.witnessed != 0 {
            note.witnessed = 0
            note.witnessExecution = ""
            put(note)
        }
    }

    /// Counts a slot that a repair filled. One that no word was said of was lost all the same, and nobody was there.
    private mutating func heal(_ minute: Minute, received: MarketTime) {
        let reason = notes[minute.index]?.reason ?? ""
        if reason.isEmpty { countLoss(.notRunning) }
        summary.healed += 1
        if reason.isEmpty || reason == LossReason.notRunning.rawValue {
            summary.healedAway += 1
        } else {
            summary.secondsToHeal += max(0, (received - minute.end).seconds)
        }
    }

    private mutating func countLoss(_ reason: LossReason) {
        summary.lost += 1
        if reason == .notRunning { summary.lostAway += 1 }
    }

    // MARK: Evidence

    /// Expected slots of a partition that hold nothing and are not proved quiet, within a range.
    func open(at place: Int, within minutes: Range<Minute>) -> UInt64 {
        let partition = partitions[place]
        return partition.expected & ~partition.masks.present & ~partition.masks.quiet
            & partition.hour.mask(of: minutes)
    }

    func isOpen(_ minute: Minute) -> Bool {
        guard let place = places[minute.hour.index] else { return false }
        return open(at: place, within: minute..<minute.advanced(by: 1)) != 0
    }

    /// Takes the evidence that nobody traded in an open slot: the second witness proves it, and so does a first one a
    /// week after the slot.
    mutating func witness(_ minute: Minute, received: MarketTime, execution: String) {
        guard let place = place(of: minute), isOpen(minute) else { return }
        var note = notes[minute.index] ?? SlotNote(symbol: symbol.text, minute: minute.index)
        if note.witnessed == 0 {
            note.witnessed = received.microseconds
            note.witnessExecution = execution
            put(note)
            guard received - minute.end >= QuietRule.single else {
                partitions[place].masks.oneWitness |= minute.bit
                return
            }
        } else {
            let first = QuietRule.Witness(MarketTime(microseconds: note.witnessed), note.witnessExecution)
            guard QuietRule.agree(first, QuietRule.Witness(received, execution)) else { return }
        }
        partitions[place].masks.quiet |= minute.bit
        partitions[place].masks.oneWitness &= ~minute.bit
        partitions[place].masks.unrepairable &= ~minute.bit
        summary.quieted += 1
    }

    /// Marks slots as asked once more after their session and answered.
    mutating func settle(_ bits: UInt64, at place: Int) { partitions[place].masks.settled |= bits }

    /// The place of an expected slot's partition, where none of the masks knows the slot.
    private mutating func place(of minute: Minute, unless known: (PartitionMasks) -> UInt64) -> Int? {
        guard let place = place(of: minute) else { return nil }
        return partitions[place].expected & ~known(partitions[place].masks) & minute.bit != 0 ? place : nil
    }

    /// Notes why an open slot was lost; the first reason stays, as it says how the slot came to be lost.
    mutating func lose(_ minute: Minute, _ reason: LossReason, object: String) {
        guard place(of: minute, unless: \.present) != nil else { return }
        var note = notes[minute.index] ?? SlotNote(symbol: symbol.text, minute: minute.index)
        guard note.reason.isEmpty else { return }
        note.reason = reason.rawValue
        note.object = object
        put(note)
        countLoss(reason)
    }

    /// Counts an attempt that was spent on an open slot and brought nothing.
    mutating func spend(_ minute: Minute, _ reason: LossReason, object: String) {
        guard isOpen(minute) else { return }
        lose(minute, reason, object: object)
        var note = notes[minute.index] ?? SlotNote(symbol: symbol.text, minute: minute.index)
        note.attempts += 1
        put(note)
    }

    /// Gives a slot up where nothing is held of it and it is not proved quiet.
    mutating func giveUp(_ minute: Minute, _ reason: LossReason, object: String) {
        guard let place = place(of: minute, unless: { $0.present | $0.quiet }) else { return }
        partitions[place].masks.unrepairable |= minute.bit
        var note = notes[minute.index] ?? SlotNote(symbol: symbol.text, minute: minute.index)
        if note.reason.isEmpty { countLoss(reason) }
        note.reason = reason.rawValue
        note.object = object
        put(note)
    }

    // MARK: Outcome

    /// Whole new bars and notes where they differ from what was held, by minute.
    func changedBars() -> [BarRow] {
        distinct(touchedBars).compactMap { bars[$0] == heldBars[$0] ? nil : bars[$0] }
    }

    func changedNotes() -> [SlotNote] {
        distinct(touchedNotes).compactMap { notes[$0] == heldNotes[$0] ? nil : notes[$0] }
    }

    mutating func quarantine(_ count: Int) { summary.quarantined += count }
    mutating func land(_ answer: LandedAnswer) { summary.answers.append(answer) }

    private mutating func put(_ bar: BarRow, at place: Int) {
        bars[bar.minute] = bar
        touchedBars.append(bar.minute)
    }

    private mutating func put(_ note: SlotNote) {
        notes[note.minute] = note
        touchedNotes.append(note.minute)
    }

    private func distinct(_ minutes: [Int64]) -> [Int64] {
        var result: [Int64] = []
        result.reserveCapacity(minutes.count)
        for minute in minutes.sorted() where result.last != minute { result.append(minute) }
        return result
    }
}

extension SymbolSlate.Partition {
    fileprivate mutating func revalue(_ minute: Minute, sampled: Bool) {
        revalued |= minute.bit
        if sampled { masks.sampled |= minute.bit } else { masks.sampled &= ~minute.bit }
    }
}

extension BarRow {
    /// Whether two rows hold the same value, wherever they came from.
    func saysTheSame(as other: BarRow) -> Bool {
        sampled == other.sampled && close == other.close && open == other.open && high == other.high
            && low == other.low && volume == other.volume
    }

    /// Whether this value counts where both are known.
    func outranks(_ other: BarRow) -> Bool {
        sampled == other.sampled ? provenance.received > other.provenance.received : other.sampled
    }
}
