import EmbeddedEngine
import Foundation
import Pipeline
import Platform

/// The machine: its clock, and how many files may be open.
enum MachineExamination {
    /// No wall clock of a machine that is set stands before this: 2026-01-01.
    private static let earliest = MarketTime(seconds: 1_767_225_600)

    static func findings() async -> [Finding] { [await clock(), zone, files()] }

    private static func clock() async -> Finding {
        let remedy = "let something keep it: timedatectl set-ntp true"
        let now = MarketTime(microseconds: SystemClock.wallMicroseconds())
        guard now > earliest else { return .bad("clock", "stands at \(now), which is past", remedy) }
        let drift = await ClockFacts.driftMicroseconds(over: 200)
        guard abs(drift) < 20_000 else {
            return .warn("clock", "the wall clock moved by \(drift / 1_000) ms within 200 ms", remedy)
        }
        switch ClockFacts.isSynchronized {
        case true?: return .ok("clock", "\(now), kept right, runs evenly")
        case false?:
            return .warn(
                "clock", "\(now), runs evenly; the system does not know whether anything keeps it right", remedy)
        case nil: return .ok("clock", "\(now), runs evenly")
        }
    }

    private static var zone: Finding {
        let zone = ProcessInfo.processInfo.environment["TZ"] ?? ""
        return .ok(
            "time zone", (zone.isEmpty ? "" : "TZ=\(harmless(zone, limit: 40)), ") + "of no importance: all is UTC")
    }

    private static func files() -> Finding {
        let allowed = OpenFiles.raiseLimit()
        let text = "\(allowed) files may be open at once"
        return allowed >= 2 * OpenFiles.needed
            ? .ok("limits", text)
            : .warn("limits", "\(text), and \(OpenFiles.needed) are needed at least", "allow more with ulimit -n 1024")
    }
}

/// Whether the system runs it as a service.
enum ServiceExamination {
    private static let folders = ["/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"]

    static func finding(_ directory: String) -> Finding {
        let unit = folders.map { $0 + "/kintsugi.service" }.first { FileManager.default.fileExists(atPath: $0) }
        guard let unit else { return .ok("service", "not installed as one; deploy/ of the project has a unit") }
        guard let owner = (try? DataDirectory.owner(path: directory)) ?? nil else {
            return .warn(
                "service", "\(unit) is installed, and nothing owns the data directory", "systemctl status kintsugi")
        }
        let group = (try? OrdinaryFile.read("/proc/\(owner)/cgroup", bytesMax: 65_536)) ?? nil
        let isService = group.map { String(decoding: $0.bytes, as: UTF8.self).contains("kintsugi.service") } ?? false
        return isService
            ? .ok("service", "process \(owner) runs as kintsugi.service")
            : .ok("service", "\(unit) is installed; process \(owner), which owns the data directory, is not of it")
    }
}
