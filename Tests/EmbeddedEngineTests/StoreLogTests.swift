import EmbeddedEngine
import Engine
import Foundation
import Synchronization
import Testing

/// A reader that holds an old state in view makes the log grow; it is named, and when it ends the log shrinks by itself.
@Suite struct StoreLogTests {
    private static let sqlite = "/usr/bin/sqlite3"

    /// Writes some megabytes, object by object.
    private func write(_ count: Int, after ordinal: Int64, to warehouse: EmbeddedWarehouse) async throws -> Int64 {
        let provenance = Provenance(
            source: "simulated", purpose: "live", execution: "", attempt: 0, object: "raw/1", received: 1)
        for step in 1...Int64(count) {
            let bars = (0..<1_000).map { minute in
                BarRow(
                    symbol: "AAPL", minute: (ordinal + step) * 1_000 + minute, open: 1, high: 1, low: 1, close: 1,
                    volume: 1, sampled: false, revision: 0, provenance: provenance)
            }
            _ = try await warehouse.apply(CuratedChange(ordinal: ordinal + step, bars: bars))
        }
        return ordinal + Int64(count)
    }

    private func log(_ upkeep: EmbeddedUpkeep) async throws -> StoreLog {
        try #require(try await upkeep.tend().first { $0.store == "warehouse" })
    }

    @Test func withoutALongReaderTheLogStaysShort() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let upkeep = owned.upkeep(logBytesMax: 1 << 20, namedAboveBytes: 2 << 20)
        var ordinal: Int64 = 0
        for _ in 0..<4 {
            ordinal = try await write(40, after: ordinal, to: owned.warehouse)
            let log = try await log(upkeep)
            #expect(log.bytes <= 1 << 20)
            #expect(log.readers.isEmpty)
        }
        await owned.close()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "sqlite3 is not installed"))
    func aLongReaderIsNamedAndWhenItEndsTheLogShrinks() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let upkeep = owned.upkeep(logBytesMax: 1 << 20, namedAboveBytes: 2 << 20)
        var ordinal = try await write(10, after: 0, to: owned.warehouse)

        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: Self.sqlite)
        reader.arguments = ["-readonly", folder.path + "/warehouse.sqlite"]
        let (input, output) = (Pipe(), Pipe())
        reader.standardInput = input
        reader.standardOutput = output
        try reader.run()
        try input.fileHandleForWriting.write(contentsOf: Data("BEGIN; SELECT count(*) FROM bars;\n".utf8))
        // Its answer says that it holds its state from here on.
        let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(answer == "10000\n")

        ordinal = try await write(60, after: ordinal, to: owned.warehouse)
        let held = try await log(upkeep)
        #expect(held.bytes > 2 << 20)
        #if os(Linux)
            #expect(held.readers == [StoreReader(process: reader.processIdentifier, name: "sqlite3")])
        #endif
        // The owner's work is not held up by it.
        #expect(try await owned.warehouse.applied() == ordinal)

        try input.fileHandleForWriting.close()
        reader.waitUntilExit()
        #expect(try await log(upkeep).bytes == 0)
        await owned.close()
    }

    /// A query of our own that would read for ever is ended, and with it what it held.
    @Test func ourOwnReaderIsBoundedInTime() async throws {
        let folder = try TemporaryFolder()
        let owned = try DataDirectory.own(path: folder.path, birth: .sample)
        let upkeep = owned.upkeep(logBytesMax: 1 << 20, namedAboveBytes: 2 << 20)
        let ordinal = try await write(10, after: 0, to: owned.warehouse)
        let warehouse = owned.warehouse
        async let runaway = engineError {
            _ = try await warehouse.query(
                "SELECT count(*) FROM bars a, bars b, bars c", QueryLimits(seconds: 1), into: SQLAnswer())
        }
        _ = try await write(60, after: ordinal, to: owned.warehouse)
        #expect(await runaway?.kind == .unavailable)
        #expect(try await log(upkeep).bytes <= 1 << 20)
        await owned.close()
    }
}
