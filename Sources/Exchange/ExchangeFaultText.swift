import Pipeline

/// Why a text is no fault, as one sentence.
package struct FaultTextError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
}

extension ExchangeFault: CustomStringConvertible {
    /// How to write a fault.
    package static let grammar = """
        NAME[:arg][@FROM+DURATION][/SYMBOL][%RATE], NAME one of \(FaultWord.spellings); FROM 10:00 (exchange time, daily), \
        2019-02-12T15:00Z or +30 (minutes after the start); DURATION 90s, 20m, 2h or 1d; RATE a percentage
        """

    /// Reads `outage@10:00+20m`, `slow:400%5`, `nodata@+30+10m/AAPL`.
    package init(text: String) throws(FaultTextError) {
        var rest = text[...]
        var rate = 1.0
        if let percent = rest.lastIndex(of: "%") {
            rate = try Self.rate(rest[rest.index(after: percent)...])
            rest = rest[..<percent]
        }
        var symbol: SymbolName?
        if let slash = rest.firstIndex(of: "/") {
            let name = String(rest[rest.index(after: slash)...])
            guard let known = SymbolName(name) else {
                throw FaultTextError(
                    description:
                        "\"\(harmless(name, limit: 40))\" is no symbol: \(SymbolName.complaint(about: name) ?? "")")
            }
            symbol = known
            rest = rest[..<slash]
        }
        var window = Window.always
        if let at = rest.firstIndex(of: "@") {
            window = try Self.window(rest[rest.index(after: at)...])
            rest = rest[..<at]
        }
        self.init(try Self.kind(rest), window: window, symbol: symbol, rate: rate)
    }

    /// As it would be written.
    package var description: String {
        var text = kind.text
        switch window {
        case .always: break
        case .daily(let minute, let span):
            let digits = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            text += "@\(digits[0]):\(digits[1])+\(span.seconds)s"
        case .once(let from, let span): text += "@\(from.iso8601)+\(span.seconds)s"
        case .afterStart(let minutes, let span): text += "@+\(minutes)+\(span.seconds)s"
        }
        if let symbol { text += "/\(symbol.text)" }
        if rate < 1 { text += "%\(shortest(rate * 100))" }
        return text
    }

    /// Its name without argument; of a server's error its status.
    var spelling: String { String(kind.text.prefix { $0 != ":" }) }

    private static func kind(_ text: Substring) throws(FaultTextError) -> Kind {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let argument = parts.count > 1 ? parts[1] : nil
        guard let word = FaultWord(spelled: name) else {
            throw FaultTextError(description: "\"\(harmless(name, limit: 40))\" is no fault; write \(grammar)")
        }
        if argument != nil, !word.takesArgument {
            throw FaultTextError(description: "the fault \(harmless(name, limit: 40)) takes no argument")
        }
        switch word {
        case .outage: return .outage
        case .cut: return .cut
        case .slow:
            return .slow(milliseconds: try number(argument, of: name, unit: "milliseconds", within: 1...60_000))
        case .hang: return .hang
        case .serverError: return .serverError(Int(name) ?? 500)
        case .tooMany: return .tooMany
        case .badKey: return .badKey
        case .candlesForbidden: return .candlesForbidden
        case .noData: return .noData
        case .hole: return .hole(minutes: try number(argument ?? "60", of: name, unit: "minutes", within: 1...525_600))
        case .revised:
            return .revised(minutes: try number(argument ?? "60", of: name, unit: "minutes", within: 1...525_600))
        case .adjusted: return .adjusted
        case .zeros: return .zeros
        case .stale: return .stale(minutes: try number(argument ?? "10", of: name, unit: "minutes", within: 1...14_400))
        case .html: return .html
        case .redirect: return .redirect
        case .truncated: return .truncated
        case .malformed: return .malformed
        case .unequal: return .unequal
        case .duplicates: return .duplicates
        case .conflicts: return .conflicts
        case .unsorted: return .unsorted
        case .shifted:
            let minutes = try number(argument ?? "5", of: name, unit: "minutes", within: -1_440...1_440)
            guard minutes != 0 else { throw FaultTextError(description: "shifted by 0 minutes is no fault") }
            return .shifted(minutes: minutes)
        case .outside: return .outside
        case .absurd: return .absurd(try choice(argument, of: name))
        case .foreign: return .foreign
        case .oversized: return .oversized
        case .endless: return .endless
        case .compression: return .compression(try choice(argument, of: name))
        case .headers: return .headers(try choice(argument, of: name))
        case .escapes: return .escapes
        }
    }

