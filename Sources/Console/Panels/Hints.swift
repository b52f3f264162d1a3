import Pipeline
import Terminal

extension ConsoleState {
    /// What the last line hints at, in the order of its need: those that have no room are left out whole.
    private static let hinted: [ConsoleAction] = [
        .help, .quit, .back, .open, .nextGap, .repair, .panel(5), .panel(3), .snooze, .acknowledge, .undo, .redrive,
        .cancel, .audit, .repairView, .mark, .zoomIn, .zoomOut, .filter, .sort, .resynthesize, .fullScreen, .palette,
        .nextTheme,
    ]

    private static let gap = "  "

    /// The keys that mean something here and now.
    func keyHints(width: Int) -> [Span] {
        var spans: [Span] = []
        var used = 0
        // In the order of need: a short one does not go before one that is needed more.
        for action in Self.hinted where isOfUse(action) {
            guard let binding = KeyTable.bindings.first(where: { $0.action == action }), !binding.hint.isEmpty else {
                continue
            }
            let part = [Span(firstLabel(action), .key), Span(" \(binding.hint)", .hint)]
            let needed = (spans.isEmpty ? 0 : Self.gap.count) + part.width
            guard used + needed <= width else { break }
            used += needed
            if !spans.isEmpty { spans.append(Span(Self.gap, .hint)) }
            spans += part
        }
        return spans
    }

    private func isOfUse(_ action: ConsoleAction) -> Bool {
        let isOnCells = focus == .coverage || focus == .inspector || focus == .facts
        switch action {
        case .back:
            return rangeAnchor != nil || fullScreen != nil || focus != .coverage || !marks.isEmpty || !filter.isEmpty
        case .open: return focus == .alarms || focus == .audit
        case .nextGap, .repair, .repairView, .audit, .zoomIn, .zoomOut, .resynthesize: return isOnCells
        case .mark, .filter, .sort: return focus == .coverage
        case .panel(5): return focus == .coverage || focus == .facts
        case .panel(let number): return focus.rawValue != number
        case .snooze: return status?.alarms.contains(where: \.calls) ?? false
        case .acknowledge: return isOnCells || focus == .alarms && !(status?.alarms.isEmpty ?? true)
        case .undo: return focus == .alarms && !(status?.decisions.isEmpty ?? true)
        case .redrive: return focus == .audit && status?.executions.contains { $0.state == .failed } ?? false
        case .cancel: return status?.executions.contains { !$0.state.isEnd } ?? false
        default: return true
        }
    }
}
