import Engine
import Pipeline
import Terminal

/// The reader's answer about facts, and what it is about.
struct KnownFacts: Hashable, Sendable {
    var question: FactQuestion
    var sheet: FactSheet
}

/// Sessions whose hours make a price line.
private let lineSessions = 5
private let lineSymbolsMax = 60

extension ConsoleState {
    /// What the panel shows: the hours of some sessions through the cursor's, of the symbols in view.
    mutating func factsQuestion() -> ConsoleEffect? {
        guard layout.area(.facts) != nil, let status, let calendar = cursorCalendar, let column = cursorColumn else {
            return nil
        }
        var from = column.session
        for _ in 1..<lineSessions {
            guard let before = TradingCalendar.named(calendar).session(before: from.minutes.lowerBound) else { break }
            from = before
        }
        let question = FactQuestion(
            symbols: factSymbols, calendar: calendar,
            minutes: from.minutes.lowerBound.hour.firstMinute..<column.session.minutes.upperBound,
            rowsBuilt: status.lake.derivedRows)
        guard question != asked.facts, !question.symbols.isEmpty else { return nil }
        asked.facts = question
        return .readFacts(question)
    }

    /// The rows about the cursor, so that a line has a price even where the coverage is not on the screen.
    private var factSymbols: [SymbolName] {
        guard let symbol = cursor.symbol, let calendar = cursorCalendar, let place = place(in: calendar, symbol) else {
            return []
        }
        let rows = rowOrder[calendar] ?? []
        let first = max(0, min(scroll[calendar] ?? 0, place))
        return rows[first..<min(rows.count, max(first + lineSymbolsMax, place + 1))].sorted()
    }

    var factsTitle: [Span] {
        guard let symbol = cursor.symbol, let column = cursorColumn else { return [] }
        return [
            Span(symbol.text, .strong),
            Span("\(Wording.weekday(column.session.date)) \(column.session.date)", .dim),
        ]
    }

    func drawFacts(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0, area.columns > 10 else { return }
        guard let symbol = cursor.symbol, let column = cursorColumn, let known = facts else {
            grid.write("reading …", column: area.column, row: area.row, role: .dim, limit: area.columns)
            return
        }
        let beside = area.columns >= 114
        let table = tableLines(symbol, column, known.sheet)
        let (left, right) =
            beside
            ? area.splitColumns(74) : area.splitRows(min(table.count, max(4, area.rows * 3 / 5)))
        for (line, spans) in table.prefix(left.rows).enumerated() {
            grid.write(spans, column: left.column, row: left.row + line, limit: left.columns - (beside ? 2 : 0))
        }
        drawPriceLines(&grid, right, known, column)
    }

    private func tableLines(_ symbol: SymbolName, _ column: AxisColumn, _ sheet: FactSheet) -> [[Span]] {
        let session = column.session.minutes
        func within(_ row: DerivedRow) -> Bool {
            row.start < session.upperBound.index && row.end > session.lowerBound.index
        }
        let own = exchangeClock(cursorCalendar ?? .xnys)
        let sessions = (sheet.sessions[symbol] ?? []).filter(within)
        let hours = (sheet.hours[symbol] ?? []).filter(within)
        let market = sheet.market.filter(within)
        var lines: [[Span]] = []
        if layout.shape != .wide { lines.append(factsTitle.flatMap { [$0, Span(" ")] }) }
        let names = ["open", "high", "low", "close", "vwap"].map { Self.right($0, 9) }.joined()
        lines.append([Span("        \(names)  present", .heading)])
        if sessions.isEmpty, hours.isEmpty { lines.append([Span("no rows were worked out yet", .dim)]) }
        lines += sessions.map { rowSpans($0, "session") }
        lines += hours.map { rowSpans($0, own.clock(Minute($0.start))) }
        if !market.isEmpty { lines.append([Span("market        mean     rose     fell  present", .heading)]) }
        lines += market.map { row in
            let mean = row.meanLogReturn.map { Self.signedPercent($0) } ?? "-"
            return [
                Span(Wording.padded(own.clock(Minute(row.start)), to: 8), .dim), Span(Self.right(mean, 10), .value),
                Span(Self.right(row.rose.map { "↑\($0)" } ?? "-", 9), .good),
                Span(Self.right(row.fell.map { "↓\($0)" } ?? "-", 9), .bad), Span("  "),
            ] + completeness(row)
        }
        return lines
    }

