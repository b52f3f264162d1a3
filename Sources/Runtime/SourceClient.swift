package import Engine
package import Pipeline

/// Asks the source over HTTP and says what kind of answer came.
package struct SourceClient: Sendable {
    /// Greatest accepted body: a month of one symbol is 0.9 MB.
    private static let bodyBytesMax = 8 << 20
    private let transport: any HTTPTransport
    private let deadlineMilliseconds: @Sendable (SourceCall) -> Int

    package init(transport: any HTTPTransport, deadlineMilliseconds: @escaping @Sendable (SourceCall) -> Int) {
        self.transport = transport
        self.deadlineMilliseconds = deadlineMilliseconds
    }

    /// The answer as a record keeps it, and the digest the machine decides by.
    package func ask(_ call: SourceCall) async -> (answer: SourceAnswer, digest: AnswerDigest) {
        let request = HTTPRequest(
            target: SourceWire.target(call.question), deadlineMilliseconds: deadlineMilliseconds(call),
            bodyBytesMax: Self.bodyBytesMax)
        var result = await transport.send(request)
        if let corruption = call.corruption, case .success(var reply) = result {
            reply.body = corruption.applied(to: reply.body)
            result = .success(reply)
        }
        let digest = AnswerDigest.of(result, asked: call.question)
        switch result {
        case .success(let reply): return (.reply(status: reply.status, body: reply.body), digest)
        case .failure(let failure): return (.failure(reason: failure.word), digest)
        }
    }

    /// The source's own market time and whether it says the market is open; nil where it does not answer.
    package func marketTime() async -> MarketTime? {
        let request = HTTPRequest(
            target: SourceWire.marketStatusTarget, deadlineMilliseconds: 3_000, bodyBytesMax: 65_536)
        guard case .success(let reply) = await transport.send(request), reply.status == 200 else { return nil }
        return (try? MarketStatusDecoder.decode(reply.body)).map { MarketTime(seconds: $0.seconds) }
    }
}
