import Pipeline
import Terminal

/// A command while it is typed.
struct CommandLine: Hashable, Sendable {
    var text = ""
    /// What is wrong with it; empty where nothing is known to be.
    var complaint = ""
    /// Place in the history that is shown, from the newest; nil: the line itself.
    var place: Int?
    /// The line as it was before the history was looked through.
    var draft = ""
}

private let lineMax = 200
private let historyMax = 100

extension ConsoleState {
    mutating func typeCommand(_ key: Key, _ line: CommandLine) -> [ConsoleEffect] {
        var line = line
        line.complaint = ""
        switch key {
        case .escape, .control("c"):
            overlay = .nothing
            return []
        case .enter: return run(line)
        case .tab: complete(&line)
        case .up, .control("p"): look(&line, back: 1)
        case .down, .control("n"): look(&line, back: -1)
        case .backspace, .delete:
            // With nothing left to take away the palette closes, as in vi.
            guard !line.text.isEmpty else {
                overlay = .nothing
                return []
            }
            line.text.removeLast()
        case .control("u"): line.text = ""
        case .control("w"):
            while line.text.last == " " { line.text.removeLast() }
            while let last = line.text.last, last != " " { line.text.removeLast() }
        case .character(let character) where characterWidth(character) > 0: line.text.append(character)
        case .paste(let text): line.text += harmless(text, limit: lineMax)
        default: break
        }
        line.text = String(line.text.prefix(lineMax))
        overlay = .command(line)
        return []
    }

    /// As far as all that may stand there agree; a space where only one may.
    private func complete(_ line: inout CommandLine) {
        let offers = completions(of: line.text)
        guard let first = offers.first else { return }
        let common = offers.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        let head = line.text.lastIndex(of: " ").map { String(line.text[...$0]) } ?? ""
        line.text = head + common + (offers.count == 1 && !common.hasSuffix(":") ? " " : "")
    }

    private func look(_ line: inout CommandLine, back steps: Int) {
        let next = (line.place ?? -1) + steps
        guard next < commandHistory.count else { return }
        if line.place == nil { line.draft = line.text }
        line.place = next < 0 ? nil : next
        line.text = next < 0 ? line.draft : commandHistory[next]
    }

    private mutating func run(_ line: CommandLine) -> [ConsoleEffect] {
        let words = line.text.split(separator: " ").map(String.init)
        guard let name = words.first?.lowercased() else {
            overlay = .nothing
            return []
        }
        let text = words.joined(separator: " ")
        commandHistory.removeAll { $0 == text }
        commandHistory.insert(text, at: 0)
        if commandHistory.count > historyMax { commandHistory.removeLast() }
        overlay = .nothing
        let argument = words.dropFirst().joined(separator: " ")
        do throws(CommandComplaint) {
            if let verb = PaletteVerb(rawValue: name), !argument.isEmpty || verb.standsAlone {
                return try perform(verb, argument)
            }
            if let binding = KeyTable.bindings.first(where: { $0.name == name }) {
                guard argument.isEmpty else { throw CommandComplaint("\(name) takes no argument") }
                return perform(binding.action)
            }
            if let verb = PaletteVerb(rawValue: name) { throw CommandComplaint("\(name) \(verb.argument)") }
            if let verb = CommandLineVerb(rawValue: name) { return try perform(verb, argument) }
            throw CommandComplaint(unknown(name))
        } catch {
            // The line stays, so that it can be mended.
            overlay = .command(CommandLine(text: line.text, complaint: error.text))
            return []
        }
    }

    private func unknown(_ name: String) -> String {
        let nearest = paletteOffers.map(\.name).min { distance($0, name) < distance($1, name) }
        let known = nearest.map { distance($0, name) <= max(2, name.count / 2) ? ": \($0)?" : "" } ?? ""
        return "there is no \(harmless(name, limit: 24))\(known)"
    }
}

/// What is wrong with a command, and how it is written.
struct CommandComplaint: Error {
    var text: String

    init(_ text: String) { self.text = harmless(text, limit: 120) }
}

