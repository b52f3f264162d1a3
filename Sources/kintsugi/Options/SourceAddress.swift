import ArgumentParser
import Foundation

/// Where a real source answers.
enum SourceAddress {
    /// The address named, or the vendor's; one without a path gets the vendor's.
    static func base(_ named: String?) -> String {
        var base = named ?? "https://finnhub.io/api/v1"
        while base.hasSuffix("/") { base.removeLast() }
        let afterScheme = base.range(of: "://").map { base[$0.upperBound...] } ?? base[...]
        return afterScheme.contains("/") ? base : base + "/api/v1"
    }

    /// Whether it is on this machine.
    static func isLoopback(_ base: String) -> Bool {
        let host = URLComponents(string: base)?.host ?? ""
        return host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }
}

extension SourceOptions {
    /// Where the source answers.
    var address: String { SourceAddress.base(baseUrl) }

    /// Options as if nothing were said.
    static var unnamed: SourceOptions {
        // Nothing to parse, so nothing to refuse.
        (try? SourceOptions.parse([])) ?? SourceOptions()
    }
}
