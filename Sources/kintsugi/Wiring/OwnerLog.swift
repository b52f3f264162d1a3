import Configuration
import Foundation
import Pipeline
import Platform
import Runtime
import Synchronization

/// What an owner writes down for later, in `log/kintsugi.log` of its data directory: how it started and with which
/// configuration, every line of the pipeline's log (orders, alarms and troubles of the stores among them), and how it ended.
final class OwnerLog: Sendable {
    static func path(in directory: String) -> String { directory + "/log/kintsugi.log" }

    private let writer: LogWriter
    private let following = Mutex<Task<Void, Never>?>(nil)

    init(directory: String, _ settings: Settings, _ redactor: Redactor) {
        let file = RotatingFile(
            path: Self.path(in: directory), bytesMax: settings.integer(.logBytes) ?? 8 << 20,
            kept: settings.integer(.logFiles) ?? 5, makesFolder: true)
        writer = LogWriter(file, redactor: redactor)
    }

    /// Says that an owner begins, and how it is configured; an address is shown as far as it is no secret.
    func begin(incarnation: Int64, _ pipeline: PipelineSettings, _ settings: Settings) {
        writer.write(
            .init(kind: "start", text: "kintsugi \(Kintsugi.version), incarnation \(incarnation), \(pipeline.source)"))
        let named = settings.named.map { key in
            let origin = settings.origin(of: key) == .file ? "file" : "environment"
            return "\(key.name) = \(settings.shown(key)) (\(origin))"
        }
        let symbols = pipeline.universe.members.map(\.symbol.text).joined(separator: " ")
        writer.write(
            .init(
                kind: "configuration",
                text: (named + ["universe: \(symbols)"]).joined(separator: "; ")))
    }

    /// Writes down each line of a pipeline's log until the pipeline ends.
    func follow(_ runtime: PipelineRuntime) {
        let (writer, statuses) = (writer, runtime.audience.subscribe())
        let task = Task {
            var last: Int64 = 0
            for await status in statuses {
                let lines = status.log.filter { $0.number > last }.sorted { $0.number < $1.number }
                if let first = lines.first, first.number > last + 1 {
                    let count = first.number - last - 1
                    writer.write(.init(kind: "log", who: "log", text: "\(count) lines came too fast to be written"))
                }
                for line in lines {
                    writer.write(.init(kind: "log", market: line.at.microseconds, who: line.who, text: line.text))
                    last = line.number
                }
            }
        }
        following.withLock { $0 = task }
    }

    /// Says how it ended, and waits for the file, though not for long.
    func close(because reason: String?) async {
        await following.withLock { $0 }?.value
        writer.write(.init(kind: "stop", text: reason ?? "stopped"))
        await writer.flush()
    }
}

extension Settings {
    /// A value as people may read it: of an address, scheme and host.
    func shown(_ key: SettingKey) -> String {
        guard key.kind == .address, let text = text(key) else { return self[key]?.toml ?? "" }
        return (try? WebhookAddress(text).origin).map { "\"\($0)…\"" } ?? "(secret)"
    }
}
