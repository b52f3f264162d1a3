import Configuration
import Engine

/// Where alarms go besides the console, each with the name people know it by.
enum AlarmSinks {
    struct Named {
        var name: String
        var sink: any AlarmSink
    }

    /// The sinks of a data directory, as the configuration has them.
    static func all(directory: String, _ settings: Settings) -> [Named] {
        [Named(name: "log \(directory)/alarms.ndjson", sink: AlarmLog(path: directory + "/alarms.ndjson"))]
    }
}
