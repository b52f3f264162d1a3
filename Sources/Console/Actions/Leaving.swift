import Pipeline
import Terminal

/// Leaving where something would be lost by it, and taking the place of an owner that is gone.
extension ConsoleState {
    /// Whether quitting asks first: minutes of a real source cannot be had again.
    private var leavingMatters: Bool {
        guard let status, !status.simulated, status.clock.isOpen, !readOnly else { return false }
        switch standing {
        case .owner, .attached, .silent: return true
        case .seeking, .gone: return false
        }
    }

    mutating func leave() -> [ConsoleEffect] {
        guard leavingMatters else { return [.quit] }
        overlay = .leaving
        return []
    }

    /// What can be done when leaving, as the question shows it.
    var leavingLines: [[Span]] {
        let stop = [Span("s", .key), Span(" stop capture, for everybody", .dialog)]
        let back = [Span("Esc", .key), Span(" stay", .dialog)]
        guard standing != .owner else {
            return [
                [Span("The market is open, and this process captures it.", .dialog)], [],
                [Span("s", .key), Span(" stop capture and leave", .dialog)], back,
            ]
        }
        return [
            [Span("The market is open.", .dialog)], [],
            [Span("l", .key), Span(" leave capture running; kintsugi attaches again", .dialog)], stop, back,
        ]
    }

    mutating func pressWhileLeaving(_ key: Key) -> [ConsoleEffect] {
        switch key {
        case .character("l") where standing != .owner: return [.quit]
        case .character("s"):
            return standing == .owner ? [.quit] : [.order(OperatorOrder(.stop, by: operatorName)), .quit]
        case .paste: return []
        default:
            overlay = .nothing
            return []
        }
    }

    mutating func takeOver() -> [ConsoleEffect] {
        guard !readOnly else { return refuseReadOnly() }
        guard case .gone = standing else {
            say(standing == .owner ? "this process is the owner" : "an owner is there: two cannot be")
            return []
        }
        say("taking over …", role: .busy)
        return [.takeOver]
    }

    mutating func take(_ standing: OwnerStanding) {
        guard self.standing != standing else { return }
        self.standing = standing
        if case .gone(let reason) = standing { say(reason, role: .bad) }
    }
}
