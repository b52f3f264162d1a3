package import Engine
package import Pipeline

/// Where a replay of the raw lake begins: with what was sealed before its oldest object. Whoever builds a warehouse from
/// raw begins with this, and goes on after the ordinal it gives.
package struct SealedStart: Sendable {
    private let catalog: any PartitionCatalog
    private let objects: any ObjectStore

    package init(catalog: any PartitionCatalog, objects: any ObjectStore) {
        self.catalog = catalog
        self.objects = objects
    }

    /// The last raw object that is sealed, and when its newest record was received: from then on raw speaks itself. Nil
    /// where nothing was sealed.
    package func end() async throws(EngineError) -> (ordinal: Int64, received: MarketTime)? {
        guard let last = try await catalog.seals().last?.entry else { return nil }
        return (last.last, MarketTime(microseconds: last.received))
    }

    /// Gives a warehouse whatever was sealed after the last object it has applied, and the ordinal it has then come to.
    /// `each` is told of every sealed object; one that is damaged ends it with an error.
    @discardableResult
    package func adopt(
        into warehouse: any Warehouse, _ each: (SealEntry) -> Void = { _ in }
    ) async throws(EngineError) -> Int64 {
        var applied = try await warehouse.applied()
        for (seal, _) in try await catalog.seals() where seal.last > applied {
            _ = try await warehouse.adopt(try await SealedObject.read(seal, from: objects).state)
            applied = seal.last
            each(seal)
        }
        return applied
    }

    /// What people and configuration decided, as far as it is sealed.
    package func decisions() async throws(EngineError) -> [StreamRecord] {
        var decisions: [StreamRecord] = []
        for (seal, _) in try await catalog.seals() {
            for line in try await SealedObject.read(seal, from: objects).decisions {
                guard let record = try? StreamRecord.decode(Array(line.utf8)) else {
                    throw EngineError(.damaged, "a sealed decision cannot be read", at: seal.key)
                }
                decisions.append(record)
            }
        }
        return decisions
    }
}
