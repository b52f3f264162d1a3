/// One question to the exchange.
package struct ExchangeRequest: Hashable, Sendable {
    /// Path without the query and without `/api/v1`: `/quote`.
    package var path: String
    /// The query, percent-decoded, in order.
    package var query: [Parameter]
    /// The key, from the header; where that is absent `token` of the query counts.
    package var token: String?

    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(path: String, query: [Parameter], token: String? = nil) {
        self.path = path
        self.query = query
        self.token = token ?? query.first { $0.name == "token" }?.value
    }

    /// From a request line's target: `/api/v1/quote?symbol=AAPL`; `/api/v1` may be absent.
    package init(target: String, token: String? = nil) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts.first ?? "")
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(Self.parameter) : []
        self.init(path: path.hasPrefix("/api/v1/") ? String(path.dropFirst(7)) : path, query: query, token: token)
    }

    /// The first value under a name; nil where it is absent or empty.
    package subscript(name: String) -> String? {
        query.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    private static func parameter(_ text: Substring) -> Parameter {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return Parameter(decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What the exchange sends back, and how it reaches the asker.
package struct ExchangeResponse: Hashable, Sendable {
    package var status: Int
    package var headers: [Header]
    package var body: [UInt8]
    package var delivery: Delivery

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How an answer travels.
    package enum Delivery: Hashable, Sendable {
        /// At once.
        case prompt
        /// Complete, after so many real milliseconds.
        case late(milliseconds: Int)
        /// Status, headers and half of the body; then the connection breaks.
        case cut
        /// The connection stays open and nothing comes.
        case never
        /// The connection is closed without an answer.
        case dropped
        /// The body and so many spaces after it.
        case padded(bytes: Int)
        /// The body and spaces after it without end.
        case endless
    }

    package init(status: Int, headers: [Header] = [], body: [UInt8] = [], delivery: Delivery = .prompt) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delivery = delivery
    }

    /// A JSON answer.
    init(_ status: Int, json: String) {
        self.init(
            status: status, headers: [Header("Content-Type", "application/json; charset=utf-8")], body: Array(json.utf8)
        )
    }

    /// An error as Finnhub words it.
    static func complaint(_ status: Int, _ text: String) -> ExchangeResponse {
        ExchangeResponse(status, json: "{\"error\":\(quoted(text))}")
    }
}
