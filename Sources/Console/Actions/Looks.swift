import Pipeline
import Terminal

private let speeds: [Double] = [0, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]

extension ConsoleState {
    /// The panels Tab goes through.
    private var panelsAtHand: [ConsolePanel] {
        layout.shape == .wide && fullScreen == nil ? layout.panels : ConsolePanel.allCases
    }

    mutating func focusNext(_ steps: Int) {
        let panels = panelsAtHand
        guard let here = panels.firstIndex(of: focus) ?? panels.indices.first else { return }
        show(panels[(here + steps + panels.count) % panels.count])
    }

    /// A number: the first time shows the panel and gives it the focus, the second time hides it.
    mutating func choosePanel(_ number: Int) {
        guard let panel = ConsolePanel(rawValue: number) else { return }
        let shown = layout.area(panel) != nil && focus == panel
        guard shown else {
            hidden.removeAll { $0 == panel }
            return show(panel)
        }
        if fullScreen != nil {
            fullScreen = nil
        } else if panel == .coverage {
            fullScreen = layout.shape == .wide ? .coverage : nil
            return
        } else {
            hidden.append(panel)
        }
        focus = .coverage
    }

    /// On a wide screen a panel has a place; on others it takes the screen.
    mutating func show(_ panel: ConsolePanel) {
        focus = panel
        if layout.shape != .wide || fullScreen == nil && layout.area(panel) == nil {
            fullScreen = panel == .coverage ? nil : panel
        } else if fullScreen != nil {
            fullScreen = panel
        }
    }

    /// The focus on the whole screen, and back. A panel that has no place among the others is left with the screen.
    mutating func switchFullScreen() {
        fullScreen = fullScreen == nil ? focus : nil
        if fullScreen == nil, layout.area(focus) == nil { focus = .coverage }
    }

    mutating func switchOrder() {
        order = order == .name ? .worstFirst : .name
        say(order == .name ? "ordered by name" : "worst first")
    }

    mutating func switchDensity() {
        let choices = DensityChoice.allCases
        let here = choices.firstIndex(of: density) ?? 0
        density = choices[(here + 1) % choices.count]
        switch density {
        case .auto: say("two symbols on a row where they have no room otherwise")
        case .on: say("two symbols on a row, in year and month")
        case .off: say("one symbol on a row")
        }
    }

    mutating func switchClock() {
        showsUTC.toggle()
        say(showsUTC ? "times in UTC" : "times on the exchange's clock")
    }

    mutating func switchTheme() {
        guard !themes.isEmpty else { return }
        let here = themes.firstIndex { $0.name == theme.name } ?? -1
        theme = themes[(here + 1) % themes.count]
        say("theme \(harmless(theme.name, limit: 40))")
    }

    mutating func changeSpeed(faster: Bool) -> [ConsoleEffect] {
        guard let status else { return [] }
        guard status.simulated else { return refuse("only a simulated market has a speed") }
        guard !readOnly else { return refuseReadOnly() }
        let now = status.clock.speed
        let next = faster ? speeds.first { $0 > now } : speeds.last { $0 < now }
        guard let next else { return refuse(faster ? "no faster" : "the market is held already") }
        return [.order(OperatorOrder(.setSpeed(next), by: operatorName))]
    }

    mutating func refuse(_ text: String) -> [ConsoleEffect] {
        say(text, role: .warning)
        return []
    }

    mutating func refuseReadOnly() -> [ConsoleEffect] { refuse("read-only: this console gives no orders") }

    /// What is under the cursor, as one would paste it into a message or a shell.
    mutating func copyHere() -> [ConsoleEffect] {
        guard let text = copyText, !text.isEmpty else { return refuse("nothing to copy here") }
        say("copied: \(harmless(text, limit: 80))")
        return [.copy(harmless(text, limit: 1_000))]
    }

    private var copyText: String? {
        func line<Element>(_ elements: [Element]?, _ panel: ConsolePanel) -> Element? {
            guard let elements, !elements.isEmpty else { return nil }
            return elements[min(listLine[panel] ?? 0, elements.count - 1)]
        }
        switch focus {
        case .alarms:
            return line(status?.alarms, .alarms).map { $0.command.isEmpty ? "\($0.scope): \($0.reason)" : $0.command }
        case .audit: return line(status?.executions, .audit)?.id
        case .log: return line(status?.log, .log).map { "\($0.at) \($0.who) \($0.text)" }
        case .lab: return labFlaws.map(\.text).joined(separator: ",")
        case .stream, .coverage, .inspector, .facts, .score:
            guard let symbol = cursor.symbol, let column = cursorColumn else { return nil }
            return "\(symbol) \(column.expected.lowerBound) \(column.expected.upperBound)"
        }
    }
}
