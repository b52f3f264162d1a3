import EmbeddedEngine
import Engine
import Foundation
import Pipeline

/// The universe of a data directory: one JSON file beside the stores, replaced whole.
enum UniverseFile {
    private struct Line: Codable {
        var symbol: String
        var calendar: String
        /// Unix seconds, half-open.
        var from: Int64
        var to: Int64
    }

    private static func path(_ directory: String) -> String { directory + "/universe.json" }

    /// Nil where the directory has none yet.
    static func load(_ directory: String) async throws -> Universe? {
        guard FileManager.default.fileExists(atPath: path(directory)) else { return nil }
        guard let data = FileManager.default.contents(atPath: path(directory)),
            let lines = try? JSONDecoder().decode([Line].self, from: data)
        else {
            throw Failure.couldNot("the universe cannot be read (\(path(directory))): restore it from a copy")
        }
        return Universe(
            lines.compactMap { line in
                guard let symbol = SymbolName(line.symbol), let calendar = CalendarName(rawValue: line.calendar),
                    line.from <= line.to
                else { return nil }
                return UniverseMember(
                    symbol: symbol, calendar: calendar,
                    lifetime: Minute(seconds: line.from)..<Minute(seconds: line.to))
            })
    }

    static func save(_ universe: Universe, _ directory: String) throws {
        let lines = universe.members.map {
            Line(
                symbol: $0.symbol.text, calendar: $0.calendar.rawValue, from: $0.lifetime.lowerBound.seconds,
                to: $0.lifetime.upperBound.seconds)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            try DataDirectory.replaceFile(path(directory), with: Array(try encoder.encode(lines)))
        } catch let error as EngineError {
            throw error
        } catch {
            throw Failure.couldNot("the universe cannot be written (\(path(directory)))")
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
