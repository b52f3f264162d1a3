import Attachment
import EmbeddedEngine
import Engine
import Pipeline
import Runtime

/// A status for the console without a pipeline: the owner's own where one answers, otherwise what the stores tell. The log
/// and the rates live in the owner's memory alone and are empty without it.
struct StoredStatus {
    let status: PipelineStatus
    /// The process that told it; nil where it was read from disk.
    let owner: Int32?

    static func read(_ reading: Reading) async throws -> StoredStatus {
        if let owner = reading.directory.ownerProcess, let status = await ask(reading.directory.path) {
            return StoredStatus(status: status, owner: owner)
        }
        return StoredStatus(status: try await status(reading), owner: nil)
    }

    /// The first status an owner tells; nil where it says nothing within its three seconds.
    private static func ask(_ directory: String) async -> PipelineStatus? {
        guard let line = try? await OwnerLine.open(directory, as: "snapshot") else { return nil }
        defer { line.close() }
        for await step in line.steps {
            switch step {
            case .show(let status): return status
            case .presence(.silent), .presence(.gone), .close: return nil
            case .presence, .outcome: break
            }
        }
        return nil
    }

    private static func status(_ reading: Reading) async throws -> PipelineStatus {
        let report = try await StatusReport(reading)
        let coverage = try await reading.coverage()
        var status = PipelineStatus()
        status.simulated = report.birth.simulated
        status.sourceName = report.birth.simulated ? "simulated exchange" : report.birth.source
        status.clock.now = report.now
        status.clock.isOpen = report.isOpen
        status.clock.nextOpen = report.isOpen ? nil : report.nextOpen
        status.coverage = report.coverage
        status.coverageVersion = coverage.version
        status.universe = reading.universe.members.map { member in
            var member = member
            member.lastBar = coverage.lastPresent(member.symbol, atOrBefore: report.now.minute)
            return member
        }
        status.streams = report.shards.map { shard in
            ShardStatus(
                stream: shard.extent.shard.stream, shard: shard.extent.shard.index, appended: shard.extent.last,
                delivered: shard.delivered, oldestSeconds: shard.lagSeconds)
        }
        // In the order of the data, as an owner tells them.
        let order = StreamName.allCases.map(\.rawValue)
        status.streams.sort {
            let first = order.firstIndex(of: $0.stream) ?? order.count
            let second = order.firstIndex(of: $1.stream) ?? order.count
            return first != second ? first < second : $0.shard < $1.shard
        }
        // Nobody asks the source anything, so nobody may call it well.
        status.source.trouble = "not asked"
        status.lagRecords = Int(report.lag)
        status.lagSeconds = report.lagSeconds
        status.lake.objects = report.objects
        status.lake.untransformed = report.untransformed
        status.lake.quarantined = report.quarantined
        status.lake.diskLeft = report.diskLeft
        status.executions = try await executions(reading, live: report.executions)
        status.alarms = report.alarms
        let ended = try await reading.latest(AlarmJournal.prefix, limit: 200).compactMap { AlarmJournal.alarm($0) }
        status.alarms += ended.filter { $0.cleared != nil }.prefix(max(0, 100 - status.alarms.count))
        status.healing.slotsHealed = report.coverage.healed
        return status
    }

    private static func executions(_ reading: Reading, live: [AuditExecution]) async throws -> [ExecutionStatus] {
        let latest = try await reading.latest(AuditJournal.prefix, limit: 100).compactMap { AuditJournal.execution($0) }
        let ended = latest.filter { one in !live.contains { $0.id == one.id } }
        return (live + ended).prefix(50).map { one in
            let open = one.units.filter { $0.standing != .settled && $0.reasks != true }.reduce(0) { $0 + $1.slotCount }
            return ExecutionStatus(
                id: one.id, trigger: one.trigger, state: one.state, attempt: one.round, gaps: one.gapsFound,
                slots: one.slotsFound, settledSlots: max(0, one.slotsFound - open), callsDone: one.calls,
                callsPlanned: max(one.calls, one.units.count), derivedPlanned: one.derivedCount,
                derivedDone: one.state.isEnd ? one.derivedCount : 0, began: MarketTime(microseconds: one.began),
                ended: one.endedAt)
        }
    }
}
