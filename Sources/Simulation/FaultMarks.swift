import Exchange
import Pipeline

extension ExchangeFault {
    /// Whether an answer bears the mark of this fault.
    func shows(
        in response: ExchangeResponse, to question: ExchangeRequest, at now: MarketTime, _ options: ExchangeOptions
    ) -> Bool {
        if let symbol, question["symbol"] != symbol.text { return false }
        let isCandle = question.path.hasSuffix("/candle")
        switch kind {
        case .hole(let minutes), .revised(let minutes):
            return isCandle && asks(question, now, hidden: minutes, options.start)
        case .absurd where isCandle: return asks(question, now, hidden: 525_600, options.start)
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
        case .malformed: return response.body.suffix(2) == Array(",}".utf8)
        case .unequal, .duplicates, .conflicts, .unsorted, .shifted, .outside:
            return isCandle && response.status == 200 && response.body.count > 100
        case .absurd, .foreign: return response.status == 200 && response.body.count > 50
        case .oversized: if case .padded = response.delivery { return true } else { return false }
        case .endless: return response.delivery == .endless
        case .compression: return response.headers.contains { $0.name == "Content-Encoding" }
        case .headers:
            return response.headers.contains { ["X-Padding", "X-Field-1", "Server", "Retry-After"].contains($0.name) }
        case .escapes: return response.headers.contains { $0.name == "X-Note" }
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
