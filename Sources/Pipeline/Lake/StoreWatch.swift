package import Engine

/// Has the stores looked after now and then, when anything happens at all.
package struct StoreWatch: Sendable {
    private static let pause = MarketSpan.minutes(1)
    private var waitsFor: EffectID?
    private var last = MarketTime.distantPast
    /// The logs' bytes, as last seen.
    package private(set) var logBytes: Int64 = 0

    package init() {}

    package mutating func advance(at now: MarketTime, _ ids: inout EffectIDs) -> PipelineEffect? {
        guard waitsFor == nil, now - last >= Self.pause else { return nil }
        let id = ids.next()
        waitsFor = id
        last = now
        return PipelineEffect(id: id, action: .upkeep(.tendStores))
    }

    /// False for an outcome nobody waits for.
    package mutating func tended(_ id: EffectID, _ logs: [StoreLog]) -> Bool {
        guard waitsFor == id else { return false }
        waitsFor = nil
        logBytes = logs.reduce(0) { $0 + $1.bytes }
        return true
    }

    /// It is tried again at its time; false where the id was not its own.
    package mutating func failed(_ id: EffectID) -> Bool {
        guard waitsFor == id else { return false }
        waitsFor = nil
        return true
    }

    /// Why a log is long and what to do, for a person.
    package static func complaint(about log: StoreLog) -> String {
        let size = "its log has grown to \(log.bytes >> 20) MB because"
        guard !log.readers.isEmpty else {
            return
                "\(size) somebody has been reading it in one long transaction; end that reader, and it shrinks by itself"
        }
        let names = log.readers.prefix(3).map { "process \($0.process) (\(harmless($0.name, limit: 32)))" }
        let (has, them) = names.count == 1 ? ("has", "it") : ("have", "them")
        return
            "\(size) \(names.joined(separator: ", ")) \(has) been reading it in one long transaction; let \(them) end, "
            + "and it shrinks by itself"
    }
}
