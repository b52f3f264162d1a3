/// One key of the configuration: all that reading, refusing, documenting and asking for it needs.
package struct SettingKey: Hashable, Sendable {
    /// With its section: `source.provider`.
    package var name: String
    package var kind: SettingKind
    /// What counts where nothing is said; nil where nothing does.
    package var standard: SettingValue?
    /// A value to show where there is no standard.
    package var example: SettingValue?
    /// One sentence for the person who writes the file.
    package var meaning: String
    /// The option of the command line that overrides it; nil where there is none.
    package var flag: String?
    /// The variable of the environment that overrides the file.
    package var variable: String

    package init(
        _ name: String, _ kind: SettingKind, standard: SettingValue? = nil, example: SettingValue? = nil,
        flag: String? = nil, variable: String, _ meaning: String
    ) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.example = example
        self.meaning = meaning
        self.flag = flag
        self.variable = variable
    }

    /// `source`.
    package var section: String { String(name.prefix { $0 != "." }) }
    /// `provider`.
    package var entry: String { String(name.drop { $0 != "." }.dropFirst()) }
}

/// A value of the configuration, understood.
package enum SettingValue: Hashable, Sendable {
    case text(String)
    case texts([String])
    case integer(Int)
    case number(Double)
    case flag(Bool)
    /// A span of time, in whole seconds.
    case seconds(Int)

    /// As a person writes it in the file.
    package var toml: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .texts(let texts): "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .flag(let value): value ? "true" : "false"
        case .seconds(let seconds): Self.quoted(Self.span(seconds))
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A span in the largest unit that fits: `5m`, `90s`.
    package static func span(_ seconds: Int) -> String {
        for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] where seconds >= length && seconds % length == 0
        {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
