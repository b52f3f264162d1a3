import Pipeline
import Platform
import Runtime

/// What systemd is told of an owner that runs as a service: ready after recovery, how coverage stands, and a sign of life for
/// each turn the pipeline's own loop takes. A loop that hangs gives none, and is started again.
struct ServiceTie {
    /// At most so often a new status text.
    private static let pause = Duration.seconds(5)

    private let notifier: ServiceNotifier
    private let tasks: [Task<Void, Never>]

    /// Nil where nobody wants to be told.
    init?(_ runtime: PipelineRuntime) {
        guard let notifier = ServiceNotifier() else { return nil }
        self.notifier = notifier
        let statuses = runtime.audience.subscribe()
        var tasks = [Task { await Self.tell(notifier, statuses) }]
        if let watchdog = notifier.watchdog {
            tasks.append(Task { await Self.show(notifier, that: runtime, isAliveEvery: watchdog / 3) })
        }
        self.tasks = tasks
    }

    func stopping() { notifier.stopping() }

    func end() {
        notifier.stopping()
        for task in tasks { task.cancel() }
    }

    private static func tell(_ notifier: ServiceNotifier, _ statuses: AsyncStream<PipelineStatus>) async {
        var isReady = false
        var told = ""
        for await status in statuses {
            let words = status.serviceWords
            if !isReady {
                isReady = true
                notifier.ready(words)
            } else if words != told {
                notifier.tell(words)
            }
            told = words
            try? await Task.sleep(for: pause)
        }
    }

    /// Asks the loop itself, and passes its answer on: nothing here gives a sign of life on its own account.
    private static func show(
        _ notifier: ServiceNotifier, that runtime: PipelineRuntime, isAliveEvery pause: Duration
    ) async {
        while !Task.isCancelled, await runtime.pulse() {
            notifier.isAlive()
            try? await Task.sleep(for: pause)
        }
    }
}

extension PipelineStatus {
    /// One line for `systemctl status`.
    var serviceWords: String {
        let share =
            coverage.expected > coverage.pending
            ? Double(coverage.present + coverage.quiet) / Double(coverage.expected - coverage.pending) : 1
        let alarms = alarms.filter { $0.cleared == nil }.count
        let tenths = Int((share * 1000).rounded(.down))
        return "coverage \(tenths / 10).\(tenths % 10) %, \(coverage.missing) missing, "
            + "\(coverage.unrepairable) unrepairable, \(alarms == 1 ? "1 alarm" : "\(alarms) alarms")"
    }
}
