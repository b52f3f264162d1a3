import Pipeline
import Terminal

/// What goes wrong on purpose, as it is being chosen; it is in force once it was ordered.
struct FlawLab: Hashable, Sendable {
    /// One of each kind, whether chosen or not.
    var flaws = CaptureFlaw.usual
    var chosen: [Bool] = CaptureFlaw.usual.map { _ in false }
    var seed: UInt64 = 1
    var outageMinutes = 5
    /// Whether anything was changed by hand; until then it shows what is in force.
    var isTouched = false

    static let seedLine = CaptureFlaw.usual.count
    static let outageLine = seedLine + 1
    static let lines = outageLine + 1
}

extension ConsoleState {
    private var labLine: Int { min(listLine[.lab] ?? 0, FlawLab.lines - 1) }

    /// What would be ordered: the flaws chosen, with the seed, and the symbol that is never lost.
    var labFlaws: [CaptureFlaw] {
        let lab = labShown
        return zip(lab.flaws, lab.chosen).filter(\.1).map { flaw, _ in
            CaptureFlaw(kind: flaw.kind, rate: flaw.rate, seed: lab.seed, control: controlSymbol)
        }
    }

    private var controlSymbol: SymbolName? {
        let spy = SymbolName("SPY").flatMap { members[$0]?.symbol }
        return status?.flaws.first { $0.control != nil }?.control ?? spy ?? status?.universe.first?.symbol
    }

    /// A flaw as it is written, with the seed of the lab; nil where it is none.
    func labFlaw(_ text: String) -> CaptureFlaw? {
        CaptureFlaw.parse(text, seed: labShown.seed, control: controlSymbol)
    }

    /// What is in force as long as nothing was chosen by hand.
    private var labShown: FlawLab {
        guard !lab.isTouched, let flaws = status?.flaws else { return lab }
        var shown = lab
        for (place, usual) in shown.flaws.enumerated() {
            guard let inForce = flaws.first(where: { $0.name == usual.name }) else { continue }
            shown.flaws[place] = inForce
            shown.chosen[place] = true
            shown.seed = inForce.seed
        }
        return shown
    }

    mutating func switchFlaw() {
        guard labLine < lab.flaws.count else { return }
        lab = labShown
        lab.isTouched = true
        lab.chosen[labLine].toggle()
    }

    /// Left and right: a lower or higher rate, a shorter or longer span, another seed.
    mutating func turnLab(_ steps: Int) {
        lab = labShown
        lab.isTouched = true
        switch labLine {
        case FlawLab.seedLine: lab.seed = UInt64(max(0, Int64(clamping: lab.seed) + Int64(steps)))
        case FlawLab.outageLine: lab.outageMinutes = min(240, max(1, lab.outageMinutes + steps))
        default:
            let rates = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
            let flaw = lab.flaws[labLine]
            switch flaw.kind {
            case .burst(let from, let minutes):
                lab.flaws[labLine].kind = .burst(from: from, minutes: min(390, max(1, minutes + steps * 5)))
            case .stall(let from, let minutes):
                lab.flaws[labLine].kind = .stall(from: from, minutes: min(390, max(1, minutes + steps * 5)))
            case .dropOne, .dropRandom, .duplicate, .late, .corrupt:
                let next = steps > 0 ? rates.first { $0 > flaw.rate } : rates.last { $0 < flaw.rate }
                lab.flaws[labLine].rate = next ?? flaw.rate
            }
        }
    }

    mutating func askLab() {
        if labLine == FlawLab.outageLine { askOutage(minutes: labShown.outageMinutes) } else { askFlaws(labFlaws) }
    }

    mutating func askFlaws(_ flaws: [CaptureFlaw]) {
        if mayGoWrong() { ask("Flaws", .setFlaws(flaws)) }
    }

    mutating func askOutage(minutes: Int) {
        if mayGoWrong() { ask("Outage", .startOutage(minutes: minutes)) }
    }

    /// Whether things may go wrong on purpose here; says why not.
    private mutating func mayGoWrong() -> Bool {
        guard let status else { return false }
        if !status.simulated {
            say("with a real source nothing goes wrong on purpose", role: .warning)
        } else if readOnly {
            _ = refuseReadOnly()
        } else {
            return true
        }
        return false
    }

    /// The lines that can be chosen stand above what came of them and the keys.
    func labListArea(_ area: Area) -> Area { area.splitRows(max(1, area.rows - 2)).top }

    func drawLab(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0, let status else { return }
        guard status.simulated else {
            grid.write(
                "with a real source nothing goes wrong on purpose", column: area.column, row: area.row, role: .dim,
                limit: area.columns)
            return
        }
        let lab = labShown
        var lines: [[Span]] = zip(lab.flaws, lab.chosen).map { flaw, isChosen in
            let inForce = status.flaws.contains { $0.kind == flaw.kind && $0.rate == flaw.rate }
            return [
                Span(isChosen ? "■ " : "□ ", isChosen ? .gold : .dim), Span(Wording.padded(flaw.name, to: 13), .text),
                Span(Wording.padded(Self.measure(flaw), to: 26), .value), Span(inForce ? "in force" : "", .good),
            ]
        }
        lines.append([Span("  "), Span(Wording.padded("seed", to: 13), .text), Span("\(lab.seed)", .value)])
        lines.append([
            Span("  "), Span(Wording.padded("outage", to: 13), .text), Span("\(lab.outageMinutes) min", .value),
            Span("  Enter starts it", .hint),
        ])
        guard let view = listView(.lab, area) else { return }
        for line in view.shown {
            let here = focus == .lab && line == labLine
            grid.write(
                [Span(here ? "▸" : " ", .cursor)] + lines[line], column: area.column,
                row: view.row(of: line), limit: area.columns)
        }
        guard area.rows > 2 else { return }
        let healing = status.healing
        grid.write(
            [
                Span("lost ", .dim), Span(Wording.count(healing.slotsLost - healing.slotsLostAway), .value),
                Span("  healed ", .dim), Span(Wording.count(healing.slotsHealed - healing.slotsHealedAway), .gold),
                Span("  since start, without what was lost while away", .dim),
            ], column: area.column + 1, row: area.endRow - 2, limit: area.columns - 1)
        grid.write(
            [
                Span("space", .key), Span(" choose  ", .hint), Span("← →", .key), Span(" rate, span  ", .hint),
                Span("Enter", .key), Span(" order", .hint),
            ], column: area.column + 1, row: area.endRow - 1, limit: area.columns - 1)
    }

    /// `1 in 20`, `20 min from minute 60`
    private static func measure(_ flaw: CaptureFlaw) -> String {
        switch flaw.kind {
        case .burst(let from, let minutes), .stall(let from, let minutes): return "\(minutes) min from minute \(from)"
        case .dropOne: return flaw.rate >= 1 ? "every minute" : "\(Int(flaw.rate * 100)) % of minutes"
        case .dropRandom, .duplicate, .late, .corrupt: return "\(Int((flaw.rate * 100).rounded())) % of slots"
        }
    }
}
