import EmbeddedEngine
import Engine
import Foundation
import Pipeline

/// The universe of a data directory: one JSON file beside the stores, replaced whole. What a person decides while nobody or
/// somebody else owns the directory waits in a second file, and the next owner takes it over: so there is one road, and each
/// change is recorded where all decisions are.
enum UniverseFile {
    /// A member as the file has it; a file of an earlier version has neither alias nor source.
    struct Line: Codable {
        var symbol: String
        var calendar: String
        /// Unix seconds, half-open.
        var from: Int64
        var to: Int64
        var alias: String?
        var source: String?
    }

    /// A universe that somebody decided, and no owner has taken over yet.
    struct Decided: Codable {
        /// Who, each once.
        var by: [String]
        var members: [Line]
    }

    /// A universe is far smaller: ten thousand symbols are 2 MB.
    private static let bytesMax = 64 << 20

    private static func path(_ directory: String) -> String { directory + "/universe.json" }
    private static func decidedPath(_ directory: String) -> String { directory + "/universe.next.json" }

    /// Nil where the directory has none yet.
    static func load(_ directory: String) throws -> Universe? {
        guard let lines: [Line] = try read(path(directory)) else { return nil }
        return universe(lines)
    }

    /// What the next owner takes over; nil where nothing waits.
    static func loadDecided(_ directory: String) throws -> (universe: Universe, by: [String])? {
        guard let decided: Decided = try read(decidedPath(directory)) else { return nil }
        return (universe(decided.members), decided.by)
    }

    /// Puts a universe in force with what waited when it was chosen; what was decided since goes on waiting.
    static func save(_ universe: Universe, takingOver decided: Universe?, _ directory: String) throws {
        try write(lines(universe), path(directory))
        if let decided, try loadDecided(directory)?.universe == decided { unlink(decidedPath(directory)) }
    }

    /// Lets a universe wait for the next owner.
    static func saveDecided(_ universe: Universe, by: [String], _ directory: String) throws {
        try write(Decided(by: by, members: lines(universe)), decidedPath(directory))
    }

    /// Does something while nobody else on this machine changes the universe of the directory.
    static func exclusively<Result>(_ directory: String, _ work: () async throws -> Result) async throws -> Result {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if folder >= 0 { close(folder) } }
        for _ in 0..<100 where folder >= 0 {
            if flock(folder, LOCK_EX | LOCK_NB) == 0 { return try await work() }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure.couldNot("somebody else changes the universe just now (\(harmless(directory))): try again")
    }

    // MARK: The form

    private static func universe(_ lines: [Line]) -> Universe {
        Universe(
            lines.compactMap { line in
                guard let symbol = SymbolName(line.symbol), let calendar = CalendarName(rawValue: line.calendar),
                    line.from <= line.to
                else { return nil }
                return UniverseMember(
                    symbol: symbol, calendar: calendar,
                    lifetime: Minute(seconds: line.from)..<Minute(seconds: line.to),
                    alias: line.alias.flatMap { SymbolName($0) }, source: harmless(line.source ?? "", limit: 32))
            })
    }

    private static func lines(_ universe: Universe) -> [Line] {
        universe.members.map {
            Line(
                symbol: $0.symbol.text, calendar: $0.calendar.rawValue, from: $0.lifetime.lowerBound.seconds,
                to: $0.lifetime.upperBound.seconds, alias: $0.alias?.text, source: $0.source.isEmpty ? nil : $0.source)
        }
    }

    private static func read<Content: Decodable>(_ path: String) throws -> Content? {
        // Where there is no directory, opening it says so better.
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let found: OrdinaryFile?
        do throws(OrdinaryFile.Refusal) {
            found = try OrdinaryFile.read(path, bytesMax: bytesMax)
        } catch {
            throw Failure.couldNot("the universe cannot be read (\(harmless(path))): \(error)")
        }
        guard let file = found else { return nil }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(file.bytes)) else {
            throw Failure.couldNot("the universe cannot be read (\(harmless(path))): restore it from a copy")
        }
        return content
    }

    private static func write(_ content: some Encodable, _ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            try DataDirectory.replaceFile(path, with: Array(try encoder.encode(content)))
        } catch let error as EngineError {
            throw error
        } catch {
            throw Failure.couldNot("the universe cannot be written (\(harmless(path)))")
        }
    }
}

/// The last market time a data directory has seen.
enum LastStamp {
    static func of(_ journal: any JournalReader) async throws -> MarketTime {
        let latest = try await journal.latest(prefix: "", before: .max, limit: 1)
        return MarketTime(microseconds: latest.first?.line.at ?? 0)
    }
}
