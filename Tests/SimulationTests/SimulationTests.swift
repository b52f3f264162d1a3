import Engine
import Exchange
import Pipeline
import Simulation
import Testing

@Suite struct SimulationTests {
    /// Seeds that once found a fault of the pipeline, and what they found.
    private static let remembered: [UInt64: String] = [
        6: "an hourly audit that was due while the source was away kept the process busy",
        14: "candles that were refused once were never asked for again",
        17: "the alarm of a store outlived the process that raised it, and the trouble",
        33: "the alarm of an outage outlived the process that raised it, and the outage",
        84: "a row stayed open where nobody looked at it after its grace",
    ]

    /// Five hundred worlds, and everything that can go wrong goes wrong in one of them.
    @Test func fiveHundredSeedsAreCleanAndEverythingOccurs() async {
        var occurred = Occurrences()
        for report in await SeedRuns.reports(of: 0..<500) {
            occurred += report.occurred
            #expect(report.isClean, "\(Self.remembered[report.seed] ?? "") \(report)")
        }
        // Raw that is kept for minutes only: what is deleted was sealed, and seals and the rest of raw make the same again.
        for report in await SeedRuns.reports(of: 600..<604, changing: { $0.rawRetention = .minutes(15) }) {
            #expect(report.isClean, "\(report)")
            occurred += report.occurred
        }
        // Places at which no process has ended by chance are sought on purpose.
        for seed in UInt64(700)..<716 {
            let left = CrashPoint.all.filter { !occurred.crashPoints.contains($0) }
            guard !left.isEmpty else { break }
            let turn = Int(seed) * 3 % left.count
            let points = Array((left[turn...] + left[..<turn]).prefix(4))
            let reports = await SeedRuns.reports(of: [seed]) { scenario in
                scenario.rawRetention = .minutes(10)
                scenario.end(at: points)
            }
            for report in reports {
                #expect(report.isClean, "\(report)")
                occurred += report.occurred
            }
        }
        #expect(FaultWord.allCases.filter { !occurred.exchangeFaults.contains($0) } == [])
        #expect(CrashPoint.all.filter { !occurred.crashPoints.contains($0) } == [])
        #expect(occurred.storeFaults == [.full, .readOnly, .unavailable, .locked])
        #expect(occurred.flaws == Set(CaptureFlaw.usual.map(\.name)))
        #expect(AuditTransitionTable.arrows.filter { !occurred.arrows.contains($0) && !Self.isMomentary($0) } == [])
        #expect(occurred.kills > 0 && occurred.stops > 0 && occurred.sleeps > 0)
        #expect(occurred.trimmedRecords > 10_000 && occurred.sealedObjects > 100)
        #expect(occurred.derangements > 0 && occurred.damagedObjects > 0 && occurred.rebuilt > 20)
    }

    /// An execution passes through these two within one step, so that no order can find it there.
    private static func isMomentary(_ arrow: AuditTransitionTable.Arrow) -> Bool {
        arrow.event == .cancelled && (arrow.from == .planning || arrow.from == .rechecking)
    }

    @Test func oneSeedIsOneTrace() async {
        for seed: UInt64 in [3, 8, 28] {
            let reports = await SeedRuns.reports(of: [seed, seed])
            #expect(reports[0].digest == reports[1].digest && reports[0].lines == reports[1].lines, "seed \(seed)")
            #expect(reports[0].lines > 1_000)
        }
        let others = await SeedRuns.reports(of: [1, 2])
        #expect(others[0].digest != others[1].digest)
    }

    /// A history that was broken and healed reads like one that was never broken, byte for byte.
    @Test func healedEqualsNeverBroken() async {
        for seed in UInt64(200)..<206 {
            var scenario = Scenario(seed: seed, long: true, capture: .candles)
            // What the exchange itself shows otherwise for a while is another history.
            scenario.exchangeFaults.removeAll { fault in
                switch fault.kind {
                case .revised, .adjusted: true
                default: false
                }
            }
            let broken = SimulatedWorld(scenario)
            let whole = SimulatedWorld(scenario.unbroken)
            let report = await broken.run()
            #expect(report.isClean, "\(report)")
            let calm = await whole.run()
            #expect(calm.isClean && calm.occurred.exchangeFaults.isEmpty, "\(calm)")
            let (healed, unbroken) = (broken.exportedValues(), whole.exportedValues())
            #expect(unbroken.count > 20_000)
            let isSame = healed == unbroken
            #expect(isSame, "seed \(seed): \(Self.firstDifference(healed, unbroken))")
        }
    }

    private static func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> String {
        let lines = [left, right].map {
            $0.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
        let pair = zip(lines[0], lines[1]).first { $0 != $1 }
        return "\(lines[0].count) and \(lines[1].count) lines, first \(String(describing: pair))"
    }
}
