package import Engine
package import Pipeline
import Synchronization

/// A store that does not do its work for a while.
package struct StoreFault: Hashable, Sendable {
    package var store: EngineCall.Store
    package var kind: EngineError.Kind
    package var from: MarketTime
    package var to: MarketTime
    /// The share of calls that fail.
    package var share: Double
    /// Whether a call that changes something takes effect all the same.
    package var after: Bool
}

/// The faults of one world's engines: stores that are away, and the process's own end at a call.
package final class SimulatedFaults: FaultPlan {
    fileprivate struct State {
        var chance: SeededChance
        var stores: [StoreFault]
        var armed: CrashPoint?
        var struckPoints: Set<CrashPoint> = []
        var struckKinds: Set<EngineError.Kind> = []
    }

    private let clock: SimulatedClock
    private let state: Mutex<State>

    package init(clock: SimulatedClock, stores: [StoreFault], seed: UInt64) {
        self.clock = clock
        state = Mutex(State(chance: SeededChance(seed: seed, salt: "stores"), stores: stores))
    }

    /// The next call that comes by this point is the process's last.
    package func arm(_ point: CrashPoint?) { state.withLock { $0.armed = point } }
    /// The point armed, where one is.
    package var armedPoint: CrashPoint? { state.withLock { $0.armed } }

    /// Where processes ended, and how stores failed.
    package var struckPoints: Set<CrashPoint> { state.withLock { $0.struckPoints } }
    package var struckKinds: Set<EngineError.Kind> { state.withLock { $0.struckKinds } }

    package func before(_ call: EngineCall) throws(EngineError) { try strike(call, after: false) }
    package func after(_ call: EngineCall) throws(EngineError) { try strike(call, after: true) }

    private func strike(_ call: EngineCall, after: Bool) throws(EngineError) {
        let now = clock.now()
        let error = state.withLock { state in
            state.crash(CrashPoint(call: call, after: after)) ?? state.fault(call, after: after, now)
        }
        if let error { throw error }
    }
}

extension SimulatedFaults.State {
    fileprivate mutating func crash(_ point: CrashPoint) -> EngineError? {
        guard armed == point else { return nil }
        armed = nil
        struckPoints.insert(point)
        return EngineError(.crashed, "the process ends", at: point.description)
    }

    fileprivate mutating func fault(_ call: EngineCall, after: Bool, _ now: MarketTime) -> EngineError? {
        for fault in stores where fault.store == call.store && fault.from <= now && now < fault.to {
            // An append whose answer is lost would be appended again: engines append wholly and say so, or not at all.
            let isAfter = fault.after && call.writes && call.store != .stream
            guard isAfter == after, chance.happens(fault.share) else { continue }
            struckKinds.insert(fault.kind)
            return EngineError(fault.kind, "the \(call.store.rawValue) store is \(fault.kind.rawValue)")
        }
        return nil
    }
}
