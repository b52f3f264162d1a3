import Configuration
import EmbeddedEngine
import Engine
import Foundation
import Platform

/// Where alarms go besides the console.
enum AlarmSinks {
    /// The sinks of a data directory, as the configuration has them.
    static func all(
        directory: String, simulated: Bool, _ addresses: AlarmAddresses, _ redactor: Redactor
    ) throws -> [NamedSink] {
        let path = "\(directory)/\(AlarmLog.fileName)"
        var sinks = [NamedSink(name: "log", place: path, sink: AlarmLog(path: path, redactor: redactor))]
        if let webhook = addresses.webhook {
            let sender = WebhookSink.Sender(directory: directory, simulated: simulated, version: Kintsugi.version)
            let sink = WebhookSink(webhook, sender: sender, redactor: redactor, transport: try transport(webhook))
            sinks.append(
                NamedSink(
                    name: "webhook", place: webhook.origin, interest: .alarms(minimum: addresses.minimum), sink: sink,
                    memory: ToldFile(path: directory + "/webhook.told.json")))
        }
        if let heartbeat = addresses.heartbeat {
            let sink = HeartbeatSink(heartbeat, transport: try transport(heartbeat))
            sinks.append(NamedSink(name: "heartbeat", place: heartbeat.origin, interest: .cleanAudits, sink: sink))
        }
        return sinks
    }

    /// Each has a thread of its own, which ends with its sink.
    private static func transport(_ address: WebhookAddress) throws -> CurlTransport {
        try CurlTransport(baseURL: address.origin, defaultHeaders: [], connectionsMax: 1)
    }
}

/// The addresses of the configuration, checked before anything is opened.
struct AlarmAddresses {
    var webhook: WebhookAddress?
    var heartbeat: WebhookAddress?
    /// What is less severe is not posted: `info`, `ticket` or `page`.
    var minimum: String

    init(_ settings: Settings) throws {
        webhook = try Self.address(.webhook, settings)
        heartbeat = try Self.address(.heartbeat, settings)
        minimum = settings.text(.alarmMinimum) ?? "info"
    }

    private static func address(_ key: SettingKey, _ settings: Settings) throws -> WebhookAddress? {
        guard let text = settings.text(key) else { return nil }
        do throws(EngineError) { return try WebhookAddress(text) } catch {
            throw Failure.usage("\(key.name): \(error.description)")
        }
    }

    /// Takes out of texts what must not be written: the source's key, and what is secret of the addresses.
    func redactor() throws -> Redactor {
        let addresses = [webhook, heartbeat].compactMap { $0?.secrets }.flatMap { $0 }
        return Redactor(addresses + (try SourceKey.read().map { [$0] } ?? []))
    }
}

/// What a sink was told, in a small file beside the stores; one that cannot be read says that it was told nothing.
struct ToldFile: SinkMemory {
    let path: String
    private static let bytesMax = 4 << 20

    func told() -> [AlarmNotice] {
        guard let file = try? OrdinaryFile.read(path, bytesMax: Self.bytesMax) else { return [] }
        return (try? JSONDecoder().decode([AlarmNotice].self, from: Data(file.bytes))) ?? []
    }

    func keep(_ told: [AlarmNotice]) throws(EngineError) {
        guard let bytes = try? JSONEncoder().encode(told) else { return }
        try DataDirectory.replaceFile(path, with: Array(bytes))
    }
}
