import Engine
import Pipeline

/// What two warehouses hold of one symbol, compared row by row.
struct WarehouseComparison {
    /// Differences named of one symbol and kind; the rest is counted.
    private static let namedMax = 20
    private static let everything = Int64.min / 4..<Int64.max / 4
    let stored: any WarehouseReader
    let replayed: any WarehouseReader

    struct Finding {
        var bars = 0
        /// One sentence each.
        var differences: [String] = []
    }

    func compare(_ symbol: String) async throws(EngineError) -> Finding {
        let range = Self.everything
        let bars = try await stored.bars(symbol, minutes: range)
        var finding = Finding(bars: bars.count)
        finding.differences += Self.differences(
            "bar", bars, try await replayed.bars(symbol, minutes: range), place: { [$0.minute] }, name: Self.barName,
            fields: Self.barFields)
        finding.differences += Self.differences(
            "revision", try await stored.revisions(symbol, minutes: range),
            try await replayed.revisions(symbol, minutes: range), place: { [$0.minute, Int64($0.revision)] },
            name: Self.barName, fields: Self.barFields)
        finding.differences += Self.differences(
            "masks", try await stored.masks([symbol], hours: range).map(Self.withoutVersion),
            try await replayed.masks([symbol], hours: range).map(Self.withoutVersion), place: { [$0.hour] },
            name: { "\($0.symbol) \(Hour($0.hour))" }, fields: Self.maskFields)
        finding.differences += Self.differences(
            "note", try await stored.notes(symbol, minutes: range), try await replayed.notes(symbol, minutes: range),
            place: { [$0.minute] }, name: { "\($0.symbol) \(Minute($0.minute))" }, fields: Self.noteFields)
        return finding
    }

    /// Walks two lists that are in order of their places.
    private static func differences<Value: Hashable>(
        _ kind: String, _ stored: [Value], _ replayed: [Value], place: (Value) -> [Int64], name: (Value) -> String,
        fields: (Value) -> [(String, String)]
    ) -> [String] {
        var found: [String] = []
        var count = 0
        func note(_ sentence: @autoclosure () -> String) {
            count += 1
            if count <= namedMax { found.append("warehouse \(kind) \(sentence())") }
        }
        var (left, right) = (0, 0)
        while left < stored.count || right < replayed.count {
            let one = left < stored.count ? place(stored[left]) : nil
            let other = right < replayed.count ? place(replayed[right]) : nil
            if let one, other.map({ one.lexicographicallyPrecedes($0) }) ?? true {
                note("\(name(stored[left])): is held, and nothing in the raw lake says so")
                left += 1
            } else if let other, one.map({ other.lexicographicallyPrecedes($0) }) ?? true {
                note("\(name(replayed[right])): is gone, though the raw lake holds it")
                right += 1
            } else {
                if stored[left] != replayed[right] {
                    note("\(name(stored[left])): \(contrast(fields(stored[left]), fields(replayed[right])))")
                }
                left += 1
                right += 1
            }
        }
        if count > namedMax { found.append("warehouse \(kind): \(count - namedMax) more of this symbol differ") }
        return found
    }

    /// The first field in which two rows differ.
    static func contrast(_ held: [(String, String)], _ wanted: [(String, String)]) -> String {
        guard let place = held.indices.first(where: { held[$0].1 != wanted[$0].1 }) else { return "differs" }
        return "\(held[place].0) is \(held[place].1), and should be \(wanted[place].1)"
    }

    static func text(_ value: Double?) -> String { value.map { $0.description } ?? "none" }

    private static func barName(_ row: BarRow) -> String { "\(row.symbol) \(Minute(row.minute))" }

    private static func barFields(_ row: BarRow) -> [(String, String)] {
        let origin = row.provenance
        return [
            ("open", text(row.open)), ("high", text(row.high)), ("low", text(row.low)), ("close", text(row.close)),
            ("volume", text(row.volume)), ("sampled", "\(row.sampled)"), ("revision", "\(row.revision)"),
            ("source", origin.source), ("purpose", origin.purpose), ("execution", origin.execution),
            ("attempt", "\(origin.attempt)"), ("object", origin.object), ("received", "\(origin.received)"),
        ]
    }

    private static func withoutVersion(_ row: MaskRow) -> MaskRow {
        var row = row
        row.version = 0
        return row
    }

    private static func maskFields(_ row: MaskRow) -> [(String, String)] {
        [
            ("present", row.present), ("sampled", row.sampled), ("quiet", row.quiet),
            ("one witness", row.oneWitness), ("unrepairable", row.unrepairable), ("healed", row.healed),
            ("settled", row.settled), ("revised", row.revised),
        ].map { ($0.0, String($0.1, radix: 16)) }
    }

    private static func noteFields(_ row: SlotNote) -> [(String, String)] {
        [
            ("witnessed", "\(row.witnessed)"), ("witness execution", row.witnessExecution),
            ("attempts", "\(row.attempts)"), ("reason", row.reason), ("object", row.object),
        ]
    }
}
