import Exchange
import ExchangeServer
import Foundation
import Pipeline
import Synchronization
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The real server over loopback, asked by a foreign client.
@Suite(.serialized) struct LoopbackExchangeTests {
    /// Monday 2024-05-13 15:00Z, an hour and a half into the session.
    static let now = MarketTime(seconds: 1_715_612_400)

    /// A clock that stands where it is put.
    final class StandingClock: ExchangeClock {
        private let time = Mutex(LoopbackExchangeTests.now)
        let speed = 0.0
        func now() -> MarketTime { time.withLock { $0 } }
        func setSpeed(_ speed: Double) -> Bool { false }
        func put(_ new: MarketTime) { time.withLock { $0 = new } }
    }

    struct Client {
        let port: UInt16

        func ask(_ target: String, method: String = "GET", token: String? = nil) async throws -> (HTTPURLResponse, Data)
        {
            let address = try #require(URL(string: "http://127.0.0.1:\(port)\(target)"))
            var request = URLRequest(url: address)
            request.httpMethod = method
            if let token { request.setValue(token, forHTTPHeaderField: "X-Finnhub-Token") }
            let session = URLSession(configuration: .ephemeral)
            defer { session.invalidateAndCancel() }
            let (data, response) = try await session.data(for: request)
            return (try #require(response as? HTTPURLResponse), data)
        }

        func json(_ target: String, method: String = "GET") async throws -> [String: Any] {
            try #require(
                try JSONSerialization.jsonObject(with: try await ask(target, method: method).1) as? [String: Any])
        }
    }

    func served(
        token: String? = nil, perMinute: Int = 0,
        _ body: (Client, SeededMarket, StandingClock, LoopbackExchange) async throws -> Void
    ) async throws {
        let market = SeededMarket(seed: 5)
        let clock = StandingClock()
        let options = ExchangeOptions(token: token, callsPerMinute: perMinute, start: Self.now)
        let exchange = LoopbackExchange(market: market, options: options, clock: clock)
        let port = try await exchange.start()
        do { try await body(Client(port: port), market, clock, exchange) } catch {
            await exchange.stop()
            throw error
        }
        await exchange.stop()
    }

    @Test func candlesReadBackAsTheMarketsBars() async throws {
        try await served { client, market, _, _ in
            for symbol in market.symbols {
                let path = market.calendar(of: symbol) == .xnys ? "stock" : "crypto"
                let answer = try await client.json(
                    "/api/v1/\(path)/candle?symbol=\(symbol.text)&resolution=1&from=1715607000&to=1715630399")
                let bars = market.bars(symbol, Minute(seconds: 1_715_607_000)..<Self.now.minute)
                #expect(answer["s"] as? String == "ok")
                #expect(answer["t"] as? [Int64] == bars.map(\.minute.seconds))
                #expect(answer["o"] as? [Double] == bars.map(\.open) && answer["h"] as? [Double] == bars.map(\.high))
                #expect(answer["l"] as? [Double] == bars.map(\.low) && answer["c"] as? [Double] == bars.map(\.close))
                #expect(answer["v"] as? [Double] == bars.map(\.volume))
                let quote = try await client.json("/api/v1/quote?symbol=\(symbol.text)")
                let last = market.lastTrade(symbol, atOrBefore: Self.now)
                #expect(quote["c"] as? Double == last?.price && quote["t"] as? Int64 == last?.time.seconds)
            }
        }
    }

