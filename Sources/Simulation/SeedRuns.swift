/// Many worlds, some of them side by side. Each is one task from its first step to its last, so that nothing depends on
/// the scheduler.
package enum SeedRuns {
    /// The reports of these seeds in their order.
    /// - Parameters:
    ///   - width: how many run side by side.
    ///   - change: what is to be otherwise than the seed chose.
    ///   - tell: each report as it comes, in no order.
    package static func reports(
        of seeds: some Collection<UInt64>, width: Int = 4,
        changing change: @escaping @Sendable (inout Scenario) -> Void = { _ in },
        tell: (RunReport) -> Void = { _ in }
    ) async -> [RunReport] {
        await withTaskGroup(of: (Int, RunReport).self) { group in
            var reports = [RunReport?](repeating: nil, count: seeds.count)
            var waiting = Array(seeds.enumerated())[...]
            for (place, seed) in waiting.prefix(width) { group.addTask { (place, await run(seed, change)) } }
            waiting = waiting.dropFirst(width)
            while let (place, report) = await group.next() {
                reports[place] = report
                tell(report)
                if let (place, seed) = waiting.popFirst() { group.addTask { (place, await run(seed, change)) } }
            }
            return reports.compactMap { $0 }
        }
    }

    private static func run(_ seed: UInt64, _ change: @Sendable (inout Scenario) -> Void) async -> RunReport {
        var scenario = Scenario(seed: seed)
        change(&scenario)
        return await SimulatedWorld(scenario).run()
    }
}
