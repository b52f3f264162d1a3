import Engine
import Pipeline
import Runtime
import Simulation
import Testing

struct PaginationTests {
    /// D7: a result is read to its last page.
    @Test func d7RecoveryReadsEveryPageOfEveryStore() async throws {
        let world = MemoryWorld()
        let stream = MemoryRecordStream(world: world)
        let catalog = MemoryCatalog(world: world)
        let stores = Stores(
            stream: stream, objects: MemoryObjectStore(world: world), catalog: catalog,
            warehouse: MemoryWarehouse(world: world), journal: MemoryJournal(world: world),
            queue: MemoryWorkQueue(world: world))
        let shard = StreamShard("quotes", 0)
        let hour = Hour(400_000)
        for page in 0..<25 {
            let entries = (1...100).map { number in
                StreamEntry(
                    key: "A", received: hour.start.microseconds + Int64(page * 100 + number), payload: Array("{}".utf8))
            }
            _ = try stream.append(entries, to: shard)
        }
        for number in Int64(1)...1_203 {
            _ = try catalog.register(
                CatalogEntry(
                    key: "raw/\(number)", shard: shard, hour: hour.index, first: number, last: number, bytes: 1,
                    sha256: "", received: number))
        }
        for number in 0..<700 {
            let batch = DeliveryBatch(
                shard: shard, first: Int64(number) + 1, last: Int64(number) + 1, hour: hour, incarnation: 1)
            _ = try await stores.journal.append([DeliveryJournal.began(batch, at: hour.start)])
        }
        let recovery = try await RecoveryReader(stores).recovery(incarnation: 2, lastReceived: 0, damage: [])
        let found = try #require(recovery.shards.first)
        #expect(found.appended == 2_500 && found.delivered == 0)
        #expect(found.undelivered.first?.first == 1 && found.undelivered.last?.last == 2_500)
        #expect(found.undelivered.reduce(0) { $0 + $1.last - $1.first + 1 } == 2_500)
        #expect(recovery.uncurated.map(\.ordinal) == Array(1...1_203))
        #expect(recovery.deliveries.count == 700)
        #expect(recovery.lastReceived == hour.start.microseconds + 2_500)
    }
}
