import ArgumentParser
import Engine
import Pipeline

/// The alarms that stand, and on request those that are over.
struct AlarmsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms",
        abstract: "The alarms that stand.",
        discussion: """
            Those that call for somebody first, worst before others, with the command to run; then the acknowledged \
            and the snoozed. The key is what kintsugi acknowledge --alarm and kintsugi snooze take.

            EXAMPLES
              kintsugi alarms
              kintsugi alarms --all --json
            """)

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Also those that are over, latest first.")
    var all = false

    func run() async throws {
        let reading = try await Reading.open(data)
        var alarms = try await reading.standingAlarms()
        if all {
            let lines = try await reading.latest(AlarmJournal.prefix, limit: .max)
            alarms += lines.compactMap { AlarmJournal.alarm($0) }.filter { $0.cleared != nil }
        }
        var output = Output()
        data.json ? output.json(.array(alarms.map(\.json))) : show(alarms, &output)
        output.flush()
    }

    private func show(_ alarms: [AlarmStatus], _ output: inout Output) {
        guard !alarms.isEmpty else { return output.line("no alarm stands") }
        var table = TextTable(["key", "severity", "raised", "over", ">slots", "scope", "reason", "silent", "run"])
        for alarm in alarms {
            table.add([
                harmless(alarm.key), alarm.severity.rawValue, alarm.raised.iso8601, alarm.cleared?.iso8601 ?? "-",
                String(alarm.slots),
                harmless(alarm.scope), harmless(alarm.reason),
                alarm.sounds || alarm.cleared != nil ? "-" : harmless(alarm.silenceWords), harmless(alarm.command),
            ])
        }
        output.table(table)
    }
}

extension AlarmStatus {
    var json: JSONValue {
        .object([
            ("key", .text(key)), ("severity", .text(severity.rawValue)), ("scope", .text(scope)),
            ("reason", .text(reason)), ("slots", .integer(slots)), ("raised", .moment(raised)),
            ("cleared", .moment(cleared)), ("command", .text(command)),
            ("symbols", .array(selection?.symbols.map { .text($0.text) } ?? [])),
            ("from", .moment(selection?.minutes.lowerBound.start)),
            ("to", .moment(selection?.minutes.upperBound.start)),
            ("acknowledged", acknowledged?.json ?? .null),
            (
                "snoozed",
                snoozed.map {
                    .object([("by", .text($0.by)), ("until", .moment($0.until)), ("note", .text($0.note))])
                } ?? .null
            ),
        ])
    }
}
