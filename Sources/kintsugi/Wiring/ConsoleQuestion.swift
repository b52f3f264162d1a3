import Console
import Engine
import Pipeline

extension ConsoleEffect {
    /// What a reader answers where this is a question about what is stored; nil where it is none.
    func answer(from reader: any CellReader) async throws(EngineError) -> ConsoleEvent? {
        switch self {
        case .load(let symbols, let hours):
            .cells(try await reader.masks(symbols, hours: hours), hours: hours, symbols: symbols)
        case .loadChanges(let version, let hours):
            .changed(try await reader.masks(changedSince: version, hours: hours))
        case .loadReasons(let symbols, let hours):
            .reasons(try await reader.reasons(symbols, hours: hours), hours: hours)
        case .inspect(let symbol, let minutes):
            .inspected(symbol, minutes, try await reader.inspection(symbol, minutes: minutes))
        case .readFacts(let asked):
            .facts(
                try await reader.facts(asked.symbols, calendar: asked.calendar, minutes: asked.minutes), asked)
        case .readJournal(let id): .journal(execution: id, try await reader.journal(execution: id))
        case .order, .takeOver, .copy, .saveKeys, .reportMouse, .suspend, .repaint, .quit: nil
        }
    }
}
