package import Engine
package import Pipeline

/// Reads cells and facts for the console; it cannot write.
package struct StoreCellReader: CellReader {
    /// Rows of quarantine looked at, of all symbols.
    private static let quarantineMax = 1_000
    private let warehouse: any WarehouseReader
    private let journal: any JournalReader
    private let universe: Universe

    package init(_ warehouse: any WarehouseReader, journal: any JournalReader, universe: Universe) {
        self.warehouse = warehouse
        self.journal = journal
        self.universe = universe
    }

    package func masks(_ symbols: [SymbolName], hours: Range<Hour>) async throws(EngineError) -> [MaskRow] {
        try await warehouse.masks(symbols.map(\.text), hours: hours.lowerBound.index..<hours.upperBound.index)
    }

    package func masks(changedSince version: Int64, hours: Range<Hour>) async throws(EngineError) -> [MaskRow] {
        try await warehouse.masks(changedSince: version, hours: hours.lowerBound.index..<hours.upperBound.index)
    }

    package func reasons(
        _ symbols: [SymbolName], hours: Range<Hour>
    ) async throws(EngineError) -> [SymbolName: [String]] {
        let range = hours.lowerBound.firstMinute.index..<hours.upperBound.firstMinute.index
        var reasons: [SymbolName: [String]] = [:]
        for symbol in symbols {
            let words = Set(try await warehouse.notes(symbol.text, minutes: range).map(\.reason)).subtracting([""])
            if !words.isEmpty { reasons[symbol] = words.sorted() }
        }
        return reasons
    }

    package func facts(
        _ symbols: [SymbolName], calendar: CalendarName, minutes: Range<Minute>
    ) async throws(EngineError) -> FactSheet {
        let range = minutes.lowerBound.index..<minutes.upperBound.index
        var sheet = FactSheet()
        for symbol in symbols {
            sheet.hours[symbol] = try await warehouse.derived(.hourly, symbol: symbol.text, minutes: range)
            sheet.sessions[symbol] = try await warehouse.derived(.session, symbol: symbol.text, minutes: range)
        }
        sheet.market = try await warehouse.derived(.market, symbol: calendar.rawValue, minutes: range)
        return sheet
    }

    package func journal(execution: String) async throws(EngineError) -> [JournalLine] {
        try await journal.lines(of: AuditJournal.prefix + execution).map(\.line)
    }

    package func inspection(_ symbol: SymbolName, minutes: Range<Minute>) async throws(EngineError) -> Inspection {
        let range = minutes.lowerBound.index..<minutes.upperBound.index
        var inspection = Inspection()
        inspection.bars = try await warehouse.bars(symbol.text, minutes: range)
        inspection.revisions = try await warehouse.revisions(symbol.text, minutes: range)
        inspection.notes = try await warehouse.notes(symbol.text, minutes: range)
        inspection.quarantine = try await warehouse.quarantine(minutes: range, limit: Self.quarantineMax)
            .filter { $0.symbol == symbol.text }
        inspection.derived = try await warehouse.derived(
            .hourly, symbol: symbol.text,
            minutes: minutes.lowerBound.hour.firstMinute.index..<minutes.upperBound.index)
        if let member = universe.member(symbol),
            let session = TradingCalendar.named(member.calendar).session(containing: minutes.lowerBound)
                ?? TradingCalendar.named(member.calendar).sessions(overlapping: minutes).first
        {
            let start = session.minutes.lowerBound.index
            inspection.derived += try await warehouse.derived(.session, symbol: symbol.text, minutes: start..<start + 1)
        }
        if let member = universe.member(symbol) {
            inspection.derived += try await warehouse.derived(
                .market, symbol: member.calendar.rawValue,
                minutes: minutes.lowerBound.hour.firstMinute.index..<minutes.upperBound.index)
            let hour = minutes.lowerBound.hour
            inspection.market = DerivedFacts.marketCounts(
                member.calendar, hour, masks: try await warehouse.masks([], hours: hour.index..<hour.index + 1),
                universe: universe)
        }
        return inspection
    }
}
