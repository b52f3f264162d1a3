import Exchange
import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// Takes HTTP requests to the answerer and its answers back, in the way each is meant to travel.
final class ExchangeDesk: HTTPHandler {
    private let answerer: ExchangeAnswerer
    private let clock: any ExchangeClock
    private let state: Mutex<ExchangeState>
    /// Requests whose answer is withheld now.
    private let withheld = Atomic(0)

    /// More withheld answers than this are dropped instead.
    private static let withheldMax = 256
    private static let targetBytesMax = 8_192
    /// How long a connection hangs before it is closed, in real seconds.
    static let hangSeconds = 60
    /// An endless body ends here all the same, should nobody else end it.
    private static let endlessBytes = 1 << 30

    init(answerer: ExchangeAnswerer, clock: any ExchangeClock) {
        self.answerer = answerer
        self.clock = clock
        state = Mutex(ExchangeState(answerer.options))
    }

    /// Lets the exchange go wrong from now on; false where it holds as many faults as it can.
    func add(_ fault: ExchangeFault) -> Bool { state.withLock { $0.add(fault) } }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let target = request.target.rawValue
        guard target.utf8.count <= Self.targetBytesMax else {
            return HTTPResponse(statusCode: HTTPStatusCode(414, phrase: "URI Too Long"))
        }
        let question = ExchangeRequest(target: target, token: request.headers[HTTPHeader("X-Finnhub-Token")])
        if question.path.hasPrefix("/control/") {
            return Self.http(state.withLock { control(question, isPost: request.method == .POST, clock, &$0) })
        }
        guard request.method == .GET else {
            return HTTPResponse(statusCode: HTTPStatusCode(405, phrase: "Method Not Allowed"))
        }
        let now = clock.now()
        return await deliver(state.withLock { answerer.answer(question, now: now, state: &$0) })
    }

    private func deliver(_ response: ExchangeResponse) async -> HTTPResponse {
        switch response.delivery {
        case .prompt: return Self.http(response)
        case .cut:
            return HTTPResponse(
                statusCode: Self.status(response.status), headers: Self.headers(response),
                body: HTTPBodySequence(from: BrokenBody(bytes: response.body), count: response.body.count))
        case .padded(let bytes): return Self.http(response, padding: bytes, isCounted: true)
        case .endless: return Self.http(response, padding: Self.endlessBytes, isCounted: false)
        case .dropped: return Self.closed
        case .late(let milliseconds):
            return await withhold(for: .milliseconds(milliseconds)) ? Self.http(response) : Self.closed
        case .never:
            _ = await withhold(for: .seconds(Self.hangSeconds))
            return Self.closed
        }
    }

    /// Waits as the fault of a slow source wants it. False where the answer must not be sent any more: too many are withheld, or the server stops.
    private func withhold(for span: Duration) async -> Bool {
        defer { withheld.subtract(1, ordering: .relaxed) }
        guard withheld.add(1, ordering: .relaxed).newValue <= Self.withheldMax else { return false }
        do {
            try await Task.sleep(for: span)
            return true
        } catch { return false }
    }

    private static var closed: HTTPResponse { HTTPResponse(webSocket: ClosedConnection()) }

    private static func http(_ response: ExchangeResponse) -> HTTPResponse {
        HTTPResponse(statusCode: status(response.status), headers: headers(response), body: Data(response.body))
    }

    private static func http(_ response: ExchangeResponse, padding: Int, isCounted: Bool) -> HTTPResponse {
        let body = PaddedBody(bytes: response.body, padding: padding)
        let total = response.body.count + padding
        return HTTPResponse(
            statusCode: status(response.status), headers: headers(response),
            body: isCounted
                ? HTTPBodySequence(from: body, count: total, suggestedBufferSize: PaddedBody.pieceBytes)
                : HTTPBodySequence(from: body, suggestedBufferSize: PaddedBody.pieceBytes))
    }

    private static func headers(_ response: ExchangeResponse) -> HTTPHeaders {
        response.headers.reduce(into: HTTPHeaders()) { $0[HTTPHeader($1.name)] = $1.value }
    }

    private static func status(_ code: Int) -> HTTPStatusCode {
        let phrase: String
        switch code {
        case 200: phrase = "OK"
        case 302: phrase = "Found"
        case 400: phrase = "Bad Request"
        case 401: phrase = "Unauthorized"
        case 403: phrase = "Forbidden"
        case 404: phrase = "Not Found"
        case 405: phrase = "Method Not Allowed"
        case 409: phrase = "Conflict"
        case 422: phrase = "Unprocessable Content"
        case 429: phrase = "Too Many Requests"
        case 500: phrase = "Internal Server Error"
        case 502: phrase = "Bad Gateway"
        case 503: phrase = "Service Unavailable"
        case 504: phrase = "Gateway Timeout"
        default: phrase = "Status \(code)"
        }
        return HTTPStatusCode(code, phrase: phrase)
    }
}
