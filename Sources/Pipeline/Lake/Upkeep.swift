package import Engine

/// What is done beside the way of the data, so that nothing grows without end. Each is safe to do again.
package enum UpkeepTask: Hashable, Sendable {
    /// Have the stores' logs shortened, and learn how they stand.
    case tendStores
    /// Forget the records of a shard that were received before a moment and are in the lake and the warehouse; a
    /// bounded number at a time.
    case trimStream(StreamShard, before: MarketTime)
    /// Put an object that says what the oldest raw objects, all received before a moment, had come to; a bounded number
    /// of them at a time.
    case seal(before: MarketTime, at: MarketTime)
    /// Enter a seal in the catalogue in the place of its raw objects.
    case retire(SealEntry)
    /// Delete the raw objects that a seal stands for.
    case dropRaw(SealEntry)
}

/// What came of it.
package enum UpkeepOutcome: Hashable, Sendable {
    case storesTended([StoreLog])
    /// So many records were forgotten; there may be more to forget.
    case streamTrimmed(records: Int64, isMore: Bool)
    /// Nil where nothing is old enough.
    case sealed(SealEntry?)
    case retired
    case rawDropped(objects: Int)
    /// What was asked cannot be done rightly, and nothing was done: a raw object is damaged, or says otherwise than what
    /// is held.
    case refused(EngineError)
}
