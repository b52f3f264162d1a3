import Engine
import Pipeline
import Terminal

/// How long a word to the person stays, in monotonic milliseconds.
private let toastMilliseconds: Int64 = 6_000
/// Symbols that are read so that the worst can come first.
private let symbolsMax = 500
/// Statuses after which an answer that never came is asked for again.
private let loadAgeMax = 10

extension ConsoleState {
    mutating func resize(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    mutating func take(_ new: PipelineStatus) {
        if status?.universe != new.universe {
            universeGeneration += 1
            members = Dictionary(new.universe.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        }
        repairing = [:]
        for partition in new.repairing {
            repairing[partition.symbol, default: [:]][partition.hour.index, default: 0] |= partition.slots
        }
        cells.watch(new.repairing)
        status = new
        if let age = asked.loadAge { asked.loadAge = age < loadAgeMax ? age + 1 : nil }
        if viewEnd == nil { followMarket() }
    }

    mutating func take(_ rows: [MaskRow], hours: Range<Hour>, symbols: [SymbolName]) {
        cells.take(rows, hours: hours, symbols: symbols, now: now)
        cellsGeneration += 1
        asked.loadAge = nil
    }

    mutating func take(_ new: [Theme]) {
        themes = new
        if let same = new.first(where: { $0.name == theme.name }) { theme = same }
    }

    mutating func say(_ text: String, role: Role = .hint) {
        toast = Toast(text: text, role: role, until: monotonicMilliseconds.map { $0 + toastMilliseconds })
    }

    mutating func tick(_ milliseconds: Int64) {
        monotonicMilliseconds = milliseconds
        guard let shown = toast else { return }
        guard let until = shown.until else {
            toast?.until = milliseconds + toastMilliseconds
            return
        }
        if milliseconds >= until { toast = nil }
    }

    /// The cursor goes with the newest hour.
    mutating func followMarket() {
        guard let calendar = cursorCalendar ?? status?.universe.first?.calendar else { return }
        if let column = CoverageAxis(calendar, zoom: zoom).column(at: now.minute) {
            cursor.minute = column.expected.lowerBound
        }
    }

    /// What must be read so that the frame is true: cells in view, and the partition under the inspector.
    mutating func questions() -> [ConsoleEffect] {
        guard status != nil else { return [] }
        return [loadQuestion(), inspectQuestion()].compactMap { $0 }
    }

    private mutating func loadQuestion() -> ConsoleEffect? {
        guard let area = layout.content(.coverage) ?? hiddenCoverageArea, let wanted = visiblePartitions(area) else {
            return nil
        }
        let version = status?.coverageVersion ?? 0
        let moved = wanted.symbols != asked.symbols || wanted.hours != asked.hours
        guard moved || (version != asked.version && asked.loadAge == nil) else { return nil }
        asked.symbols = wanted.symbols
        asked.hours = wanted.hours
        asked.version = version
        asked.loadAge = 0
        return .load(symbols: wanted.symbols, hours: wanted.hours)
    }

    /// While another panel takes the screen nothing of the coverage is in view, and nothing is read for it.
    private var hiddenCoverageArea: Area? { nil }

    private func visiblePartitions(_ area: Area) -> (symbols: [SymbolName], hours: Range<Hour>)? {
        var symbols: [SymbolName] = []
        var hours: Range<Hour>?
        for band in coverageGeometry(area).bands {
            // What is ordered by its worst must be known whole, not only where it is in view.
            symbols += order == .worstFirst ? band.symbols.prefix(symbolsMax)[...] : band.symbols[band.shown]
            guard let first = band.columns.first?.column.expected, let last = band.columns.last?.column.expected else {
                continue
            }
            let span = first.lowerBound.hour..<Minute(last.upperBound.index - 1).hour.advanced(by: 1)
            hours = hours.map { min($0.lowerBound, span.lowerBound)..<max($0.upperBound, span.upperBound) } ?? span
        }
        guard let hours, !symbols.isEmpty else { return nil }
        return (symbols.sorted(), hours)
    }

    private mutating func inspectQuestion() -> ConsoleEffect? {
        guard layout.area(.inspector) != nil || layout.shape == .compact, let symbol = cursor.symbol,
            let column = cursorColumn
        else { return nil }
        let hour = inspectorHour(column)
        let version = cells.cell(symbol, hour)?.version ?? 0
        guard symbol != asked.inspectedSymbol || hour != asked.inspectedHour || version != asked.inspectedVersion else {
            return nil
        }
        asked.inspectedSymbol = symbol
        asked.inspectedHour = hour
        asked.inspectedVersion = version
        return .inspect(symbol, minutes: hour.minutes)
    }

    /// The hour the inspector shows: of a session's column, the one the cursor's minute lies in.
    func inspectorHour(_ column: AxisColumn) -> Hour {
        column.minutes.contains(cursor.minute) ? cursor.minute.hour : column.expected.lowerBound.hour
    }
}
