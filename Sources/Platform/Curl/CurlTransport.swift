package import Engine

/// Requests to one origin over libcurl, performed by one thread of its own: neither the caller's executor nor the
/// cooperative pool ever waits. Connections are kept and reused; what finds none free waits its turn.
package final class CurlTransport: HTTPTransport {
    private let loop = CurlLoop()

    /// Checks the base URL and the fields sent with every request (the key among them), and starts the thread. No
    /// error text holds the value of a field.
    package init(
        baseURL: String, defaultHeaders: [HTTPField], connectionsMax: Int = 8
    ) throws(EngineError) {
        let origin = try CurlOrigin(baseURL)
        if let bad = defaultHeaders.first(where: { !Self.canBeSent($0) }) {
            let name = String(bad.name.prefix(40).filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            throw EngineError(
                .unavailable, "the header \(name) holds a character that cannot be sent",
                remedy: "look for a line end or a space too many in the key")
        }
        loop.start(origin: origin, defaultHeaders: defaultHeaders, connectionsMax: max(1, connectionsMax))
    }

    deinit {
        loop.close()
    }

    /// Sends one GET, or one POST. Cancelling the task cancels the request.
    package func send(_ request: HTTPRequest) async -> Result<HTTPReply, HTTPFailure> {
        guard Self.canBeSent(request.target), request.headers.allSatisfy(Self.canBeSent) else {
            return .failure(.unreachable("the request holds a character that cannot be sent"))
        }
        let exchange = CurlExchange(request, now: SystemClock.monotonicNanoseconds())
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                guard exchange.await(waiter) else { return }
                if !loop.submit(exchange) { exchange.finish(.failure(.cancelled)) }
            }
        } onCancel: {
            exchange.finish(.failure(.cancelled))
            loop.abandon()
        }
    }

    /// Ends what is in flight as `cancelled`; later requests end so too.
    package func close() {
        loop.close()
    }

    private static func canBeSent(_ target: String) -> Bool {
        target.utf8.first == UInt8(ascii: "/") && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func canBeSent(_ field: HTTPField) -> Bool {
        !field.name.isEmpty
            && field.name.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";")
            }
            && field.value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
