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

/// The partitions that were loaded, by symbol and hour. A partition inside the loaded hours that is absent holds nothing;
/// one outside them is not known, and is never shown as well.
struct CellStore: Sendable {
    private var cells: [SymbolName: [Int64: StoredCell]] = [:]
    private var loaded: [SymbolName: Range<Hour>] = [:]
    /// Slots seen under repair, so that what heals out of sight is fresh when it comes into view.
    private var watched: [SymbolName: [Int64: UInt64]] = [:]
    private static let hoursMax = 24 * 400

    /// The partition, empty where nothing is stored; nil where it was not loaded.
    func cell(_ symbol: SymbolName, _ hour: Hour) -> StoredCell? {
        guard let range = loaded[symbol], range.contains(hour) else { return nil }
        return cells[symbol]?[hour.index] ?? StoredCell()
    }

    /// All that is known of one symbol, for a row of cells.
    func row(_ symbol: SymbolName) -> (hours: Range<Hour>, cells: [Int64: StoredCell])? {
        loaded[symbol].map { ($0, cells[symbol] ?? [:]) }
    }

    mutating func watch(_ partitions: [RepairingPartition]) {
        for partition in partitions {
            watched[partition.symbol, default: [:]][partition.hour.index, default: 0] |= partition.slots
            if watched[partition.symbol]?.count ?? 0 > 256 { watched[partition.symbol] = nil }
        }
    }

    mutating func take(_ rows: [MaskRow], hours: Range<Hour>, symbols: [SymbolName], now: MarketTime) {
        var bySymbol: [String: [MaskRow]] = [:]
        for row in rows { bySymbol[row.symbol, default: []].append(row) }
        for symbol in symbols {
            take(bySymbol[symbol.text] ?? [], hours: hours, symbol: symbol, now: now)
        }
    }

    private mutating func take(_ rows: [MaskRow], hours: Range<Hour>, symbol: SymbolName, now: MarketTime) {
        var known = cells[symbol] ?? [:]
        let before = loaded[symbol] ?? hours.lowerBound..<hours.lowerBound
        var fresh: [Int64: StoredCell] = [:]
        for row in rows where row.hour >= hours.lowerBound.index && row.hour < hours.upperBound.index {
            let seen = before.contains(Hour(row.hour))
            fresh[row.hour] = merged(row, with: known[row.hour], seen: seen, symbol: symbol, now: now)
        }
        let touching = before.lowerBound <= hours.upperBound && hours.lowerBound <= before.upperBound
        let union = min(before.lowerBound, hours.lowerBound)..<max(before.upperBound, hours.upperBound)
        if touching, union.count <= Self.hoursMax {
            known = known.filter { !hours.contains(Hour($0.key)) }.merging(fresh) { $1 }
            loaded[symbol] = union
        } else {
            known = fresh
            loaded[symbol] = hours
        }
        cells[symbol] = known
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
}
