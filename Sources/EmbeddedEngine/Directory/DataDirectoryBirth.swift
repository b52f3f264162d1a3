import Engine
import Foundation

/// What a data directory is pinned to at birth: it refuses everything else for ever, so that simulated bars cannot enter
/// a real lake.
package struct DataDirectoryBirth: Codable, Hashable, Sendable {
    /// Version of the directory's format.
    package var formatVersion: Int
    /// `simulated`, `finnhub`, …
    package var source: String
    /// Where the source answers; empty for one within the program.
    package var baseURL: String
    /// Seed of a simulated source.
    package var seed: UInt64?
    /// Kinds of calendars its symbols trade by, in any order.
    package var calendars: [String]
    /// Whether the data is simulated; its exports say so.
    package var simulated: Bool
    /// When it was born, on market time, UTC microseconds.
    package var born: Int64

    /// The format this program writes.
    package static let formatVersionNow = 1

    package init(
        formatVersion: Int = formatVersionNow, source: String, baseURL: String, seed: UInt64?, calendars: [String],
        simulated: Bool, born: Int64
    ) {
        self.formatVersion = formatVersion
        self.source = source
        self.baseURL = baseURL
        self.seed = seed
        self.calendars = calendars
        self.simulated = simulated
        self.born = born
    }
}

extension DataDirectoryBirth {
    /// The name of the pin within a data directory.
    static let fileName = "kintsugi.json"

    private struct Format: Decodable { var formatVersion: Int }

    /// The pin of a data directory; nil where there is none.
    static func load(directory: String) throws(EngineError) -> DataDirectoryBirth? {
        let path = "\(directory)/\(fileName)"
        guard let bytes = try Files.read(path) else { return nil }
        let data = Data(bytes)
        if let birth = try? JSONDecoder().decode(DataDirectoryBirth.self, from: data) { return birth }
        // A newer pin may have another form; its number says so before its form is judged.
        if let format = try? JSONDecoder().decode(Format.self, from: data), format.formatVersion > formatVersionNow {
            throw newer(format.formatVersion, directory)
        }
        throw EngineError(
            .damaged, "the data directory's pin cannot be read", at: path, remedy: "restore it from a copy")
    }

    func save(directory: String) throws(EngineError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw EngineError(.conflict, "the data directory's pin cannot be written", at: directory)
        }
        try Files.replace("\(directory)/\(Self.fileName)", with: Array(data))
    }

    /// Refuses whoever wants another directory than the one that was born here.
    func admit(_ wanted: DataDirectoryBirth, directory: String) throws(EngineError) {
        guard formatVersion <= Self.formatVersionNow else { throw Self.newer(formatVersion, directory) }
        let pins = [
            ("source", source, wanted.source), ("base URL", baseURL, wanted.baseURL),
            ("seed", Self.words(seed), Self.words(wanted.seed)),
            ("calendars", Self.words(calendars), Self.words(wanted.calendars)),
            ("simulated data", simulated ? "yes" : "no", wanted.simulated ? "yes" : "no"),
        ]
        for (name, pinned, asked) in pins where pinned != asked {
            throw EngineError(
                .foreign, "the data directory belongs to \(name) \(pinned), and \(name) \(asked) was asked for",
                at: directory, remedy: "choose another directory with --data")
        }
    }

    private static func newer(_ version: Int, _ directory: String) -> EngineError {
        EngineError(
            .newer, "the data directory has format \(version), and this program knows \(formatVersionNow)",
            at: directory, remedy: "use a newer version of kintsugi")
    }

    private static func words(_ seed: UInt64?) -> String { seed.map { String($0) } ?? "none" }
    private static func words(_ calendars: [String]) -> String { Set(calendars).sorted().joined(separator: ", ") }
}
