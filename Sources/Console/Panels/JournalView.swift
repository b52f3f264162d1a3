import Engine
import Pipeline
import Terminal

/// The journal of one execution while it is open.
struct JournalView: Hashable, Sendable {
    var execution: String
    /// Nil until it was read.
    var lines: [JournalLine]?
    var scroll = 0
}

extension ConsoleState {
    mutating func openJournal() -> [ConsoleEffect] {
        guard let chosen = chosenExecution ?? status?.executions.first else { return refuse("no execution is listed") }
        overlay = .journal(JournalView(execution: chosen.id))
        return [.readJournal(execution: chosen.id)]
    }

    mutating func take(journal lines: [JournalLine], of execution: String) {
        guard case .journal(var view) = overlay, view.execution == execution else { return }
        view.lines = lines
        overlay = .journal(view)
    }

    mutating func pressInJournal(_ key: Key, _ view: JournalView) -> [ConsoleEffect] {
        var view = view
        let page = max(1, rows - 8)
        let most = max(0, journalLines(view).count - page)
        switch keyMap.action(for: key) {
        case .moveDown: view.scroll = min(most, view.scroll + 1)
        case .moveUp: view.scroll = max(0, view.scroll - 1)
        case .pageDown: view.scroll = min(most, view.scroll + page)
        case .pageUp: view.scroll = max(0, view.scroll - page)
        case .firstRow: view.scroll = 0
        case .lastRow: view.scroll = most
        case .repaint: return [.repaint]
        case .cancel:
            overlay = .nothing
            askCancel()
            return []
        case .redrive:
            overlay = .nothing
            askRedrive()
            return []
        default:
            if !key.isPaste { overlay = .nothing }
            return []
        }
        overlay = .journal(view)
        return []
    }

    func drawJournal(_ grid: inout Grid, _ view: JournalView) {
        let area = grid.area.centred(columns: min(columns, 120), rows: rows >= 8 ? rows - 2 : rows)
        drawBox(&grid, area, title: "Execution \(harmless(view.execution, limit: 40))")
        let inner = area.rows >= 5 ? area.inset(columns: min(3, area.columns / 8), rows: 2) : area
        for (line, spans) in journalLines(view).dropFirst(view.scroll).prefix(inner.rows).enumerated() {
            grid.write(spans, column: inner.column, row: inner.row + line, limit: inner.columns)
        }
    }

    /// Each step it took, and then what became of each call.
    private func journalLines(_ view: JournalView) -> [[Span]] {
        guard let lines = view.lines else { return [[Span("reading …", .dialog)]] }
        guard !lines.isEmpty else { return [[Span("the journal holds nothing of it", .dialog)]] }
        var shown = lines.map { line -> [Span] in
            let at = MarketTime(microseconds: line.at)
            let state = AuditState(rawValue: line.event)
            var spans = [
                Span(Wording.padded(clock.near(at, now: now), to: 11), .dialog),
                Span(Wording.padded(state?.title ?? harmless(line.event, limit: 20), to: 16), .dialogKey),
            ]
            if let execution = AuditJournal.execution(line) {
                let settled = execution.units.count { $0.standing == .settled }
                spans.append(
                    Span(
                        "try \(execution.round) · \(Wording.count(execution.slotsFound, "slot")) in "
                            + "\(Wording.count(execution.gapsFound, "gap")) · \(Wording.count(execution.calls, "call"))"
                            + " · \(settled)/\(execution.units.count) settled", .dialog))
            }
            return spans
        }
        let told = lines.compactMap(AuditJournal.execution)
        guard let last = told.last, !last.units.isEmpty else { return shown }
        shown += [[], [Span("calls", .dialogKey)]]
        shown += last.units.enumerated().map { place, unit in
            // A unit keeps only what is left to seek: what it sought at first stands in an earlier line.
            let sought = told.compactMap { $0.units.count > place ? $0.units[place].slotCount : nil }.max() ?? 0
            let tries = unit.attempts > 0 ? " · \(Wording.count(unit.attempts, "attempt")) spent" : ""
            let from = clock.near(unit.asked.lowerBound.start, now: now)
            let reason = unit.reason.map { " · \(LossReason(rawValue: $0)?.words ?? harmless($0, limit: 40))" } ?? ""
            return [
                Span(Wording.padded(harmless(unit.symbol, limit: 32), to: 12), .dialogKey),
                Span("\(from)–\(clock.clock(unit.asked.upperBound)) ", .dialog),
                Span("\(Wording.count(sought, "slot")) · ", .dialog), Span(unit.standing.words, .dialogKey),
                Span("\(tries)\(reason)", .dialog),
            ]
        }
        return shown
    }
}

extension RepairUnit.Standing {
    fileprivate var words: String {
        switch self {
        case .open: "open"
        case .settled: "settled"
        case .handedOver: "handed over"
        case .givenUp: "given up"
        }
    }
}
