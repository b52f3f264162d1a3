import Engine

/// What an auditor sees without calling an engine: no fault stands in its way.
extension MemoryWorld {
    var streamTable: StreamTable { (try? withStream { (table) throws(EngineError) in table }) ?? StreamTable() }
    var objectTable: ObjectTable { (try? withObjects { (table) throws(EngineError) in table }) ?? ObjectTable() }
    var catalogTable: CatalogTable { (try? withCatalog { (table) throws(EngineError) in table }) ?? CatalogTable() }
    var warehouseTable: WarehouseTable {
        (try? withWarehouse { (table) throws(EngineError) in table }) ?? WarehouseTable()
    }
    var journalTable: JournalTable { (try? withJournal { (table) throws(EngineError) in table }) ?? JournalTable() }
    var queueTable: QueueTable { (try? withQueue { (table) throws(EngineError) in table }) ?? QueueTable() }
}

/// Every time there is, in minutes and in hours.
let allTime = Int64.min / 2..<Int64.max / 2