    @Test func keyLimitAndHeadersTravel() async throws {
        try await served(token: "k", perMinute: 2) { client, _, clock, _ in
            #expect(try await client.ask("/api/v1/quote?symbol=AAPL").0.statusCode == 401)
            let (first, _) = try await client.ask("/api/v1/quote?symbol=AAPL", token: "k")
            #expect(first.statusCode == 200 && first.value(forHTTPHeaderField: "X-Ratelimit-Remaining") == "1")
            #expect(first.value(forHTTPHeaderField: "Content-Type")?.hasPrefix("application/json") == true)
            #expect(try await client.ask("/api/v1/quote?symbol=AAPL&token=k").0.statusCode == 200)
            let (refused, body) = try await client.ask("/api/v1/quote?symbol=AAPL", token: "k")
            #expect(refused.statusCode == 429 && refused.value(forHTTPHeaderField: "X-Ratelimit-Reset") == "1715612460")
            #expect(String(decoding: body, as: UTF8.self).contains("API limit reached"))
            clock.put(Self.now + .seconds(60))
            #expect(try await client.ask("/api/v1/quote?symbol=AAPL", token: "k").0.statusCode == 200)
            #expect(try await client.ask("/api/v1/quote?symbol=AAPL", method: "DELETE").0.statusCode == 405)
        }
    }

    @Test func faultsComeAndGoByControlRequest() async throws {
        try await served { client, _, _, _ in
            let quote = "/api/v1/quote?symbol=AAPL"
            func order(_ fault: String) async throws {
                #expect(try await client.ask("/control/fault?clear", method: "POST").0.statusCode == 200)
                #expect(try await client.ask("/control/fault?add=\(fault)", method: "POST").0.statusCode == 200)
            }
            try await order("522")
            #expect(try await client.ask(quote).0.statusCode == 522)
            for broken in ["outage", "cut"] {
                try await order(broken)
                await #expect(throws: URLError.self, "\(broken)") { try await client.ask(quote) }
            }
            try await order("slow:20")
            #expect(try await client.ask(quote).0.statusCode == 200)
            try await order("outage/MSFT")
            #expect(try await client.ask(quote).0.statusCode == 200)
            let state = try await client.json("/control/state")
            #expect(state["faults"] as? [String] == ["outage/MSFT"] && state["t"] as? Int64 == Self.now.seconds)
            #expect((state["requests"] as? [String: Int])?["failed"].map { $0 >= 2 } == true)
            #expect(try await client.ask("/control/fault?add=storm", method: "POST").0.statusCode == 422)
            #expect(try await client.ask("/control/fault?add=outage").0.statusCode == 405)
            #expect(try await client.ask("/control/speed?x=2", method: "POST").0.statusCode == 422)
            for _ in 0..<ExchangeState.faultsMax - 1 {
                #expect(try await client.ask("/control/fault?add=zeros", method: "POST").0.statusCode == 200)
            }
            #expect(try await client.ask("/control/fault?add=zeros", method: "POST").0.statusCode == 409)
        }
    }

    @Test func aHangingAnswerNeverComesAndEndsWithTheServer() async throws {
        try await served { client, _, _, exchange in
            #expect(try await client.ask("/control/fault?add=hang/AAPL", method: "POST").0.statusCode == 200)
            let hanging = Task { try await client.ask("/api/v1/quote?symbol=AAPL") }
            // Others are served while one hangs; each look is a whole exchange of messages, so this waits for an event.
            while try await ((client.json("/control/state")["requests"] as? [String: Int])?["quote"] ?? 0) == 0 {}
            #expect(try await client.ask("/api/v1/quote?symbol=MSFT").0.statusCode == 200)
            await exchange.stop()
            await #expect(throws: URLError.self) { try await hanging.value }
        }
    }

    @Test func aTakenPortIsSaidAtOnceAndAStoppedExchangeOpensAgain() async throws {
        let options = ExchangeOptions(start: Self.now)
        let first = LoopbackExchange(market: SeededMarket(seed: 1), options: options, clock: StandingClock())
        let port = try await first.start()
        let second = LoopbackExchange(
            market: SeededMarket(seed: 1), options: options, clock: StandingClock(), port: port)
        do {
            _ = try await second.start()
            Issue.record("two exchanges opened one port")
        } catch { #expect(error.description.contains("port \(port)")) }
        await #expect(throws: ExchangeServerError.self) { try await first.start() }
        await first.stop()
        await first.stop()
        #expect(try await second.start() == port)
        await second.stop()
    }
}
