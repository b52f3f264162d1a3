import Foundation
import Testing

/// One byte changed at rest is found and named. The manifest of the clean stop is taken away first, so that it is the
/// scrub itself that finds it.
@Suite struct CommandLineVerifyTests {
    @Test func whatIsWholeIsWell() async throws {
        for world in [World.well, World.holed] {
            let (folder, data) = try await World.copy(of: world)
            let call = try await Program.call("verify", "--data", data, "--json")
            #expect(call.code == 0, "\(call.output)")
            let report = try #require(try call.json() as? [String: Any])
            #expect(Set(report.keys) == ["well", "objects", "bars", "derived", "damage"])
            #expect(report["well"] as? Bool == true)
            #expect((report["damage"] as? [Any])?.isEmpty == true)
            for key in ["objects", "bars", "derived"] { #expect((report[key] as? Int ?? 0) > 0, "\(key)") }
            withExtendedLifetime(folder) {}
        }
    }

    @Test func theManifestTellsWhenAFileChanged() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        try flip(in: data + "/stream.sqlite", at: { $0.count - 1 })
        let damage = try await damage(data)
        #expect(damage.contains("stream.sqlite: not the bytes it had at the last clean stop"))
        withExtendedLifetime(folder) {}
    }

    @Test func aFlippedRawObjectIsNamed() async throws {
        let (folder, data) = try await bare()
        let lake = data + "/lake/raw"
        let name = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: lake).filter { $0.hasSuffix(".gz") }.sorted().first)
        try flip(in: lake + "/" + name, at: { $0.count / 2 })
        #expect(try await damage(data).contains { $0.hasPrefix("lake raw/\(name): ") })
        withExtendedLifetime(folder) {}
    }

    @Test func aMissingRawObjectIsNamed() async throws {
        let (folder, data) = try await bare()
        let lake = data + "/lake/raw"
        let name = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: lake).filter { $0.hasSuffix(".gz") }.sorted().last)
        try FileManager.default.removeItem(atPath: lake + "/" + name)
        #expect(try await damage(data).contains { $0.hasPrefix("lake raw/\(name): ") })
        withExtendedLifetime(folder) {}
    }

    @Test func aFlippedBarIsNamed() async throws {
        let (folder, data) = try await bare()
        let bar = try await Program.call(
            "export", "--dataset", "bars", "--symbol", "AAPL", "--from", "2026-03-02T15:07:00Z", "--to",
            "2026-03-02T15:08:00Z", "--data", data)
        let close = try #require(Double(bar.lines[1].split(separator: ",")[5]))
        let volume = try #require(Int64(bar.lines[1].split(separator: ",")[6]))
        // The close and the volume after it, as SQLite lays them: a double, then a whole number as the fewest bytes.
        let pattern = bigEndian(close.bitPattern) + bigEndian(UInt64(volume)).drop { $0 == 0 }
        try flip(in: data + "/warehouse.sqlite", at: { find(pattern, in: $0).map { $0 + 7 } })
        let damage = try await damage(data)
        #expect(damage.contains { $0.hasPrefix("warehouse bar AAPL 2026-03-02T15:07:00Z: close is ") }, "\(damage)")
        #expect(damage.contains { $0.hasPrefix("derived hourly AAPL 2026-03-02T15:00:00Z: stale") }, "\(damage)")
        withExtendedLifetime(folder) {}
    }

    @Test func aFlippedFactIsNamed() async throws {
        let (folder, data) = try await bare()
        let row = try await Program.call(
            "export", "--dataset", "hourly", "--symbol", "MSFT", "--from", "2026-03-02T15:00:00Z", "--to",
            "2026-03-02T16:00:00Z", "--data", data)
        let variance = try #require(Double(row.lines[1].split(separator: ",")[9]))
        try flip(in: data + "/warehouse.sqlite", at: { find(bigEndian(variance.bitPattern), in: $0).map { $0 + 7 } })
        let damage = try await damage(data)
        #expect(damage.count == 1)
        #expect(damage.first?.hasPrefix("derived hourly MSFT 2026-03-02T15:00:00Z: realised variance is ") == true)
        withExtendedLifetime(folder) {}
    }

    @Test func aFlippedStreamRowIsNamed() async throws {
        let (folder, data) = try await bare()
        try flipEach("\"purpose\"", in: data + "/stream.sqlite")
        #expect(try await damage(data).contains { $0.hasPrefix("stream ") && $0.contains(", record ") })
        withExtendedLifetime(folder) {}
    }

    @Test func aFlippedJournalLineIsNamed() async throws {
        let (folder, data) = try await bare()
        try flipEach("\"slotsFound\"", in: data + "/journal.sqlite")
        #expect(try await damage(data).contains { $0.hasPrefix("journal, line ") })
        withExtendedLifetime(folder) {}
    }

    @Test func aStoreThatIsNoneIsAFinding() async throws {
        let (folder, data) = try await bare()
        try flip(in: data + "/warehouse.sqlite", at: { _ in 2 })
        let damage = try await damage(data)
        #expect(damage.count == 1 && damage[0].contains("warehouse.sqlite"))
        withExtendedLifetime(folder) {}
    }

    // MARK: Damage

    /// A copy without its manifest.
    private func bare() async throws -> (folder: Folder, data: String) {
        let world = try await World.copy(of: World.well)
        try FileManager.default.removeItem(atPath: world.data + "/manifest.json")
        return world
    }

    private func damage(_ data: String) async throws -> [String] {
        let call = try await Program.call("verify", "--data", data, "--json")
        #expect(call.code == 1)
        let report = try #require(try call.json() as? [String: Any])
        #expect(report["well"] as? Bool == false)
        return try #require(report["damage"] as? [String])
    }

    private func flip(in path: String, at place: ([UInt8]) -> Int?) throws {
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        bytes[try #require(place(bytes))] ^= 1
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    /// Everywhere it stands: pages that SQLite has left behind hold old copies, which nobody reads.
    private func flipEach(_ word: String, in path: String) throws {
        let pattern = Array(word.utf8)
        repeat {
            try flip(in: path, at: { find(pattern, in: $0).map { $0 + 2 } })
        } while find(pattern, in: Array(try #require(FileManager.default.contents(atPath: path)))) != nil
    }

    private func find(_ pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard let first = pattern.first else { return nil }
        return bytes.indices.first { place in
            bytes[place] == first && place + pattern.count <= bytes.count
                && bytes[place..<place + pattern.count].elementsEqual(pattern)
        }
    }

    private func bigEndian(_ word: UInt64) -> [UInt8] { withUnsafeBytes(of: word.bigEndian) { Array($0) } }
}
