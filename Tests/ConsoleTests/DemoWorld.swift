import Console
import Engine
import Pipeline
import Terminal

/// A seeded generator, so that every run of a test sees the same world.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A small market with every state a cell can have: Tuesday 2019-02-12, 10:42 in New York.
struct DemoWorld {
    static let names = [
        "AAPL", "AMD", "AMZN", "BA", "BAC", "C", "CAT", "CSCO", "CVX", "DIS", "F", "GE", "GOOG", "GS", "HD", "IBM",
        "INTC",
        "JNJ", "JPM", "KO", "MCD", "MSFT", "NKE", "NVDA", "ORCL", "PFE", "T", "TSLA", "WMT", "XOM",
    ]
    /// 2019-02-12T15:42:20Z
    static let now = MarketTime(seconds: 1_549_986_140)

    var status = PipelineStatus()
    var masks: [MaskRow] = []

    init(symbols: Int = 24, pairs: Int = 2, busy: Bool = true, now: MarketTime = Self.now) {
        status.sourceName = "simulated exchange"
        status.simulated = true
        status.clock.now = now
        status.clock.speed = 60
        status.clock.isOpen = true
        status.coverageVersion = 7
        let birth = Minute(now.minute.index - 12 * 1_440)
        let end = Minute(Int64.max / 128)
        for index in 0..<symbols {
            let name = index < Self.names.count ? Self.names[index] : "S\(1_000 + index)"
            add(name, .xnys, birth..<end)
        }
        for name in ["BTC-USD", "ETH-USD", "SOL-USD"].prefix(pairs) { add(name, .alwaysOpen, birth..<end) }
        fill(now: now)
        flow(now)
        talk(now, busy: busy)
    }

    private mutating func add(_ name: String, _ calendar: CalendarName, _ life: Range<Minute>) {
        guard let symbol = SymbolName(name) else { return }
        let last = Minute(status.clock.now.minute.index - 1)
        status.universe.append(UniverseMember(symbol: symbol, calendar: calendar, lifetime: life, lastBar: last))
    }

    private mutating func fill(now: MarketTime) {
        var random = Seeded(5)
        for (index, member) in status.universe.enumerated() {
            for hour in (now.hour.index - 290)...now.hour.index {
                masks.append(partition(member, hour, index, now, &random))
            }
        }
        status.coverage = SlotCounts(
            expected: 93_600, present: 92_216, pending: 60, missing: 870, quiet: 177, unrepairable: 277, healed: 2_400,
            sampled: 0)
    }

    private func partition(
        _ member: UniverseMember, _ hour: Int64, _ index: Int, _ now: MarketTime, _ random: inout Seeded
    ) -> MaskRow {
        var row = MaskRow(symbol: member.symbol.text, hour: hour, present: ~0, version: hour)
        if hour == now.hour.index { row.present = (1 << UInt64(now.minute.offset - 1)) - 1 }
        let back = now.hour.index - hour
        let dice = random.next() % 100
        var bits: UInt64 = 0
        for _ in 0..<(1 + random.next() % 4) { bits |= 1 << (random.next() % 58) }
        bits &= row.present
        if dice < 45 { row.healed = bits }
        if back < 3, dice >= 70 { row.present &= ~bits }
        if dice >= 96, back > 3 { row.present &= ~bits }
        if dice == 95 { (row.present, row.quiet) = (row.present & ~bits, bits) }
        if index == 7, back > 20, back < 28 { row.present &= 0x0000_00FF_FFFF_FFFF }
        if index == 12, back > 44, back < 49 { (row.present, row.unrepairable) = (row.present & ~0xFF00, 0xFF00) }
        if index == 4, back > 90, back < 95 { row.present = UInt64(3) << UInt64(index) }
        if member.calendar == .alwaysOpen, dice > 90 { row.present &= ~bits }
        row.healed &= row.present
        return row
    }

