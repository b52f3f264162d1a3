/// What a corrupting capture makes of the price, or of the first close, in an answer. Each can be told from the answer
/// itself: the first two are no prices, the third lies outside the range that stands beside it.
package enum ValueCorruption: String, Hashable, Sendable, CaseIterable {
    /// The numeral is replaced by a word.
    case notANumber = "nan"
    case negative
    /// The decimal point is lost.
    case hundredfold

    /// The body with its first `"c"` corrupted; a body without one stays as it is.
    package func applied(to body: [UInt8]) -> [UInt8] {
        guard let key = body.firstRange(of: Array("\"c\":".utf8)) else { return body }
        let isNumeral = { (byte: UInt8) in (48...57).contains(byte) || "+-.eE".utf8.contains(byte) }
        let start = body[key.upperBound...].firstIndex { isNumeral($0) || $0 == UInt8(ascii: "]") } ?? body.endIndex
        let end = body[start...].firstIndex { !isNumeral($0) } ?? body.endIndex
        guard start < end, let value = Double(String(decoding: body[start..<end], as: UTF8.self)) else { return body }
        let replacement: String
        switch self {
        case .notANumber: replacement = "NaN"
        case .negative: replacement = (-value).description
        case .hundredfold: replacement = (value * 100).description
        }
        return Array(body[..<start]) + Array(replacement.utf8) + Array(body[end...])
    }
}
