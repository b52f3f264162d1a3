package import Engine
import Foundation

/// Posts each alarm as one JSON object to one address. It tries once: who waits and tries again is the one who calls.
package struct WebhookSink: AlarmSink {
    /// What every body says of where it comes from.
    package struct Sender: Sendable {
        package var host: String
        package var directory: String
        /// Whether the data is a simulated exchange's.
        package var simulated: Bool
        package var version: String

        package init(directory: String, simulated: Bool, version: String) {
            host = WebhookSink.hostName
            self.directory = directory
            self.simulated = simulated
            self.version = version
        }
    }

    static let deadlineMilliseconds = 10_000
    static let answerBytesMax = 64 << 10

    private let address: WebhookAddress
    private let transport: any HTTPTransport
    private let sender: Sender
    private let redactor: Redactor
    private let deadlineMilliseconds: Int

    package init(
        _ address: WebhookAddress, sender: Sender, redactor: Redactor, transport: any HTTPTransport,
        deadlineMilliseconds: Int = WebhookSink.deadlineMilliseconds
    ) {
        self.address = address
        self.sender = sender
        self.redactor = redactor
        self.transport = transport
        self.deadlineMilliseconds = deadlineMilliseconds
    }

    package func raise(_ alarm: AlarmNotice) async throws(EngineError) { try await post("raise", alarm) }
    package func clear(_ alarm: AlarmNotice) async throws(EngineError) { try await post("clear", alarm) }

    private func post(_ event: String, _ alarm: AlarmNotice) async throws(EngineError) {
        let request = HTTPRequest(
            target: address.target,
            headers: [HTTPField("Content-Type", "application/json; charset=utf-8"), HTTPField("Expect", "")],
            posted: body(event, alarm), deadlineMilliseconds: deadlineMilliseconds, bodyBytesMax: Self.answerBytesMax)
        if let refusal = await transport.send(request).refusal {
            throw EngineError(
                .unavailable, "the webhook \(refusal)", at: address.origin,
                remedy: "look at what listens there; it is tried again")
        }
    }

    // MARK: Body

    private struct Body: Encodable {
        var event: String
        /// The same for the same telling, however often it is tried.
        var id: String
        var key: String
        var severity: String
        var text: String
        var scope: String
        var reason: String
        var slots: Int
        var command: String
        var at: String
        var host: String
        var directory: String
        var simulated: Bool
        var version: String
    }

    private func body(_ event: String, _ alarm: AlarmNotice) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Body(
            event: event, id: "\(alarm.key)@\(alarm.at)/\(event)", key: alarm.key, severity: alarm.severity,
            text: redactor.clean(alarm.text), scope: redactor.clean(alarm.scope),
            reason: redactor.clean(alarm.reason), slots: alarm.slots, command: alarm.command,
            at: Moment.text(microseconds: alarm.at), host: sender.host, directory: sender.directory,
            simulated: sender.simulated, version: sender.version)
        return (try? encoder.encode(body)).map { [UInt8]($0) } ?? Array("{}".utf8)
    }

    /// As the kernel has it; no name server is asked.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes.map { (0x21...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
    }
}

/// Asks one address after each clean audit of an hour. Who watches it and hears nothing knows that something is wrong,
/// though nobody here could say so any more.
package struct HeartbeatSink: AlarmSink {
    private let address: WebhookAddress
    private let transport: any HTTPTransport

    package init(_ address: WebhookAddress, transport: any HTTPTransport) {
        self.address = address
        self.transport = transport
    }

    package func raise(_ alarm: AlarmNotice) {}
    package func clear(_ alarm: AlarmNotice) {}

    package func beat(_ audit: CleanAudit) async throws(EngineError) {
        let request = HTTPRequest(
            target: address.target, deadlineMilliseconds: WebhookSink.deadlineMilliseconds,
            bodyBytesMax: WebhookSink.answerBytesMax)
        if let refusal = await transport.send(request).refusal {
            throw EngineError(
                .unavailable, "the heartbeat's address \(refusal)", at: address.origin,
                remedy: "look at what listens there; it is tried again")
        }
    }
}

extension Result<HTTPReply, HTTPFailure> {
    /// Why it is no success, as what the other end did; nil where it is one. Holds nothing of an address.
    fileprivate var refusal: String? {
        switch self {
        case .success(let reply): (200...299).contains(reply.status) ? nil : "answers with status \(reply.status)"
        case .failure(.unknownHost): "is not known by name"
        case .failure(.unreachable(let why)): "cannot be reached: \(why)"
        case .failure(.timedOut): "does not answer in time"
        case .failure(.insecure(let why)): "is not trusted: \(why)"
        case .failure(.redirected): "sends us elsewhere, which is not followed: name the final address"
        case .failure(.tooLarge): "answers with more than is taken in"
        case .failure(.brokenEncoding): "answers with something that cannot be unpacked"
        case .failure(.cancelled): "was not waited for"
        }
    }
}

/// A moment as texts have it.
enum Moment {
    /// ISO 8601 in UTC, to the millisecond.
    static func text(microseconds: Int64) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Date(timeIntervalSince1970: Double(microseconds) / 1_000_000).formatted(style)
    }
}
