import CNcurses
import Foundation

/// What the system says of its own clock.
package enum ClockFacts {
    /// Whether something keeps the wall clock right; nil where the system does not say.
    package static var isSynchronized: Bool? {
        let state = knc_clock_is_kept()
        return state < 0 ? nil : state == 1
    }

    /// How much the wall clock moved against the monotonic one within a moment, microseconds.
    package static func driftMicroseconds(over milliseconds: UInt64) async -> Int64 {
        let (wall, monotonic) = (SystemClock.wallMicroseconds(), SystemClock.monotonicNanoseconds())
        await SystemClock.sleep(until: monotonic + milliseconds * 1_000_000)
        let passed = Int64((SystemClock.monotonicNanoseconds() - monotonic) / 1_000)
        return SystemClock.wallMicroseconds() - wall - passed
    }
}
