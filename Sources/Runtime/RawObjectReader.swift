import Codec
package import Engine
package import Pipeline

/// Reads raw objects back into records, checking each against the catalogue.
package struct RawObjectReader: Sendable {
    private static let objectBytesMax = 1 << 30
    private let objects: any ObjectStore
    private let catalog: any PartitionCatalog

    package init(_ objects: any ObjectStore, _ catalog: any PartitionCatalog) {
        self.objects = objects
        self.catalog = catalog
    }

    /// The records of one object, answers that were stored apart being read in. `.damaged` where a byte is not what was
    /// written, `.missing` where the object is gone.
    package func records(_ key: String) async throws(EngineError) -> [StreamRecord] {
        guard let entry = try await catalog.lookup(key)?.entry else {
            throw EngineError(.missing, "the catalogue does not know this object", at: key)
        }
        let packed = try await objects.get(key)
        guard SHA256Digest.hex(packed) == entry.sha256 else { throw Self.damaged(key, "its checksum differs") }
        let lines: [UInt8]
        do {
            lines = try Gzip.decompress(packed, limit: Self.objectBytesMax)
        } catch {
            throw Self.damaged(key, "it cannot be unpacked")
        }
        var records: [StreamRecord] = []
        for line in NDJSON.lines(lines) {
            let record: StreamRecord
            do {
                record = try StreamRecord.decode(Array(line))
            } catch {
                throw Self.damaged(key, "line \(records.count + 1) is no record (\(error.detail))")
            }
            records.append(try await resolved(record))
        }
        guard Int64(records.count) == entry.count else { throw Self.damaged(key, "it holds \(records.count) records") }
        return records
    }

    /// What a seal holds.
    func sealed(_ seal: SealEntry) async throws(EngineError) -> SealedObject {
        try await SealedObject.read(seal, from: objects)
    }

    private static func damaged(_ key: String, _ what: String) -> EngineError {
        EngineError(
            .damaged, "a raw object is damaged: \(what)", at: key,
            remedy: "its slots are asked for again; restore the file from a backup to keep its history")
    }

    private func resolved(_ record: StreamRecord) async throws(EngineError) -> StreamRecord {
        guard case .answer(var answer) = record, case .stored(let status, let key, let bytes) = answer.answer else {
            return record
        }
        let packed = try await objects.get(key)
        guard let body = try? Gzip.decompress(packed, limit: Self.objectBytesMax), body.count == bytes,
            key == "answers/\(SHA256Digest.hex(body)).gz"
        else { throw Self.damaged(key, "it is not the answer its name promises") }
        answer.answer = .reply(status: status, body: body)
        return .answer(answer)
    }
}
