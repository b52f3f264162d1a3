import Foundation
import Testing

/// Exports, as scripts read them.
@Suite struct CommandLineExportTests {
    private static let header = "symbol,time,open,high,low,close,volume,source,quality,revision,received"

    @Test func barsComeInOrderWithTheirHeader() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let call = try await Program.call("export", "--dataset", "bars", "--data", data)
        #expect(call.code == 0 && call.errors.isEmpty)
        #expect(call.lines.first == Self.header)
        let rows = call.lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.count >= 3 * 390)
        #expect(rows.allSatisfy { $0.count == 11 && $0[7] == "simulated" })
        let keys = rows.map { "\($0[0]) \($0[1])" }
        #expect(keys == Array(Set(keys)).sorted())
        #expect(Set(rows.map { String($0[8]) }).isSubset(of: ["sample", "candle", "repaired"]))
        withExtendedLifetime(folder) {}
    }

    @Test func valuesTimesAndLinesAreChosen() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let window = [
            "--symbol", "MSFT", "--from", "2026-03-02T14:30:00Z", "--to", "2026-03-02T14:32:00Z", "--data", data,
        ]
        let values = try await Program.call(
            ["export", "--dataset", "bars", "--columns", "values", "--time", "epoch"] + window)
        #expect(values.lines.first == "symbol,time,open,high,low,close,volume")
        #expect(values.lines.count == 3)
        #expect(values.lines[1].hasPrefix("MSFT,1772461800,"))
        let lines = try await Program.call(["export", "--dataset", "bars", "--format", "ndjson"] + window)
        let row = try #require(
            try JSONSerialization.jsonObject(with: Data(lines.lines[0].utf8)) as? [String: Any])
        #expect(Set(row.keys) == Set(Self.header.split(separator: ",").map(String.init)))
        #expect(row["time"] as? String == "2026-03-02T14:30:00Z")
        withExtendedLifetime(folder) {}
    }

    @Test func gapsAreOmittedShownOrRefused() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let window = [
            "--symbol", "SPY", "--from", "2026-03-03T15:35:00Z", "--to", "2026-03-03T15:45:00Z", "--data", data,
        ]
        let omitted = try await Program.call(["export", "--dataset", "bars"] + window)
        let shown = try await Program.call(["export", "--dataset", "bars", "--gaps", "null"] + window)
        #expect(shown.lines.count == 11)
        let empty = shown.lines.filter { $0.contains(",,,,,,") }
        #expect(omitted.lines.count + empty.count == shown.lines.count)
        #expect(empty.contains("SPY,2026-03-03T15:40:00Z,,,,,,,missing,,"))
        #expect(empty.allSatisfy { $0.hasSuffix(",missing,,") })
        let refused = try await Program.call(["export", "--dataset", "bars", "--gaps", "fail"] + window)
        #expect(refused.code == 1 && refused.output.isEmpty)
        #expect(
            refused.errors.contains(
                "SPY has a gap from 2026-03-03T15:35:00Z to 2026-03-03T15:45:00Z (10 slots, missing, "))
        withExtendedLifetime(folder) {}
    }

    @Test func asOfTellsWhatWasKnown() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let now = try await Program.call("export", "--dataset", "bars", "--data", data)
        let later = try await Program.call("export", "--dataset", "bars", "--as-of", "2030-01-01", "--data", data)
        #expect(later.output == now.output)
        let before = try await Program.call("export", "--dataset", "bars", "--as-of", "2026-03-01", "--data", data)
        #expect(before.output == Self.header + "\n")
        // Each row has a moment it became known at: as of the moment before, none of those known later is told.
        let moments = Set(now.lines.dropFirst().compactMap { $0.split(separator: ",").last.map(String.init) }).sorted()
        let middle = moments[moments.count / 2]
        let then = try await Program.call("export", "--dataset", "bars", "--as-of", middle, "--data", data)
        let told = then.lines.dropFirst().compactMap { $0.split(separator: ",").last.map(String.init) }
        #expect(!told.isEmpty && told.count < now.lines.count - 1)
        #expect(told.allSatisfy { $0 <= middle })
        withExtendedLifetime(folder) {}
    }

    @Test func factsAreExported() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let hourly = try await Program.call("export", "--dataset", "hourly", "--symbol", "AAPL", "--data", data)
        #expect(hourly.lines.first?.hasPrefix("symbol,start,end,open,high,low,close,volume,vwap") == true)
        #expect(hourly.lines.count >= 8)
        let session = try await Program.call("export", "--dataset", "session", "--columns", "values", "--data", data)
        #expect(session.lines.first?.contains("healed") == false)
        #expect(session.lines.count == 7)
        withExtendedLifetime(folder) {}
    }

    @Test func aFileAppearsWhole() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let path = folder.path + "/out/bars.csv"
        let nowhere = try await Program.call("export", "--dataset", "bars", "--output", path, "--data", data)
        #expect(nowhere.code == 3)
        try FileManager.default.createDirectory(atPath: folder.path + "/out", withIntermediateDirectories: true)
        let refused = try await Program.call(
            "export", "--dataset", "bars", "--gaps", "fail", "--output", path, "--data", data)
        #expect(refused.code == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").isEmpty)
        let call = try await Program.call("export", "--dataset", "bars", "--output", path, "--data", data)
        #expect(call.code == 0 && call.output.isEmpty)
        let direct = try await Program.call("export", "--dataset", "bars", "--data", data)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == direct.output)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out") == ["bars.csv"])
    }
}
