import Foundation
import Testing

/// Where the program of SQLite lies, if it is installed.
private let sqlite3Path = "/usr/bin/sqlite3"

/// SQL at the command line, and the same views for other programs.
@Suite struct CommandLineQueryTests {
    private static let gaps = "SELECT symbol, time, end_time, slots, verdict, reason FROM gaps_v1 ORDER BY symbol, time"

    @Test func theFormsHoldTheSameRows() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let sql = "SELECT symbol, time, close, null AS blank FROM bars_v1 ORDER BY symbol, time LIMIT 3"
        let csv = try await Program.call("query", sql, "--data", data, "--format", "csv")
        try #require(csv.code == 0)
        #expect(csv.lines[0] == "symbol,time,close,blank")
        try #require(csv.lines.count == 4)
        let exported = try await Program.call(
            "export", "--dataset", "bars", "--symbol", "AAPL", "--time", "epoch", "--data", data)
        let wanted = exported.lines[1...3].map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return "\(cells[0]),\(cells[1]),\(cells[5]),"
        }
        #expect(Array(csv.lines.dropFirst()) == wanted)
        let json = try await Program.call("query", sql, "--data", data, "--json").json()
        let rows = try #require(json as? [[String: Any]])
        #expect(rows.map { "\($0["symbol"] ?? "")" } == ["AAPL", "AAPL", "AAPL"])
        #expect(rows.allSatisfy { $0["blank"] is NSNull })
        let ndjson = try await Program.call("query", sql, "--data", data, "--format", "ndjson")
        #expect(ndjson.lines.count == 3 && ndjson.lines[0].hasPrefix("{\"symbol\":\"AAPL\",\"time\":"))
        let table = try await Program.call("query", sql, "--data", data)
        #expect(table.lines[0].hasPrefix("symbol ") && table.lines.count == 4 && table.lines[1].hasSuffix(" -"))
        withExtendedLifetime(folder) {}
    }

    @Test func itSaysWhatIsWrongAndWhere() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let calls: [(arguments: [String], code: Int32, sentence: String)] = [
            (["SELEC 1"], 2, "kintsugi: the query is wrong at line 1, column 1: near \"SELEC\": syntax error\n"),
            (["DELETE FROM bars"], 2, "only reading is allowed here, and this would write to the table bars"),
            (["SELECT nope FROM bars_v1"], 2, "no such column: nope: the views and their columns stand in"),
            (["SELECT 1", "--limit=-1"], 2, "--limit -1"), (["SELECT 1", "--timeout", "0"], 2, "--timeout 0"),
            (
                [
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", "--timeout",
                    "0.3",
                ], 3, "the query took longer than 0.3 s and was ended"
            ),
        ]
        for (arguments, code, sentence) in calls {
            let call = try await Program.call(["query", "--data", data] + arguments)
            #expect(call.code == code, "\(arguments)")
            #expect(call.errors.contains(sentence), "\(call.errors)")
            #expect(call.output.isEmpty)
        }
        let none = try await Program.call("query", "SELECT 1", "--data", folder.path + "/none")
        #expect(none.code == 3)
        withExtendedLifetime(folder) {}
    }

    @Test func textSendsNothingToATerminalAndMoreIsSaidToBeCut() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        for format in ["table", "csv", "ndjson", "json"] {
            let call = try await Program.call(
                "query", "SELECT char(27) || '[2J' || char(155) || char(8238) AS \"\u{1B}[1m\"", "--data", data,
                "--format", format)
            #expect(call.code == 0)
            let isHarmless = call.output.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
            #expect(isHarmless, "\(format)")
        }
        let cut = try await Program.call("query", "SELECT time FROM bars_v1", "--data", data, "--limit", "2")
        #expect(cut.code == 0 && cut.lines.count == 3)
        #expect(cut.errors.contains("cut after 2 rows"))
        withExtendedLifetime(folder) {}
    }

    /// As of the last moment the directory has seen, which a clean stop leaves in the warehouse.
    @Test func gapsInSQLAreTheGapsOfTheCommand() async throws {
        let (folder, data) = try await World.copy(of: World.holed)
        let told = try await Program.call("gaps", "--data", data, "--json")
        let gaps = try #require(try told.json() as? [[String: Any]])
        #expect(!gaps.isEmpty)
        let asked = try await Program.call("query", Self.gaps, "--data", data, "--json")
        let rows = try #require(try asked.json() as? [[String: Any]])
        #expect(rows.map { Self.line($0, "time", "end_time") } == gaps.map { Self.line($0, "from", "to") })
        withExtendedLifetime(folder) {}
    }

    private static func line(_ row: [String: Any], _ from: String, _ to: String) -> String {
        let times = [from, to].map { name -> String in
            if let seconds = row[name] as? Int {
                return Foundation.Date(timeIntervalSince1970: TimeInterval(seconds)).ISO8601Format()
            }
            return "\(row[name] ?? "none")"
        }
        let reason = row["reason"].map { $0 is NSNull ? "none" : "\($0)" } ?? "none"
        return "\(row["symbol"] ?? "") \(times) \(row["slots"] ?? "") \(row["verdict"] ?? "") \(reason)"
    }

    /// The sqlite3 program, beside a running owner.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: sqlite3Path), "sqlite3 is not installed"))
    func sqlite3ReadsEveryViewBesideARunningOwner() async throws {
        let folder = try Folder()
        let data = folder.path + "/data"
        let owner = Program.process([
            "run", "--headless", "--data", data, "--symbols", "AAPL,MSFT", "--speed", "600", "--flaw", "none",
        ])
        owner.standardOutput = FileHandle.nullDevice
        owner.standardError = FileHandle.nullDevice
        try owner.run()
        defer { owner.terminate() }
        var count = 0
        for _ in 0..<200 where count == 0 {
            try await Task.sleep(for: .milliseconds(100))
            let call = try sqlite(data, "SELECT count(*) FROM bars_v1")
            count = call.code == 0 ? Int(call.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 : 0
        }
        #expect(count > 0 && owner.isRunning)
        for view in ["bars_v1", "hourly_v1", "session_v1", "market_v1", "gaps_v1", "revisions_v1"] {
            let call = try sqlite(data, "SELECT * FROM \(view) LIMIT 5")
            #expect(call.code == 0, "\(view): \(call.output)")
        }
    }

    private func sqlite(_ data: String, _ sql: String) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: sqlite3Path)
        process.arguments = ["-readonly", data + "/warehouse.sqlite", sql]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
