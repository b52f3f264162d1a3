import Codec

/// The checksum of one stored row: eight bytes of SHA-256 over its fields, each with its length, so that no two rows
/// share a form.
struct RowChecksum {
    private var bytes: [UInt8]

    init(_ kind: String) {
        bytes = []
        add(kind)
    }

    mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) {
        add(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func add(_ blob: [UInt8]) {
        add(Int64(blob.count))
        bytes.append(contentsOf: blob)
    }

    var value: Int64 { SHA256Digest.short(bytes) }

    /// The link of a row to its predecessor: whoever takes a row away or puts one in changes every link after it.
    static func link(_ predecessor: Int64, _ sum: Int64) -> Int64 {
        var link = RowChecksum("link")
        link.add(predecessor)
        link.add(sum)
        return link.value
    }
}

/// A walk along a chain of rows that notes every row that is not what was written.
struct ChainWalk {
    /// How the rows are called: `stream quotes-0, record`.
    var noun: String
    /// The next number expected.
    var next: Int64
    /// The link of the row before.
    var link: Int64
    private(set) var damage: [String] = []
    private static let damageMax = 100

    init(noun: String, next: Int64, link: Int64) {
        self.noun = noun
        self.next = next
        self.link = link
    }

    mutating func visit(_ number: Int64, contentIsWell: Bool, sum: Int64, link stored: Int64) {
        if number > next { note("\(noun) \(next) to \(number - 1): gone") }
        if !contentIsWell {
            note("\(noun) \(number): not what was written")
        } else if number == next && stored != RowChecksum.link(link, sum) {
            note("\(noun) \(number): does not follow its predecessor")
        }
        next = number + 1
        link = stored
    }

    /// At the end: the chain must lead to the head the store remembers.
    mutating func end(last: Int64, link head: Int64) {
        if next <= last {
            note("\(noun) \(next) to \(last): gone")
        } else if link != head {
            note("\(noun) \(last): is not the head that was remembered")
        }
    }

    private mutating func note(_ sentence: String) {
        if damage.count < Self.damageMax { damage.append(sentence) }
    }
}
