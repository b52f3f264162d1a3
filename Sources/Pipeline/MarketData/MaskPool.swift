/// Each set of masks once, however many partitions have it: nearly all hours of a year are whole, and their masks alike, so
/// that a partition is four bytes and not sixty-four.
package struct MaskPool: Sendable {
    /// The place of empty masks, of which nothing is kept.
    package static let empty: Int32 = -1

    private var masks: [PartitionMasks] = []
    /// How many partitions have each.
    private var uses: [Int32] = []
    /// Looked up, never iterated.
    private var places: [PartitionMasks: Int32] = [:]
    private var free: [Int32] = []

    package init() {}

    /// How many different masks are kept.
    package var count: Int { places.count }

    package subscript(place: Int32) -> PartitionMasks { place < 0 ? PartitionMasks() : masks[Int(place)] }

    /// The place of some masks, for one partition more.
    package mutating func take(_ wanted: PartitionMasks) -> Int32 {
        guard wanted != PartitionMasks() else { return Self.empty }
        if let known = places[wanted] {
            uses[Int(known)] += 1
            return known
        }
        let place: Int32
        if let old = free.popLast() {
            place = old
            masks[Int(old)] = wanted
            uses[Int(old)] = 1
        } else {
            place = Int32(masks.count)
            masks.append(wanted)
            uses.append(1)
        }
        places[wanted] = place
        return place
    }

    /// One partition fewer has the masks at a place that was taken for it.
    package mutating func giveBack(_ place: Int32) {
        guard place >= 0 else { return }
        uses[Int(place)] -= 1
        guard uses[Int(place)] == 0 else { return }
        places[masks[Int(place)]] = nil
        free.append(place)
    }
}
