/// The word a person may have meant.
package enum NearestWord {
    /// The nearest of some words, the first of equally near ones; nil where none is near.
    package static func of(_ word: String, among words: [String]) -> String? {
        let word = Array(word.prefix(64).lowercased().utf8)
        var best: (word: String, distance: Int)?
        for candidate in words {
            let distance = distance(word, Array(candidate.lowercased().utf8))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(2, best.word.utf8.count / 3) else { return nil }
        return best.word
    }

    /// Letters to insert, remove, replace or swap with their neighbour, to make one word of the other.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var next = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, next[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, before[column - 1] + 1)
                }
                next.append(cost)
            }
            (before, last) = (last, next)
        }
        return last[right.count]
    }
}
