/// A value of a TOML file.
package enum TOMLValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    /// A date or a time, as it is written.
    case moment(String)
    case list([TOMLValue])
}

/// A key with its value, whatever form of table it stands in.
package struct TOMLEntry: Hashable, Sendable {
    /// The names of its tables and its own; `source.speed` and `[source]` with `speed` below are the same.
    package var path: [String]
    package var value: TOMLValue
    /// From 1.
    package var line: Int

    package init(path: [String], value: TOMLValue, line: Int) {
        self.path = path
        self.value = value
        self.line = line
    }
}

/// Why a line is no TOML.
package struct TOMLProblem: Error, Hashable, Sendable {
    /// From 1.
    package var line: Int
    package var text: String

    package init(line: Int, text: String) {
        self.line = line
        self.text = text
    }
}
