package import Engine
package import Pipeline

/// Reads what the stores held when the process opened them: the machine's first event, and the coverage index.
package struct RecoveryReader: Sendable {
    private let stores: Stores

    package init(_ stores: Stores) { self.stores = stores }

    /// The masks of everything retained; comes first, for a warehouse that was begun anew begins with what is sealed.
    package func coverage() async throws(EngineError) -> CoverageIndex {
        try await SealedStart(catalog: stores.catalog, objects: stores.objects).adopt(into: stores.warehouse)
        var coverage = CoverageIndex()
        // Symbol by symbol: the rows of a year of five hundred would be a hundred megabytes at once.
        for symbol in try await stores.warehouse.symbols() {
            for row in try await stores.warehouse.masks([symbol], hours: Int64.min / 2..<Int64.max / 2) {
                coverage.apply(row)
            }
        }
        return coverage
    }

    package func recovery(
        incarnation: Int64, lastReceived: Int64, damage: [String]
    ) async throws(EngineError) -> PipelineRecovery {
        var recovery = PipelineRecovery(incarnation: incarnation, lastReceived: lastReceived, damage: damage)
        for extent in try await stores.stream.extents() {
            let delivered = try await stores.catalog.checkpoint(extent.shard)
            recovery.shards.append(
                RecoveredShard(
                    shard: extent.shard, appended: extent.last, delivered: delivered,
                    undelivered: try await segments(extent.shard, after: delivered)))
            recovery.lastReceived = max(recovery.lastReceived, extent.lastReceived)
        }
        recovery.deliveries = try await openLines(DeliveryJournal.prefix).compactMap { DeliveryJournal.batch($0.last) }
        recovery.uncurated = try await uncurated()
        recovery.undropped = try await stores.catalog.seals().last.flatMap { $0.isDropped ? nil : $0.entry }
        recovery.executions = try await openLines(AuditJournal.prefix).map { lines in
            RecoveredExecution(
                id: String(lines.last.subject.dropFirst(AuditJournal.prefix.count)), lines: lines.all)
        }
        recovery.alarms = try await openLines(AlarmJournal.prefix).compactMap { AlarmJournal.alarm($0.last) }
        recovery.decisions = try await openLines(DecisionJournal.prefix)
            .compactMap { DecisionJournal.decision($0.last) }
        recovery.ended = try await stores.journal.latest(prefix: AuditJournal.prefix, before: .max, limit: 60)
            .filter(\.line.closes).compactMap { AuditJournal.execution($0.line) }
        recovery.orders = try await orders()
        return recovery
    }

    /// What earlier processes made of orders that they did not acknowledge.
    private func orders() async throws(EngineError) -> [OrderOutcome] {
        var outcomes: [OrderOutcome] = []
        var after: Int64 = 0
        while true {
            let page = try await stores.queue.list([.waiting, .leased, .dead], after: after, limit: 500)
            guard let last = page.last else { return outcomes }
            for work in page {
                if let line = try await stores.journal.lines(of: OrderJournal.prefix + work.item.id).last?.line,
                    let order = OrderJournal.read(line)
                {
                    outcomes.append(order.outcome)
                }
            }
            after = last.ordinal
        }
    }

    private func segments(_ shard: StreamShard, after delivered: Int64) async throws(EngineError) -> [StreamSegment] {
        var segments: [StreamSegment] = []
        var after = delivered
        while true {
            let entries = try await stores.stream.read(shard, after: after, limit: 1_000)
            guard let last = entries.last else { return segments }
            for entry in entries { Self.extend(&segments, with: entry) }
            after = last.sequence
        }
    }

    private static func extend(_ segments: inout [StreamSegment], with entry: SequencedEntry) {
        let received = MarketTime(microseconds: entry.entry.received)
        let bytes = Int64(entry.entry.payload.count)
        if var last = segments.last, last.hour == received.hour, last.bytes < 1 << 20 {
            last.last = entry.sequence
            last.bytes += bytes
            segments[segments.count - 1] = last
        } else {
            segments.append(
                StreamSegment(
                    first: entry.sequence, last: entry.sequence, hour: received.hour, oldest: received, bytes: bytes))
        }
    }

    private func uncurated() async throws(EngineError) -> [RecoveredObject] {
        var objects: [RecoveredObject] = []
        var after = try await stores.warehouse.applied()
        while true {
            let entries = try await stores.catalog.list(after: after, limit: 500)
            guard let last = entries.last else { return objects }
            objects += entries.map { RecoveredObject(ordinal: $0.ordinal, $0.entry) }
            after = last.ordinal
        }
    }

    private func openLines(_ prefix: String) async throws(EngineError) -> [(last: JournalLine, all: [JournalLine])] {
        var result: [(last: JournalLine, all: [JournalLine])] = []
        for subject in try await stores.journal.open(prefix: prefix) {
            let lines = try await stores.journal.lines(of: subject).map(\.line)
            if let last = lines.last { result.append((last, lines)) }
        }
        return result
    }
}
