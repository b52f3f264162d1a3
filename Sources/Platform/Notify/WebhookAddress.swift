package import Engine
import Foundation

/// An address alarms are posted to. Its path and query may be all the secret there is: only scheme and host are ever shown.
package struct WebhookAddress: Hashable, Sendable {
    /// Scheme, host and port.
    package let origin: String
    /// Path and query.
    let target: String

    /// Checks an address as a person wrote it. The error never repeats it.
    package init(_ text: String) throws(EngineError) {
        guard let scheme = text.range(of: "://") else { throw Self.refused("does not begin with http:// or https://") }
        let end = text[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? text.endIndex
        let origin = String(text[..<end])
        var target = String(text[end...].prefix { $0 != "#" })
        if !target.hasPrefix("/") { target = "/" + target }
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.refused("holds a character that cannot be sent")
        }
        do throws(EngineError) { self.origin = try CurlOrigin(origin).base } catch {
            throw Self.refused(String(error.what.dropFirst("the base URL ".count)))
        }
        self.target = target
    }

    /// What must never be written anywhere: path and query, and their parts that are long enough to be a secret.
    package var secrets: [String] {
        let parts = target.split { "/?&=".contains($0) }.map(String.init).filter { $0.utf8.count >= 8 }
        return (target.utf8.count > 1 ? [target] : []) + parts
    }

    private static func refused(_ why: String) -> EngineError {
        EngineError(
            .unavailable, "the address for alarms \(why)",
            remedy: "write it like https://hooks.example/path, without a name or password")
    }
}
