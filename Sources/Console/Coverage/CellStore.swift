import Engine
import Pipeline

/// One partition as it was last read.
struct StoredCell: Hashable, Sendable {
    var masks = PartitionMasks()
    var version: Int64 = 0
    /// Slots that were seen to heal while the console watched, and when, in market seconds.
    var fresh: UInt64 = 0
    var freshSeconds: Int64 = 0
}

/// All that is known of one symbol, for a row of cells.
struct KnownRow: Sendable {
    /// The hours whose partitions were read.
    var hours: Range<Hour>
    var partitions: HeldPartitions
    var pool: MaskPool
    /// Sessions that are over, summed up once; they outlive their partitions.
    var sessions: [Int64: CellSummary]

    /// One partition, empty where nothing is stored; asked of the hours that were read.
    subscript(hour: Int64) -> StoredCell { partitions.cell(hour, in: pool) ?? StoredCell() }
}

/// The partitions that were loaded, by symbol and hour. A partition inside the loaded hours that is absent holds nothing;
/// one outside them is not known, and is never shown as well.
struct CellStore: Sendable {
    private var held: [SymbolName: HeldPartitions] = [:]
    private var pool = MaskPool()
    private var loaded: [SymbolName: Range<Hour>] = [:]
    /// In the order in which they were first read, for letting go of the oldest.
    private var arrivals: [SymbolName] = []
    private var sessions: [SymbolName: [Int64: CellSummary]] = [:]
    /// The hours whose sessions are summed up without a hole.
    private var summedUp: [SymbolName: Range<Hour>] = [:]
    /// Slots seen under repair, so that what heals out of sight is fresh when it comes into view.
    private var watched: [SymbolName: [Int64: UInt64]] = [:]
    private var count = 0
    /// Everything held is at least as new as this version of the warehouse; nil while nothing was read.
    private(set) var version: Int64?
    /// All hours of which anything is held.
    private(set) var span = Hour(0)..<Hour(0)
    /// How many sessions were ever summed up: the work that a year of many symbols costs.
    private(set) var sessionsSummed = 0

    private static let hoursMax = 24 * 1_200
    /// About 5 MB. What is in view is never let go.
    private static let cellsMax = 250_000

    /// The partition, empty where nothing is stored; nil where it was not loaded.
    func cell(_ symbol: SymbolName, _ hour: Hour) -> StoredCell? {
        guard let range = loaded[symbol], range.contains(hour) else { return nil }
        return held[symbol]?.cell(hour.index, in: pool) ?? StoredCell()
    }

    func row(_ symbol: SymbolName) -> KnownRow? {
        guard let hours = loaded[symbol] ?? sessions[symbol].map({ _ in Hour(0)..<Hour(0) }) else { return nil }
        return KnownRow(
            hours: hours, partitions: held[symbol] ?? HeldPartitions(), pool: pool, sessions: sessions[symbol] ?? [:])
    }

    /// What of the hours was not read of a symbol, as one range; nil where all was. Where sums are enough, sessions that are
    /// summed up count as read.
    func missing(_ symbol: SymbolName, _ hours: Range<Hour>, sumsAreEnough: Bool = false) -> Range<Hour>? {
        var wanted = hours
        if sumsAreEnough, let summed = summedUp[symbol], summed.contains(wanted.lowerBound) {
            wanted = min(summed.upperBound, wanted.upperBound)..<wanted.upperBound
        }
        guard !wanted.isEmpty else { return nil }
        guard let held = loaded[symbol], !held.isEmpty else { return wanted }
        if held.contains(wanted.lowerBound) {
            return held.upperBound >= wanted.upperBound ? nil : held.upperBound..<wanted.upperBound
        }
        if wanted.upperBound >= held.lowerBound, wanted.upperBound <= held.upperBound {
            return wanted.lowerBound..<held.lowerBound
        }
        return wanted
    }

    mutating func watch(_ partitions: [RepairingPartition]) {
        for partition in partitions {
            watched[partition.symbol, default: [:]][partition.hour.index, default: 0] |= partition.slots
            if watched[partition.symbol]?.count ?? 0 > 256 { watched[partition.symbol] = nil }
        }
    }

    /// Nothing held counts any more: the warehouse was built anew, or is another one.
    mutating func forget() {
        let watched = self.watched
        self = CellStore()
        self.watched = watched
    }

    // MARK: Reading

