import ArgumentParser
import EmbeddedEngine
import Engine
import Pipeline

/// How a data directory stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How the data directory stands: coverage, streams, executions, alarms.",
        discussion: """
            Read from disk, beside a running owner or without one. Market time is the greatest the directory has seen.

            EXAMPLES
              kintsugi status
              kintsugi status --json | jq .coverage
              kintsugi status --format prom > /var/lib/node_exporter/kintsugi.prom
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, prom }

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "text, json, or prom for Prometheus.")
    var format: Format?

    func run() async throws {
        let reading = try await Reading.open(data)
        let report = try await StatusReport(reading)
        var output = Output()
        switch format ?? (data.json ? .json : .text) {
        case .text: report.show(&output)
        case .json: output.json(report.json)
        case .prom: for line in PrometheusText(report).lines { output.line(line) }
        }
        output.flush()
    }
}

/// What `status` tells, read once.
struct StatusReport {
    /// One shard of one stream.
    struct Shard {
        var extent: ShardExtent
        var delivered: Int64
        /// Age in market seconds of the oldest record not yet in the lake; 0 where there is none.
        var lagSeconds: Int64
        var lag: Int64 { max(0, extent.last - delivered) }
    }

    let path: String
    let birth: DataDirectoryBirth
    let owner: Int32?
    let now: MarketTime
    let symbols: Int
    let isOpen: Bool
    let nextOpen: MarketTime?
    let coverage: SlotCounts
    let shards: [Shard]
    /// Raw objects registered, and those of them not yet applied to the warehouse.
    let objects: Int64
    let untransformed: Int64
    /// Rows of quarantine.
    let quarantined: Int64
    let executions: [AuditExecution]
    let alarms: [AlarmStatus]
    let diskLeft: Int64?
    let disk: DiskReport

    init(_ reading: Reading) async throws {
        let directory = reading.directory
        path = directory.path
        birth = directory.birth
        owner = directory.ownerProcess
        now = reading.now
        symbols = reading.universe.members.count
        isOpen = reading.universe.isOpen(now.minute)
        nextOpen = reading.universe.nextOpen(after: now)
        coverage = try await reading.coverage().counts(in: reading.universe, now: now)
        shards = try await Self.shards(directory, now)
        var after = try await directory.warehouse.applied()
        let applied = after
        while let last = try await directory.catalog.list(after: after, limit: 1_000).last { after = last.ordinal }
        objects = after
        untransformed = after - applied
        quarantined = try await directory.warehouse.quarantined()
        executions = try await reading.liveExecutions()
        alarms = try await reading.standingAlarms()
        diskLeft = DataDirectory.diskLeft(path)
        disk = DiskReport(
            uses: try await directory.diskUse(), symbolDays: DiskReport.symbolDays(reading.universe, until: now))
    }

    private static func shards(_ directory: ObservedDataDirectory, _ now: MarketTime) async throws -> [Shard] {
        var shards: [Shard] = []
        for extent in try await directory.stream.extents() {
            let delivered = try await directory.catalog.checkpoint(extent.shard)
            var age: Int64 = 0
            if delivered < extent.last,
                let oldest = try await directory.stream.read(extent.shard, after: delivered, limit: 1).first
            {
                age = max(0, (now - MarketTime(microseconds: oldest.entry.received)).seconds)
            }
            shards.append(Shard(extent: extent, delivered: delivered, lagSeconds: age))
        }
        return shards
    }

    var lag: Int64 { shards.reduce(0) { $0 + $1.lag } }
    var lagSeconds: Int64 { shards.map(\.lagSeconds).max() ?? 0 }
}

extension StatusReport {
    var json: JSONValue {
        .object([
            ("source", .text(birth.source)), ("simulated", .boolean(birth.simulated)), ("data", .text(path)),
            ("marketTime", .moment(now)), ("owner", owner.map { .integer(Int($0)) } ?? .null),
            ("symbols", .integer(symbols)),
            (
                "coverage",
                .object(coverage.members + [("coverage", coverage.coverage.map(JSONValue.number) ?? .null)])
            ),
            ("streams", .array(shards.map(\.json))), ("lag", .integer(lag)), ("lagSeconds", .integer(lagSeconds)),
            ("objects", .integer(objects)), ("untransformed", .integer(untransformed)),
            ("quarantined", .integer(quarantined)),
            ("executions", .array(executions.map(\.json))), ("alarms", .array(alarms.map(\.json))),
            ("open", .boolean(isOpen)), ("nextSession", .moment(nextOpen)),
            ("diskLeft", diskLeft.map(JSONValue.integer) ?? .null), ("disk", disk.json),
        ])
    }

    func show(_ output: inout Output) {
        let simulated = birth.simulated ? "  SIMULATED" : ""
        output.line("source        \(birth.source)\(simulated)")
        output.line("data          \(path)")
        output.line("market time   \(now)\(isOpen ? ", in session" : "")")
        output.line("owner         \(owner.map { "process \($0)" } ?? "none")")
        output.line("next session  \(nextOpen?.iso8601 ?? "unknown")")
        let slots = coverage
        output.line(
            "coverage      \(slots.coverageText) of \(slots.expected) slots of \(symbols) symbols: \(slots.present) "
                + "present, \(slots.pending) pending, \(slots.missing) missing, \(slots.quiet) quiet, "
                + "\(slots.unrepairable) unrepairable, \(slots.healed) healed")
        output.line("lake          \(objects) objects, \(untransformed) not yet transformed")
        output.line(
            "quarantine    \(quarantined) held apart\(quarantined > 0 ? ": kintsugi quarantine shows them" : "")")
        output.line("lag           \(lag) records, \(lagSeconds) s")
        output.line("executions    \(executions.count) under way")
        for one in executions { output.line("  \(one.id)  \(one.state.title)  \(harmless(one.trigger, limit: 40))") }
        output.line("alarms        \(alarms.count) standing")
        for alarm in alarms {
            output.line("  \(alarm.severity.rawValue)  \(harmless(alarm.scope)): \(harmless(alarm.reason))")
        }
        disk.show(&output, left: diskLeft)
        guard !shards.isEmpty else { return }
        var table = TextTable(["stream", ">shard", ">appended", ">delivered", ">lag", ">age s"])
        for shard in shards {
            table.add([
                shard.extent.shard.stream, String(shard.extent.shard.index), String(shard.extent.last),
                String(shard.delivered), String(shard.lag), String(shard.lagSeconds),
            ])
        }
        output.table(table)
    }
}

extension StatusReport.Shard {
    fileprivate var json: JSONValue {
        .object([
            ("stream", .text(extent.shard.stream)), ("shard", .integer(extent.shard.index)),
            ("appended", .integer(extent.last)), ("delivered", .integer(delivered)), ("lag", .integer(lag)),
            ("lagSeconds", .integer(lagSeconds)),
        ])
    }
}
