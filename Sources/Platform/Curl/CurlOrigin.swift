package import Engine
import Foundation

/// The one server a transport speaks to, checked once so that no later text need be.
package struct CurlOrigin: Hashable, Sendable {
    /// Scheme, host, port and path, without a slash at the end.
    package let base: String
    /// Whether the host is this machine: then no proxy is ever used.
    package let loopback: Bool

    /// Checks a base URL as a person wrote it. The error never repeats what may hold a secret.
    package init(_ text: String) throws(EngineError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: text) else {
            throw Self.refused("is not a URL")
        }
        guard let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            throw Self.refused("does not begin with http:// or https://")
        }
        guard parts.user == nil, parts.password == nil, !Self.authority(of: text).contains("@") else {
            throw Self.refused("holds a name or password", "remove it; the key comes from the environment or a file")
        }
        guard let host = parts.host, !host.isEmpty else { throw Self.refused("names no host") }
        guard parts.query == nil, parts.fragment == nil else { throw Self.refused("holds a query or a fragment") }
        if let port = parts.port, !(1...65_535).contains(port) { throw Self.refused("has an impossible port") }
        var base = Substring(text)
        while base.hasSuffix("/") { base = base.dropLast() }
        self.base = String(base)
        loopback = Self.isLoopback(host.lowercased())
    }

    private static func authority(of text: String) -> Substring {
        guard let start = text.range(of: "://")?.upperBound else { return "" }
        return text[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "[::1]", "::1"].contains(host) || host.hasSuffix(".localhost") { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    private static func refused(
        _ why: String, _ remedy: String = "write it like https://host.example/api/v1"
    ) -> EngineError {
        EngineError(.unavailable, "the base URL \(why)", remedy: remedy)
    }
}
