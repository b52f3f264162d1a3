import Engine
import Foundation
import Testing

@testable import Platform

/// Alarms by webhook, against a server that fails in every way.
struct WebhookTests {
    typealias Answer = LoopbackServer.Answer
    private static let path = "/services/T0SECRETPATH/hook?token=S3CR3TTOKEN"

    private static let alarm = AlarmNotice(
        key: "source/finnhub/outage", severity: "page", text: "finnhub: does not answer: timeout, 12 slots",
        scope: "finnhub", reason: "does not answer: timeout", slots: 12, command: "kintsugi status",
        at: 1_772_550_000_250_000)

    private func sink(
        _ server: LoopbackServer, redactor: Redactor = Redactor(), deadline: Int = 20_000
    ) throws -> WebhookSink {
        let address = try WebhookAddress(server.base + Self.path)
        return WebhookSink(
            address, sender: .init(directory: "/var/lib/kintsugi", simulated: true, version: "0.1.0"),
            redactor: redactor, transport: try CurlTransport(baseURL: address.origin, defaultHeaders: []),
            deadlineMilliseconds: deadline)
    }

    /// Why an answer is a refusal; nil where it is none.
    private func refusal(_ answer: Answer, deadline: Int = 20_000) async throws -> EngineError? {
        let server = LoopbackServer { _ in answer }
        let sink = try sink(server, deadline: deadline)
        do throws(EngineError) { try await sink.raise(Self.alarm) } catch { return error }
        return nil
    }

    @Test func anAlarmIsPostedAsOneObject() async throws {
        let server = LoopbackServer { _ in .ok(Array("ok".utf8)) }
        let sink = try sink(server, redactor: Redactor(["does not answer: timeout"]))
        try await sink.raise(Self.alarm)
        try await sink.clear(Self.alarm)
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("POST \(Self.path) HTTP/1.1\r\n"))
        #expect(head.contains("\r\nContent-Type: application/json; charset=utf-8"))
        let bodies = try server.bodies.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
        }
        #expect(bodies.map { $0["event"] as? String } == ["raise", "clear"])
        let body = try #require(bodies.first)
        #expect(body["key"] as? String == "source/finnhub/outage" && body["severity"] as? String == "page")
        #expect(body["scope"] as? String == "finnhub" && body["slots"] as? Int == 12)
        #expect(body["reason"] as? String == "(secret)", "what is secret does not leave either")
        #expect(body["command"] as? String == "kintsugi status" && body["simulated"] as? Bool == true)
        #expect(body["at"] as? String == "2026-03-03T15:00:00.250Z")
        #expect(body["directory"] as? String == "/var/lib/kintsugi" && (body["host"] as? String)?.isEmpty == false)
        #expect(Set(bodies.compactMap { $0["id"] as? String }).count == 2)
    }

    @Test func aHeartbeatIsAGetAndTellsNothing() async throws {
        let server = LoopbackServer { _ in .ok([]) }
        let address = try WebhookAddress(server.base + "/ping/abc")
        let sink = HeartbeatSink(address, transport: try CurlTransport(baseURL: address.origin, defaultHeaders: []))
        sink.raise(Self.alarm)
        try await sink.beat(CleanAudit(execution: "1-1", at: 0))
        #expect(server.requests.count == 1 && server.requests[0].hasPrefix("GET /ping/abc HTTP/1.1"))
    }

    @Test func everyKindOfSuccessIsOneAndEverythingElseIsRefused() async throws {
        for status in [200, 201, 202, 204] {
            #expect(try await refusal(Answer("HTTP/1.1 \(status) X\nContent-Length: 0\n\n")) == nil, "\(status)")
        }
        for status in [400, 401, 404, 410, 429, 500, 503] {
            let error = try await refusal(Answer("HTTP/1.1 \(status) X\nContent-Length: 2\n\n", Array("no".utf8)))
            #expect(error?.what == "the webhook answers with status \(status)")
            #expect(error?.mayBeTold == true)
        }
    }

    @Test func whatFailsInAnotherWayIsSaidAndShowsNoSecret() async throws {
        let huge = [UInt8](repeating: 0x61, count: 1 << 20)
        let cases: [(Answer, Int, String)] = [
            (
                Answer("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/S3CR3TTOKEN\nContent-Length: 0\n\n"), 20_000,
                "elsewhere"
            ),
            (Answer("HTTP/1.1 307 X\nLocation: /again\nContent-Length: 0\n\n"), 20_000, "elsewhere"),
            (Answer("", then: .close), 20_000, "cannot be reached"),
            (
                Answer("HTTP/1.1 200 OK\nContent-Length: 10\n\n", Array("half".utf8), then: .close), 20_000,
                "cannot be reached"
            ),
            (Answer("HTTP/1.1 200 OK\nContent-Length: \(huge.count)\n\n", huge), 20_000, "more than is taken in"),
            (Answer("", then: .hang), 300, "in time"),
            (Answer("HTTP/1.1 200 OK\nContent-Length: 10\n\n", then: .hang), 300, "in time"),
            (Answer("not HTTP at all\n\n", then: .close), 20_000, "webhook"),
        ]
        for (answer, deadline, word) in cases {
            let error = try #require(try await refusal(answer, deadline: deadline), "\(word)")
            #expect(error.what.contains(word), "\(error)")
            #expect(error.mayBeTold && error.whereabouts.hasPrefix("http://127.0.0.1:"), "\(error)")
        }
    }

    @Test func nobodyListensIsSaidToo() async throws {
        let server = LoopbackServer { _ in .ok([]) }
        server.stop()
        let sink = try sink(server)
        do throws(EngineError) {
            try await sink.raise(Self.alarm)
            Issue.record("it was taken")
        } catch {
            #expect(error.what.contains("cannot be reached") && error.mayBeTold)
        }
    }

    @Test func anAddressIsCheckedAndNeverRepeated() throws {
        for text in [
            "", "hooks.example/S3CR3TTOKEN", "ftp://a/S3CR3TTOKEN", "http://", "http:///S3CR3TTOKEN",
            "https://me:S3CR3TTOKEN@host/x", "https://host:99999/S3CR3TTOKEN", "https://host/S3CR3TTOKEN x",
            "https://host/\u{1B}S3CR3TTOKEN",
        ] {
            do throws(EngineError) {
                _ = try WebhookAddress(text)
                Issue.record("taken: \(text)")
            } catch {
                #expect(error.mayBeTold && error.what.hasPrefix("the address for alarms "), "\(error)")
            }
        }
        let plain = try WebhookAddress("https://hooks.example")
        #expect(plain.target == "/" && plain.secrets.isEmpty)
        let query = try WebhookAddress("https://hooks.example?token=S3CR3TTOKEN#part")
        #expect(query.origin == "https://hooks.example" && query.target == "/?token=S3CR3TTOKEN")
        #expect(query.secrets.contains("S3CR3TTOKEN"))
    }
}

extension EngineError {
    /// Whether nothing of it is secret.
    fileprivate var mayBeTold: Bool {
        !description.contains("S3CR3TTOKEN") && !description.contains("T0SECRETPATH")
            && description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
