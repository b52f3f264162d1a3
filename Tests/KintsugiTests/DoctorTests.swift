import Foundation
import Testing

/// The doctor finds what is wrong, says what to do, and changes nothing.
@Suite(.serialized) struct DoctorTests {
    /// What stands in the JSON of a check: grade, text and remedy.
    private func findings(_ call: HostileCall) throws -> [(check: String, grade: String, text: String, remedy: String)]
    {
        let json = try JSONSerialization.jsonObject(with: Data(call.output.utf8)) as? [String: Any]
        let rows = json?["findings"] as? [[String: Any]] ?? []
        for row in rows where row["grade"] as? String != "ok" {
            #expect(row["remedy"] as? String != nil, "\(row): what is to be done?")
        }
        #expect(json?["well"] as? Bool == !rows.contains { $0["grade"] as? String == "bad" })
        return rows.map {
            (
                $0["check"] as? String ?? "", $0["grade"] as? String ?? "", $0["text"] as? String ?? "",
                $0["remedy"] as? String ?? ""
            )
        }
    }

    private func doctor(_ arguments: [String], _ variables: [String: String?] = [:]) async throws -> HostileCall {
        let call = try await HostileCall(["doctor", "--json"] + arguments, variables: variables, within: 30)
        call.isHarmless("\(arguments)")
        #expect(call.errors.isEmpty, "\(call.errors)")
        return call
    }

    @Test func aFreshMachineIsWellAndNothingIsMade() async throws {
        let folder = try Folder()
        let home: [String: String?] = ["HOME": folder.path]
        let call = try await doctor([], home)
        #expect(call.code == 0, "\(call.output)")
        let checks = try findings(call).map(\.check)
        for check in [
            "configuration", "key", "source", "budget", "data directory", "disk", "terminal", "clock", "time zone",
            "limits", "service",
        ] { #expect(checks.contains(check), "\(check) is looked at: \(checks)") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let words = try await HostileCall(["doctor"], variables: home)
        #expect(words.code == 0 && words.output.contains("ok    configuration"), "\(words.output)")
    }

    @Test func aWrongConfigurationIsFoundAndTheRestLookedAt() async throws {
        let folder = try Folder()
        let file = folder.path + "/config.toml"
        try "[source]\nspeed = -1\nprovder = 1\n".write(toFile: file, atomically: false, encoding: .utf8)
        let call = try await doctor(["--config", file], ["KINTSUGI_SPED": "2"])
        #expect(call.code == 1)
        let found = try findings(call)
        #expect(found.filter { $0.check == "configuration" && $0.grade == "bad" }.count == 2, "\(call.output)")
        #expect(found.contains { $0.check == "environment" && $0.remedy.contains("KINTSUGI_SPEED") })
        #expect(found.contains { $0.check == "disk" })
    }

    @Test func theKeyIsJudgedAndNeverSaid() async throws {
        let folder = try Folder()
        let home: [String: String?] = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path]
        let real = ["--provider", "finnhub"]
        let none = try await doctor(real, home)
        #expect(none.code == 1)
        #expect(try findings(none).contains { $0.check == "key" && $0.grade == "bad" }, "\(none.output)")
        let file = folder.path + "/kintsugi/finnhub.key"
        try FileManager.default.createDirectory(atPath: folder.path + "/kintsugi", withIntermediateDirectories: true)
        try HostileCall.secret.write(toFile: file, atomically: false, encoding: .utf8)
        #expect(chmod(file, 0o644) == 0)
        let open = try await doctor(real, home)
        #expect(try findings(open).contains { $0.check == "key" && $0.text.contains("chmod 600") })
        #expect(chmod(file, 0o600) == 0)
        let guarded = try await doctor(real, home)
        #expect(try findings(guarded).contains { $0.check == "key" && $0.grade == "ok" }, "\(guarded.output)")
        #expect(try findings(guarded).contains { $0.check == "source" && $0.text.contains("not asked") })
    }

    @Test func aSourceOnThisMachineIsAskedForItsTimeAndForCandles() async throws {
        let exchange = try await LiveExchange(["--symbols", "AAPL"])
        let source = ["--provider", "finnhub", "--base-url", exchange.url]
        let well = try await doctor(source)
        #expect(try findings(well).contains { $0.check == "source" && $0.grade == "ok" }, "\(well.output)")
        #expect(try findings(well).contains { $0.check == "source's clock" && $0.text.contains("--start source") })
        #expect(try await exchange.stop() == 0)
        let away = try await doctor(source)
        #expect(away.code == 1)
        #expect(try findings(away).contains { $0.check == "source" && $0.grade == "bad" }, "\(away.output)")
    }

    @Test func aSourceThatRefusesCandlesIsToldApart() async throws {
        let exchange = try await LiveExchange(["--symbols", "AAPL", "--fault", "candles403"])
        let call = try await doctor(["--provider", "finnhub", "--base-url", exchange.url])
        let candles = try findings(call).first { $0.check == "candles" }
        #expect(candles?.grade == "warn" && candles?.text.contains("cannot be repaired") == true, "\(call.output)")
        #expect(try await exchange.stop() == 0)
    }

