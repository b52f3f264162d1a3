import Pipeline

/// What may stand behind a key.
package enum SettingKind: Hashable, Sendable {
    /// One of these words.
    case word([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case flag
    /// A span of time, in seconds; written as `90s`, `5m`, `2h`, `30d`.
    case span(ClosedRange<Int>)
    /// An absolute path, or one that begins with `~/`.
    case path
    /// An http or https address without a name or a password in it.
    case address
    /// A list of symbols.
    case symbols
    /// A list of flaws of the capture.
    case flaws
    /// A list of texts that others judge.
    case texts
    /// A market time, or `source`.
    case start
    /// A short text without control characters.
    case name

    /// What is permitted, as the end of "write …".
    package var permitted: String {
        switch self {
        case .word(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(Self.words(range.lowerBound)) to \(Self.words(range.upperBound))"
        case .flag: "true or false"
        case .span(let range):
            "a span such as \"90s\", \"5m\", \"2h\" or \"30d\", from \(SettingValue.span(range.lowerBound)) "
                + "to \(SettingValue.span(range.upperBound))"
        case .path: "an absolute path, or one that begins with ~/"
        case .address: "an http or https address without a name or a password in it"
        case .symbols: "a list of symbols such as [\"AAPL\", \"MSFT\"]"
        case .flaws: "a list of drop-one[:RATE], drop-random:RATE, burst:FROM+MINUTES, or [\"none\"]"
        case .texts: "a list of texts"
        case .start: "a time such as \"2019-02-11T14:25:00Z\", or \"source\""
        case .name: "a text of 1 to 64 characters"
        }
    }

    private static func words(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : number.description
    }

    /// The value, where it is one that is permitted.
    func value(_ given: GivenValue) -> SettingValue? {
        switch (self, given) {
        case (.word(let words), .text(let text)): words.contains(text) ? .text(text) : nil
        case (.integer(let range), .integer(let value)): range.contains(value) ? .integer(value) : nil
        case (.number(let range), .integer(let value)): range.contains(Double(value)) ? .number(Double(value)) : nil
        case (.number(let range), .number(let value)): range.contains(value) ? .number(value) : nil
        case (.flag, .flag(let value)): .flag(value)
        case (.span(let range), .text(let text)):
            Self.seconds(text).flatMap { range.contains($0) ? .seconds($0) : nil }
        case (.symbols, .list(let texts)), (.flaws, .list(let texts)), (.texts, .list(let texts)):
            allows(texts) ? .texts(texts) : nil
        case (.path, .text(let text)), (.address, .text(let text)), (.start, .text(let text)), (.name, .text(let text)):
            allows(text) ? .text(text) : nil
        default: nil
        }
    }

    /// A value of the environment or the command line, where everything is a text.
    func value(text: String) -> SettingValue? {
        switch self {
        case .integer: Int(text).flatMap { value(.integer($0)) }
        case .number: Double(text).flatMap { value(.number($0)) }
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "1", "on": .flag(true)
            case "false", "no", "0", "off": .flag(false)
            default: nil
            }
        case .symbols, .flaws, .texts:
            value(.list(text.split(separator: ",").map { String($0.filter { $0 != " " }) }))
        default: value(.text(text))
        }
    }

    private func allows(_ text: String) -> Bool {
        switch self {
        case .path: Self.isPlain(text, limit: 4_000) && (text.hasPrefix("/") || text.hasPrefix("~/"))
        case .address: Self.isAddress(text)
        case .start: text == "source" || MarketTime(parsing: text) != nil
        case .name: Self.isPlain(text, limit: 64)
        default: true
        }
    }

    private func allows(_ texts: [String]) -> Bool {
        switch self {
        case .symbols: !texts.isEmpty && texts.allSatisfy { SymbolName($0) != nil }
        case .flaws:
            texts == ["none"]
                || !texts.isEmpty && texts.allSatisfy { CaptureFlaw.parse($0, seed: 1, control: nil) != nil }
        default: texts.allSatisfy { Self.isPlain($0, limit: 200) }
        }
    }

    private static func isPlain(_ text: String, limit: Int) -> Bool {
        !text.isEmpty && text.count <= limit && harmless(text, limit: .max) == text
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.lowercased().hasPrefix), text.utf8.count <= 2_000,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return false }
        let host = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        return !host.isEmpty && !host.contains("@")
    }

    /// The seconds of a span; nil where it is none.
    package static func seconds(_ text: String) -> Int? {
        guard let unit = text.last, text.count <= 10, text.dropLast().allSatisfy({ ("0"..."9").contains($0) }),
            let count = Int(text.dropLast())
        else { return nil }
        switch unit {
        case "s": return count
        case "m": return count * 60
        case "h": return count * 3_600
        case "d": return count * 86_400
        default: return nil
        }
    }
}

/// A value as the file has it, before anybody asked whether it is permitted.
enum GivenValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    /// A list that holds texts alone.
    case list([String])
    /// Anything else, named for the person.
    case other(String)

    /// As a sentence shows it; a long one is cut.
    var words: String {
        switch self {
        case .text(let text): "\"\(harmless(text, limit: 60))\""
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .flag(let value): String(value)
        case .list(let texts): harmless("[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]", limit: 60)
        case .other(let name): name
        }
    }
}
