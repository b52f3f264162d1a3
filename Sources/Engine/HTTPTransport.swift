/// One request to the one origin a transport was made for.
package struct HTTPRequest: Hashable, Sendable {
    /// Path and query, beginning with a slash, appended to the base URL; already percent-encoded.
    package var target: String
    /// Header fields to send besides those of the transport.
    package var headers: [HTTPField]
    /// What is posted; nil for a GET.
    package var posted: [UInt8]?
    /// For the whole request: name resolution, connecting, TLS, answer; real milliseconds.
    package var deadlineMilliseconds: Int
    /// Greatest accepted size of the body after decompression, in bytes.
    package var bodyBytesMax: Int

    package init(
        target: String, headers: [HTTPField] = [], posted: [UInt8]? = nil, deadlineMilliseconds: Int, bodyBytesMax: Int
    ) {
        self.target = target
        self.headers = headers
        self.posted = posted
        self.deadlineMilliseconds = deadlineMilliseconds
        self.bodyBytesMax = bodyBytesMax
    }
}

/// One header field; names compare without regard to case.
package struct HTTPField: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A complete answer, whatever its status.
package struct HTTPReply: Hashable, Sendable {
    package var status: Int
    package var headers: [HTTPField]
    /// After decompression.
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPField], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first field of that name, whatever its case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// Why there is no complete answer.
package enum HTTPFailure: Error, Hashable, Sendable {
    /// The name of the host is not known.
    case unknownHost
    /// Nobody listens, or the connection broke.
    case unreachable(String)
    /// The deadline for the whole request passed.
    case timedOut
    /// The certificate or the handshake was refused.
    case insecure(String)
    /// The server sent us elsewhere; we do not follow. Holds the address as sent, unsanitised.
    case redirected(String)
    /// Body or headers exceeded their bound.
    case tooLarge
    /// The compressed body could not be read.
    case brokenEncoding
    /// The transport is closing.
    case cancelled
}

/// Sends requests to one origin.
package protocol HTTPTransport: Sendable {
    /// Sends one request; a status of any kind is an answer, only its absence a failure.
    func send(_ request: HTTPRequest) async -> Result<HTTPReply, HTTPFailure>
}
