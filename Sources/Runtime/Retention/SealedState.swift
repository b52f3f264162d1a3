import Engine
import Pipeline

/// Some partitions as they were after a raw object, while later ones have long been applied to the warehouse: built by
/// applying the same objects again, from the seals before.
struct SealedState {
    private var bars: [Place: BarRow] = [:]
    private var revisions: [Place: [BarRow]] = [:]
    private var masks: [Place: MaskRow] = [:]
    private var notes: [Place: SlotNote] = [:]
    private var quarantine: [QuarantineRow] = []
    private var stamp: Int64 = 0

    /// A minute or an hour of one symbol.
    private struct Place: Hashable, Comparable {
        var symbol: String
        var time: Int64

        static func < (left: Self, right: Self) -> Bool {
            left.symbol == right.symbol
                ? left.time < right.time : left.symbol.utf8.lexicographicallyPrecedes(right.symbol.utf8)
        }
    }

    /// Takes over what an earlier seal holds of some partitions, and says which of them it knew; its quarantine stays with
    /// it.
    mutating func begin(from sealed: CuratedChange, _ partitions: Set<PartitionKey>) -> Set<PartitionKey> {
        var known: Set<PartitionKey> = []
        func isWanted(_ symbol: String, _ minute: Int64) -> Bool {
            guard let symbol = SymbolName(symbol) else { return false }
            let key = PartitionKey(symbol: symbol, hour: Minute(minute).hour)
            guard partitions.contains(key) else { return false }
            known.insert(key)
            return true
        }
        var wanted = CuratedChange(ordinal: sealed.ordinal)
        wanted.bars = sealed.bars.filter { isWanted($0.symbol, $0.minute) }
        wanted.revisions = sealed.revisions.filter { isWanted($0.symbol, $0.minute) }
        wanted.masks = sealed.masks.filter { isWanted($0.symbol, $0.hour * 60) }
        wanted.notes = sealed.notes.filter { isWanted($0.symbol, $0.minute) }
        apply(wanted)
        return known
    }

    mutating func apply(_ change: CuratedChange) {
        for row in change.bars { bars[Place(symbol: row.symbol, time: row.minute)] = row }
        for row in change.revisions {
            let place = Place(symbol: row.symbol, time: row.minute)
            var values = revisions[place] ?? []
            values.removeAll { $0.revision == row.revision }
            values.append(row)
            values.sort { $0.revision < $1.revision }
            revisions[place] = values
        }
        for row in change.masks { masks[Place(symbol: row.symbol, time: row.hour)] = row }
        for row in change.notes { notes[Place(symbol: row.symbol, time: row.minute)] = row }
        quarantine += change.quarantine
        stamp = max(stamp, change.stamp)
    }

    func held(for footprints: [Footprint]) -> Curation.Held {
        var held = Curation.Held()
        for footprint in footprints {
            let symbol = footprint.symbol.text
            for minute in footprint.minutes {
                let place = Place(symbol: symbol, time: minute.index)
                if let row = bars[place] { held.bars.append(row) }
                if let row = notes[place] { held.notes.append(row) }
            }
            for hour in footprint.minutes.hours {
                if let row = masks[Place(symbol: symbol, time: hour.index)] { held.masks.append(row) }
            }
        }
        return held
    }

    /// Everything, in order of symbol and time.
    func whole(through ordinal: Int64) -> CuratedChange {
        func inOrder<Value>(_ rows: [Place: Value]) -> [Value] {
            rows.sorted { $0.key < $1.key }.map(\.value)
        }
        let masks = inOrder(masks).map { row in
            var row = row
            row.version = 0
            return row
        }
        return CuratedChange(
            ordinal: ordinal, bars: inOrder(bars), revisions: inOrder(revisions).flatMap { $0 }, masks: masks,
            notes: inOrder(notes), quarantine: quarantine, stamp: stamp)
    }
}
