import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Runtime

/// A row of quarantine with the answer it was made of, read from the raw lake.
struct QuarantineEvidence {
    let row: QuarantineRow
    /// Nil where the object no longer holds it, or cannot be read; then `missing` says why.
    private(set) var answer: AnswerRecord?
    private(set) var missing = ""

    init(_ row: QuarantineRow, _ reading: Reading) async {
        self.row = row
        do throws(EngineError) {
            let reader = RawObjectReader(reading.directory.objects, reading.directory.catalog)
            for case .answer(let record) in try await reader.records(row.provenance.object)
            where record.received.microseconds == row.provenance.received && record.question.symbol.text == row.symbol {
                answer = record
            }
            if answer == nil { missing = "its raw object holds no such answer: run kintsugi verify" }
        } catch {
            missing = error.description
        }
    }

    /// Status and body, or the word of a failure.
    private var reply: (status: Int?, body: [UInt8]) {
        switch answer?.answer {
        case .reply(let status, let body): (status, body)
        case .stored, .failure, nil: (nil, [])
        }
    }

    func show(_ output: inout Output) {
        let provenance = row.provenance
        let by =
            provenance.execution.isEmpty ? "" : ", execution \(provenance.execution), attempt \(provenance.attempt)"
        output.line("row        \(row.id)")
        output.line("symbol     \(harmless(row.symbol))")
        output.line("time       \(Minute(row.minute))")
        output.line("reason     \(harmless(row.reason)): \(harmless(row.detail))")
        output.line("source     \(harmless(provenance.source)), \(harmless(provenance.purpose))\(harmless(by))")
        output.line("received   \(MarketTime(microseconds: provenance.received))")
        output.line("object     \(harmless(provenance.object))")
        guard let answer else { return output.line("answer     gone: \(harmless(missing))") }
        let minutes = answer.question.minutes
        output.line("asked      \(minutes.lowerBound) to \(minutes.upperBound)")
        output.line("status     \(reply.status.map(String.init) ?? "none")")
        output.line("answer     \(reply.body.count) bytes")
        output.line(Self.spelled(reply.body))
    }

    var json: JSONValue {
        let asked = answer?.question.minutes
        let evidence: [(String, JSONValue)] = [
            ("askedFrom", .moment(asked?.lowerBound.start)), ("askedTo", .moment(asked?.upperBound.start)),
            ("status", reply.status.map { .integer($0) } ?? .null),
            ("answer", answer == nil ? .null : .text(Self.spelled(reply.body))),
            ("answerBase64", answer == nil ? .null : .text(Data(reply.body).base64EncodedString())),
        ]
        return .object(row.members + evidence)
    }

    /// Bytes as text that says each of them and can do nothing to a terminal: what `harmless` would not show as it is, and
    /// what is no UTF-8, as `\xHH`; a backslash doubled.
    static func spelled(_ bytes: [UInt8]) -> String {
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
            let piece = rest.prefix(length)
            rest = rest.dropFirst(piece.count)
            if first == UInt8(ascii: "\\") {
                text += "\\\\"
            } else if let scalar = String(validating: piece, as: UTF8.self), harmless(scalar) == scalar {
                text += scalar
            } else {
                // Of a sequence that is no UTF-8 only the first byte is certainly wrong.
                if String(validating: piece, as: UTF8.self) == nil, piece.count > 1 {
                    rest = bytes[(piece.startIndex + 1)...]
                    text += escaped(first)
                } else {
                    for byte in piece { text += escaped(byte) }
                }
            }
        }
        return text
    }

    private static func escaped(_ byte: UInt8) -> String {
        "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
