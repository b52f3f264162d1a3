package import Engine
import Foundation

/// How a delivery stands in the journal: `delivery/<key>`, opened with its boundaries, closed when the checkpoint moved.
package enum DeliveryJournal {
    package static let prefix = "delivery/"

    package static func began(_ batch: DeliveryBatch, at now: MarketTime) -> JournalLine {
        line(batch, "began", closes: false, at: now)
    }

    package static func ended(_ batch: DeliveryBatch, at now: MarketTime) -> JournalLine {
        line(batch, "ended", closes: true, at: now)
    }

    private static func line(_ batch: DeliveryBatch, _ event: String, closes: Bool, at now: MarketTime) -> JournalLine {
        JournalLine(
            subject: prefix + batch.key, at: now.microseconds, event: event, payload: JournalPayload.encode(batch),
            closes: closes)
    }

    /// Reads the boundaries back; nil where the line is none of these.
    package static func batch(_ line: JournalLine) -> DeliveryBatch? {
        JournalPayload.decode(DeliveryBatch.self, line.payload)
    }
}

/// The JSON of journal lines: sorted keys, so that equal values are equal bytes.
package enum JournalPayload {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map(Array.init) ?? Array("{}".utf8)
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, _ payload: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(payload))
    }
}
