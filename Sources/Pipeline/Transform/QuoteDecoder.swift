/// A latest price. Its open, high and low are the **day's**, so nothing but the price ever enters a bar.
package struct Quote: Hashable, Sendable {
    /// The last price.
    package var price: Double
    /// Of the day, never of a minute; nil where the answer does not say.
    package var dayOpen: Double?
    package var dayHigh: Double?
    package var dayLow: Double?
    package var previousClose: Double?
    /// When the last trade was, unix seconds; not when we asked.
    package var seconds: Int64

    package init(
        price: Double, dayOpen: Double? = nil, dayHigh: Double? = nil, dayLow: Double? = nil,
        previousClose: Double? = nil, seconds: Int64
    ) {
        self.price = price
        self.dayOpen = dayOpen
        self.dayHigh = dayHigh
        self.dayLow = dayLow
        self.previousClose = previousClose
        self.seconds = seconds
    }
}

/// What a source says when asked for the latest price.
package enum QuoteAnswer: Hashable, Sendable {
    case quote(Quote)
    /// Zeros: an unknown symbol or an overloaded source; never a price of 0.
    case notData
}

/// Reads `{"c":…,"d":…,"dp":…,"h":…,"l":…,"o":…,"pc":…,"t":…}`; only `c` and `t` must be there.
package enum QuoteDecoder {
    package static func decode(_ body: [UInt8]) throws(DecodeFault) -> QuoteAnswer {
        try body.withUnsafeBufferPointer { buffer throws(DecodeFault) in
            var scanner = JSONScanner(buffer)
            var fields = QuoteFields()
            try fields.read(&scanner)
            try scanner.expectEnd()
            guard let price = fields.price, let seconds = fields.seconds else {
                throw DecodeFault("missing-field", "c or t is missing")
            }
            guard price != 0, seconds != 0 else { return .notData }
            return .quote(
                Quote(
                    price: price, dayOpen: fields.open, dayHigh: fields.high, dayLow: fields.low,
                    previousClose: fields.previousClose, seconds: seconds))
        }
    }
}

private struct QuoteFields {
    var price: Double?
    var open: Double?
    var high: Double?
    var low: Double?
    var previousClose: Double?
    var seconds: Int64?

    mutating func read(_ scanner: inout JSONScanner) throws(DecodeFault) {
        try scanner.expect(UInt8(ascii: "{"))
        var first = true
        while let key = try scanner.key(first: first) {
            first = false
            scanner.skipSpace()
            if scanner.takes("null") { continue }
            switch (key.count, key.first) {
            case (1, UInt8(ascii: "c")): try readNumber(&price, &scanner)
            case (1, UInt8(ascii: "o")): try readNumber(&open, &scanner)
            case (1, UInt8(ascii: "h")): try readNumber(&high, &scanner)
            case (1, UInt8(ascii: "l")): try readNumber(&low, &scanner)
            case (2, UInt8(ascii: "p")) where key[1] == UInt8(ascii: "c"): try readNumber(&previousClose, &scanner)
            case (1, UInt8(ascii: "t")):
                guard seconds == nil else { throw DecodeFault("duplicate-field", "t stands twice") }
                seconds = try scanner.seconds()
            default: try scanner.skipValue()
            }
        }
    }

    private func readNumber(_ field: inout Double?, _ scanner: inout JSONScanner) throws(DecodeFault) {
        guard field == nil else { throw DecodeFault("duplicate-field", "a field stands twice") }
        field = try scanner.number()
    }
}
