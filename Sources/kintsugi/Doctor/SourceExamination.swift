import Engine
import Foundation
import Pipeline
import Platform
import Runtime

/// Whether the source answers, on which time it stands, and whether it gives candles: two small questions.
struct SourceExamination {
    let source: SourceOptions
    let provider: Provider
    let universe: Universe?
    let online: Bool

    private static let deadlineMilliseconds = 5_000

    func findings() async -> [Finding] {
        guard provider == .finnhub else {
            return [.ok("source", "the simulated exchange, within the program")]
        }
        let address = source.address
        guard online || SourceAddress.isLoopback(address) else {
            return [.ok("source", "\(harmless(address)), not asked: --online asks it two small questions")]
        }
        let transport: CurlTransport
        do {
            let key = (try? SourceKey.read()) ?? nil
            transport = try CurlTransport(
                baseURL: address, defaultHeaders: key.map { [HTTPField("X-Finnhub-Token", $0)] } ?? [],
                connectionsMax: 1)
        } catch {
            return [.bad("source", "\(error)", "mend source.base-url, or --base-url")]
        }
        defer { transport.close() }
        let (reached, time) = await reach(transport, address)
        guard reached.grade != .bad else { return [reached] }
        var findings = [reached]
        if let time { findings.append(clock(time)) }
        findings.append(await candles(transport, at: time ?? Self.wall))
        return findings
    }

    private static var wall: MarketTime { MarketTime(microseconds: SystemClock.wallMicroseconds()) }

    private func reach(_ transport: CurlTransport, _ address: String) async -> (Finding, MarketTime?) {
        let request = HTTPRequest(
            target: SourceWire.marketStatusTarget, deadlineMilliseconds: Self.deadlineMilliseconds,
            bodyBytesMax: 65_536)
        let began = SystemClock.monotonicNanoseconds()
        let result = await transport.send(request)
        let took = (SystemClock.monotonicNanoseconds() - began) / 1_000_000
        let name = harmless(address)
        switch result {
        case .failure(let failure):
            return (.bad("source", "\(name) does not answer: \(failure.word)", Self.remedy(failure)), nil)
        case .success(let reply) where reply.status == 401:
            return (.bad("source", "\(name) refuses the key (401)", "set a valid key"), nil)
        case .success(let reply) where reply.status == 429:
            return (.warn("source", "\(name) answers that we ask too much (429)", "wait a minute and look again"), nil)
        case .success(let reply) where reply.status == 403 || reply.status == 404:
            return (
                .warn(
                    "source", "\(name) does not tell its market status (\(reply.status))",
                    "look whether source.base-url is right; --start source needs it"), nil
            )
        case .success(let reply) where reply.status != 200:
            return (.bad("source", "\(name) answers with \(reply.status)", "look whether the source is well"), nil)
        case .success(let reply):
            guard let status = try? MarketStatusDecoder.decode(reply.body) else {
                return (.bad("source", "\(name) answers what is no market status", "look at source.base-url"), nil)
            }
            return (
                .ok("source", "\(name) answers in \(took) ms, market \(status.isOpen ? "open" : "closed")"),
                MarketTime(seconds: status.seconds)
            )
        }
    }

    private static func remedy(_ failure: HTTPFailure) -> String {
        switch failure {
        case .unknownHost: "look at the host's name in source.base-url, and at name resolution"
        case .insecure:
            "its certificate is not to be trusted from here: look at the address, the clock, and the CA files"
        case .redirected: "it sends elsewhere, which is never followed: use the address it means"
        case .unreachable, .timedOut, .tooLarge, .brokenEncoding, .cancelled:
            "look whether it runs, and whether a firewall or proxy stands between"
        }
    }

    /// A source on a clock of its own is no fault where the pipeline takes its time from it.
    private func clock(_ time: MarketTime) -> Finding {
        let away = abs((time - Self.wall).seconds)
        guard away > 5 else { return .ok("source's clock", "agrees with ours within \(max(1, away)) s") }
        if source.start != nil || SourceAddress.isLoopback(source.address) {
            return .ok("source's clock", "stands at \(time): use --start source to follow it")
        }
        let text = "stands at \(time), \(away) s from ours"
        let remedy = "set this machine's clock (timedatectl set-ntp true): bars are keyed by it"
        return away > 30 ? .bad("source's clock", text, remedy) : .warn("source's clock", text, remedy)
    }

    /// Five minutes of candles in the session before.
    private func candles(_ transport: CurlTransport, at now: MarketTime) async -> Finding {
        let symbol = (try? source.namedSymbols())??.first ?? universe?.members.first?.symbol ?? SymbolName("SPY")
        guard let symbol else { return .ok("candles", "not asked") }
        let calendar = TradingCalendar.named(universe?.member(symbol)?.calendar ?? CalendarName.usual(for: symbol))
        guard let session = calendar.session(before: now.minute) else { return .ok("candles", "no session to ask for") }
        let end = session.minutes.upperBound
        let client = SourceClient(transport: transport, deadlineMilliseconds: { _ in Self.deadlineMilliseconds })
        let answer = await client.ask(
            SourceCall(question: .candles(symbol, minutes: end.advanced(by: -5)..<end, wanted: []), purpose: .backfill))
        switch answer.digest.outcome {
        case .data, .noData: return .ok("candles", "granted (asked for \(symbol))")
        case .noAccess:
            return .warn(
                "candles", "refused to this key: quotes go on, lost slots cannot be repaired",
                "a plan with candle access repairs them")
        case .keyRefused: return .bad("candles", "the key is refused", "set a valid key")
        case .throttled: return .warn("candles", "the source answers that we ask too much", "look again in a minute")
        case .transient(let reason):
            return .warn("candles", "no answer for \(symbol): \(reason.words)", "look again in a minute")
        case .notData, .malformed:
            return .warn("candles", "the answer for \(symbol) is none", "look whether source.base-url is right")
        }
    }
}
