import Engine
import Foundation
import Synchronization
import Testing

@testable import Platform

@Suite struct CurlTransportTests {
    typealias Answer = LoopbackServer.Answer

    /// Twenty seconds: no test waits for it, it only keeps a broken one from hanging.
    private func get(_ target: String, deadline: Int = 20_000, bodyMax: Int = 1 << 20) -> HTTPRequest {
        HTTPRequest(target: target, deadlineMilliseconds: deadline, bodyBytesMax: bodyMax)
    }

    private func transport(
        _ server: LoopbackServer, _ headers: [HTTPField] = [], connectionsMax: Int = 8
    ) throws -> CurlTransport {
        try CurlTransport(baseURL: server.base + "/", defaultHeaders: headers, connectionsMax: connectionsMax)
    }

    /// One answer for every path.
    private func result(_ answer: Answer, deadline: Int = 20_000, bodyMax: Int = 1 << 20) async throws
        -> Result<HTTPReply, HTTPFailure>
    {
        let server = LoopbackServer { _ in answer }
        let transport = try transport(server)
        defer { transport.close() }
        return await transport.send(get("/x", deadline: deadline, bodyMax: bodyMax))
    }

    @Test func anAnswerOfAnyStatusComesWhole() async throws {
        for status in [200, 304, 401, 429, 500, 522] {
            let body: [UInt8] = status == 304 ? [] : Array("{}".utf8)
            let answer = Answer("HTTP/1.1 \(status) X\nContent-Length: \(body.count)\nX-A:  b \n\n", body)
            let reply = try await result(answer).get()
            #expect(reply.status == status)
            #expect(reply.body == body)
            #expect(reply.header("x-a") == "b")
        }
    }

