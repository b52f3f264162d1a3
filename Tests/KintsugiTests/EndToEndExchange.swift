import Foundation
import Testing

/// The simulated exchange in a process of its own.
final class LiveExchange: Sendable {
    let url: String
    private let program: LiveProgram

    /// Waits for the line that says where it listens.
    init(_ arguments: [String]) async throws {
        program = try LiveProgram(["exchange", "--port", "0"] + arguments)
        guard let first = try await program.line(), let start = first.range(of: "http://")?.lowerBound,
            let url = first[start...].split(separator: ",").first
        else { throw WaitFailure(description: "the exchange did not say where it is: \(program.errors)") }
        self.url = String(url)
    }

    /// Requests so far, by what was asked.
    func requests() async throws -> [String: Int] {
        let answer = try await Loopback.get("/control/state", from: url)
        let state = try JSONSerialization.jsonObject(with: answer) as? [String: Any]
        return state?["requests"] as? [String: Int] ?? [:]
    }

    func stop() async throws -> Int32 {
        program.signal(SIGTERM)
        return try await program.exit()
    }
}

/// Asks a server of this machine, once.
enum Loopback {
    /// The body of the answer to a GET.
    static func get(_ path: String, from url: String) async throws -> Data {
        guard let number = URLComponents(string: url)?.port, let port = UInt16(exactly: number) else {
            throw WaitFailure(description: "\(url) names no port")
        }
        return try await offTests {
            let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(end) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(end, $0, size) }
            }
            let question = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
            guard code == 0, write(end, question, question.count) == question.count else {
                throw WaitFailure(description: "nobody answers at \(url)")
            }
            var answer = Data()
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(end, &bytes, bytes.count), count > 0 { answer += bytes[..<count] }
            guard let head = answer.range(of: Data("\r\n\r\n".utf8)) else {
                throw WaitFailure(description: "\(url) answered nothing")
            }
            return answer[head.upperBound...]
        }
    }
}

/// A recording: one session of minute bars, with holes where nobody traded.
struct Recording: Sendable {
    struct Line: Hashable, Comparable, Sendable {
        var symbol: String
        var time: Int
        /// Open, high, low, close, volume.
        var values: [Double]

        static func < (one: Line, other: Line) -> Bool { (one.symbol, one.time) < (other.symbol, other.time) }
    }

    var lines: [Line]

    /// Tuesday 2026-03-03, 14:30 to 21:00 UTC.
    static let open = 1_772_548_200
    static let minutes = 390

    /// Bars from a seed; about one minute in eight has none, but the first and the last always have.
    init(symbols: [String], seed: UInt64) {
        var chance = SeededWords(seed: seed)
        lines = []
        for symbol in symbols {
            var price = 100 + Double(chance.next() % 40_000) / 100
            for minute in 0..<Self.minutes {
                if minute > 0, minute < Self.minutes - 1, chance.next() % 8 == 0 { continue }
                let open = price
                price = (price * 100 + Double(chance.next() % 61) - 30).rounded() / 100
                lines.append(
                    Line(
                        symbol: symbol, time: Self.open + minute * 60,
                        values: [
                            open, max(open, price) + 0.25, min(open, price) - 0.25, price,
                            Double(chance.next() % 9_999 + 1),
                        ]))
            }
        }
        lines.sort()
    }

    /// One session of a recording on disk, for some symbols.
    init(csv text: String, symbols: Set<String>, times: Range<Int>) {
        lines = text.split(whereSeparator: \.isNewline).dropFirst().compactMap { row in
            let line = Self.line(row)
            return line.flatMap { symbols.contains($0.symbol) && times.contains($0.time) ? $0 : nil }
        }.sorted()
    }

    static func line(_ row: Substring) -> Line? {
        let fields = row.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 7, let time = Int(fields[1]) else { return nil }
        return Line(symbol: String(fields[0]), time: time, values: fields[2...].compactMap { Double($0) })
    }

    var csv: String {
        "symbol,time,open,high,low,close,volume\n"
            + lines.map { line in
                "\(line.symbol),\(line.time)," + line.values.map { "\($0)" }.joined(separator: ",") + "\n"
            }.joined()
    }
}

/// Chance that can be had again (SplitMix64).
struct SeededWords: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
