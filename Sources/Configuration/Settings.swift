package import Pipeline

/// What file and environment say; the command line overrides it, and a key nobody named has its standard.
package struct Settings: Hashable, Sendable {
    /// Where a value comes from.
    package enum Origin: Hashable, Sendable {
        case file, environment
    }

    private var values: [String: SettingValue] = [:]
    private var origins: [String: Origin] = [:]

    package init() {}

    mutating func set(_ key: SettingKey, _ value: SettingValue, from origin: Origin) {
        values[key.name] = value
        origins[key.name] = origin
    }

    package subscript(_ key: SettingKey) -> SettingValue? { values[key.name] }

    /// Nil where the key has its standard.
    package func origin(of key: SettingKey) -> Origin? { origins[key.name] }

    /// The keys that are named, in the order of the table.
    package var named: [SettingKey] { SettingKey.all.filter { values[$0.name] != nil } }

    // MARK: By type; nil where nobody named the key

    package func text(_ key: SettingKey) -> String? {
        if case .text(let text)? = self[key] { text } else { nil }
    }

    package func texts(_ key: SettingKey) -> [String]? {
        if case .texts(let texts)? = self[key] { texts } else { nil }
    }

    package func integer(_ key: SettingKey) -> Int? {
        if case .integer(let value)? = self[key] { value } else { nil }
    }

    package func number(_ key: SettingKey) -> Double? {
        if case .number(let value)? = self[key] { value } else { nil }
    }

    package func flag(_ key: SettingKey) -> Bool? {
        if case .flag(let value)? = self[key] { value } else { nil }
    }

    package func seconds(_ key: SettingKey) -> Int? {
        if case .seconds(let value)? = self[key] { value } else { nil }
    }

    // MARK: The environment

    /// Takes over what the environment says, and tells what is wrong with it. An empty variable says nothing.
    package mutating func take(environment: [String: String]) -> [SettingProblem] {
        SettingKey.all.compactMap { key in
            guard let text = environment[key.variable], !text.isEmpty else { return nil }
            if let value = key.kind.value(text: text) {
                set(key, value, from: .environment)
                return nil
            }
            let shown = key.kind == .address ? "this value" : "\"\(harmless(text, limit: 60))\""
            return SettingProblem(
                place: key.variable, text: "\(shown) is not permitted: write \(key.kind.permitted)")
        }
    }

    /// Takes over what the command line says in place of file and environment; the option is the place of what is wrong.
    package mutating func put(_ key: SettingKey, text: String) throws(SettingProblem) {
        guard let value = key.kind.value(text: text) else {
            throw SettingProblem(
                place: key.flag ?? key.name, text: "this value is not permitted: write \(key.kind.permitted)")
        }
        set(key, value, from: .environment)
    }

    /// Other variables of the environment this program reads.
    package static let otherVariables = ["KINTSUGI_CONFIG"]

    /// Variables named like this program's that it does not know, with the one that may be meant.
    package static func strangers(environment: [String: String]) -> [(name: String, nearest: String?)] {
        let known = SettingKey.all.map(\.variable) + otherVariables
        return environment.keys.sorted().filter { $0.hasPrefix("KINTSUGI_") && !known.contains($0) }.map {
            ($0, NearestWord.of($0, among: known))
        }
    }

    // MARK: The pipeline

    /// Fits how the pipeline runs to what is named.
    package func apply(to settings: inout PipelineSettings) {
        if let value = integer(.callsPerMinute) { settings.callsPerMinute = value }
        if let value = integer(.callsPerSecond) { settings.callsPerSecond = value }
        if let value = integer(.callsInFlight) { settings.callsInFlightMax = value }
        if let value = seconds(.batchAge) { settings.batchAge = .seconds(Int64(value)) }
        if let value = integer(.batchSlots) { settings.batchSlots = value }
        if let value = integer(.executions) { settings.executionsMax = value }
        if let value = seconds(.retryInterval) { settings.retry.interval = .seconds(Int64(value)) }
        if let value = number(.retryRate) { settings.retry.backoffRate = value }
        if let value = integer(.retryAttempts) { settings.retry.attemptsMax = value }
        if let value = seconds(.retryDelayMax) { settings.retry.delayMax = .seconds(Int64(value)) }
        if let value = text(.retryJitter) { settings.retry.jitter = value == "full" ? .full : .none }
        if let value = seconds(.settleDelay) { settings.settleDelay = .seconds(Int64(value)) }
        if let value = seconds(.deliveryAge) { settings.deliveryAge = .seconds(Int64(value)) }
        if let value = integer(.deliveryBytes) { settings.deliveryBytes = Int64(value) }
    }
}
