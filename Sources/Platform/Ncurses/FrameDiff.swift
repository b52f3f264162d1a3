import Terminal

/// Which cells of a frame have to be put again. Pure.
enum FrameDiff {
    /// Places in `cells`, in order, where `next` differs from what is shown; every place where nothing comparable is.
    static func changes(from shown: Grid?, to next: Grid) -> [Int] {
        guard let shown, shown.columns == next.columns, shown.rows == next.rows else {
            return Array(next.cells.indices)
        }
        return next.cells.withUnsafeBufferPointer { new in
            shown.cells.withUnsafeBufferPointer { old in new.indices.filter { new[$0] != old[$0] } }
        }
    }
}
