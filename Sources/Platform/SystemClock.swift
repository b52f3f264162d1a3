import Foundation

/// The real time, read nowhere else.
package enum SystemClock {
    /// UTC microseconds since 1970; may jump when a person or a server sets the clock.
    package static func wallMicroseconds() -> Int64 {
        let now = read(CLOCK_REALTIME)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    /// Nanoseconds of a clock that never goes back; its origin means nothing.
    package static func monotonicNanoseconds() -> UInt64 {
        let now = read(CLOCK_MONOTONIC)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    /// Suspends until the monotonic clock reaches an instant, or until the task is cancelled.
    package static func sleep(until nanoseconds: UInt64) async {
        while !Task.isCancelled {
            let now = monotonicNanoseconds()
            guard now < nanoseconds else { return }
            // In pieces of at most an hour: the two clocks may drift apart while the machine sleeps.
            let piece = min(nanoseconds - now, 3_600_000_000_000)
            try? await Task.sleep(for: .nanoseconds(Int64(piece)), tolerance: .zero, clock: .continuous)
        }
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var now = timespec()
        clock_gettime(clock, &now)
        return now
    }
}
