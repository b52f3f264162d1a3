/// What a sink is told of one alarm.
package struct AlarmNotice: Hashable, Sendable {
    /// The root cause, the same for raise and clear: `source/finnhub/outage`.
    package var key: String
    /// `page`, `ticket` or `info`.
    package var severity: String
    /// One line: scope, reason, slots, time to heal.
    package var text: String
    /// The command a person would run.
    package var command: String
    /// UTC microseconds, on market time.
    package var at: Int64

    package init(key: String, severity: String, text: String, command: String, at: Int64) {
        self.key = key
        self.severity = severity
        self.text = text
        self.command = command
        self.at = at
    }
}

/// Where alarms go besides the console.
package protocol AlarmSink: Sendable {
    func raise(_ alarm: AlarmNotice) async throws(EngineError)
    func clear(_ alarm: AlarmNotice) async throws(EngineError)
}
