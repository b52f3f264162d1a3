import Pipeline

extension SourceOptions {
    /// The options as words, for a process that shall do the same.
    var arguments: [String] {
        var words = ["--provider", provider.rawValue, "--capture", capture.rawValue, "--seed", String(seed)]
        func add(_ name: String, _ value: String?) { if let value { words += [name, value] } }
        add("--base-url", baseUrl)
        add("--symbols", symbols)
        add("--calendar", calendar?.rawValue)
        add("--start", start)
        add("--speed", speed.map { String($0) })
        add("--since", since)
        for text in flaw { add("--flaw", text) }
        for text in fault { add("--fault", text) }
        return words
    }
}