    private func rowSpans(_ row: DerivedRow, _ name: String) -> [Span] {
        let prices = [row.open, row.high, row.low, row.close, row.vwap].map { value in
            Span(Self.right(value.map(Wording.price) ?? "-", 9), .value)
        }
        return [Span(Wording.padded(name, to: 8).prefix(8).description, .dim)]
            + prices.map {
                Span($0.text, row.completeness == "open" ? .dim : $0.role)
            } + [Span("  ")] + completeness(row)
    }

    /// `57/60 holed ◆3`
    private func completeness(_ row: DerivedRow) -> [Span] {
        let spans = [
            Span("\(row.present + row.quiet)/\(row.expected) ", .value), Span(row.completeness, row.completenessRole),
        ]
        return row.healed > 0 ? spans + [Span(" ◆\(row.healed)", .gold)] : spans
    }

    /// A line of closes for each symbol, gold where an hour was healed.
    private func drawPriceLines(_ grid: inout Grid, _ area: Area, _ known: KnownFacts, _ column: AxisColumn) {
        let names = known.question.symbols
        let chosen = cursor.symbol.flatMap { names.firstIndex(of: $0) } ?? 0
        let first = firstShown(chosen, count: names.count, rows: area.rows)
        let width = max(0, area.columns - geometryNameColumns - 20)
        for (line, name) in names.dropFirst(first).prefix(area.rows).enumerated() {
            let row = area.row + line
            grid.write(
                Wording.name(name.text, to: geometryNameColumns), column: area.column, row: row,
                role: name == cursor.symbol ? .cursor : .symbol)
            let hours = (known.sheet.hours[name] ?? []).filter { $0.close?.isFinite ?? false }
            let closes = hours.compactMap(\.close)
            guard let low = closes.min(), let high = closes.max(), let last = closes.last, let begin = closes.first
            else {
                grid.write("-", column: area.column + geometryNameColumns + 1, row: row, role: .dim)
                continue
            }
            for (place, hour) in hours.suffix(width).enumerated() {
                let share = high > low ? ((hour.close ?? low) - low) / (high - low) : 0.5
                let cell = Cell(eighthBlocks[1 + min(7, Int(share * 7.99))], hour.healed > 0 ? .gold : .graph)
                grid[area.column + geometryNameColumns + 1 + place, row] = cell
            }
            let change = begin > 0 ? last / begin - 1 : 0
            let end = area.column + geometryNameColumns + 1 + min(width, hours.count)
            grid.write(
                [
                    Span(Self.right(Wording.price(last), 10), .value),
                    Span(Self.right(Self.signedPercent(change), 9), change < 0 ? .bad : .good),
                ], column: end, row: row, limit: area.endColumn - end)
        }
    }

    private var geometryNameColumns: Int { min(12, universeFacts.longestName) }

    private static func right(_ text: String, _ columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - text.count)) + text
    }

    /// `+1.15 %`
    static func signedPercent(_ share: Double) -> String {
        guard share.isFinite, abs(share) < 1_000 else { return "-" }
        let hundredths = Int((abs(share) * 10_000).rounded())
        return "\(share < 0 ? "-" : "+")\(hundredths / 100).\(Wording.two(hundredths % 100)) %"
    }
}

extension DerivedRow {
    var completenessRole: Role {
        switch completeness {
        case "whole", "settled": .good
        case "holed": .warning
        default: .dim
        }
    }
}
