import Foundation
import Testing

extension RealTime {
    /// Whatever was said to be on disk is there, however the process ends.
    @Suite(.serialized) struct KillTests {
        /// A record as `run` tells of it.
        private struct Acknowledged: Hashable, Decodable {
            var stream: String
            var shard: Int
            var sequence: Int64
        }

        private static let arguments = ["run", "--headless", "--symbols", "AAPL,MSFT,SPY", "--speed", "300"]

        private static func acknowledged(_ line: String) -> Acknowledged? {
            guard line.contains("\"append\"") else { return nil }
            return try? JSONDecoder().decode(Acknowledged.self, from: Data(line.utf8))
        }

        /// Ends a run once so many records were acknowledged; gives all that it said until then.
        private func kill(after count: Int, data: String) async throws -> [String] {
            let program = try LiveProgram(Self.arguments + ["--data", data])
            var lines: [String] = []
            var seen = 0
            while seen < count {
                guard let line = try await program.line() else { break }
                lines.append(line)
                if Self.acknowledged(line) != nil { seen += 1 }
            }
            program.signal(SIGKILL)
            lines += try await program.rest()
            #expect(try await program.exit() == -SIGKILL, "\(program.errors)")
            #expect(lines.first?.contains("\"started, incarnation ") == true, "\(lines.prefix(2))")
            return lines
        }

        @Test(.timeLimit(.minutes(3))) func nothingAcknowledgedIsLostOrGivenTwice() async throws {
            let folder = try Folder()
            let data = folder.path + "/data"
            var chance = SeededWords(seed: 12)
            var told: Set<Acknowledged> = []
            for round in 1...12 {
                let lines = try await kill(after: Int(chance.next() % 28) + 1, data: data)
                #expect(lines.first?.contains("incarnation \(round)\"") == true, "\(lines.prefix(1))")
                for one in lines.compactMap(Self.acknowledged) {
                    #expect(told.insert(one).inserted, "\(one) was told twice, again in round \(round)")
                }
            }
            let last = try await Program.call(
                Self.arguments + ["--flaw", "none", "--until", "healed", "--data", data])
            #expect(last.code == 0, "\(last.errors)")
            for one in last.lines.compactMap(Self.acknowledged) {
                #expect(told.insert(one).inserted, "\(one) was told twice, again at last")
            }
            try lakeHolds(told, data: data)
            let verify = try await Program.call("verify", "--data", data)
            #expect(verify.code == 0, "\(verify.output)")
        }

        /// Each record is in exactly one raw object: their names tell which they hold, and the scrub that they do.
        private func lakeHolds(_ told: Set<Acknowledged>, data: String) throws {
            var held: [String: [ClosedRange<Int64>]] = [:]
            let root = data + "/lake/raw"
            for path in try FileManager.default.subpathsOfDirectory(atPath: root) where path.hasSuffix(".ndjson.gz") {
                let parts = path.split(separator: "/")
                let name = parts[2].dropLast(".ndjson.gz".count).split(separator: ".")[1].split(separator: "-")
                let (first, last) = (try #require(Int64(name[1])), try #require(Int64(name[2])))
                held["\(parts[0]) \(name[0])", default: []].append(first...last)
            }
            for one in told {
                let holders = held["\(one.stream) \(one.shard)", default: []].filter { $0.contains(one.sequence) }
                #expect(holders.count == 1, "\(one)")
            }
            #expect(told.count > 100)
        }
    }
}
