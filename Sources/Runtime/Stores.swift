package import Engine

/// The engines one pipeline stands on, whatever stands behind them.
package struct Stores: Sendable {
    package let stream: any RecordStream
    package let objects: any ObjectStore
    package let catalog: any PartitionCatalog
    package let warehouse: any Warehouse
    package let journal: any ExecutionJournal
    package let sinks: [any AlarmSink]

    package init(
        stream: any RecordStream, objects: any ObjectStore, catalog: any PartitionCatalog, warehouse: any Warehouse,
        journal: any ExecutionJournal, sinks: [any AlarmSink] = []
    ) {
        self.stream = stream
        self.objects = objects
        self.catalog = catalog
        self.warehouse = warehouse
        self.journal = journal
        self.sinks = sinks
    }
}
