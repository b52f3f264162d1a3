import Pipeline

/// The partitions held of one symbol, by hour: some twenty bytes each, because a year of many symbols is a hundred thousand.
struct HeldPartitions: Sendable {
    /// Ascending; the others go with it.
    private var hours: [Int64] = []
    private var masks: [Int32] = []
    private var versions: [Int64] = []
    /// What was seen to heal, of the few hours where anything was.
    private var healed: [Int64: (slots: UInt64, seconds: Int64)] = [:]

    var count: Int { hours.count }

    func cell(_ hour: Int64, in pool: MaskPool) -> StoredCell? {
        let place = place(of: hour)
        guard place < hours.count, hours[place] == hour else { return nil }
        var cell = StoredCell(masks: pool[masks[place]], version: versions[place])
        if let seen = healed[hour] { (cell.fresh, cell.freshSeconds) = seen }
        return cell
    }

    mutating func set(_ hour: Int64, _ cell: StoredCell, in pool: inout MaskPool) {
        let place = place(of: hour)
        let taken = pool.take(cell.masks)
        if place < hours.count, hours[place] == hour {
            pool.giveBack(masks[place])
            masks[place] = taken
            versions[place] = cell.version
        } else {
            hours.insert(hour, at: place)
            masks.insert(taken, at: place)
            versions.insert(cell.version, at: place)
        }
        healed[hour] = cell.fresh == 0 ? nil : (cell.fresh, cell.freshSeconds)
    }

    /// Lets go of a range of hours.
    mutating func remove(_ range: Range<Int64>, in pool: inout MaskPool) {
        let gone = place(of: range.lowerBound)..<place(of: range.upperBound)
        for place in gone {
            pool.giveBack(masks[place])
            healed[hours[place]] = nil
        }
        hours.removeSubrange(gone)
        masks.removeSubrange(gone)
        versions.removeSubrange(gone)
    }

    /// Where an hour stands, or would.
    private func place(of hour: Int64) -> Int {
        // Answers come in order: most hours are the newest yet.
        guard let last = hours.last, hour <= last else { return hours.count }
        var low = 0
        var high = hours.count
        while low < high {
            let middle = (low + high) / 2
            if hours[middle] < hour { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
