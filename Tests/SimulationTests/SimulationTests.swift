import Simulation
import Testing

@Suite struct SimulationTests {
    @Test func everySeedIsCleanAndHealed() async {
        for seed in UInt64(0)..<10 {
            let report = await SimulatedWorld(Scenario(seed: seed)).run()
            #expect(report.isClean, "\(report)")
        }
    }

    @Test func oneSeedIsOneTrace() async {
        for seed in UInt64(3)..<5 {
            let first = await SimulatedWorld(Scenario(seed: seed)).run()
            let second = await SimulatedWorld(Scenario(seed: seed)).run()
            #expect(first.digest == second.digest && first.lines == second.lines, "\(first)")
        }
    }
}
