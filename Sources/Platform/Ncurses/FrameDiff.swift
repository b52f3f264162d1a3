import Foundation
import Terminal

/// Which cells of a frame have to be put again. Pure.
enum FrameDiff {
    /// Places in `cells`, in order, where `next` differs from what is shown; every place where nothing comparable is.
    static func changes(from shown: Grid?, to next: Grid) -> [Int] {
        guard let shown, shown.columns == next.columns, shown.rows == next.rows else {
            return Array(next.cells.indices)
        }
        var changes: [Int] = []
        next.cells.withUnsafeBufferPointer { new in
            shown.cells.withUnsafeBufferPointer { old in
                guard let newCells = new.baseAddress, let oldCells = old.baseAddress else { return }
                for row in 0..<next.rows {
                    let places = row * next.columns..<(row + 1) * next.columns
                    // Cells have no gaps between their bytes; most rows are as they were.
                    let bytes = next.columns * MemoryLayout<Cell>.stride
                    guard memcmp(newCells + places.lowerBound, oldCells + places.lowerBound, bytes) != 0 else {
                        continue
                    }
                    for place in places where new[place] != old[place] { changes.append(place) }
                }
            }
        }
        return changes
    }
}
