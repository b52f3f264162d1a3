/// What a cell means. The screen's golden tests hold text and roles, so a theme can never break them.
package enum Role: String, Hashable, Sendable, CaseIterable {
    // Words and lines
    case text, dim, strong, title, border, borderFocused = "border-focused"
    /// Frames where the data is real and not simulated; a theme that says nothing of it frames both alike.
    case borderProduction = "border-production"
    /// A key in a hint, and what it does.
    case key, hint
    /// A number that matters; a name of a symbol; a heading of a table.
    case value, symbol, heading
    /// The line or cell under the cursor; what is marked.
    case cursor, marked
    /// Good, busy, worrying, bad.
    case good, busy, warning, bad
    /// Gold: what was healed.
    case gold
    /// Severities.
    case info, ticket, page
    /// The bar of a production source; of a simulated one.
    case banner, bannerSimulated = "banner-simulated"
    /// A dialog that asks before it acts.
    case dialog, dialogKey = "dialog-key"
    // Coverage cells: background by share present, from nothing to all.
    case heat0 = "heat-0", heat1 = "heat-1", heat2 = "heat-2", heat3 = "heat-3", heat4 = "heat-4", heat5 = "heat-5"
    case heat6 = "heat-6", heat7 = "heat-7", heat8 = "heat-8"
    /// A cell freshly healed, one healed before, one under repair, one with an unrepairable slot, one still pending.
    case cellHealed = "cell-healed", cellSeam = "cell-seam", cellRepairing = "cell-repairing"
    case cellUnrepairable = "cell-unrepairable", cellPending = "cell-pending", cellQuiet = "cell-quiet"
    case cellMissing = "cell-missing"
    /// A graph over time.
    case graph, graphPeak = "graph-peak"

    /// The heat of a share present from 0 to 1 (8 only for exactly 1, 0 only for exactly 0).
    package static func heat(_ share: Double) -> Role {
        if share >= 1 { return .heat8 }
        if share <= 0 { return .heat0 }
        return [.heat1, .heat2, .heat3, .heat4, .heat5, .heat6, .heat7][min(6, Int(share * 7))]
    }
}