    /// The whole answer for some symbols and hours, ordered by symbol; asked for when the warehouse stood at `version`.
    mutating func take(
        _ rows: [MaskRow], hours: Range<Hour>, symbols: [SymbolName], now: MarketTime, version: Int64,
        keeping: [SymbolName] = []
    ) {
        self.version = min(self.version ?? version, version)
        letGo(keeping: keeping + symbols)
        var places: [String: Range<Int>] = [:]
        for (place, row) in rows.enumerated() {
            places[row.symbol] = (places[row.symbol]?.lowerBound ?? place)..<place + 1
        }
        for symbol in symbols {
            let part = places[symbol.text].map { rows[$0] } ?? []
            take(part, hours: hours, symbol: symbol, now: now)
        }
        let bounds = min(span.lowerBound, hours.lowerBound)..<max(span.upperBound, hours.upperBound)
        span = span.isEmpty ? hours : bounds
    }

    /// What changed of all symbols since `CellStore.version`; asked for when the warehouse stood at `version`.
    mutating func takeChanges(_ rows: [MaskRow], now: MarketTime, version: Int64) {
        self.version = version
        for row in rows {
            guard let symbol = SymbolName(row.symbol) else { continue }
            forgetSums(symbol, Hour(row.hour))
            guard loaded[symbol]?.contains(Hour(row.hour)) ?? false else { continue }
            let old = held[symbol]?.cell(row.hour, in: pool)
            let new = merged(row, with: old, seen: true, symbol: symbol, now: now)
            held[symbol, default: HeldPartitions()].set(row.hour, new, in: &pool)
            count += old == nil ? 1 : 0
        }
    }

    private mutating func take(_ rows: ArraySlice<MaskRow>, hours: Range<Hour>, symbol: SymbolName, now: MarketTime) {
        var known = held.removeValue(forKey: symbol) ?? HeldPartitions()
        let heldBefore = known.count
        let before = loaded[symbol]
        if before == nil { arrivals.append(symbol) }
        var new: [(hour: Int64, cell: StoredCell)] = []
        for row in rows where row.symbol == symbol.text && hours.contains(Hour(row.hour)) {
            let seen = before?.contains(Hour(row.hour)) ?? false
            let old = known.cell(row.hour, in: pool)
            let cell = merged(row, with: old, seen: seen, symbol: symbol, now: now)
            if old?.masks != cell.masks { forgetSums(symbol, Hour(row.hour)) }
            new.append((row.hour, cell))
        }
        let range = before ?? hours
        let touching = range.lowerBound <= hours.upperBound && hours.lowerBound <= range.upperBound
        let union = min(range.lowerBound, hours.lowerBound)..<max(range.upperBound, hours.upperBound)
        if touching, union.count <= Self.hoursMax {
            known.remove(hours.lowerBound.index..<hours.upperBound.index, in: &pool)
            loaded[symbol] = union
        } else {
            known.remove(.min..<(.max), in: &pool)
            loaded[symbol] = hours
        }
        for (hour, cell) in new { known.set(hour, cell, in: &pool) }
        count += known.count - heldBefore
        held[symbol] = known
    }

    private mutating func merged(
        _ row: MaskRow, with old: StoredCell?, seen: Bool, symbol: SymbolName, now: MarketTime
    ) -> StoredCell {
        var cell = StoredCell(masks: PartitionMasks(row), version: row.version)
        cell.fresh = (old?.fresh ?? 0) & row.healed
        cell.freshSeconds = old?.freshSeconds ?? 0
        var arrived = seen ? row.healed & ~(old?.masks.healed ?? 0) : 0
        arrived |= row.healed & ~cell.fresh & (watched[symbol]?[row.hour] ?? 0)
        guard arrived != 0 else { return cell }
        watched[symbol]?[row.hour]? &= ~arrived
        cell.fresh |= arrived
        cell.freshSeconds = now.seconds
        return cell
    }

    private mutating func letGo(keeping: [SymbolName]) {
        guard count > Self.cellsMax else { return }
        let kept = Set(keeping)
        var left: [SymbolName] = []
        for symbol in arrivals {
            if count <= Self.cellsMax / 2 || kept.contains(symbol) {
                left.append(symbol)
            } else {
                var gone = held.removeValue(forKey: symbol) ?? HeldPartitions()
                count -= gone.count
                gone.remove(.min..<(.max), in: &pool)
                loaded[symbol] = nil
            }
        }
        arrivals = left
    }

    // MARK: Sums

    /// Keeps the sum of a session that is over.
    mutating func keep(_ summary: CellSummary, _ symbol: SymbolName, day: Int64) {
        sessionsSummed += 1
        sessions[symbol, default: [:]][day] = summary
    }

    mutating func keepSpan(_ hours: Range<Hour>, _ symbol: SymbolName) { summedUp[symbol] = hours }

    mutating func forgetSums() {
        sessions = [:]
        summedUp = [:]
    }

    /// No session crosses midnight UTC, so an hour lies in the session of its day.
    private mutating func forgetSums(_ symbol: SymbolName, _ hour: Hour) {
        guard sessions[symbol]?.removeValue(forKey: hour.index.floorDivided(by: 24)) != nil else { return }
        summedUp[symbol] = nil
    }
}
