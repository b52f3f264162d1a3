package import Exchange
import FlyingFox
import FlyingSocks
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why the exchange does not open.
package struct ExchangeServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence.
    package var description: String
}

/// The exchange over real HTTP, on loopback alone: Finnhub's calls under `/api/v1`, orders under `/control`.
package actor LoopbackExchange {
    private let desk: ExchangeDesk
    private let wantedPort: UInt16
    private var open: (server: HTTPServer, task: Task<Void, Never>)?

    /// Port 0 takes any free one.
    package init(market: any Market, options: ExchangeOptions, clock: any ExchangeClock, port: UInt16 = 0) {
        desk = ExchangeDesk(answerer: ExchangeAnswerer(market: market, options: options), clock: clock)
        wantedPort = port
    }

    /// Opens and returns the port; it listens when this returns. Throws where it cannot, with the reason.
    package func start() async throws(ExchangeServerError) -> UInt16 {
        guard open == nil else { throw ExchangeServerError(description: "the exchange is open already") }
        guard let address = try? sockaddr_in.inet(ip4: "127.0.0.1", port: wantedPort) else {
            throw ExchangeServerError(description: "there is no loopback address")
        }
        // The desk itself bounds what it withholds; a little more keeps FlyingFox from answering 500 in its place. No more
        // than a little: each answer that was in time leaves its timer behind until then.
        let server = HTTPServer(
            config: .init(
                address: address, timeout: Double(ExchangeDesk.hangSeconds + 5),
                pool: PromptSocketPool(base: HTTPServer.defaultPool()), logger: .disabled),
            handler: desk)
        let (outcomes, inlet) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
        let task = Task {
            do { try await server.run() } catch { inlet.yield(.failure(error)) }
        }
        let watch = Task { inlet.yield(await Result { try await server.waitUntilListening(timeout: 10) }) }
        defer { watch.cancel() }
        open = (server, task)
        for await outcome in outcomes {
            if case .failure(let error) = outcome {
                await stop()
                throw ExchangeServerError(
                    description:
                        "the exchange cannot open port \(wantedPort) of loopback: \(error.localizedDescription)")
            }
            break
        }
        guard case .ip4(_, let port) = await server.listeningAddress else {
            await stop()
            throw ExchangeServerError(description: "the exchange closed while it opened")
        }
        return port
    }

    /// Lets the exchange go wrong from now on; false where it holds as many faults as it can.
    package func add(_ fault: ExchangeFault) -> Bool { desk.add(fault) }

    /// Closes every connection, answers under way among them; again is harmless.
    package func stop() async {
        guard let (server, task) = open else { return }
        open = nil
        await server.stop(timeout: 0)
        task.cancel()
        await task.value
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
