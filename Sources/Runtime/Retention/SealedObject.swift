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
        var objects: [Stood]
    }

    var first: Int64
    var last: Int64
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
        add(Line(seals: Seals(first: first, last: last, objects: objects)))
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
        guard SHA256Digest.hex(packed) == entry.sha256 else { throw damaged(entry, "its checksum differs") }
        guard let lines = try? Gzip.decompress(packed, limit: bytesMax) else {
            throw damaged(entry, "it cannot be unpacked")
        }
        let decoder = JSONDecoder()
        var sealed: SealedObject?
        for line in NDJSON.lines(lines) {
            guard let line = try? decoder.decode(Line.self, from: Data(line)) else {
                throw damaged(entry, "a line of it cannot be read")
            }
            if let seals = line.seals {
                sealed = SealedObject(
                    first: seals.first, last: seals.last, objects: seals.objects,
                    state: CuratedChange(ordinal: seals.last, stamp: entry.received))
            }
            if let record = line.decision { sealed?.decisions.append(record) }
            if let row = line.bar { sealed?.state.bars.append(row) }
            if let row = line.revision { sealed?.state.revisions.append(row) }
            if let row = line.masks { sealed?.state.masks.append(row) }
            if let row = line.note { sealed?.state.notes.append(row) }
            if let row = line.quarantine { sealed?.state.quarantine.append(row) }
        }
        guard let sealed, sealed.first == entry.first, sealed.last == entry.last else {
            throw damaged(entry, "it seals other objects than its name promises")
        }
        return sealed
    }

    private static func damaged(_ entry: SealEntry, _ what: String) -> EngineError {
        EngineError(
            .damaged, "a sealed object is damaged: \(what)", at: entry.key,
            remedy: "restore it from a backup: the raw objects it stands for are deleted")
    }
}
