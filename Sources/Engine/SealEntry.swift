/// What stands for a run of raw objects that were deleted: one object that holds what they had made of the partitions they
/// touched. What is older than the last seal is what the seals say; what is newer is told by raw.
package struct SealEntry: Hashable, Sendable {
    /// `sealed/<first>-<last>.ndjson.gz`, the numbers with leading zeros.
    package var key: String
    /// Ordinals of the raw objects it stands for, inclusive; each seal begins after the one before.
    package var first: Int64
    package var last: Int64
    /// The hours of the partitions it holds, half-open, hours since 1970-01-01T00 UTC; empty where it holds none.
    package var hours: Range<Int64>
    /// Size of the stored object in bytes.
    package var bytes: Int64
    /// Lower-case hexadecimal SHA-256 of the stored object, which is the canonical rows.
    package var sha256: String
    /// The greatest `received` of the records it stands for, UTC microseconds.
    package var received: Int64
    /// When it was sealed, on market time, UTC microseconds.
    package var at: Int64

    package init(
        key: String, first: Int64, last: Int64, hours: Range<Int64>, bytes: Int64, sha256: String, received: Int64,
        at: Int64
    ) {
        self.key = key
        self.first = first
        self.last = last
        self.hours = hours
        self.bytes = bytes
        self.sha256 = sha256
        self.received = received
        self.at = at
    }
}