    private mutating func flow(_ now: MarketTime) {
        status.appendedPerMinute = (0..<60).map { 24 + (($0 * 7) % 11) * 9 - ($0 > 30 && $0 < 36 ? 20 : 0) }
        for (index, stream) in ["quotes", "quotes", "repairs", "failures", "operator"].enumerated() {
            status.streams.append(
                ShardStatus(
                    stream: stream, shard: index == 1 ? 1 : 0, appended: Int64(120_431 / (index + 1)),
                    delivered: Int64(120_431 / (index + 1)) - (index == 0 ? 180 : 0),
                    oldestSeconds: index == 0 ? 42 : 0,
                    records: 4_000, bytes: 1_234_567))
        }
        status.lagRecords = 180
        status.lagSeconds = 42
        status.source.callsLeft = 41
        status.source.callsLimit = 60
        status.nextAudit = MarketTime(seconds: now.seconds + 1_360)
        score()
        status.lake.diskLeft = 48_200_000_000
    }

    private mutating func score() {
        var score = HealingScore()
        (score.gapsFound, score.slotsLost, score.slotsHealed) = (812, 2_611, 2_400)
        (score.repairCalls, score.quietCalls, score.secondsToHeal) = (903, 31, 2_400 * 340)
        (score.slotsDetected, score.secondsToDetect, score.falseAlarms) = (2_480, 2_480 * 130, 17)
        (score.slotsLostAway, score.slotsHealedAway) = (1_170, 1_170)
        status.healing = score
        for back in 0..<4 {
            var day = HealingDay(day: status.clock.now.seconds / 86_400 - Int64(3 - back))
            (day.score.gapsFound, day.score.slotsLost, day.score.slotsHealed) = (90 + back, 300 + 7 * back, 300 - back)
            (day.score.repairCalls, day.score.secondsToHeal) = (104, 300 * Int64(200 + 40 * back))
            status.healingDays.append(day)
        }
        status.flaws = [CaptureFlaw(kind: .dropOne, rate: 1, seed: 7, control: SymbolName("AAPL"))]
    }

    private mutating func talk(_ now: MarketTime, busy: Bool) {
        let began = MarketTime(seconds: now.seconds - 95)
        if busy {
            status.executions.append(
                ExecutionStatus(
                    id: "exec-0018", trigger: "grace", state: .repairing, attempt: 2, gaps: 17, slots: 24,
                    settledSlots: 15,
                    callsDone: 3, callsPlanned: 6, began: began, waitsFor: "the call budget: 2 calls, 4 s"))
            status.alarms.append(
                AlarmStatus(
                    key: "symbol/GOOG", severity: .ticket, scope: "GOOG", reason: "no candle access for 2019-02-08",
                    slots: 32,
                    raised: MarketTime(seconds: now.seconds - 7_300), command: "kintsugi gaps --symbol GOOG",
                    selection: status.universe.first.map {
                        SlotSelection(symbols: [$0.symbol], minutes: now.hour.minutes)
                    }))
        }
        for (index, state) in [AuditState.healed, .succeeded, .waiting, .failed, .cancelled].enumerated() {
            let at = MarketTime(seconds: now.seconds - Int64(index + 1) * 2_500)
            status.executions.append(
                ExecutionStatus(
                    id: "exec-00\(17 - index)", trigger: index == 3 ? "operator ana" : "hourly", state: state,
                    gaps: 3, slots: state == .succeeded ? 0 : 12 + index, settledSlots: state == .succeeded ? 0 : 12,
                    began: at, ended: MarketTime(seconds: at.seconds + 74)))
        }
        status.alarms.append(
            AlarmStatus(
                key: "source/outage", severity: .page, scope: "simulated exchange", reason: "does not answer",
                raised: MarketTime(seconds: now.seconds - 90_000), cleared: MarketTime(seconds: now.seconds - 89_000)))
        let texts = [
            "healed 12 slots of AMZN, CSCO and 3 more in 4 calls", "audit began: 17 gaps, 24 slots",
            "landed quotes-0 through 120,251", "rebuilt 9 derived rows", "repair of AAPL 11:00 ordered",
            "settled 2019-02-11: 14 bars revised", "quiet: KO 11:17, second witness",
            "the source does not answer (timed out)",
        ]
        for (index, text) in (texts + texts).enumerated() {
            status.log.append(
                LogLine(
                    number: Int64(900 - index), at: MarketTime(seconds: now.seconds - Int64(index) * 70),
                    who: index % 8 == 4 ? "ana" : "pipeline", text: text))
        }
        if busy { mark(now) }
    }

