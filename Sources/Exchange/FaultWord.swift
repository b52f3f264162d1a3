/// The kinds of the exchange's faults by the names they are written with.
package enum FaultWord: String, Hashable, Sendable, CaseIterable {
    case outage, cut, slow, hang
    case serverError = "500"
    case tooMany = "429"
    case badKey = "401"
    case candlesForbidden = "candles403"
    case noData = "nodata"
    case hole, revised, adjusted, zeros, stale, html, redirect, truncated
    case malformed, unequal, duplicates, conflicts, unsorted, shifted, outside, absurd, foreign, oversized, endless
    case compression = "gzip"
    case headers, escapes

    /// The other statuses with which a server fails.
    static let serverErrors = ["500", "502", "503", "504", "522"]

    /// By name, in one of its spellings.
    init?(spelled name: String) {
        switch name {
        case _ where Self.serverErrors.contains(name): self = .serverError
        case "403": self = .candlesForbidden
        case "no_data": self = .noData
        default:
            guard let word = Self(rawValue: name) else { return nil }
            self = word
        }
    }

    package init(_ kind: ExchangeFault.Kind) {
        self =
            switch kind {
            case .outage: .outage
            case .cut: .cut
            case .slow: .slow
            case .hang: .hang
            case .serverError: .serverError
            case .tooMany: .tooMany
            case .badKey: .badKey
            case .candlesForbidden: .candlesForbidden
            case .noData: .noData
            case .hole: .hole
            case .revised: .revised
            case .adjusted: .adjusted
            case .zeros: .zeros
            case .stale: .stale
            case .html: .html
            case .redirect: .redirect
            case .truncated: .truncated
            case .malformed: .malformed
            case .unequal: .unequal
            case .duplicates: .duplicates
            case .conflicts: .conflicts
            case .unsorted: .unsorted
            case .shifted: .shifted
            case .outside: .outside
            case .absurd: .absurd
            case .foreign: .foreign
            case .oversized: .oversized
            case .endless: .endless
            case .compression: .compression
            case .headers: .headers
            case .escapes: .escapes
            }
    }

    /// What may, or must, follow the name after a colon; empty where nothing may.
    private var argument: String {
        switch self {
        case .slow: "MS"
        case .hole, .revised, .stale, .shifted: "MIN"
        case .absurd: Self.either(ExchangeFault.Absurdity.self)
        case .compression: Self.either(ExchangeFault.BrokenCompression.self)
        case .headers: Self.either(ExchangeFault.HostileHeaders.self)
        case .outage, .cut, .hang, .serverError, .tooMany, .badKey, .candlesForbidden, .noData, .adjusted, .zeros,
            .html, .redirect, .truncated, .malformed, .unequal, .duplicates, .conflicts, .unsorted, .outside, .foreign,
            .oversized, .endless, .escapes:
            ""
        }
    }

    var takesArgument: Bool { !argument.isEmpty }

    private static func either<Choice: RawRepresentable<String> & CaseIterable>(_ choice: Choice.Type) -> String {
        choice.allCases.map(\.rawValue).joined(separator: "|")
    }

    /// Every name with its argument, as a person reads it.
    static let spellings = allCases.map { word in
        let names = word == .serverError ? serverErrors : [word.rawValue]
        return names.joined(separator: ", ") + (word.takesArgument ? ":\(word.argument)" : "")
    }.joined(separator: ", ")

    /// Every fault of this name, with the arguments that make a difference of kind and a usual one of degree.
    package var kinds: [ExchangeFault.Kind] {
        switch self {
        case .outage: [.outage]
        case .cut: [.cut]
        case .slow: [.slow(milliseconds: 400)]
        case .hang: [.hang]
        case .serverError: [.serverError(500)]
        case .tooMany: [.tooMany]
        case .badKey: [.badKey]
        case .candlesForbidden: [.candlesForbidden]
        case .noData: [.noData]
        case .hole: [.hole(minutes: 60)]
        case .revised: [.revised(minutes: 60)]
        case .adjusted: [.adjusted]
        case .zeros: [.zeros]
        case .stale: [.stale(minutes: 10)]
        case .html: [.html]
        case .redirect: [.redirect]
        case .truncated: [.truncated]
        case .malformed: [.malformed]
        case .unequal: [.unequal]
        case .duplicates: [.duplicates]
        case .conflicts: [.conflicts]
        case .unsorted: [.unsorted]
        case .shifted: [.shifted(minutes: 5), .shifted(minutes: -5)]
        case .outside: [.outside]
        case .absurd: ExchangeFault.Absurdity.allCases.map { .absurd($0) }
        case .foreign: [.foreign]
        case .oversized: [.oversized]
        case .endless: [.endless]
        case .compression: ExchangeFault.BrokenCompression.allCases.map { .compression($0) }
        case .headers: ExchangeFault.HostileHeaders.allCases.map { .headers($0) }
        case .escapes: [.escapes]
        }
    }
}

extension ExchangeFault.Kind {
    /// Name and argument as they are written: `slow:400`.
    package var text: String {
        let name = FaultWord(self).rawValue
        return switch self {
        case .slow(let milliseconds): "\(name):\(milliseconds)"
        case .stale(let minutes), .hole(let minutes), .revised(let minutes), .shifted(let minutes): "\(name):\(minutes)"
        case .serverError(let status): String(status)
        case .absurd(let absurdity): "\(name):\(absurdity.rawValue)"
        case .compression(let how): "\(name):\(how.rawValue)"
        case .headers(let which): "\(name):\(which.rawValue)"
        case .outage, .cut, .hang, .tooMany, .badKey, .candlesForbidden, .noData, .adjusted, .zeros, .html, .redirect,
            .truncated, .malformed, .unequal, .duplicates, .conflicts, .unsorted, .outside, .foreign, .oversized,
            .endless, .escapes:
            name
        }
    }
}
