package import Engine

/// One call of an engine, as a plan of faults sees it.
package struct EngineCall: Hashable, Sendable, CustomStringConvertible {
    /// Which engine is called.
    package enum Store: String, Hashable, Sendable, CaseIterable {
        case stream, objects, catalog, warehouse, journal, queue
    }

    package var store: Store
    /// The method's name: `append`, `put`, `apply`, …
    package var method: String
    /// Whether the call would change what is durable.
    package var writes: Bool

    package init(_ store: Store, _ method: String, writes: Bool) {
        self.store = store
        self.method = method
        self.writes = writes
    }

    package var description: String { "\(store.rawValue).\(method)" }
}

/// What goes wrong in a simulated world. An error thrown before a call means that nothing was done; one thrown after it
/// means that all was done and the caller does not know.
package protocol FaultPlan: Sendable {
    func before(_ call: EngineCall) throws(EngineError)
    func after(_ call: EngineCall) throws(EngineError)
}

/// A world in which nothing goes wrong.
package struct NoFaults: FaultPlan {
    package init() {}
    package func before(_ call: EngineCall) throws(EngineError) {}
    package func after(_ call: EngineCall) throws(EngineError) {}
}

extension FaultPlan {
    /// One call with its faults around it.
    func around<Value>(
        _ call: EngineCall, _ body: () throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        try before(call)
        let value = try body()
        try after(call)
        return value
    }
}
