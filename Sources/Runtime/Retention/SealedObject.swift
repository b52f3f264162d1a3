import Codec
import Engine
import Foundation
import Pipeline

/// The bytes of a sealed object: what it stands for, then what must outlive it, line by line, packed. Equal contents are
/// equal bytes.
struct SealedObject {
    /// One raw object that it stands for.
    struct Stood: Codable, Hashable {
        var key: String
        var stream: String
        var shard: Int
        /// Sequence numbers, inclusive.
        var first: Int64
        var last: Int64
        var sha256: String
    }

    /// One line: exactly one of these.
    private struct Line: Codable {
        var seals: Seals?
        /// A record of the stream `operator`, as it stood in raw: what people and configuration decided is kept whole.
        var decision: String?
        var bar: BarRow?
        var revision: BarRow?
        var masks: MaskRow?
        var note: SlotNote?
        var quarantine: QuarantineRow?
    }

    private struct Seals: Codable {
        var format = 1
        /// Ordinals of the raw objects, inclusive.
        var first: Int64
        var last: Int64
        /// The hours of the partitions that follow, half-open; equal where none does.
        var hours: [Int64]
        /// The greatest `received` of the records, and when it was sealed: UTC microseconds.
        var received: Int64
        var at: Int64
        var objects: [Stood]
    }

    var first: Int64
    var last: Int64
    var hours: Range<Int64>
    var received: Int64
    var at: Int64
    var objects: [Stood]
    var decisions: [String] = []
    /// The partitions touched, whole, and the quarantine of the objects; its ordinal is that of the last.
    var state: CuratedChange

    static let prefix = "sealed/"
    private static let bytesMax = 1 << 30

    var key: String { "\(Self.prefix)\(Self.padded(first))-\(Self.padded(last)).ndjson.gz" }

    private static func padded(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    func packed() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        func add(_ line: Line) {
            bytes += (try? encoder.encode(line)).map(Array.init) ?? []
            bytes.append(UInt8(ascii: "\n"))
        }
        add(
            Line(
                seals: Seals(
                    first: first, last: last, hours: [hours.lowerBound, hours.upperBound], received: received, at: at,
                    objects: objects)))
        for record in decisions { add(Line(decision: record)) }
        for row in state.bars { add(Line(bar: row)) }
        for row in state.revisions { add(Line(revision: row)) }
        for row in state.masks { add(Line(masks: row)) }
        for row in state.notes { add(Line(note: row)) }
        for row in state.quarantine { add(Line(quarantine: row)) }
        return Gzip.compress(bytes)
    }

    /// Reads one back; `.damaged` where a byte is not what was written.
    static func read(_ entry: SealEntry, from objects: any ObjectStore) async throws(EngineError) -> SealedObject {
        let packed = try await objects.get(entry.key)
        guard SHA256Digest.hex(packed) == entry.sha256 else { throw damaged(entry.key, "its checksum differs") }
        let sealed = try read(packed, at: entry.key)
        guard sealed.first == entry.first, sealed.last == entry.last else {
            throw damaged(entry.key, "it seals other objects than its name promises")
        }
        return sealed
    }

    /// Reads the bytes of one, as they say of themselves what they are.
    static func read(_ packed: [UInt8], at key: String) throws(EngineError) -> SealedObject {
        guard let lines = try? Gzip.decompress(packed, limit: bytesMax) else {
            throw damaged(key, "it cannot be unpacked")
        }
        let decoder = JSONDecoder()
        var sealed: SealedObject?
        for line in NDJSON.lines(lines) {
            guard let line = try? decoder.decode(Line.self, from: Data(line)) else {
                throw damaged(key, "a line of it cannot be read")
            }
            if let seals = line.seals {
                guard seals.hours.count == 2, seals.hours[0] <= seals.hours[1], seals.first <= seals.last else {
                    throw damaged(key, "its first line is none")
                }
                sealed = SealedObject(
                    first: seals.first, last: seals.last, hours: seals.hours[0]..<seals.hours[1],
                    received: seals.received, at: seals.at, objects: seals.objects,
                    state: CuratedChange(ordinal: seals.last, stamp: seals.received))
            }
            if let record = line.decision { sealed?.decisions.append(record) }
            if let row = line.bar { sealed?.state.bars.append(row) }
            if let row = line.revision { sealed?.state.revisions.append(row) }
            if let row = line.masks { sealed?.state.masks.append(row) }
            if let row = line.note { sealed?.state.notes.append(row) }
            if let row = line.quarantine { sealed?.state.quarantine.append(row) }
        }
        guard let sealed, sealed.key == key else { throw damaged(key, "it is not what its name promises") }
        return sealed
    }

    /// As the catalogue knows it, once its bytes are known.
    func entry(_ packed: [UInt8]) -> SealEntry {
        SealEntry(
            key: key, first: first, last: last, hours: hours, bytes: Int64(packed.count),
            sha256: SHA256Digest.hex(packed), received: received, at: at)
    }

    private static func damaged(_ key: String, _ what: String) -> EngineError {
        EngineError(
            .damaged, "a sealed object is damaged: \(what)", at: key,
            remedy: "restore it from a backup: the raw objects it stands for are deleted")
    }
}
