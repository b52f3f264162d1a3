import Engine
import Foundation
import Platform

/// The log of alarms: one JSON line for each that is raised or cleared, beside the stores; full, it is put aside as
/// `alarms.ndjson.1`, and one more is kept.
struct AlarmLog: AlarmSink {
    static let fileName = "alarms.ndjson"
    private static let bytesMax = 1 << 20
    private static let kept = 2

    private let file: RotatingFile
    private let path: String
    private let redactor: Redactor

    init(path: String, redactor: Redactor) {
        file = RotatingFile(path: path, bytesMax: Self.bytesMax, kept: Self.kept)
        self.path = path
        self.redactor = redactor
    }

    private struct Line: Encodable {
        var at: Int64
        var event: String
        var key: String
        var severity: String
        var text: String
        var command: String
    }

    func raise(_ alarm: AlarmNotice) async throws(EngineError) { try write("raised", alarm) }
    func clear(_ alarm: AlarmNotice) async throws(EngineError) { try write("cleared", alarm) }

    private func write(_ event: String, _ alarm: AlarmNotice) throws(EngineError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            at: alarm.at / 1_000_000, event: event, key: alarm.key, severity: alarm.severity,
            text: redactor.clean(alarm.text), command: redactor.clean(alarm.command))
        guard let bytes = try? encoder.encode(line) else { return }
        do throws(EngineError) { try file.append(String(decoding: bytes, as: UTF8.self)) } catch {
            throw EngineError(.unavailable, "an alarm could not be written to its log: \(error.what)", at: path)
        }
    }
}
