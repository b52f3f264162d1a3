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
            let (result, delay) = Self.deliver(response, within: request.deadlineMilliseconds)
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
        _ response: ExchangeResponse, within deadline: Int
    ) -> (Result<HTTPReply, HTTPFailure>, MarketSpan) {
        switch response.delivery {
        case .dropped: return (.failure(.unreachable("closed")), .zero)
        case .cut: return (.failure(.unreachable("cut")), .zero)
        case .never: return (.failure(.timedOut), .milliseconds(Int64(deadline)))
        case .late(let milliseconds) where milliseconds >= deadline:
            return (.failure(.timedOut), .milliseconds(Int64(deadline)))
        case .late(let milliseconds): return (.success(reply(response)), .milliseconds(Int64(milliseconds)))
        case .prompt:
            let isElsewhere = (300..<400).contains(response.status)
            return (isElsewhere ? .failure(.redirected("elsewhere")) : .success(reply(response)), .zero)
        }
    }

    private static func reply(_ response: ExchangeResponse) -> HTTPReply {
        HTTPReply(
            status: response.status, headers: response.headers.map { HTTPField($0.name, $0.value) },
            body: response.body)
    }
}

/// The kinds of the exchange's faults by name.
package enum FaultWord: String, Hashable, Sendable, CaseIterable {
    case outage, cut, slow, hang, serverError, tooMany, badKey, candlesForbidden, noData, hole, revised, adjusted, zeros
    case stale, html, redirect, truncated

    package init(_ kind: ExchangeFault.Kind) {
        self =
            switch kind {
            case .outage: .outage
            case .cut: .cut
            case .slow: .slow
            case .hang: .hang
            case .serverError: .serverError
            case .tooMany: .tooMany
            case .badKey: .badKey
            case .candlesForbidden: .candlesForbidden
            case .noData: .noData
            case .hole: .hole
            case .revised: .revised
            case .adjusted: .adjusted
            case .zeros: .zeros
            case .stale: .stale
            case .html: .html
            case .redirect: .redirect
            case .truncated: .truncated
            }
    }
}

extension ExchangeFault {
    /// Whether an answer bears the mark of this fault.
    fileprivate func shows(
        in response: ExchangeResponse, to question: ExchangeRequest, at now: MarketTime, _ options: ExchangeOptions
    ) -> Bool {
        if let symbol, question["symbol"] != symbol.text { return false }
        let isCandle = question.path.hasSuffix("/candle")
        switch kind {
        case .hole(let minutes), .revised(let minutes):
            return isCandle && asks(question, now, hidden: minutes, options.start)
        default: guard isActive(at: now, start: options.start) else { return false }
        }
        switch kind {
        case .outage: return response.delivery == .dropped
        case .cut: return response.delivery == .cut
        case .slow(let milliseconds): return response.delivery == .late(milliseconds: milliseconds)
        case .hang: return response.delivery == .never
        case .serverError(let status): return response.status == status
        case .tooMany: return response.status == 429
        case .badKey: return response.status == 401
        case .candlesForbidden: return response.status == 403
        case .noData: return isCandle && response.body.count < 20
        case .adjusted: return isCandle && response.status == 200
        case .zeros: return response.body.starts(with: Array("{\"c\":0,".utf8))
        case .stale: return !isCandle && response.status == 200
        case .html: return response.status == 200 && response.body.first == UInt8(ascii: "<")
        case .redirect: return response.status == 302
        case .truncated: return response.status == 200 && response.body.last != UInt8(ascii: "}")
        case .hole, .revised: return false
        }
    }

    /// Whether a question asks for a bar that the fault still hides or changes.
    private func asks(_ question: ExchangeRequest, _ now: MarketTime, hidden minutes: Int, _ start: MarketTime) -> Bool
    {
        guard let from = question["from"].flatMap(Int64.init), let to = question["to"].flatMap(Int64.init), from <= to
        else { return false }
        return (Minute(seconds: from)...Minute(seconds: to)).contains {
            isActive(at: $0.start, start: start) && $0.end <= now && now < $0.end + .minutes(Int64(minutes))
        }
    }
}
