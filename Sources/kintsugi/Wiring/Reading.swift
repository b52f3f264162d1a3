import EmbeddedEngine
import Engine
import Foundation
import Pipeline
import Runtime

/// A data directory opened for reading, beside its owner or without one; nothing is created.
struct Reading {
    let directory: ObservedDataDirectory
    let universe: Universe
    /// The greatest market time the directory has seen: verdicts are computed at it.
    let now: MarketTime

    var warehouse: any WarehouseReader { directory.warehouse }
    var journal: any JournalReader { directory.journal }
    var isSimulated: Bool { directory.birth.simulated }

    static func open(_ data: DataOptions) async throws -> Reading {
        let path = try data.existingDirectory()
        let directory = try DataDirectory.observe(path: path)
        let extents = try await directory.stream.extents()
        let received = MarketTime(microseconds: extents.map(\.lastReceived).max() ?? 0)
        return Reading(
            directory: directory, universe: try UniverseFile.load(path) ?? Universe(),
            now: max(received, try await LastStamp.of(directory.journal)))
    }

    /// The masks of some hours, of everything where none are named.
    func coverage(hours: Range<Hour> = Hour(.min / 4)..<Hour(.max / 4)) async throws -> CoverageIndex {
        var coverage = CoverageIndex()
        let rows = try await directory.warehouse.masks([], hours: hours.lowerBound.index..<hours.upperBound.index)
        for row in rows { coverage.apply(row) }
        return coverage
    }

    /// The members a window names, in order; all where it names none.
    func members(_ window: WindowOptions) throws -> [UniverseMember] {
        let names = try window.symbols()
        guard !names.isEmpty else { return universe.members }
        return try names.sorted().map { name in
            guard let member = universe.member(name) ?? universe.members.first(where: { $0.alias == name }) else {
                throw Failure.usage("--symbol \(name) is not held in \(directory.path): kintsugi status shows what is")
            }
            return member
        }
    }

    /// The alarms that stand, those that call first, worst first.
    func standingAlarms() async throws -> [AlarmStatus] {
        var alarms: [AlarmStatus] = []
        for subject in try await directory.journal.open(prefix: AlarmJournal.prefix) {
            guard let last = try await directory.journal.lines(of: subject).last,
                let alarm = AlarmJournal.alarm(last.line)
            else { continue }
            alarms.append(alarm)
        }
        return alarms.byUrgency
    }

    /// The executions that have not ended, in the order they began.
    func liveExecutions() async throws -> [AuditExecution] {
        var executions: [AuditExecution] = []
        for subject in try await directory.journal.open(prefix: AuditJournal.prefix) {
            guard let last = try await directory.journal.lines(of: subject).last,
                let execution = AuditJournal.execution(last.line)
            else { continue }
            executions.append(execution)
        }
        return executions
    }

    /// The latest subjects of the journal, latest first, page by page; at most `limit`.
    func latest(_ prefix: String, limit: Int) async throws -> [JournalLine] {
        var lines: [JournalLine] = []
        var before = Int64.max
        while lines.count < limit {
            let page = try await directory.journal.latest(
                prefix: prefix, before: before, limit: min(500, limit - lines.count))
            guard let last = page.last else { break }
            lines += page.map(\.line)
            before = last.ordinal
        }
        return lines
    }
}
