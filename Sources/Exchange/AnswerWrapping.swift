import Pipeline

/// What a fault does to a complete answer on its way out, whatever it answers.
enum AnswerWrapping {
    /// The first half as if it were all.
    case half
    /// A comma before the last bracket.
    case commaTooMany
    case compressed(ExchangeFault.BrokenCompression)
    case headers(ExchangeFault.HostileHeaders)
    /// Terminal escape sequences wherever there is text.
    case escapes

    /// Clears a screen, sets a window's title, rings the bell.
    private static let escape = "\u{1B}[2J\u{1B}]0;owned\u{07}\u{9B}31m"

    func apply(to response: inout ExchangeResponse, _ topic: Topic) {
        switch self {
        case .half: response.body.removeLast(response.body.count - response.body.count / 2)
        case .commaTooMany:
            guard response.body.popLast() != nil else { return }
            response.body += Array(",}".utf8)
        case .compressed(let how):
            response.body = how.compressed(response.body)
            response.headers.append(.init("Content-Encoding", "gzip"))
        case .headers(let which): which.apply(to: &response.headers)
        case .escapes:
            response.headers.append(.init("X-Note", Self.escape))
            response.body = Array(Self.text(instead: response, topic).utf8)
        }
    }

    /// Prices cannot speak to a terminal; errors, words and names can.
    private static func text(instead response: ExchangeResponse, _ topic: Topic) -> String {
        switch topic {
        // Raw, as no JSON allows it.
        case .quote, .other: "{\"error\":\"\(escape)\"}"
        // Spelled as JSON allows it.
        case .candle: "{\"s\":\(quoted("no_data" + escape))}"
        // The answer with a further text, which a client passes over.
        case .status, .holiday:
            "{\"note\":\(quoted(escape))," + String(decoding: response.body.dropFirst(), as: UTF8.self)
        }
    }
}

extension ExchangeFault.BrokenCompression {
    /// The bytes before the content of a gzip of one stored block: header, block head, two lengths.
    package static let storedHeadBytes = 15

    /// The body as a compressed one that cannot be read, or only in part.
    func compressed(_ body: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        switch self {
        case .garbage: return header + [UInt8](repeating: 0xFF, count: 64)
        case .cut:
            // One stored block holds 65,535 bytes; the length is that of the whole, the content half of it.
            let length = UInt16(min(body.count, 65_535))
            let lengths = [length, ~length].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            return header + [1] + lengths + body.prefix(Int(length) / 2)
        }
    }
}

extension ExchangeFault.HostileHeaders {
    func apply(to headers: inout [ExchangeResponse.Header]) {
        switch self {
        case .huge: headers.append(.init("X-Padding", String(repeating: "x", count: 90_000)))
        case .many: headers += (0..<400).map { .init("X-Field-\($0)", "\($0)") }
        case .control:
            headers.append(.init("X-Note", "\u{1B}[2J\u{1B}]0;owned\u{07}\u{7F}\u{01}"))
            headers.append(.init("Server", "\u{9B}31m\u{202E}"))
        case .limits:
            headers.removeAll { $0.name.hasPrefix("X-Ratelimit") }
            headers += [
                .init("X-Ratelimit-Limit", "-60"), .init("X-Ratelimit-Remaining", "1e308"),
                .init("X-Ratelimit-Reset", "99999999999999999999"), .init("Retry-After", "-1, soon, 10^9 years"),
            ]
        }
    }
}