extension ConsoleState {
    private mutating func perform(_ verb: PaletteVerb, _ argument: String) throws(CommandComplaint) -> [ConsoleEffect] {
        let word = argument.lowercased()
        switch verb {
        case .theme:
            guard let theme = themes.first(where: { $0.name.lowercased() == word }) else {
                throw CommandComplaint("themes: " + themes.map(\.name).joined(separator: ", "))
            }
            self.theme = theme
        case .clock:
            guard word == "utc" || word == "market" else { throw CommandComplaint("clock market, or clock utc") }
            showsUTC = word == "utc"
        case .mouse:
            guard word == "on" || word == "off" else { throw CommandComplaint("mouse on, or mouse off") }
            return setMouse(word == "on")
        case .zoom:
            guard let level = CoverageZoom.allCases.first(where: { $0.name == word }) else {
                throw CommandComplaint("zoom year, month, day or hour")
            }
            openedFrom = []
            zoom(to: level)
        case .goto:
            do { try go(to: argument) } catch { throw CommandComplaint(error.text) }
        case .filter:
            if let complaint = FilterQuery(argument).complaint { throw CommandComplaint(complaint) }
            filter = argument
        case .sort:
            guard word == "name" || word == "worst" else { throw CommandComplaint("sort name, or sort worst") }
            order = word == "name" ? .name : .worstFirst
        case .layout:
            guard let division = ScreenDivision(rawValue: word) else {
                throw CommandComplaint("layouts: " + ScreenDivision.allCases.map(\.rawValue).joined(separator: ", "))
            }
            divide(division)
        case .dense:
            guard let choice = DensityChoice(rawValue: word) else { throw CommandComplaint("dense auto, on or off") }
            density = choice
        case .speed: return try setSpeed(word)
        case .snooze: return try snooze(word)
        case .acknowledge:
            askAcknowledgement()
            guard case .typing(var typed) = overlay else { break }
            // What is acknowledged is seen before Enter does it.
            typed.text = String(argument.prefix(StandingDecision.noteMax))
            overlay = .typing(typed)
        case .cancel: ask("Cancel", .cancel(execution: try listed(argument)))
        case .redrive:
            if argument.isEmpty { askRedrive() } else { ask("Continue", .redrive(execution: try listed(argument))) }
        case .stop:
            guard argument.isEmpty else { throw CommandComplaint("stop takes no argument") }
            ask("Stop", .stop)
        case .panel:
            guard let panel = ConsolePanel.allCases.first(where: { $0.title.lowercased() == word }) else {
                throw CommandComplaint("panels: " + ConsolePanel.allCases.map(\.title).joined(separator: ", "))
            }
            hidden.removeAll { $0 == panel }
            show(panel)
        case .flaw: try askFlaws(word)
        case .outage:
            guard let minutes = Int(word), (1...240).contains(minutes) else {
                throw CommandComplaint("outage 1 to 240")
            }
            askOutage(minutes: minutes)
        case .bind: return try bind(argument)
        case .unbind: return try unbind(argument)
        }
        return []
    }

    private mutating func perform(_ verb: CommandLineVerb, _ argument: String) throws(CommandComplaint)
        -> [ConsoleEffect]
    {
        guard let words = verb.onScreen else {
            throw CommandComplaint("\(verb.rawValue) is for a shell: kintsugi \(verb.rawValue) --help")
        }
        guard argument.isEmpty else { throw CommandComplaint("\(verb.rawValue) takes no argument here") }
        let parts = words.split(separator: " ").map(String.init)
        if parts.count == 2, let own = PaletteVerb(rawValue: parts[0]) { return try perform(own, parts[1]) }
        return KeyTable.bindings.first { $0.name == words }.map { perform($0.action) } ?? []
    }

    /// An execution by its id.
    private func listed(_ id: String) throws(CommandComplaint) -> String {
        guard status?.executions.contains(where: { $0.id == id }) ?? false else {
            throw CommandComplaint("no execution \(id) is listed: see panel 2")
        }
        return id
    }

    private mutating func askFlaws(_ word: String) throws(CommandComplaint) {
        let flaws = word == "none" ? [] : word.split(separator: ",").map { labFlaw(String($0)) }
        guard flaws.allSatisfy({ $0 != nil }) else { throw CommandComplaint(CaptureFlaw.grammar) }
        askFlaws(flaws.compactMap { $0 })
    }

    private mutating func setSpeed(_ word: String) throws(CommandComplaint) -> [ConsoleEffect] {
        guard let speed = Double(word.hasPrefix("×") || word.hasPrefix("x") ? String(word.dropFirst()) : word),
            speed >= 0, speed <= 3_600
        else { throw CommandComplaint("speed 0 to 3600") }
        guard status?.simulated ?? false else { return refuse("only a simulated market has a speed") }
        guard !readOnly else { return refuseReadOnly() }
        return [.order(OperatorOrder(.setSpeed(speed), by: operatorName))]
    }

    private mutating func snooze(_ word: String) throws(CommandComplaint) -> [ConsoleEffect] {
        guard let end = SnoozeEnd(parsing: word) else { throw CommandComplaint("snooze 30, 2h, 1d or open") }
        askSnooze()
        guard case .typing(let typed) = overlay, case .snooze(let key) = typed.purpose else { return [] }
        return order(.snooze(alarm: key, end, note: ""), verb: typed.verb)
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