    /// One of the words a fault may have after its colon.
    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: Substring?, of name: String
    ) throws(FaultTextError) -> Choice {
        guard let choice = text.flatMap({ Choice(rawValue: String($0)) }) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw FaultTextError(
                description: "\(name) needs one of \(words), as in \(name):\(words.prefix { $0 != "," })")
        }
        return choice
    }

    private static func number(
        _ text: Substring?, of name: String, unit: String, within range: ClosedRange<Int>
    ) throws(FaultTextError) -> Int {
        guard let text, let number = Int(text), range.contains(number) else {
            throw FaultTextError(
                description: "\(name) needs \(unit) from \(range.lowerBound) to \(range.upperBound), as in \(name):400")
        }
        return number
    }

    private static func rate(_ text: Substring) throws(FaultTextError) -> Double {
        guard let percent = Double(text), percent > 0, percent <= 100 else {
            throw FaultTextError(
                description: "the rate %\(harmless(String(text), limit: 40)) is no percentage above 0 to 100")
        }
        return percent / 100
    }

    private static func window(_ text: Substring) throws(FaultTextError) -> Window {
        guard let plus = text.lastIndex(of: "+"), plus != text.startIndex else {
            throw FaultTextError(
                description: "a window needs a duration, as in @10:00+20m, not @\(harmless(String(text), limit: 40))")
        }
        let span = try duration(text[text.index(after: plus)...])
        let from = text[..<plus]
        if from.first == "+" {
            guard let minutes = Int(from.dropFirst()), (0...5_256_000).contains(minutes) else { throw badFrom(from) }
            return .afterStart(minutes: minutes, span: span)
        }
        if from.contains("T") {
            guard let moment = moment(from) else { throw badFrom(from) }
            return .once(from: moment, span: span)
        }
        guard let minute = clock(from) else { throw badFrom(from) }
        guard span <= .minutes(1440) else {
            throw FaultTextError(description: "a daily window is no longer than a day")
        }
        return .daily(fromMinute: minute, span: span)
    }

    private static func badFrom(_ text: Substring) -> FaultTextError {
        FaultTextError(
            description: """
                "\(harmless(String(text), limit: 40))" is no beginning of a window: write 10:00, 2019-02-12T15:00Z or +30
                """)
    }

    private static func duration(_ text: Substring) throws(FaultTextError) -> MarketSpan {
        let seconds: Int64? =
            switch text.last {
            case "s": 1
            case "m": 60
            case "h": 3_600
            case "d": 86_400
            default: nil
            }
        guard let seconds, let count = Int64(text.dropLast()), count > 0, count <= 100_000 else {
            throw FaultTextError(
                description: "\"\(harmless(String(text), limit: 40))\" is no duration: write 90s, 20m, 2h or 1d")
        }
        return .seconds(count * seconds)
    }

    /// Minutes after midnight of `HH:MM`.
    private static func clock(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy({ (48...57).contains($0) }) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), parts.count == 2, hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    /// `2019-02-12T15:00Z`, with or without seconds.
    private static func moment(_ text: Substring) -> MarketTime? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].last == "Z", let date = CivilDate(String(parts[0])) else { return nil }
        let time = parts[1].dropLast()
        guard let minute = clock(time.prefix(5)) else { return nil }
        let seconds = time.dropFirst(5)
        if seconds.isEmpty { return date.startUTC + .minutes(Int64(minute)) }
        guard seconds.utf8.count == 3, seconds.first == ":", let second = Int64(seconds.dropFirst()),
            (0..<60).contains(second)
        else { return nil }
        return date.startUTC + .minutes(Int64(minute)) + .seconds(second)
    }
}
