import Engine
import Foundation

/// The log of alarms: one JSON line for each that is raised or cleared, beside the stores.
struct AlarmLog: AlarmSink {
    let path: String

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
            at: alarm.at / 1_000_000, event: event, key: alarm.key, severity: alarm.severity, text: alarm.text,
            command: alarm.command)
        do {
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: try encoder.encode(line) + Data("\n".utf8))
        } catch {
            throw EngineError(.unavailable, "an alarm could not be written to its log", at: path)
        }
    }
}
