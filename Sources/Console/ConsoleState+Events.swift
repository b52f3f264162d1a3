import Engine
import Pipeline
import Terminal

/// How long a word to the person stays, in monotonic milliseconds.
private let toastMilliseconds: Int64 = 6_000
/// Statuses after which an answer that never came is asked for again.
private let loadAgeMax = 10
/// Statuses between two readings of why slots were lost: a few seconds.
private let reasonAgeMin = 10

extension ConsoleState {
    mutating func resize(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    mutating func take(_ new: PipelineStatus) {
        takeUniverse(new.universe)
        repairing = [:]
        for partition in new.repairing {
            repairing[partition.symbol, default: [:]][partition.hour.index, default: 0] |= partition.slots
        }
        cells.watch(new.repairing)
        // A version that went back is another warehouse.
        if let held = cells.version, new.coverageVersion < held { forgetCells() }
        status = new
        arrivals.take(new.appendedPerMinute, until: new.clock.now.minute)
        if let age = asked.loadAge { asked.loadAge = age < loadAgeMax ? age + 1 : nil }
        asked.reasonAge = min(asked.reasonAge + 1, reasonAgeMin)
        if let age = asked.changesAge { asked.changesAge = age < loadAgeMax ? age + 1 : nil }
        if viewEnd == nil { followMarket() }
    }

    private mutating func forgetCells() {
        cells.forget()
        cellsGeneration += 1
        asked = OpenQuestions()
    }

    /// A new bar is no new universe: rows, names and sums stay.
    private mutating func takeUniverse(_ new: [UniverseMember]) {
        guard status?.universe != new else { return }
        let isSame =
            new.count == members.count
            && new.allSatisfy { member in
                guard var known = members[member.symbol] else { return false }
                known.lastBar = member.lastBar
                return known == member
            }
        members = Dictionary(new.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        guard !isSame else { return }
        universeGeneration += 1
        cells.forgetSums()
        universeFacts = UniverseFacts(
            longestName: new.reduce(4) { max($0, $1.symbol.text.utf8.count) },
            firstMinute: new.map(\.lifetime.lowerBound).min(),
            usesNewYork: new.isEmpty || new.contains { $0.calendar == .xnys })
    }

    mutating func take(_ rows: [MaskRow], hours: Range<Hour>, symbols: [SymbolName]) {
        let area = layout.content(.coverage)
        let inView = area.map { coverageGeometry($0).bands.flatMap { $0.symbols[$0.shown] } } ?? []
        cells.take(rows, hours: hours, symbols: symbols, now: now, version: max(0, asked.version), keeping: inView)
        cellsGeneration += 1
        asked.loadAge = nil
    }

    mutating func takeChanges(_ rows: [MaskRow]) {
        asked.changesAge = nil
        guard asked.changesVersion >= 0 else { return }
        cells.takeChanges(rows, now: now, version: asked.changesVersion)
        if !rows.isEmpty { cellsGeneration += 1 }
    }

    mutating func take(reasons new: [SymbolName: [String]], hours: Range<Hour>) {
        guard reasons.bySymbol != new || reasons.hours != hours else { return }
        reasons = KnownReasons(hours: hours, bySymbol: new, generation: reasons.generation + 1)
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
        return [loadQuestion(), changesQuestion(), reasonsQuestion(), inspectQuestion(), factsQuestion()].compactMap {
            $0
        }
    }

    /// What of the cells wanted was never read. While another panel takes the screen nothing of the coverage is in view, and
    /// nothing is read for it.
    private mutating func loadQuestion() -> ConsoleEffect? {
        guard let area = layout.content(.coverage), let wanted = wantedPartitions(area) else {
            asked.symbols = []
            return nil
        }
        let moved = wanted.symbols != asked.symbols || wanted.hours != asked.hours
        guard moved || asked.loadAge == nil else { return nil }
        asked.symbols = wanted.symbols
        asked.hours = wanted.hours
        asked.version = status?.coverageVersion ?? 0
        asked.loadAge = 0
        return .load(symbols: wanted.symbols, hours: wanted.hours)
    }

    private func wantedPartitions(_ area: Area) -> (symbols: [SymbolName], hours: Range<Hour>)? {
        for band in coverageGeometry(area).bands {
            guard let span = band.columns.lazy.map(\.column).hours else { continue }
            // What is in view is read whole, so that an order can say what it is about.
            if let part = unread(band.symbols[band.shown], span, sumsAreEnough: false) { return part }
        }
        guard needsEverySymbol, let status else { return nil }
        for calendar in CalendarName.allCases {
            guard let span = columnsInView(calendar, area).hours else { continue }
            let symbols = status.universe.lazy.filter { $0.calendar == calendar }.map(\.symbol)
            if let part = unread(symbols, span, sumsAreEnough: zoom == .year) { return part }
        }
        return nil
    }

    /// What changed of what is held, whichever symbols it is of.
    private mutating func changesQuestion() -> ConsoleEffect? {
        // Asked of what is so now: a question before an order counts that, also while the view is frozen.
        let living = self.living
        guard let held = living.cells.version, let version = living.status?.coverageVersion, version != held,
            asked.changesAge == nil, asked.loadAge == nil
        else { return nil }
        asked.changesVersion = version
        asked.changesAge = 0
        return .loadChanges(since: held, hours: living.cells.span)
    }

    private mutating func reasonsQuestion() -> ConsoleEffect? {
        guard filterQuery.needsReasons, let status, let area = layout.content(.coverage) else { return nil }
        let spans = CalendarName.allCases.compactMap { columnsInView($0, area).hours }
        guard let from = spans.map(\.lowerBound).min(), let to = spans.map(\.upperBound).max() else { return nil }
        // Notes change with the warehouse; they are of all symbols, so they are not read at each of its changes.
        let isOld = asked.reasonVersion != status.coverageVersion && asked.reasonAge >= reasonAgeMin
        guard asked.reasonHours != from..<to || isOld else { return nil }
        asked.reasonHours = from..<to
        asked.reasonVersion = status.coverageVersion
        asked.reasonAge = 0
        return .loadReasons(symbols: status.universe.map(\.symbol), hours: from..<to)
    }

    private mutating func inspectQuestion() -> ConsoleEffect? {
        guard layout.area(.inspector) != nil || layout.shape == .compact, let symbol = cursor.symbol,
            let column = cursorColumn
        else { return nil }
        let hour = inspectorHour(column)
        let version = cells.cell(symbol, hour)?.version ?? 0
        let rows = status?.lake.derivedRows ?? 0
        let isSame =
            symbol == asked.inspectedSymbol && hour == asked.inspectedHour && version == asked.inspectedVersion
            && rows == asked.inspectedRows
        guard !isSame else { return nil }
        asked.inspectedRows = rows
        asked.inspectedSymbol = symbol
        asked.inspectedHour = hour
        asked.inspectedVersion = version
        return .inspect(symbol, minutes: hour.minutes)
    }

    /// A market hour is made of the slots of all its members: what changed of any of them may make it old.
    mutating func inspectAgain(after rows: [MaskRow]) {
        guard !isFrozen, rows.contains(where: { $0.hour == asked.inspectedHour.index }) else { return }
        asked.inspectedVersion = -1
    }

    /// The hour the inspector shows: of a session's column, the one the cursor's minute lies in.
    func inspectorHour(_ column: AxisColumn) -> Hour {
        column.minutes.contains(cursor.minute) ? cursor.minute.hour : column.expected.lowerBound.hour
    }
}
