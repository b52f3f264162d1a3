/// Why some bytes are not what they should be.
package struct DecodeFault: Error, Hashable, Sendable {
    /// One word, as it stands in quarantine: `malformed`, `unequal-arrays`, `off-minute`, …
    package var reason: String
    /// What was wrong and where, harmless text.
    package var detail: String

    package init(_ reason: String, _ detail: String) {
        self.reason = reason
        self.detail = harmless(detail)
    }

    static func malformed(_ detail: String, at index: Int) -> Self { Self("malformed", "\(detail) at byte \(index)") }
}