    @Test(.timeLimit(.minutes(2))) func aDataDirectoryIsLookedAtWithoutTouchingIt() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let before = try folder.contents(of: "data")
        let well = try await doctor(["--data", data])
        #expect(well.code == 0, "\(well.output)")
        #expect(try findings(well).contains { $0.check == "stores" && $0.text.contains("clean stop") })
        let other = try await doctor(["--data", data, "--provider", "finnhub", "--base-url", "http://127.0.0.1:1"])
        #expect(try findings(other).contains { $0.check == "data directory" && $0.text.contains("simulated") })
        #expect(try folder.contents(of: "data") == before, "the doctor changes nothing")

        var bytes = try Data(contentsOf: URL(fileURLWithPath: data + "/warehouse.sqlite"))
        bytes[bytes.count - 100] ^= 1
        try bytes.write(to: URL(fileURLWithPath: data + "/warehouse.sqlite"))
        let flipped = try await doctor(["--data", data])
        #expect(flipped.code == 1, "\(flipped.output)")
        #expect(try findings(flipped).contains { $0.grade == "bad" && $0.text.contains("warehouse.sqlite") })
        try FileManager.default.removeItem(atPath: data + "/manifest.json")
        let crashed = try await doctor(["--data", data])
        #expect(try findings(crashed).contains { $0.check == "stores" && $0.grade == "warn" }, "\(crashed.output)")
        for path in [folder.path, "/dev/null"] {
            #expect(try await doctor(["--data", path]).code == 1, "\(path)")
        }
    }

    @Test func theBudgetIsHeldAgainstTheUniverse() async throws {
        let folder = try Folder()
        let file = folder.path + "/config.toml"
        let names = (1...70).map { "\"S\($0)\"" }.joined(separator: ", ")
        try "[source]\nprovider = \"finnhub\"\nbase-url = \"http://127.0.0.1:1\"\nsymbols = [\(names)]\n".write(
            toFile: file, atomically: false, encoding: .utf8)
        let small = try findings(try await doctor(["--config", file])).first { $0.check == "budget" }
        #expect(small?.grade == "bad" && small?.text.contains("70 of 60") == true)
        let large = try findings(
            try await doctor(["--config", file], ["KINTSUGI_CALLS_PER_MINUTE": "300"])
        ).first { $0.check == "budget" }
        #expect(large?.grade == "ok" && large?.text.contains("70 of 300") == true)
    }

    @Test func theCommentedFileIsWrittenOnceAndReadsBack() async throws {
        let folder = try Folder()
        let home: [String: String?] = ["HOME": folder.path, "XDG_CONFIG_HOME": folder.path + "/config"]
        let file = folder.path + "/config/kintsugi/config.toml"
        let write = try await HostileCall(["doctor", "--write-config"], variables: home)
        #expect(write.code == 0 && write.output.contains(file), "\(write.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(text.contains("[source]") && text.contains("#provider = \"simulated\""))
        let again = try await HostileCall(["doctor", "--write-config"], variables: home)
        again.isRefused(3, "--force", "a file that is there")
        #expect(try await HostileCall(["doctor", "--write-config", "--force"], variables: home).code == 0)
        let printed = try await HostileCall(["doctor", "--write-config", "-"], variables: home)
        #expect(printed.output + "\n" == text || printed.output == text)
        #expect(try await doctor([], home).code == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/config/kintsugi") == ["config.toml"])
        try await HostileCall(["doctor", "--write-config", "/dev/full"]).isRefused(3, "something else", "a device")
        try await HostileCall(["doctor", "--write-config", "/proc/x/y"]).isRefused(3, "cannot be", "no folder")
        try await HostileCall(["doctor", "x"]).isRefused(2, "--write-config", "a stray word")
    }

    @Test(.timeLimit(.minutes(2))) func aTestAlarmGoesThroughEverySink() async throws {
        let (folder, data) = try await World.copy(of: World.well)
        let call = try await HostileCall(["doctor", "--test-alarm", "--data", data])
        #expect(call.code == 0 && call.output.contains("took a test alarm"), "\(call.output)\(call.errors)")
        let log = try String(contentsOfFile: data + "/alarms.ndjson", encoding: .utf8)
        #expect(log.contains("test/doctor"))
        try FileManager.default.removeItem(atPath: data + "/alarms.ndjson")
        try FileManager.default.createDirectory(atPath: data + "/alarms.ndjson", withIntermediateDirectories: true)
        let broken = try await HostileCall(["doctor", "--test-alarm", "--data", data])
        #expect(broken.code == 1 && broken.output.contains("bad"), "\(broken.output)\(broken.errors)")
        withExtendedLifetime(folder) {}
    }

    @Test func everyKeyIsListed() async throws {
        let call = try await Program.call("doctor", "--list-keys", "--json")
        let keys = try call.json() as? [[String: Any]] ?? []
        #expect(keys.count > 25 && keys.allSatisfy { ($0["meaning"] as? String)?.hasSuffix(".") == true })
        #expect(try await Program.call("doctor", "--list-keys").output.contains("source.provider"))
    }
}
