/// What a source says of its market.
package struct MarketStatus: Hashable, Sendable {
    package var isOpen: Bool
    /// The source's own time, unix seconds.
    package var seconds: Int64

    package init(isOpen: Bool, seconds: Int64) {
        self.isOpen = isOpen
        self.seconds = seconds
    }
}

/// Reads `{"exchange":…,"isOpen":…,"t":…}`.
package enum MarketStatusDecoder {
    package static func decode(_ body: [UInt8]) throws(DecodeFault) -> MarketStatus {
        try body.withUnsafeBufferPointer { buffer throws(DecodeFault) in
            var scanner = JSONScanner(buffer)
            var isOpen: Bool?
            var seconds: Int64?
            try scanner.expect(UInt8(ascii: "{"))
            var first = true
            while let key = try scanner.key(first: first) {
                first = false
                if key.spells("isOpen") {
                    isOpen = try scanner.boolean()
                } else if key.spells("t") {
                    seconds = try scanner.seconds()
                } else {
                    try scanner.skipValue()
                }
            }
            try scanner.expectEnd()
            guard let isOpen, let seconds else { throw DecodeFault("missing-field", "isOpen or t is missing") }
            return MarketStatus(isOpen: isOpen, seconds: seconds)
        }
    }
}
