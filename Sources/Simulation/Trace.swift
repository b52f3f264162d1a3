import Engine
package import Pipeline

/// What a run did, as one number over everything and the last lines to read: one seed, one trace.
package struct Trace: Sendable {
    private static let linesKept = 40
    package private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    package private(set) var count = 0
    private var lines: [String] = []
    /// Prints every line as it comes, for a person who looks for a fault.
    package var isLoud = false

    package init() {}

    package mutating func add(_ line: String, at now: MarketTime) {
        count += 1
        mix(UInt64(bitPattern: now.microseconds))
        for byte in line.utf8 { mix(UInt64(byte)) }
        let text = "\(now.iso8601.dropFirst(11)) \(line)"
        if isLoud { print(text) }
        lines.append(text)
        if lines.count >= 2 * Self.linesKept { lines.removeFirst(Self.linesKept) }
    }

    private mutating func mix(_ word: UInt64) { digest = (digest ^ word) &* 0x0000_0100_0000_01B3 }

    /// The last lines, oldest first.
    package var tail: [String] { lines.suffix(Self.linesKept) }
}

extension PipelineEvent {
    /// The event in a few words that are the same each time.
    var traceLine: String {
        switch self {
        case .recovered(let found):
            "recovered \(found.incarnation): \(found.deliveries.count) deliveries, \(found.uncurated.count) objects, "
                + "\(found.executions.count) executions, \(found.alarms.count) alarms"
        case .deadlineReached: "deadline"
        case .answerArrived(let id, let digest): "answer \(id) \(digest.outcome.traceWord)"
        case .appended(let id, let sequences, let bytes): "appended \(id) \(sequences) \(bytes)"
        case .journalled(let id): "journalled \(id)"
        case .objectPut(let id, let entry): "put \(id) \(entry.key) \(entry.sha256.prefix(8))"
        case .objectRegistered(let id, let ordinal): "registered \(id) \(ordinal)"
        case .checkpointMoved(let id): "checkpoint \(id)"
        case .curated(let id, let summary):
            "curated \(id) \(summary.ordinal): \(summary.bars) bars, \(summary.revisions) revisions, "
                + "\(summary.quarantined) quarantined, \(summary.quieted) quiet, \(summary.healed) healed"
        case .objectDamaged(let id, let key, _): "damaged \(id) \(key)"
        case .synthesized(let id, let rows): "synthesized \(id) \(rows)"
        case .factsChecked(let id, let stale): "checked \(id) stale \(stale.count)"
        case .upkept(let id, let outcome): "upkept \(id) \(outcome.word)"
        case .done(let id): "done \(id)"
        case .failed(let id, let error): "failed \(id) \(error)"
        case .storeTroubled(let lane, let error): "troubled \(lane.rawValue) \(error.kind.rawValue)"
        case .storeRecovered(let lane): "store recovered \(lane.rawValue)"
        case .clockSetBack(let span): "clock set back \(span?.microseconds ?? 0)"
        case .sinkTroubled(let name, let reason): "sink troubled \(name) \(reason)"
        case .sinkRecovered(let name): "sink recovered \(name)"
        case .timeSkipped(let from, let to): "skipped \(from) \(to)"
        case .ordered(let order): "ordered \(order.command.about)"
        case .ordersWaiting: "orders wait"
        case .ordersReceived(let id, let delivery):
            "received \(id) "
                + delivery.orders.map { "\($0.order.id) \($0.order.command.about)" }.joined(separator: ", ")
                + " dead " + delivery.dead.map(\.id).joined(separator: ", ")
        case .orderChanged(let id, let found, let dead): "order changed \(id) \(found) dead \(dead.count)"
        }
    }
}

extension AnswerClass {
    fileprivate var traceWord: String {
        switch self {
        case .data: "data"
        case .noData: "no data"
        case .keyRefused: "key refused"
        case .noAccess: "no access"
        case .throttled: "throttled"
        case .transient(let reason): reason.rawValue
        case .notData: "not data"
        case .malformed(let fault): "malformed \(fault.reason)"
        }
    }
}

extension PipelineEffect {
    /// The effect in a few words that are the same each time.
    var traceLine: String {
        switch action {
        case .fetch(let call):
            "fetch \(id) \(call.purpose.rawValue) \(call.question.symbol) \(call.question.minutes.lowerBound) "
                + "+\(call.question.minutes.count) \(call.execution) \(call.attempt)"
        case .drop(let ids): "drop \(id) \(ids.count)"
        case .append(let shard, let drafts): "append \(id) \(shard) \(drafts.count)"
        case .journal(let lines):
            "journal \(id) " + lines.map { "\($0.subject) \($0.event)" }.joined(separator: ", ")
        case .putObject(let batch): "put \(id) \(batch.key)"
        case .register(let entry): "register \(id) \(entry.key)"
        case .moveCheckpoint(let shard, let sequence): "checkpoint \(id) \(shard) \(sequence)"
        case .curate(let ordinal, let key): "curate \(id) \(ordinal) \(key)"
        case .synthesize(let targets): "synthesize \(id) \(targets.count)"
        case .checkFacts(let targets): "check \(id) \(targets.count)"
        case .receiveOrders: "receive orders \(id)"
        case .extendOrders(let orders): "extend orders \(id) \(orders.joined(separator: ", "))"
        case .acknowledgeOrders(let orders): "acknowledge orders \(id) \(orders.joined(separator: ", "))"
        case .releaseOrders(let orders): "release orders \(id) \(orders.joined(separator: ", "))"
        case .redriveOrder(let order): "redrive order \(id) \(order)"
        case .dropOrder(let order): "drop order \(id) \(order)"
        case .raiseAlarm(let notice): "raise \(id) \(notice.key) \(notice.text)"
        case .upkeep(let task): "upkeep \(id) \(task.word)"
        case .clearAlarm(let notice): "clear \(id) \(notice.key)"
        case .recallAlarms(let notices): "recall \(id) \(notices.map(\.key).joined(separator: " "))"
        case .tellCleanAudit(let audit): "clean \(id) \(audit.execution)"
        }
    }
}

extension UpkeepTask {
    fileprivate var word: String {
        switch self {
        case .tendStores: "tend"
        case .trimStream(let shard, let cut): "trim \(shard) \(cut)"
        case .seal(let cut, _): "seal \(cut)"
        case .retire(let seal): "retire \(seal.key) \(seal.sha256.prefix(8))"
        case .dropRaw(let seal): "drop \(seal.key)"
        }
    }
}

extension UpkeepOutcome {
    fileprivate var word: String {
        switch self {
        case .storesTended(let logs): "tended \(logs.count)"
        case .streamTrimmed(let records, let isMore): "trimmed \(records) \(isMore)"
        case .sealed(let seal): "sealed \(seal?.key ?? "nothing") \(seal?.bytes ?? 0)"
        case .retired: "retired"
        case .rawDropped(let objects): "dropped \(objects)"
        case .refused(let error): "refused \(error)"
        }
    }
}
