import Pipeline
import Runtime
import Synchronization
import Testing

/// The wall clock held on the monotonic one: what jumps is noticed, and market time never goes back.
struct WallClockTests {
    /// Both clocks of a machine, set by hand.
    private final class Machine: Sendable {
        let seconds = Mutex<(monotonic: Int64, wall: Int64)>((0, 0))

        init(wall: Int64) { seconds.withLock { $0 = (1_000, wall) } }

        /// Time passes; during a machine's sleep only on the wall.
        func pass(_ span: Int64, asleep: Bool = false) {
            seconds.withLock { $0 = ($0.monotonic + (asleep ? 0 : span), $0.wall + span) }
        }

        func set(wall: Int64) { seconds.withLock { $0.wall = wall } }

        var clock: WallClock {
            WallClock(
                monotonic: { UInt64(self.seconds.withLock { $0.monotonic }) * 1_000_000_000 },
                wall: { self.seconds.withLock { $0.wall } * 1_000_000 })
        }
    }

    /// Around the end of 32 bits, a leap second, and the beginning of what a mask can hold.
    private static let moments: [Int64] = [1_550_000_000, 2_147_483_640, 4_102_444_790, 1_483_228_795, 10]

    @Test func itGoesOnWithTheMonotonicClockPastTheEndOf32Bits() {
        for start in Self.moments {
            let machine = Machine(wall: start)
            let clock = machine.clock
            for _ in 0..<20 {
                machine.pass(1)
                #expect(clock.skipped() == nil && clock.behind() == nil)
            }
            #expect(clock.now() == MarketTime(seconds: start + 20))
            #expect(clock.nanoseconds(until: MarketTime(seconds: start + 25)) == 5_000_000_000)
        }
    }

    @Test func aSleepOfTheMachineIsASkipAndIsToldOnce() {
        for start in Self.moments {
            let machine = Machine(wall: start)
            let clock = machine.clock
            machine.pass(28_800, asleep: true)
            let skip = clock.skipped()
            #expect(skip?.from == MarketTime(seconds: start) && skip?.to == MarketTime(seconds: start + 28_800))
            #expect(clock.skipped() == nil && clock.now() == MarketTime(seconds: start + 28_800))
        }
    }

    @Test func aClockSetBackNeverTurnsTimeBackAndIsToldUntilItAgrees() {
        let machine = Machine(wall: 1_550_000_000)
        let clock = machine.clock
        machine.set(wall: 1_550_000_000 - 7_200)
        #expect(clock.skipped() == nil)
        #expect(clock.behind() == .seconds(7_200))
        machine.pass(60)
        #expect(clock.now() == MarketTime(seconds: 1_550_000_060), "market time goes on by the monotonic clock")
        #expect(clock.behind() == .seconds(7_200))
        machine.set(wall: 1_550_000_060)
        #expect(clock.behind() == nil && clock.skipped() == nil)
    }

    @Test func aTrifleIsNoJump() {
        let machine = Machine(wall: 1_550_000_000)
        let clock = machine.clock
        machine.set(wall: 1_550_000_002)
        #expect(clock.skipped() == nil)
        machine.set(wall: 1_549_999_998)
        #expect(clock.behind() == nil)
    }
}
