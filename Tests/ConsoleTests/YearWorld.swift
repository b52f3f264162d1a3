import Console
import Engine
import Pipeline
import Terminal

/// Many symbols over a year, whose masks are worked out when they are asked for: whole but for what is named.
struct YearWorld {
    var status = PipelineStatus()
    /// Slots missing, by symbol and hour.
    var holes: [String: [Int64: UInt64]] = [:]
    /// Partitions asked for, in symbols times hours.
    private(set) var read = 0

    /// 2019-02-12T15:42:20Z, as in `DemoWorld`; data is expected from a year before.
    init(symbols: Int) {
        let now = DemoWorld.now
        status.sourceName = "simulated exchange"
        status.simulated = true
        status.clock.now = now
        status.clock.isOpen = true
        status.coverageVersion = 7
        let birth = Minute(now.minute.index - 366 * 1_440)
        for index in 0..<symbols {
            guard let symbol = SymbolName("S\(1_000 + index)") else { continue }
            status.universe.append(
                UniverseMember(
                    symbol: symbol, calendar: .xnys, lifetime: birth..<Minute(Int64.max / 128),
                    lastBar: Minute(now.minute.index - 1)))
        }
    }

    mutating func hole(_ symbol: String, _ time: String, slots: UInt64 = 0b111) {
        guard let at = MarketTime(parsing: time) else { return }
        holes[symbol, default: [:]][at.hour.index] = slots
    }

    private func rows(_ symbols: [SymbolName], _ hours: Range<Hour>) -> [MaskRow] {
        let newest = status.clock.now.hour.index
        var rows: [MaskRow] = []
        for symbol in symbols {
            for hour in hours.lowerBound.index..<hours.upperBound.index
            where hour <= newest && (13...21).contains(hour % 24) {
                var row = MaskRow(symbol: symbol.text, hour: hour, present: ~0)
                if hour == newest { row.present = (1 << UInt64(status.clock.now.minute.offset)) - 1 }
                row.present &= ~(holes[symbol.text]?[hour] ?? 0)
                rows.append(row)
            }
        }
        return rows
    }

    func console(columns: Int, rows: Int, theme: Theme = .kintsugi) -> ConsoleStateMachine {
        ConsoleStateMachine(
            theme: theme, themes: Theme.builtIn, operatorName: "ana", columns: columns, rows: rows, readOnly: false)
    }

    /// Hands over one event and answers what is asked of the reader.
    @discardableResult
    mutating func feed(_ machine: inout ConsoleStateMachine, _ event: ConsoleEvent) -> [ConsoleEffect] {
        var waiting = machine.handle(event)
        var others: [ConsoleEffect] = []
        var rounds = 0
        while !waiting.isEmpty, rounds < 2_000 {
            rounds += 1
            switch waiting.removeFirst() {
            case .load(let symbols, let hours):
                read += symbols.count * hours.count
                waiting += machine.handle(.cells(self.rows(symbols, hours), hours: hours, symbols: symbols))
            case .loadChanges(_, let hours):
                let changed = status.universe.map(\.symbol).filter { holes[$0.text] != nil }
                waiting += machine.handle(.changed(self.rows(changed, hours)))
            case .inspect: break
            case let other: others.append(other)
            }
        }
        return others
    }

    @discardableResult
    mutating func press(_ machine: inout ConsoleStateMachine, _ keys: Key...) -> [ConsoleEffect] {
        keys.flatMap { feed(&machine, .screen(.key($0))) }
    }

    @discardableResult
    mutating func type(_ machine: inout ConsoleStateMachine, _ text: String) -> [ConsoleEffect] {
        text.flatMap { feed(&machine, .screen(.key(.character($0)))) }
    }
}
