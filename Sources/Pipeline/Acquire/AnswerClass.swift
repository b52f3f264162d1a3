package import Engine

/// What an answer means to a client that behaves.
package enum AnswerClass: Hashable, Sendable {
    /// A price or bars.
    case data
    /// The source answers and holds nothing there; today, not for ever.
    case noData
    /// 401: stop asking, one alarm, resume on change.
    case keyRefused
    /// 403: this source can never answer this question; costs no attempt.
    case noAccess
    /// 429: back off; costs no attempt. The seconds are the source's, where it says.
    case throttled(retryAfterSeconds: Int?)
    /// Failing now, may answer later: 5xx, HTML, a redirect, a time-out, a broken connection.
    case transient(LossReason)
    /// Zeros: a miss, never a price of 0.
    case notData
    /// Complete and not understood: quarantine.
    case malformed(DecodeFault)

    /// Classifies what the transport brought.
    package static func classify(_ result: Result<HTTPReply, HTTPFailure>, to question: SourceQuestion) -> Self {
        switch result {
        case .success(let reply):
            classify(status: reply.status, headers: reply.headers, body: reply.body, to: question)
        case .failure(let failure): .transient(LossReason(failure))
        }
    }

    /// Classifies a complete answer.
    package static func classify(
        status: Int, headers: [HTTPField] = [], body: [UInt8], to question: SourceQuestion
    ) -> Self {
        switch AnswerContent(status: status, body: body, question: question) {
        case .quote, .bars: .data
        case .noData: .noData
        case .notData: .notData
        case .malformed(let fault): .malformed(fault)
        case .failed(.keyRefused): .keyRefused
        case .failed(.noCandleAccess): .noAccess
        case .failed(.throttled): .throttled(retryAfterSeconds: RateHeaders(headers).retryAfterSeconds)
        case .failed(let reason): .transient(reason)
        }
    }

    /// Why slots are lost by such an answer; nil for data.
    package var lossReason: LossReason? {
        switch self {
        case .data: nil
        case .noData: .noData
        case .keyRefused: .keyRefused
        case .noAccess: .noCandleAccess
        case .throttled: .throttled
        case .transient(let reason): reason
        case .notData: .notData
        case .malformed: .quarantined
        }
    }
}

extension AnswerClass {
    /// Whether it carries data, or the plain word that there is none.
    package var isAnswer: Bool {
        switch self {
        case .data, .noData: true
        case .notData, .malformed, .noAccess, .keyRefused, .throttled, .transient: false
        }
    }

    /// What is wrong with a source that answers so, in a few words; nil where it says nothing of the source.
    package var trouble: String? {
        switch self {
        case .malformed: "answers that cannot be read"
        case .data, .noData, .notData, .noAccess, .keyRefused, .throttled, .transient: nil
        }
    }

    /// Whether live capture has something to keep.
    package var isWell: Bool {
        switch self {
        case .data: true
        case .noData, .notData, .malformed, .noAccess, .keyRefused, .throttled, .transient: false
        }
    }
}

/// An answer read once: what it holds, or why it holds nothing.
enum AnswerContent {
    case quote(Quote)
    case bars([Bar])
    case noData
    case notData
    case malformed(DecodeFault)
    /// Never `noData`, `notData` or `quarantined`.
    case failed(LossReason)

    init(status: Int, body: [UInt8], question: SourceQuestion) {
        switch status {
        case 200..<300: self = Self.read(body, question)
        case 401: self = .failed(.keyRefused)
        case 403: self = .failed(.noCandleAccess)
        case 408: self = .failed(.timedOut)
        case 429: self = .failed(.throttled)
        default: self = .failed(.sourceFailed)
        }
    }

    private static func read(_ body: [UInt8], _ question: SourceQuestion) -> Self {
        let first = body.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        // An empty body or a page of HTML under a 200 is an outage dressed up, whatever its content type says.
        guard let first, first != UInt8(ascii: "<") else { return .failed(.sourceFailed) }
        do throws(DecodeFault) {
            switch question {
            case .quote:
                switch try QuoteDecoder.decode(body) {
                case .quote(let quote): return .quote(quote)
                case .notData: return .notData
                }
            case .candles:
                switch try CandleDecoder.decode(body) {
                case .bars(let bars): return bars.isEmpty ? .noData : .bars(bars)
                case .noData: return .noData
                }
            }
        } catch {
            return .malformed(error)
        }
    }
}

extension LossReason {
    /// Why a slot is lost where there was no complete answer.
    package init(_ failure: HTTPFailure) {
        switch failure {
        case .unknownHost, .unreachable, .insecure, .cancelled: self = .unreachable
        case .timedOut: self = .timedOut
        case .redirected, .tooLarge, .brokenEncoding: self = .sourceFailed
        }
    }

    /// Why a slot is lost by a recorded failure.
    package init(failureWord word: String) {
        switch word {
        case "timed-out": self = .timedOut
        case "unreachable", "unknown-host", "insecure", "cancelled": self = .unreachable
        default: self = LossReason(rawValue: word) ?? .sourceFailed
        }
    }
}

extension HTTPFailure {
    /// The word under which `SourceAnswer.failure` records it.
    package var word: String {
        switch self {
        case .unknownHost: "unknown-host"
        case .unreachable: "unreachable"
        case .timedOut: "timed-out"
        case .insecure: "insecure"
        case .redirected: "redirected"
        case .tooLarge: "too-large"
        case .brokenEncoding: "broken-encoding"
        case .cancelled: "cancelled"
        }
    }
}

/// What a source says of its limits; every field is nil where it does not say, or says nonsense.
package struct RateHeaders: Hashable, Sendable {
    /// Calls allowed in a window, and left in this one.
    package var limit: Int?
    package var remaining: Int?
    /// When the window ends, unix seconds.
    package var resetSeconds: Int64?
    /// How long to wait, in seconds.
    package var retryAfterSeconds: Int?

    package init(_ headers: [HTTPField]) {
        for field in headers {
            guard let value = Self.number(field.value) else { continue }
            switch field.name.lowercased() {
            case "x-ratelimit-limit": limit = limit ?? Int(value)
            case "x-ratelimit-remaining": remaining = remaining ?? Int(value)
            case "x-ratelimit-reset": resetSeconds = resetSeconds ?? value
            case "retry-after": retryAfterSeconds = retryAfterSeconds ?? Int(value)
            default: break
            }
        }
    }

    /// A whole number that is not negative, whatever space surrounds it and whatever decimals follow. Anything else, be it
    /// an exponent, is nonsense.
    private static func number(_ text: String) -> Int64? {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
        let rest = text.utf8.drop(while: isSpace)
        let digits = rest.prefix(while: isDigit)
        guard !digits.isEmpty, digits.count <= 15 else { return nil }
        var tail = rest.dropFirst(digits.count)
        if tail.first == UInt8(ascii: ".") { tail = tail.dropFirst().drop(while: isDigit) }
        guard tail.allSatisfy(isSpace) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
