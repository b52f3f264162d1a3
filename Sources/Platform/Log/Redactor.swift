import Foundation

/// Takes secrets out of texts before they are written: those it was told of, and what looks like one in an address.
package struct Redactor: Sendable {
    static let mark = "(secret)"
    /// Longest first, so that a part never hides the whole.
    private let secrets: [String]

    /// Secrets too short to be told from ordinary words are left out.
    package init(_ secrets: [String] = []) {
        let long = Set(secrets).filter { $0.utf8.count >= 6 }
        self.secrets = (long + long.compactMap(Self.escaped)).sorted {
            ($1.utf8.count, $0) < ($0.utf8.count, $1)
        }
    }

    /// The same as an address has it.
    private static func escaped(_ secret: String) -> String? {
        let escaped = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        return escaped == secret ? nil : escaped
    }

    package func clean(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret) { text = text.replacing(secret, with: Self.mark) }
        return Self.withoutAddressSecrets(text)
    }

    private static let names = [
        "token", "apikey", "api_key", "api-key", "key", "secret", "password", "signature", "sig",
    ]

    /// What follows `token=` and the like, and what stands between `://` and `@`.
    private static func withoutAddressSecrets(_ text: String) -> String {
        guard text.contains("=") || text.contains("@") else { return text }
        var result = ""
        var rest = text[...]
        while let (end, value) = nextSecret(rest) {
            result += rest[..<value.lowerBound] + mark
            rest = rest[max(value.upperBound, end)...]
        }
        return result + rest
    }

    /// `token`, and `X-Finnhub-Token` too.
    private static func isSecret(_ name: String) -> Bool {
        names.contains { name == $0 || name.hasSuffix("-" + $0) || name.hasSuffix("_" + $0) }
    }

    /// The first secret's place; the index it returns is never before the place's end.
    private static func nextSecret(_ text: Substring) -> (end: String.Index, value: Range<String.Index>)? {
        var place = text.startIndex
        while let sign = text[place...].firstIndex(where: { $0 == "=" || $0 == "@" }) {
            let after = text.index(after: sign)
            if text[sign] == "@" {
                // A name and a password before a host: from the scheme to here.
                if let scheme = text[..<sign].range(of: "://", options: .backwards),
                    !text[scheme.upperBound..<sign].contains(where: { $0 == "/" || $0 == " " }),
                    scheme.upperBound < sign, text[scheme.upperBound..<sign] != mark
                {
                    return (sign, scheme.upperBound..<sign)
                }
            } else {
                let name = text[..<sign].reversed().prefix { $0.isLetter || $0 == "_" || $0 == "-" }
                let value = text[after...].prefix { !" &\"'<>,;)]}".contains($0) }
                if !value.isEmpty, value != mark[...].prefix(value.count),
                    isSecret(String(name.reversed()).lowercased())
                {
                    return (value.endIndex, value.startIndex..<value.endIndex)
                }
            }
            place = after
        }
        return nil
    }
}
