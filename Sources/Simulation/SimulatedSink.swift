package import Engine
import Synchronization

/// Where the alarms of a simulated world go: it remembers what it was told.
package final class SimulatedSink: AlarmSink {
    private let told = Mutex<[(notice: AlarmNotice, isRaised: Bool)]>([])

    package init() {}

    package func raise(_ alarm: AlarmNotice) { told.withLock { $0.append((alarm, true)) } }
    package func clear(_ alarm: AlarmNotice) { told.withLock { $0.append((alarm, false)) } }

    /// The keys that were raised and not cleared since, in the order of raising.
    package var standing: [String] {
        told.withLock { told in
            var keys: [String] = []
            for (notice, isRaised) in told {
                keys.removeAll { $0 == notice.key }
                if isRaised { keys.append(notice.key) }
            }
            return keys
        }
    }
}
