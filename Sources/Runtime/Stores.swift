package import Engine

/// The engines one pipeline stands on, whatever stands behind them.
package struct Stores: Sendable {
    package let stream: any RecordStream
    package let objects: any ObjectStore
    package let catalog: any PartitionCatalog
    package let warehouse: any Warehouse
    package let journal: any ExecutionJournal
    package let queue: any WorkQueue
    package var sinks: [any AlarmSink]
    /// Looks after what stands behind them; nil where there is nothing to look after.
    package let upkeep: (any StoreUpkeep)?

    package init(
        stream: any RecordStream, objects: any ObjectStore, catalog: any PartitionCatalog, warehouse: any Warehouse,
        journal: any ExecutionJournal, queue: any WorkQueue, sinks: [any AlarmSink] = [],
        upkeep: (any StoreUpkeep)? = nil
    ) {
        self.stream = stream
        self.objects = objects
        self.catalog = catalog
        self.warehouse = warehouse
        self.journal = journal
        self.queue = queue
        self.sinks = sinks
        self.upkeep = upkeep
    }
}
