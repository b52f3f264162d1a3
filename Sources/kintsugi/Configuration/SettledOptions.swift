import ArgumentParser
import Configuration
import Foundation
import Pipeline
import Platform

extension DataOptions {
    /// What file and environment say.
    func settings() throws -> Settings { try ConfigurationFile.settings(named: config) }

    /// The directory named, that of the configuration where it means this source, or the usual one for the kind of source.
    func directory(for provider: Provider, _ settings: Settings) -> String {
        if let data { return data }
        if let path = settings.text(.dataDirectory), settings.speaks(of: provider, .dataDirectory) {
            return ConfigurationFile.expanded(path)
        }
        return HomePaths.current.data + "/" + provider.rawValue
    }

    /// The directory a reading command means: the one named, or that of the source configured, or whichever exists.
    func existingDirectory() throws -> String {
        if let data, config == nil { return data }
        let settings = try settings()
        let first = settings.provider
        let usual = ([first] + Provider.allCases.filter { $0 != first }).map { directory(for: $0, settings) }
        return usual.first { FileManager.default.fileExists(atPath: $0) } ?? usual[0]
    }
}

extension Settings {
    /// Who answers where the command line names nobody.
    var provider: Provider { text(.provider).flatMap { Provider(rawValue: $0) } ?? .simulated }

    /// Whether a key of the file holds for a source. The file describes one: where the command line or the environment
    /// chooses another, what the file says of the source and its directory is not meant for that.
    func speaks(of provider: Provider, _ key: SettingKey) -> Bool {
        origin(of: key) == .environment || self.provider == provider
    }
}

extension SourceOptions {
    /// What the command line leaves open, as the configuration has it.
    func settled(_ settings: Settings) -> SourceOptions {
        var options = self
        let provider = namedProvider ?? settings.provider
        if options.namedProvider == nil, settings.text(.provider) != nil { options.namedProvider = provider }
        func text(_ key: SettingKey) -> String? { settings.speaks(of: provider, key) ? settings.text(key) : nil }
        func texts(_ key: SettingKey) -> [String]? { settings.speaks(of: provider, key) ? settings.texts(key) : nil }
        options.baseUrl = baseUrl ?? (provider == .finnhub ? text(.baseURL) : nil)
        options.symbols = symbols ?? texts(.symbols)?.joined(separator: ",")
        options.namedCapture = namedCapture ?? text(.capture).flatMap { PipelineSettings.Capture(rawValue: $0) }
        options.calendar = calendar ?? text(.calendar).flatMap { CalendarName(argument: $0) }
        options.start = start ?? text(.start)
        if speed == nil, settings.speaks(of: provider, .speed) { options.speed = settings.number(.speed) }
        if flaw.isEmpty { options.flaw = texts(.flaws) ?? [] }
        if namedSeed == nil, settings.speaks(of: provider, .seed) {
            options.namedSeed = settings.integer(.seed).map { UInt64($0) }
        }
        if since == nil, settings.speaks(of: provider, .since) {
            options.since = settings.seconds(.since).map { "\($0 / 60)m" }
        }
        if fault.isEmpty, provider == .simulated { options.fault = texts(.faults) ?? [] }
        return options
    }
}

extension LookOptions {
    /// What the command line leaves open, as the configuration has it.
    func settled(_ settings: Settings) -> LookOptions {
        var options = self
        options.namedTheme = namedTheme ?? settings.text(.theme)
        options.namedColor = namedColor ?? settings.text(.color).flatMap { ColourChoice(rawValue: $0) }
        options.operatorName = operatorName ?? settings.text(.operatorName)
        options.namedReadOnly = namedReadOnly ?? settings.flag(.readOnly)
        return options
    }
}
