import Engine
import Synchronization

/// What is durable in a simulated world: it outlives a crash, while the engines that write to it are made anew.
package final class MemoryWorld: Sendable {
    private let stream = Mutex(StreamTable())
    private let objects = Mutex(ObjectTable())
    private let catalog = Mutex(CatalogTable())
    private let warehouse = Mutex(WarehouseTable())
    private let journal = Mutex(JournalTable())
    private let queue = Mutex(QueueTable())

    package init() {}

    /// The greatest `received` that is durable, UTC microseconds; 0 in a new world.
    package var lastReceived: Int64 {
        max(stream.withLock(\.lastReceived), catalog.withLock(\.lastReceived))
    }

    /// Flips one bit of an object at rest; false where there is no such byte.
    package func damageObject(_ key: String, byte: Int) -> Bool {
        objects.withLock { $0.damage(key, byte: byte) }
    }

    /// Makes the oldest item that is not done in the work queue unreadable.
    func spoilWaiting() { queue.withLock { $0.spoilWaiting() } }

    func withStream<Value: Sendable>(_ body: (inout StreamTable) throws(EngineError) -> Value) throws(EngineError)
        -> Value
    {
        try locked(stream, body)
    }

    func withObjects<Value: Sendable>(_ body: (inout ObjectTable) throws(EngineError) -> Value) throws(EngineError)
        -> Value
    {
        try locked(objects, body)
    }

    func withCatalog<Value: Sendable>(_ body: (inout CatalogTable) throws(EngineError) -> Value) throws(EngineError)
        -> Value
    {
        try locked(catalog, body)
    }

    func withWarehouse<Value: Sendable>(
        _ body: (inout WarehouseTable) throws(EngineError) -> Value
    ) throws(EngineError) -> Value {
        try locked(warehouse, body)
    }

    func withJournal<Value: Sendable>(_ body: (inout JournalTable) throws(EngineError) -> Value) throws(EngineError)
        -> Value
    {
        try locked(journal, body)
    }

    func withQueue<Value: Sendable>(_ body: (inout QueueTable) throws(EngineError) -> Value) throws(EngineError)
        -> Value
    {
        try locked(queue, body)
    }
}

private func locked<Table: Sendable, Value: Sendable>(
    _ table: borrowing Mutex<Table>, _ body: (inout Table) throws(EngineError) -> Value
) throws(EngineError) -> Value {
    let result: Result<Value, EngineError> = table.withLock { table in
        do throws(EngineError) { return .success(try body(&table)) } catch { return .failure(error) }
    }
    return try result.get()
}
