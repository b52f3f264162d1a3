package import Engine

/// The work queue of a simulated world; answers without suspending.
package final class MemoryWorkQueue: WorkQueue {
    private let world: MemoryWorld
    private let faults: any FaultPlan

    package init(world: MemoryWorld, faults: any FaultPlan = NoFaults()) {
        self.world = world
        self.faults = faults
    }

    package func send(_ item: WorkItem) throws(EngineError) -> QueuedWork {
        try calling("send") { $0.send(item) }
    }

    package func receive(_ limit: Int, by lease: WorkLease) throws(EngineError) -> WorkDelivery {
        try calling("receive") { $0.receive(limit, by: lease) }
    }

    package func extend(_ ids: [String], by lease: WorkLease) throws(EngineError) {
        try calling("extend") { $0.change(ids) { $0.extend(by: lease) } }
    }

    package func acknowledge(_ ids: [String], by holder: Int64) throws(EngineError) {
        try calling("acknowledge") { $0.change(ids) { $0.acknowledge(by: holder) } }
    }

    package func release(_ ids: [String], by holder: Int64, error: String?) throws(EngineError) {
        try calling("release") { $0.change(ids) { $0.release(by: holder, error: error) } }
    }

    package func bury(_ id: String, by holder: Int64, error: String) throws(EngineError) {
        try calling("bury") { $0.change([id]) { $0.bury(by: holder, error: error) } }
    }

    package func redrive(_ id: String) throws(EngineError) -> Bool {
        try calling("redrive") { $0.changeOne(id) { $0.redrive() } }
    }

    package func drop(_ id: String) throws(EngineError) -> Bool {
        try calling("drop") { $0.changeOne(id) { $0.drop() } }
    }

    package func list(
        _ states: Set<QueuedWork.State>, after ordinal: Int64, limit: Int
    ) throws(EngineError) -> [QueuedWork] {
        try calling("list", writes: false) { $0.list(states, after: ordinal, limit: limit) }
    }

    package func find(_ id: String) throws(EngineError) -> QueuedWork? {
        try calling("find", writes: false) { $0.items.first { $0.item.id == id } }
    }

    private func calling<Value: Sendable>(
        _ method: String, writes: Bool = true, _ body: (inout QueueTable) -> Value
    ) throws(EngineError) -> Value {
        try faults.around(EngineCall(.queue, method, writes: writes)) { () throws(EngineError) in
            try world.withQueue { (table) throws(EngineError) in body(&table) }
        }
    }
}

/// Items in the order of sending.
struct QueueTable: Sendable {
    private(set) var items: [QueuedWork] = []
    private var last: Int64 = 0

    mutating func send(_ item: WorkItem) -> QueuedWork {
        if let known = items.first(where: { $0.item.id == item.id }) { return known }
        last += 1
        items.append(QueuedWork(ordinal: last, item: item))
        return items[items.count - 1]
    }

    mutating func receive(_ limit: Int, by lease: WorkLease) -> WorkDelivery {
        var delivery = WorkDelivery()
        for place in items.indices where items[place].isFree(for: lease) {
            guard delivery.takesMore(items[place], limit: limit) else { break }
            delivery.take(&items[place], by: lease)
        }
        return delivery
    }

    mutating func change(_ ids: [String], _ body: (inout QueuedWork) -> Void) {
        for place in items.indices where ids.contains(items[place].item.id) { body(&items[place]) }
        forgetOldest()
    }

    mutating func changeOne(_ id: String, _ body: (inout QueuedWork) -> Bool) -> Bool {
        guard let place = items.firstIndex(where: { $0.item.id == id }) else { return false }
        defer { forgetOldest() }
        return body(&items[place])
    }

    func list(_ states: Set<QueuedWork.State>, after ordinal: Int64, limit: Int) -> [QueuedWork] {
        Array(items.lazy.filter { $0.ordinal > ordinal && states.contains($0.state) }.prefix(limit))
    }

    mutating func spoilWaiting() {
        guard let place = items.firstIndex(where: { $0.state == .waiting }) else { return }
        items[place].item.body = Array("{".utf8)
    }

    private mutating func forgetOldest() {
        var excess = items.count { $0.state == .done } - QueuedWork.doneKept
        guard excess > 0 else { return }
        items.removeAll { work in
            guard work.state == .done, excess > 0 else { return false }
            excess -= 1
            return true
        }
    }
}
