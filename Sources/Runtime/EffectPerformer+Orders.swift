import Engine
import Pipeline

/// The time of leases: real, from an origin of the process's own, for a lease of another process is void anyhow.
package enum LeaseTime {
    private static let origin = ContinuousClock.now

    /// Microseconds since the first question.
    package static func now() -> Int64 {
        let parts = (ContinuousClock.now - origin).components
        return parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
    }
}

/// The effects of the work queue.
extension EffectPerformer {
    /// How long what is received is held before it has to be extended.
    package static let leaseMicroseconds: Int64 = 60_000_000
    /// Orders received at once.
    private static let batchMax = 16
    /// Dead letters told of.
    private static let deadMax = 16

    func performOrders(_ effect: PipelineEffect) async throws(EngineError) -> PipelineEvent {
        let holder = effect.id.incarnation
        let now = leaseTime()
        let lease = WorkLease(holder: holder, now: now, until: now + Self.leaseMicroseconds)
        switch effect.action {
        case .receiveOrders: return .ordersReceived(effect.id, try await receive(lease))
        case .extendOrders(let ids): try await stores.queue.extend(ids, by: lease)
        case .acknowledgeOrders(let ids): try await stores.queue.acknowledge(ids, by: holder)
        case .releaseOrders(let ids): try await stores.queue.release(ids, by: holder, error: nil)
        case .redriveOrder(let id):
            let found = try await stores.queue.redrive(id)
            return .orderChanged(effect.id, found: found, dead: try await dead())
        case .dropOrder(let id):
            let found = try await stores.queue.drop(id)
            return .orderChanged(effect.id, found: found, dead: try await dead())
        default: preconditionFailure("no effect of the work queue: \(effect)")
        }
        return .done(effect.id)
    }

    /// What cannot be read as an order is laid aside: a newer version may know it.
    private func receive(_ lease: WorkLease) async throws(EngineError) -> OrderDelivery {
        var orders: [ReceivedOrder] = []
        for work in try await stores.queue.receive(Self.batchMax, by: lease).received {
            if let order = OperatorOrder(work.item) {
                orders.append(ReceivedOrder(order, given: MarketTime(microseconds: work.item.sent)))
            } else {
                try await stores.queue.bury(
                    work.item.id, by: lease.holder, error: "cannot be read as an order by this version")
            }
        }
        return OrderDelivery(orders: orders, dead: try await dead())
    }

    private func dead() async throws(EngineError) -> [DeadOrder] {
        try await stores.queue.list([.dead], after: 0, limit: Self.deadMax).map { DeadOrder($0) }
    }
}
