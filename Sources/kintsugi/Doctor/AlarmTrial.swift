import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Platform

/// A test alarm through every sink.
struct AlarmTrial {
    let data: DataOptions
    let provider: Provider?

    func run() async throws {
        let settings = try data.settings()
        let directory = try provider.map { data.directory(for: $0, settings) } ?? data.existingDirectory()
        guard FileManager.default.fileExists(atPath: directory) else {
            throw Failure.couldNot(
                "there is no data directory (\(harmless(directory))): choose one with --data, or let kintsugi run first"
            )
        }
        var findings: [Finding] = []
        let addresses = try AlarmAddresses(settings)
        let simulated = try DataDirectory.pin(path: directory)?.simulated ?? false
        let sinks = try AlarmSinks.all(
            directory: directory, simulated: simulated, addresses, try addresses.redactor())
        for named in sinks {
            findings.append(await attempt(named))
        }
        var output = Output()
        if data.json {
            output.json(.array(findings.map(\.json)))
        } else {
            output.findings(findings)
        }
        output.flush()
        if findings.contains(where: { $0.grade != .ok }) { throw Failure.silent(Exit.unwell) }
    }

    /// Raised and cleared, as a real one would be.
    private func attempt(_ named: NamedSink) async -> Finding {
        let name = harmless("\(named.name) \(named.place)")
        let alarm = AlarmNotice(
            key: "test/doctor", severity: "info", text: "a test of this sink by \(OperatorName.signature(nil))",
            command: "kintsugi doctor --test-alarm", at: SystemClock.wallMicroseconds())
        do throws(EngineError) {
            try await named.sink.raise(alarm)
            try await named.sink.clear(alarm)
            try await named.sink.beat(CleanAudit(execution: "test", at: alarm.at))
            if case .cleanAudits = named.interest { return .ok(name, "took a beat, as after a clean audit") }
            return .ok(name, "took a test alarm, and that it is over")
        } catch {
            return .bad(name, error.description, "alarms do not come through here until this is mended")
        }
    }
}
