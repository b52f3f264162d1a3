import Foundation
import Testing

/// Seeded runs at the command line.
@Suite struct CommandLineSimulateTests {
    @Test func aSeedIsToldInJSONAndTracedStepByStep() async throws {
        let call = try await Program.call("simulate", "--seeds", "3..<5", "--json", "--jobs", "1")
        #expect(call.code == 0 && call.errors.isEmpty, "\(call.errors)")
        var steps: [Int: Int] = [:]
        for line in call.lines {
            let run = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(run["clean"] as? Bool == true && (run["violations"] as? [Any])?.isEmpty == true)
            steps[try #require(run["seed"] as? Int)] = run["steps"] as? Int
        }
        #expect(steps.keys.sorted() == [3, 4])
        // The same seed is the same run: as many lines as it has steps stand between what it is up against and its end.
        let trace = try await Program.call("simulate", "--seeds", "3", "--trace")
        #expect(trace.code == 0, "\(trace.errors)")
        let told = trace.lines.filter { $0.prefix(9).contains(":") && $0.dropFirst(2).first == ":" }
        #expect(told.count == steps[3])
        #expect(trace.lines.first?.hasPrefix("faults of the source: ") == true)
        #expect(trace.lines.last?.hasPrefix("seed 3: clean, ") == true)
    }

    @Test func whatIsNoRangeOfSeedsIsNamed() async throws {
        for bad in [
            ["--seeds", "5..<5"], ["--seeds", "x"], ["--seeds", "0..<99999999"], ["--seeds", "-1"], ["--jobs", "0"],
            ["--seeds", "1..<3", "--trace"],
        ] {
            let call = try await Program.call(["simulate"] + bad)
            #expect(call.code == 2 && call.output.isEmpty && call.errors.contains(bad[0]), "\(bad): \(call.errors)")
        }
    }
}
