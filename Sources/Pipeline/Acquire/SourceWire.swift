/// Questions as the vendor's protocol spells them (see Finnhub's API description).
package enum SourceWire {
    /// Path and query of a question, to be appended to the base URL.
    package static func target(_ question: SourceQuestion) -> String {
        switch question {
        case .quote(let symbol, _): "/quote?symbol=\(percentEncoded(symbol.text))"
        case .candles(let symbol, let minutes, _):
            // `to` is inclusive on the wire: for a half-open range the last second before its end is sent.
            "/\(candleFamily(symbol))/candle?symbol=\(percentEncoded(symbol.text))&resolution=1"
                + "&from=\(minutes.lowerBound.seconds)&to=\(minutes.upperBound.seconds - 1)"
        }
    }

    package static let marketStatusTarget = "/stock/market-status?exchange=US"

    /// Pairs are spelled `VENUE:PAIR` and have an address of their own.
    private static func candleFamily(_ symbol: SymbolName) -> String {
        symbol.text.contains(":") ? "crypto" : "stock"
    }

    /// Everything but the unreserved characters of RFC 3986 is escaped.
    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%"
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return result
    }
}
