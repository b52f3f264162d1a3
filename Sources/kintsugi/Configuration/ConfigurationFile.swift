import Configuration
import Foundation
import Pipeline
import Platform

/// The configuration file: found, read whatever it may be, and merged with the environment.
enum ConfigurationFile {
    /// Where it lies when nobody says otherwise.
    static var usualPath: String { HomePaths.current.config + "/config.toml" }

    /// The file in force: the one named, `KINTSUGI_CONFIG`, or the usual one, which need not be there.
    static func place(named: String?) -> (path: String, mustExist: Bool) {
        let variable = ProcessInfo.processInfo.environment["KINTSUGI_CONFIG"] ?? ""
        if let path = named ?? (variable.isEmpty ? nil : variable) { return (expanded(path), true) }
        return (usualPath, false)
    }

    /// What file and environment say; every problem in one failure.
    static func settings(named: String?) throws -> Settings {
        let (settings, problems) = try examine(named: named)
        guard problems.isEmpty else {
            throw Failure.usage(problems.map(\.description).joined(separator: "\nkintsugi: "))
        }
        return settings
    }

    /// The same with its problems apart, for the one who is to tell them.
    static func examine(named: String?) throws -> (Settings, [SettingProblem]) {
        var settings = Settings()
        var problems: [SettingProblem] = []
        if let file = try file(named: named) {
            let reader = ConfigurationReader(file: place(named: named).path, keyFile: SourceKey.path)
            (settings, problems) = reader.read(file.bytes)
        }
        problems += settings.take(environment: ProcessInfo.processInfo.environment)
        return (settings, problems)
    }

    /// The file in force; nil where there is none and none is needed.
    static func file(named: String?) throws -> OrdinaryFile? {
        let (path, mustExist) = place(named: named)
        let why: String
        do throws(OrdinaryFile.Refusal) {
            let file = try OrdinaryFile.read(path, bytesMax: ConfigurationReader.bytesMax)
            if file != nil || !mustExist { return file }
            why = "there is no such file; kintsugi doctor --write-config makes one"
        } catch {
            why = error.description
        }
        throw Failure.usage("the configuration cannot be read (\(harmless(path))): \(why)")
    }

    /// `~/` stands for the person's home directory.
    static func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? Tty.homeDirectory + path.dropFirst() : path
    }
}