    /// Some of what is missing in the newest hours is under repair.
    private mutating func mark(_ now: MarketTime) {
        for row in masks where row.hour == now.hour.index - 1 && row.present != ~0 {
            guard let symbol = SymbolName(row.symbol), row.symbol.utf8.count.isMultiple(of: 2) else { continue }
            status.repairing.append(RepairingPartition(symbol: symbol, hour: Hour(row.hour), slots: ~row.present))
        }
    }

    /// What the reader answers for a load.
    func rows(_ symbols: [SymbolName], _ hours: Range<Hour>) -> [MaskRow] {
        let names = symbols.map(\.text)
        return masks.filter { names.contains($0.symbol) && hours.contains(Hour($0.hour)) }
    }

    /// What the reader answers when asked why slots were lost.
    func reasons(_ symbols: [SymbolName], _ hours: Range<Hour>) -> [SymbolName: [String]] {
        var reasons: [SymbolName: [String]] = [:]
        for (index, symbol) in symbols.enumerated() where index % 5 == 3 { reasons[symbol] = ["flaw", "timed-out"] }
        return reasons
    }

    /// What the reader answers for an inspection.
    func inspection(_ symbol: SymbolName, _ minutes: Range<Minute>) -> Inspection {
        let hour = minutes.lowerBound.hour
        guard let row = masks.first(where: { $0.symbol == symbol.text && $0.hour == hour.index }) else {
            return Inspection()
        }
        var result = Inspection()
        var price = 171.0
        var random = Seeded(UInt64(hour.index))
        for offset in 0..<60 {
            price += Double(Int(random.next() % 100) - 48) / 200
            let bit: UInt64 = 1 << UInt64(offset)
            let minute = hour.firstMinute.index + Int64(offset)
            let healed = row.healed & bit != 0
            if row.present & bit == 0 || healed {
                result.notes.append(
                    SlotNote(
                        symbol: symbol.text, minute: minute, attempts: healed ? 1 : 2,
                        reason: offset % 3 == 0 ? "timed-out" : "flaw"))
            }
            guard row.present & bit != 0 else { continue }
            let from = Provenance(
                source: "simulated", purpose: healed ? "repair" : "live", execution: healed ? "exec-0017" : "",
                attempt: healed ? 1 : 0, object: "raw/repairs/hour=2019-02-12T15/3.0-11-19.ndjson.gz",
                received: (minute + 70) * 60_000_000)
            result.bars.append(
                BarRow(
                    symbol: symbol.text, minute: minute, open: price - 0.1, high: price + 0.2, low: price - 0.3,
                    close: price,
                    volume: 1_200, sampled: false, revision: 0, provenance: from))
        }
        let start = minutes.lowerBound.index
        result.derived = [
            DerivedRow(
                span: .hourly, symbol: symbol.text, start: start, end: start + 60, volume: 70_000, vwap: 171.02,
                expected: 60,
                present: row.present.nonzeroBitCount, healed: row.healed.nonzeroBitCount,
                completeness: row.present == ~0 ? "whole" : "holed"),
            DerivedRow(
                span: .market, symbol: "XNYS", start: start, end: start + 60, expected: 1_440, present: 1_436,
                completeness: "holed", meanLogReturn: 0.0004, rose: 15, fell: 9),
        ]
        return result
    }