    @Test func theKeyAndTheFieldsOfTheRequestAreSentAndTheRequestsOwnWin() async throws {
        let server = LoopbackServer { _ in .ok([]) }
        let transport = try transport(server, [HTTPField("X-Key", "sesame"), HTTPField("X-Other", "a")])
        var request = get("/quote?symbol=A%20B&x=/../y")
        request.headers = [HTTPField("x-other", "b"), HTTPField("X-Empty", "")]
        _ = try await transport.send(request).get()
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("GET /quote?symbol=A%20B&x=/../y HTTP/1.1\r\n"))
        #expect(head.contains("\r\nX-Key: sesame\r\n"))
        #expect(head.contains("\r\nx-other: b") && !head.contains("X-Other: a"))
        #expect(head.contains("X-Empty:"))
        #expect(head.contains("Accept-Encoding: ") && head.contains("gzip"))
    }

    @Test func aCompressedBodyIsUndoneAndBoundedAfterwards() async throws {
        let answer = Answer.ok(Canned.gzipOfHello, "Content-Encoding: gzip\n")
        #expect(try await result(answer).get().body == Array("hello hello hello\n".utf8))
        #expect(try await result(answer, bodyMax: 18).get().body.count == 18)
        #expect(try await result(answer, bodyMax: 17) == .failure(.tooLarge))
    }

    @Test func aDecompressionBombEndsAtTheBound() async throws {
        // 10 MiB of zeros in 10 kB.
        let bomb = Answer.ok(Canned.bomb, "Content-Encoding: gzip\n")
        #expect(try await result(bomb, bodyMax: 1 << 20) == .failure(.tooLarge))
        #expect(try await result(bomb, bodyMax: Canned.bombBytes).get().body.count == Canned.bombBytes)
    }

    @Test func aBrokenEncodingIsSaid() async throws {
        var junk = Canned.gzipOfHello
        for index in 10..<20 { junk[index] = 0xFF }
        #expect(try await result(.ok(junk, "Content-Encoding: gzip\n")) == .failure(.brokenEncoding))
        #expect(try await result(.ok(junk, "Content-Encoding: zebra\n")) == .failure(.brokenEncoding))
    }

    @Test func chunksAreJoined() async throws {
        let head = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"
        let whole = Answer(head + "3\nabc\n2;x=y\nde\n0\n\n")
        #expect(try await result(whole).get().body == Array("abcde".utf8))
        for broken in ["3\nabc\n", "zz\nabc\n", "3\nabcdef\n0\n\n"] {
            let answer = try await result(Answer(head + broken, then: .close))
            guard case .failure(.unreachable) = answer else {
                Issue.record("\(broken) gave \(answer)")
                continue
            }
        }
    }

    @Test func aRedirectionIsNotFollowed() async throws {
        let address = "http://127.0.0.1:1/\u{1B}[2J"
        for status in [301, 302, 303, 307, 308] {
            let head = "HTTP/1.1 \(status) Moved\nLocation: \(address)\nContent-Length: 2\n\nhi"
            #expect(try await result(Answer(head)) == .failure(.redirected(address)))
        }
        #expect(try await result(Answer("HTTP/1.1 302 Moved\nContent-Length: 0\n\n")).get().status == 302)
        // A Location beside a success is only a field.
        #expect(try await result(.ok([], "Location: /y\n")).get().status == 200)
    }

    @Test func aBodyBeyondItsBoundEnds() async throws {
        let body = [UInt8](repeating: 65, count: 100_000)
        #expect(try await result(.ok(body), bodyMax: 99_999) == .failure(.tooLarge))
        #expect(try await result(.ok(body), bodyMax: 100_000).get().body == body)
        #expect(try await result(.ok([]), bodyMax: 0).get().body == [])
    }

    @Test func endlessHeadersEnd() async throws {
        let many = String(repeating: "X-A: b\n", count: 20_000)
        #expect(try await result(Answer("HTTP/1.1 200 OK\n" + many, then: .hang)) == .failure(.tooLarge))
        let long = "X-A: " + String(repeating: "b", count: 400_000)
        #expect(try await result(Answer("HTTP/1.1 200 OK\n" + long, then: .hang)) == .failure(.tooLarge))
    }

    @Test func headersKeepPrintableASCIIOnly() async throws {
        let reply = try await result(.ok([], "X-A: a\u{1B}[2J\u{202E}é\tb\n")).get()
        #expect(reply.header("X-A") == "a?[2J???" + "??" + "?b")
    }

    @Test func interimAnswersDoNotCount() async throws {
        let answer = Answer("HTTP/1.1 103 Early\nX-Early: 1\nLocation: /z\n\nHTTP/1.1 200 OK\nContent-Length: 0\n\n")
        let reply = try await result(answer).get()
        #expect(reply.status == 200)
        #expect(reply.header("X-Early") == nil)
    }

    @Test func theDeadlineCoversTheWholeRequest() async throws {
        #expect(try await result(Answer("", then: .hang), deadline: 60) == .failure(.timedOut))
        let half = Answer("HTTP/1.1 200 OK\nContent-Length: 9\n\nhalf", then: .hang)
        #expect(try await result(half, deadline: 60) == .failure(.timedOut))
        #expect(try await result(.ok([]), deadline: 0) == .failure(.timedOut))
        #expect(try await result(.ok([]), deadline: -5) == .failure(.timedOut))
    }

    @Test func waitingInTheQueueCountsToo() async throws {
        let server = LoopbackServer { $0 == "/hang" ? Answer("", then: .hang) : .ok([]) }
        let transport = try transport(server, connectionsMax: 1)
        async let first = transport.send(get("/hang", deadline: 20_000))
        while server.requests.isEmpty { await Task.yield() }
        #expect(await transport.send(get("/quick", deadline: 60)) == .failure(.timedOut))
        transport.close()
        #expect(await first == .failure(.cancelled))
        #expect(server.requests.count == 1)
    }

    @Test func whereNobodyListensIsUnreachable() async throws {
        let server = LoopbackServer { _ in .ok([]) }
        let transport = try transport(server, [HTTPField("X-Key", "sesame")])
        server.stop()
        guard case .failure(.unreachable(let text)) = await transport.send(get("/x")) else {
            Issue.record("an answer from nobody")
            return
        }
        #expect(text.contains("refused") && !text.contains("sesame") && !text.contains("127.0.0.1"))
    }

    @Test func aCutOrForeignAnswerIsUnreachable() async throws {
        let short = "HTTP/1.1 200 OK\nContent-Length: 9\n\nhalf"
        for text in [short, "", "HTTP/1.1 200 OK\nContent-Le", "220 mail.example ESMTP\n\n"] {
            let answer = try await result(Answer(text, then: .close))
            guard case .failure(.unreachable) = answer else {
                Issue.record("\(text) gave \(answer)")
                continue
            }
        }
    }

    @Test func oneConnectionServesManyRequests() async throws {
        let server = LoopbackServer { _ in .ok([1]) }
        let transport = try transport(server)
        for _ in 0..<50 { _ = try await transport.send(get("/x")).get() }
        #expect(server.requests.count == 50)
        #expect(server.connections == 1)
    }

    @Test func hundredsAtOnceAreServedInTurnOverFewConnections() async throws {
        let server = LoopbackServer { .ok(Array($0.utf8)) }
        let transport = try transport(server, connectionsMax: 4)
        let wrong = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                let request = get("/\(number)")
                group.addTask {
                    (try? await transport.send(request).get().body) != Array("/\(number)".utf8)
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wrong == 0)
        #expect(server.requests.count == 400)
        #expect(server.connections <= 4)
    }

    @Test func cancellingTheTaskCancelsItsRequestAndFreesThePlace() async throws {
        let server = LoopbackServer { $0 == "/hang" ? Answer("", then: .hang) : .ok([7]) }
        let transport = try transport(server, connectionsMax: 1)
        let request = get("/hang")
        let task = Task { await transport.send(request) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value == .failure(.cancelled))
        #expect(try await transport.send(get("/x")).get().body == [7])
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await transport.send(request)
        }
        #expect(await late.value == .failure(.cancelled))
    }

    @Test func closeCancelsWhatIsInFlightAndWhatComesLater() async throws {
        let server = LoopbackServer { _ in Answer("", then: .hang) }
        let transport = try transport(server, connectionsMax: 2)
        let request = get("/hang")
        let tasks = (0..<6).map { _ in Task { await transport.send(request) } }
        while server.requests.count < 2 { await Task.yield() }
        transport.close()
        transport.close()
        for task in tasks { #expect(await task.value == .failure(.cancelled)) }
        #expect(await transport.send(request) == .failure(.cancelled))
    }

    @Test func whatCannotBeSentIsRefusedBeforeItIsSent() async throws {
        let server = LoopbackServer { _ in .ok([]) }
        let transport = try transport(server)
        for target in ["", "x", "/a b", "/a\r\nX: y", "/é", "@evil/"] {
            guard case .failure(.unreachable) = await transport.send(get(target)) else {
                Issue.record("\(target) was sent")
                continue
            }
        }
        var request = get("/x")
        request.headers = [HTTPField("X-A", "b\r\nX-B: c")]
        guard case .failure(.unreachable) = await transport.send(request) else {
            Issue.record("a header was smuggled")
            return
        }
        #expect(server.requests.isEmpty)
    }

    @Test func failuresAreClassedByWhatIsToBeDone() {
        let expected: [(UInt32, Int32, HTTPFailure)] = [
            (6, 0, .unknownHost), (28, 0, .timedOut), (61, 0, .brokenEncoding), (27, 0, .tooLarge),
            (7, ECONNREFUSED, .unreachable("Couldn't connect to server: Connection refused")),
            (60, 0, .insecure("SSL peer certificate or SSH remote key was not OK")),
            (35, 0, .insecure("SSL connect error")),
            // The line broke during the handshake: an outage, not a matter of trust.
            (35, ECONNRESET, .unreachable("SSL connect error: Connection reset by peer")),
        ]
        for (code, number, failure) in expected {
            #expect(CurlVerdict.failure(number: code, errno: number) == failure)
        }
    }
}
