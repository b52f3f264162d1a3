import Pipeline
import Terminal

/// What the palette does beside the actions of the key table: verbs that say what they are about.
enum PaletteVerb: String, Hashable, Sendable, CaseIterable {
    case theme, clock, mouse, zoom, `goto`, filter, sort, layout, dense, speed, panel
    case acknowledge, snooze, cancel, redrive
    case flaw, outage, stop, bind, unbind

    /// How its argument is written.
    var argument: String {
        switch self {
        case .theme: "NAME"
        case .clock: "market|utc"
        case .mouse: "on|off"
        case .zoom: "year|month|day|hour"
        case .goto: "TIME"
        case .filter: "TEXT"
        case .sort: "name|worst"
        case .layout: "NAME"
        case .dense: "auto|on|off"
        case .speed: "FACTOR"
        case .acknowledge: "NOTE"
        case .snooze: "30|2h|1d|open"
        case .cancel: "EXECUTION"
        case .redrive: "[EXECUTION]"
        case .panel: "NAME"
        case .flaw: "none|NAME[:RATE],…"
        case .outage: "MINUTES"
        case .stop: ""
        case .bind: "[KEY ACTION] [--save]"
        case .unbind: "KEY|all [--save]"
        }
    }

    /// Whether it can stand without an argument although no key does it.
    var standsAlone: Bool { self == .stop || self == .redrive || self == .bind }

    var help: String {
        switch self {
        case .theme: "the theme of that name"
        case .clock: "times on the exchange's clock, or in UTC"
        case .mouse: "whether the terminal reports the mouse"
        case .zoom: "how close the coverage is looked at"
        case .goto: "go to a date and time"
        case .filter: "show only some symbols"
        case .sort: "order by name, or the worst first"
        case .layout: "how the screen is divided"
        case .dense: "two symbols on a row, in year and month"
        case .speed: "market speed (simulated source)"
        case .acknowledge: "acknowledge the gaps marked, or the alarm, with this note"
        case .cancel: "cancel an execution that is under way"
        case .redrive: "continue an execution that failed: what it settled stays"
        case .snooze: "silence the chosen alarm, or the worst"
        case .panel: "show a panel"
        case .flaw: "what goes wrong on purpose (simulated source)"
        case .outage: "the simulated source does not answer"
        case .stop: "stop capture, for everybody"
        case .bind: "give a key another meaning; --save keeps it, alone it lists"
        case .unbind: "give a key its own meaning back"
        }
    }
}

/// One line of what the palette offers.
struct PaletteOffer: Hashable, Sendable {
    var name: String
    var argument: String
    var help: String
    /// The keys that do the same; empty where none do.
    var keys: String
}

extension ConsoleState {
    /// Everything the palette knows, by name: the key table's actions, and the verbs that take an argument.
    var paletteOffers: [PaletteOffer] {
        let verbs = Dictionary(
            PaletteVerb.allCases.map { ($0.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
        let actions = KeyTable.bindings.map { binding in
            PaletteOffer(
                name: binding.name, argument: verbs[binding.name].map { "[\($0.argument)]" } ?? "",
                help: binding.help, keys: keyMap.label(binding))
        }
        let known = Set(actions.map(\.name))
        let others = PaletteVerb.allCases.filter { !known.contains($0.rawValue) }
            .map { PaletteOffer(name: $0.rawValue, argument: $0.argument, help: $0.help, keys: "") }
        let elsewhere = CommandLineVerb.allCases
            .map { PaletteOffer(name: $0.rawValue, argument: "", help: $0.help, keys: "") }
        return (actions + others + elsewhere).sorted { $0.name < $1.name }
    }

    /// What may stand where the last word is being typed, in order.
    func completions(of text: String) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count > 1 else {
            return paletteOffers.map(\.name).filter { $0.hasPrefix(text.lowercased()) }
        }
        let last = words[words.count - 1].lowercased()
        return arguments(of: words[0], place: words.count - 1).filter { $0.lowercased().hasPrefix(last) }
    }

    private func arguments(of name: String, place: Int) -> [String] {
        guard let verb = PaletteVerb(rawValue: name.lowercased()) else { return [] }
        switch verb {
        case .theme: return place == 1 ? themes.map { harmless($0.name, limit: 40) } : []
        case .clock: return place == 1 ? ["market", "utc"] : []
        case .mouse: return place == 1 ? ["on", "off"] : []
        case .zoom: return place == 1 ? CoverageZoom.allCases.map(\.name) : []
        case .layout: return place == 1 ? ScreenDivision.allCases.map(\.rawValue) : []
        case .dense: return place == 1 ? DensityChoice.allCases.map(\.rawValue) : []
        case .snooze: return place == 1 ? ["30", "2h", "1d", "open"] : []
        case .panel: return place == 1 ? ConsolePanel.allCases.map { $0.title.lowercased() } : []
        case .bind: return bindCompletions(place: place)
        case .unbind: return unbindCompletions(place: place)
        case .sort: return place == 1 ? ["name", "worst"] : []
        case .cancel: return place == 1 ? (status?.executions ?? []).filter { !$0.state.isEnd }.map(\.id) : []
        case .redrive:
            let known = (status?.executions ?? []).filter {
                AuditTransitionTable.redriven($0.state, keepsPlan: true) != nil
            }
            return place == 1 ? known.map(\.id) : []
        case .filter: return ["state:", "reason:", "calendar:", "symbol:"] + FilterQuery.states.map { "state:" + $0 }
        case .flaw: return place == 1 ? ["none"] + CaptureFlaw.usual.map(\.name) : []
        case .goto: return place == 1 ? ["now", "-1d", "-1h"] : []
        case .speed: return place == 1 ? ["0", "1", "10", "60", "300", "3600"] : []
        case .outage: return place == 1 ? ["5", "20", "60"] : []
        case .acknowledge, .stop: return []
        }
    }
}

/// How far two words are apart: letters put in, left out or changed.
func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
        var before = row[0]
        row[0] = i + 1
        for (j, other) in right.enumerated() {
            let changed = before + (letter == other ? 0 : 1)
            before = row[j + 1]
            row[j + 1] = min(changed, before + 1, row[j] + 1)
        }
    }
    return row[right.count]
}
