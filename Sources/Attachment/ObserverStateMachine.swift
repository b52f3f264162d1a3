package import Pipeline

/// How an observer stands to the owner of a data directory.
package enum OwnerPresence: Hashable, Sendable {
    /// Nobody has been reached yet.
    case seeking
    /// Statuses come from this process.
    case attached(process: Int32)
    /// The line stands, and no status has come for three seconds.
    case silent(process: Int32)
    /// The owner said farewell or the line broke; what is on disk can still be read.
    case gone(String)
}

/// The observer's end of the line as a value: messages in, what they mean out. Time is an argument, monotonic milliseconds.
package struct ObserverStateMachine: Sendable {
    /// What the observer is to do or to show.
    package enum Step: Hashable, Sendable {
        case show(PipelineStatus)
        case outcome(OrderOutcome)
        case presence(OwnerPresence)
        /// End the line.
        case close
    }

    private static let silenceMilliseconds: Int64 = 3_000
    package private(set) var presence = OwnerPresence.seeking
    private var status = PipelineStatus()
    private var hasStatus = false
    private var lastHeard: Int64 = 0

    package init() {}

    /// A line came.
    package mutating func received(_ message: AttachmentMessage, at now: Int64) -> [Step] {
        lastHeard = now
        switch message {
        case .hello(let greeting):
            guard greeting.protocol == AttachmentMessage.protocolNow else {
                return gone(
                    "the owner, process \(greeting.process), speaks another protocol (version \(harmless(greeting.version, limit: 40)))"
                ) + [.close]
            }
            status = PipelineStatus()
            hasStatus = false
            presence = .attached(process: greeting.process)
            return [.presence(presence)]
        case .status(let patch):
            guard let process = owner else { return [.close] }
            patch.apply(to: &status)
            hasStatus = true
            var steps: [Step] = []
            if presence != .attached(process: process) {
                presence = .attached(process: process)
                steps.append(.presence(presence))
            }
            return steps + [.show(status)]
        case .outcome(let outcome): return [.outcome(outcome)]
        case .farewell(let reason): return gone(harmless(reason)) + [.close]
        case .order: return [.close]
        }
    }

    private var owner: Int32? {
        switch presence {
        case .attached(let process), .silent(let process): process
        case .seeking, .gone: nil
        }
    }

    private mutating func gone(_ reason: String) -> [Step] {
        presence = .gone(reason)
        return [.presence(presence)]
    }

    /// The line ended.
    package mutating func lost() -> [Step] {
        if case .gone = presence { return [] }
        return gone("the owner is gone")
    }

    /// Time went on. The owner says something each second at least, so a longer silence is one.
    package mutating func elapsed(to now: Int64) -> [Step] {
        guard case .attached(let process) = presence, now - lastHeard >= Self.silenceMilliseconds else { return [] }
        presence = .silent(process: process)
        return [.presence(presence)]
    }
}