    /// What the reader answers when asked for facts.
    func facts(_ asked: FactQuestion) -> FactSheet {
        var sheet = FactSheet()
        for (index, symbol) in asked.symbols.enumerated() {
            var random = Seeded(UInt64(index + 3))
            var price = 40.0 + Double(index) * 7
            for session in TradingCalendar.named(asked.calendar).sessions(overlapping: asked.minutes) {
                var day: [DerivedRow] = []
                for hour in session.minutes.hours where hour.firstMinute < status.clock.now.minute {
                    let open = price
                    price += Double(Int(random.next() % 100) - 47) / 60
                    let here = hour.minutes.clamped(to: session.minutes)
                    day.append(
                        DerivedRow(
                            span: .hourly, symbol: symbol.text, start: here.lowerBound.index,
                            end: here.upperBound.index,
                            open: open, high: max(open, price) + 0.2, low: min(open, price) - 0.3, close: price,
                            volume: 70_000, vwap: (open + price) / 2, expected: here.count,
                            present: here.count - index % 3,
                            healed: (hour.index + Int64(index)) % 9 == 0 ? 2 : 0,
                            completeness: index % 3 == 0 ? "whole" : "holed"))
                }
                guard let first = day.first, let last = day.last else { continue }
                sheet.hours[symbol, default: []] += day
                sheet.sessions[symbol, default: []].append(
                    DerivedRow(
                        span: .session, symbol: symbol.text, start: session.minutes.lowerBound.index,
                        end: session.minutes.upperBound.index, open: first.open, high: day.compactMap(\.high).max(),
                        low: day.compactMap(\.low).min(), close: last.close, vwap: last.vwap,
                        expected: session.minutes.count, present: day.reduce(0) { $0 + $1.present },
                        completeness: "open"))
            }
        }
        sheet.market = (sheet.hours[asked.symbols.first ?? cursorless] ?? []).map { row in
            DerivedRow(
                span: .market, symbol: asked.calendar.rawValue, start: row.start, end: row.end, expected: 1_440,
                present: 1_436, completeness: "holed", meanLogReturn: 0.0004, rose: 15, fell: 9)
        }
        return sheet
    }

    private var cursorless: SymbolName { status.universe[0].symbol }

    /// What the reader answers when asked for the journal of an execution.
    func journal(_ id: String) -> [JournalLine] {
        guard let status = status.executions.first(where: { $0.id == id }) else { return [] }
        let steps: [AuditState] = [.checking, .planning, .repairing, .landing, .rechecking, status.state]
        return steps.enumerated().map { place, state in
            JournalLine(
                subject: "execution/\(id)", at: status.began.microseconds + Int64(place) * 9_000_000,
                event: state.rawValue, payload: Array("{}".utf8), closes: state.isEnd)
        }
    }

    /// A console that has heard this world and whose questions were answered.
    func console(columns: Int, rows: Int, theme: Theme = .kintsugi, readOnly: Bool = false) -> ConsoleStateMachine {
        var machine = ConsoleStateMachine(
            theme: theme, themes: Theme.builtIn, operatorName: "ana", columns: columns, rows: rows, readOnly: readOnly)
        _ = feed(&machine, .status(status))
        return machine
    }

    /// Hands over one event, answers what is asked of the reader, and returns the other effects.
    func feed(_ machine: inout ConsoleStateMachine, _ event: ConsoleEvent) -> [ConsoleEffect] {
        var waiting = machine.handle(event)
        var others: [ConsoleEffect] = []
        var rounds = 0
        while !waiting.isEmpty, rounds < 2_000 {
            rounds += 1
            switch waiting.removeFirst() {
            case .load(let symbols, let hours):
                waiting += machine.handle(.cells(rows(symbols, hours), hours: hours, symbols: symbols))
            // More than changed is harmless.
            case .loadChanges(_, let hours):
                waiting += machine.handle(.changed(rows(status.universe.map(\.symbol), hours)))
            case .loadReasons(let symbols, let hours):
                waiting += machine.handle(.reasons(reasons(symbols, hours), hours: hours))
            case .readFacts(let asked): waiting += machine.handle(.facts(facts(asked), asked))
            case .readJournal(let id): waiting += machine.handle(.journal(execution: id, journal(id)))
            case .inspect(let symbol, let minutes):
                waiting += machine.handle(.inspected(symbol, minutes, inspection(symbol, minutes)))
            case let other: others.append(other)
            }
        }
        return others
    }

    /// Types characters one after the other.
    func type(_ text: String, into machine: inout ConsoleStateMachine) -> [ConsoleEffect] {
        text.flatMap { feed(&machine, .screen(.key(.character($0)))) }
    }
}
