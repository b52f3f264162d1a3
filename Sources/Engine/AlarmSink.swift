/// What a sink is told of one alarm.
package struct AlarmNotice: Hashable, Sendable, Codable {
    /// The root cause, the same for raise and clear: `source/finnhub/outage`.
    package var key: String
    /// `page`, `ticket` or `info`.
    package var severity: String
    /// One line: scope, reason, slots, time to heal.
    package var text: String
    /// What is concerned: a source, a symbol, the store.
    package var scope: String
    package var reason: String
    /// Slots concerned; 0 where it is about none.
    package var slots: Int
    /// The command a person would run.
    package var command: String
    /// UTC microseconds, on market time.
    package var at: Int64

    package init(
        key: String, severity: String, text: String, scope: String = "", reason: String = "", slots: Int = 0,
        command: String, at: Int64
    ) {
        self.key = key
        self.severity = severity
        self.text = text
        self.scope = scope
        self.reason = reason
        self.slots = slots
        self.command = command
        self.at = at
    }
}

/// An audit of the hour that found everything whole, or made it so.
package struct CleanAudit: Hashable, Sendable {
    /// The execution.
    package var execution: String
    /// When it ended, UTC microseconds on market time.
    package var at: Int64

    package init(execution: String, at: Int64) {
        self.execution = execution
        self.at = at
    }
}

/// Where alarms go besides the console. Told the same twice it tells a person once, or says the same again.
package protocol AlarmSink: Sendable {
    /// An alarm sounds.
    func raise(_ alarm: AlarmNotice) async throws(EngineError)
    /// It sounds no more.
    func clear(_ alarm: AlarmNotice) async throws(EngineError)
    /// After a start: these alarms sound, and no others. What a sink was told before may lie a crash ago.
    func recall(_ sounding: [AlarmNotice], at microseconds: Int64) async throws(EngineError)
    /// An audit of the hour was clean; who waits for this and hears nothing knows that something is wrong.
    func beat(_ audit: CleanAudit) async throws(EngineError)
}

extension AlarmSink {
    /// Nothing: it was told each alarm when it came.
    package func recall(_ sounding: [AlarmNotice], at microseconds: Int64) async throws(EngineError) {}
    /// Nothing: nobody listens for it there.
    package func beat(_ audit: CleanAudit) async throws(EngineError) {}
}

/// What a sink was told, kept beside the stores so that a restart neither tells it twice nor forgets to tell it.
package protocol SinkMemory: Sendable {
    /// The alarms the sink believes to sound; empty where nothing is known.
    func told() -> [AlarmNotice]
    /// Keeps them, in place of those before.
    func keep(_ told: [AlarmNotice]) throws(EngineError)
}

/// A sink, and how it wants to be told.
package struct NamedSink: Sendable {
    /// What a sink is told of.
    package enum Interest: Sendable {
        /// Alarms at least this severe: `info`, `ticket` or `page`.
        case alarms(minimum: String)
        /// Clean audits alone.
        case cleanAudits
    }

    /// Its one word, which names its own trouble: `log`, `webhook`, `heartbeat`.
    package var name: String
    /// Where it is, as people may read it: without what is secret.
    package var place: String
    package var interest: Interest
    package var sink: any AlarmSink
    /// Nil where it does not matter after a restart what it was told before.
    package var memory: (any SinkMemory)?

    package init(
        name: String, place: String, interest: Interest = .alarms(minimum: "info"), sink: any AlarmSink,
        memory: (any SinkMemory)? = nil
    ) {
        self.name = name
        self.place = place
        self.interest = interest
        self.sink = sink
        self.memory = memory
    }
}
