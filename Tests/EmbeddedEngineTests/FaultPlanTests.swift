import Engine
import Simulation
import Synchronization
import Testing

/// Fails the n-th call, before or after its effect, and every call after it.
private final class CrashAt: FaultPlan {
    private let state: Mutex<Int>
    private let isBefore: Bool

    init(call: Int, isBefore: Bool) {
        state = Mutex(call)
        self.isBefore = isBefore
    }

    func before(_ call: EngineCall) throws(EngineError) {
        let left = state.withLock { left in
            left -= 1
            return left
        }
        if left < 0 || (left == 0 && isBefore) { throw EngineError(.crashed, "the process ends", at: "\(call)") }
    }

    func after(_ call: EngineCall) throws(EngineError) {
        if state.withLock({ $0 }) == 0 { throw EngineError(.crashed, "the process ends", at: "\(call)") }
    }
}

@Suite struct FaultPlanTests {
    private let quotes = StreamShard("quotes", 0)
    private let record = StreamEntry(key: "A", received: 7, payload: [1])

    @Test func anErrorBeforeMeansNothingWasDoneAndAfterMeansAll() throws {
        for isBefore in [true, false] {
            let world = MemoryWorld()
            let plan = CrashAt(call: 1, isBefore: isBefore)
            #expect(throws: EngineError.self) {
                try MemoryRecordStream(world: world, faults: plan).append([record], to: quotes)
            }
            #expect(throws: EngineError.self) { try MemoryCatalog(world: world, faults: plan).checkpoint(quotes) }
            let held = try MemoryRecordStream(world: world).read(quotes, after: 0, limit: 9)
            #expect(held.count == (isBefore ? 0 : 1))
            #expect(world.lastReceived == (isBefore ? 0 : 7))
        }
    }

    @Test func everyEngineAsksThePlan() throws {
        let world = MemoryWorld()
        let plan = CrashAt(call: 1, isBefore: true)
        func refused(_ body: () throws -> Void) { #expect(throws: EngineError.self) { try body() } }
        refused { _ = try MemoryRecordStream(world: world, faults: plan).extents() }
        refused { try MemoryRecordStream(world: world, faults: plan).trim(quotes, through: 1) }
        refused { try MemoryObjectStore(world: world, faults: plan).put([1], at: "raw/a") }
        refused { _ = try MemoryObjectStore(world: world, faults: plan).list(prefix: "", after: "", limit: 1) }
        refused { try MemoryCatalog(world: world, faults: plan).moveCheckpoint(quotes, to: 1) }
        refused { _ = try MemoryWarehouse(world: world, faults: plan).apply(CuratedChange(ordinal: 1)) }
        refused { _ = try MemoryWarehouse(world: world, faults: plan).applied() }
        refused { _ = try MemoryJournal(world: world, faults: plan).append([]) }
        refused { _ = try MemoryJournal(world: world, faults: plan).open(prefix: "") }
        let lease = WorkLease(holder: 1, now: 0, until: 1)
        refused { _ = try MemoryWorkQueue(world: world, faults: plan).receive(1, by: lease) }
        refused { _ = try MemoryWorkQueue(world: world, faults: plan).list([.dead], after: 0, limit: 1) }
        #expect(try MemoryWarehouse(world: world).applied() == 0)
    }

    @Test func aDamagedObjectIsServedDamaged() throws {
        let world = MemoryWorld()
        let objects = MemoryObjectStore(world: world)
        try objects.put([1, 2], at: "raw/a")
        #expect(world.damageObject("raw/a", byte: 1))
        #expect(!world.damageObject("raw/a", byte: 2))
        #expect(!world.damageObject("raw/b", byte: 0))
        #expect(try objects.get("raw/a") == [1, 3])
    }
}
