import Pipeline

/// Minutes by symbol that a person has marked.
struct MarkedSlots: Hashable, Sendable {
    /// Disjoint and ascending, by symbol; symbols without marks are absent.
    private var ranges: [SymbolName: [Range<Minute>]] = [:]

    var isEmpty: Bool { ranges.isEmpty }

    func contains(_ symbol: SymbolName, _ minutes: Range<Minute>) -> Bool {
        ranges[symbol]?.contains { $0.lowerBound <= minutes.lowerBound && minutes.upperBound <= $0.upperBound } ?? false
    }

    mutating func toggle(_ symbol: SymbolName, _ minutes: Range<Minute>) {
        if contains(symbol, minutes) { remove(symbol, minutes) } else { insert(symbol, minutes) }
    }

    mutating func insert(_ symbol: SymbolName, _ minutes: Range<Minute>) {
        var merged = minutes
        var kept: [Range<Minute>] = []
        for range in ranges[symbol] ?? [] {
            if range.upperBound < merged.lowerBound || merged.upperBound < range.lowerBound {
                kept.append(range)
            } else {
                merged = min(range.lowerBound, merged.lowerBound)..<max(range.upperBound, merged.upperBound)
            }
        }
        ranges[symbol] = (kept + [merged]).sorted { $0.lowerBound < $1.lowerBound }
    }

    private mutating func remove(_ symbol: SymbolName, _ minutes: Range<Minute>) {
        let left = (ranges[symbol] ?? []).flatMap { range in
            [
                range.lowerBound..<max(range.lowerBound, min(range.upperBound, minutes.lowerBound)),
                min(range.upperBound, max(range.lowerBound, minutes.upperBound))..<range.upperBound,
            ]
        }
        let kept = left.filter { !$0.isEmpty }
        ranges[symbol] = kept.isEmpty ? nil : kept
    }

    /// Symbols that share a range are named together, so that an order stays short.
    var selections: [SlotSelection] {
        var symbols: [Range<Minute>: [SymbolName]] = [:]
        for symbol in ranges.keys.sorted() {
            for range in ranges[symbol] ?? [] { symbols[range, default: []].append(symbol) }
        }
        let order = symbols.keys.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        return order.map { SlotSelection(symbols: symbols[$0] ?? [], minutes: $0) }
    }
}
