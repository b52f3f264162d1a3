import EmbeddedEngine
import Engine
import Pipeline

/// A status in Prometheus's text exposition format 0.0.4: base units, one block a metric.
struct PrometheusText {
    private(set) var lines: [String] = []

    init(_ report: StatusReport) {
        add("info", "gauge", "What the data directory holds; always 1.") {
            [([("source", report.birth.source), ("simulated", report.birth.simulated ? "true" : "false")], 1)]
        }
        single("owner_up", "Whether a process owns the data directory.", report.owner == nil ? 0 : 1)
        single("market_time_seconds", "Greatest market time seen, unix seconds.", Double(report.now.seconds))
        single("session_open", "Whether any calendar is in session.", report.isOpen ? 1 : 0)
        if let next = report.nextOpen {
            single("next_session_time_seconds", "When the next session begins, unix seconds.", Double(next.seconds))
        }
        coverage(report.coverage)
        streams(report.shards)
        single("lake_objects", "Raw objects registered.", Double(report.objects))
        single("lake_untransformed_objects", "Raw objects not yet in the warehouse.", Double(report.untransformed))
        single("quarantined_rows", "What arrived, is not data and is held apart.", Double(report.quarantined))
        single("executions_live", "Executions of the auditor under way.", Double(report.executions.count))
        add("alarms_standing", "gauge", "Alarms that stand, by severity.") {
            AlarmSeverity.allCases.map { severity in
                ([("severity", severity.rawValue)], Double(report.alarms.count { $0.severity == severity }))
            }
        }
        add("disk_bytes", "gauge", "Bytes each store takes, its log among them.") {
            report.disk.uses.map { ([("store", $0.store)], Double($0.bytes)) }
        }
        single(
            "store_log_bytes", "Bytes of the stores' logs: they grow while a reader holds one.",
            Double(report.disk.logBytes))
        if let left = report.diskLeft {
            single("disk_free_bytes", "Bytes left on the device of the data directory.", Double(left))
        }
    }

    private mutating func coverage(_ slots: SlotCounts) {
        single("slots_expected", "Slots the calendars expect so far.", Double(slots.expected))
        add("slots", "gauge", "Slots by verdict; they add up to the expected.") {
            let verdicts: [(Verdict, Int)] = [
                (.present, slots.present), (.pending, slots.pending), (.missing, slots.missing), (.quiet, slots.quiet),
                (.unrepairable, slots.unrepairable),
            ]
            return verdicts.map { ([("verdict", $0.rawValue)], Double($1)) }
        }
        single("slots_healed", "Slots present through a repair.", Double(slots.healed))
        if let ratio = slots.coverage {
            single("coverage_ratio", "Present and quiet of what is expected and not pending.", ratio)
        }
    }

    private mutating func streams(_ shards: [StatusReport.Shard]) {
        func each(_ value: (StatusReport.Shard) -> Int64) -> [([(String, String)], Double)] {
            shards.map { shard in
                let labels = [("stream", shard.extent.shard.stream), ("shard", String(shard.extent.shard.index))]
                return (labels, Double(value(shard)))
            }
        }
        add("stream_appended_records_total", "counter", "Records acknowledged.") { each(\.extent.last) }
        add("stream_delivered_records_total", "counter", "Records that are in the lake.") { each(\.delivered) }
        add("stream_lag_records", "gauge", "Records acknowledged and not yet in the lake.") { each(\.lag) }
        add("stream_lag_seconds", "gauge", "Age of the oldest of them in market seconds.") { each(\.lagSeconds) }
    }

    private mutating func single(_ name: String, _ help: String, _ value: Double) {
        add(name, "gauge", help) { [([], value)] }
    }

    private mutating func add(
        _ name: String, _ type: String, _ help: String, _ samples: () -> [([(String, String)], Double)]
    ) {
        lines.append("# HELP kintsugi_\(name) \(help)")
        lines.append("# TYPE kintsugi_\(name) \(type)")
        for (labels, value) in samples() {
            let text = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            lines.append("kintsugi_\(name)\(text.isEmpty ? "" : "{\(text)}") \(Self.number(value))")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        value.magnitude < 1e15 && value == value.rounded() ? String(Int64(value)) : value.description
    }
}
