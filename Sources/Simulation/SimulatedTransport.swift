package import Engine
package import Exchange
package import Pipeline
import Synchronization

/// Answers the pipeline's calls as the simulated exchange does, at the world's time and without suspending. How long an
/// answer is on its way is told apart, for only the world moves the clock.
package final class SimulatedTransport: HTTPTransport {
    private struct State {
        var exchange: ExchangeState
        var delay = MarketSpan.zero
        var struck: Set<FaultWord> = []
    }

    private let answerer: ExchangeAnswerer
    private let clock: SimulatedClock
    private let state: Mutex<State>

    package init(_ answerer: ExchangeAnswerer, clock: SimulatedClock) {
        self.answerer = answerer
        self.clock = clock
        state = Mutex(State(exchange: ExchangeState(answerer.options)))
    }

    package func send(_ request: HTTPRequest) async -> Result<HTTPReply, HTTPFailure> {
        let now = clock.now()
        let question = ExchangeRequest(target: request.target)
        return state.withLock { state in
            let response = answerer.answer(question, now: now, state: &state.exchange)
            for fault in state.exchange.faults where fault.shows(in: response, to: question, at: now, answerer.options)
            {
                state.struck.insert(FaultWord(fault.kind))
            }
            let (result, delay) = Self.deliver(response, to: request)
            state.delay = delay
            return result
        }
    }

    /// How much longer than usual the last answer is on its way.
    package var lastDelay: MarketSpan { state.withLock { $0.delay } }
    /// The faults that an answer has shown so far.
    package var struck: Set<FaultWord> { state.withLock { $0.struck } }
    /// From now on the exchange does its work.
    package func endFaults() { state.withLock { $0.exchange.clearFaults() } }

    private static func deliver(
        _ response: ExchangeResponse, to request: HTTPRequest
    ) -> (Result<HTTPReply, HTTPFailure>, MarketSpan) {
        let deadline = request.deadlineMilliseconds
        switch response.delivery {
        case .dropped: return (.failure(.unreachable("closed")), .zero)
        case .cut: return (.failure(.unreachable("cut")), .zero)
        case .endless: return (.failure(.tooLarge), .zero)
        case .padded(let bytes) where response.body.count + bytes > request.bodyBytesMax:
            return (.failure(.tooLarge), .zero)
        case .never: return (.failure(.timedOut), .milliseconds(Int64(deadline)))
        case .late(let milliseconds) where milliseconds >= deadline:
            return (.failure(.timedOut), .milliseconds(Int64(deadline)))
        case .late(let milliseconds): return (received(response), .milliseconds(Int64(milliseconds)))
        case .prompt, .padded: return (received(response), .zero)
        }
    }

    /// What a client that behaves makes of a complete answer: it bounds header fields, undoes compression, and does not
    /// follow.
    private static func received(_ response: ExchangeResponse) -> Result<HTTPReply, HTTPFailure> {
        if (300..<400).contains(response.status) { return .failure(.redirected("elsewhere")) }
        let headerBytes = response.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        guard headerBytes <= 65_536, response.headers.count <= 256 else { return .failure(.tooLarge) }
        var body = response.body
        if response.headers.contains(where: { $0.name == "Content-Encoding" }) {
            let head = ExchangeFault.BrokenCompression.storedHeadBytes
            // Of a gzip that breaks off the content before is taken for all there is, as libcurl takes it.
            guard body.count > head, body[10] == 1 else { return .failure(.brokenEncoding) }
            body.removeFirst(head)
        }
        return .success(
            HTTPReply(
                status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) }, body: body))
    }
}
