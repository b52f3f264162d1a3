import ArgumentParser
import Configuration
import Foundation
import Pipeline
import Platform

/// What is wrong, and what to do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Configuration, key, source, terminal, data directory: what is wrong and what to do.",
        discussion: """
            Looks at everything a run needs, changes nothing, and says of each whether it is ok, to be looked at (warn) or \
            bad. The source is asked where it is on this machine; one on the network only with --online: its time, and \
            one small candle call. Exit code 1 where anything is bad.

            CONFIGURATION
              The command line beats the environment, the environment beats the file, the file beats the standards. \
            The file is the one of --config, of KINTSUGI_CONFIG, or ~/.config/kintsugi/config.toml; each of its \
            sections describes the one source it names. What runs already keeps what it began with.

            EXAMPLES
              kintsugi doctor
              kintsugi doctor --online --provider finnhub
              kintsugi doctor --write-config               every key with its sentence, to begin from
              kintsugi doctor --write-config - | less
              kintsugi doctor --list-keys
              kintsugi doctor --test-alarm                 through every sink
            """)

    @OptionGroup var data: DataOptions

    @Option(name: .customLong("provider"), help: "The source to look at: simulated or finnhub.")
    var namedProvider: Provider?

    @Option(name: .long, help: ArgumentHelp("Base URL of the source.", valueName: "URL"))
    var baseUrl: String?

    @Flag(name: .long, help: "Ask a source on the network too.")
    var online = false

    @Flag(name: .long, help: "Send a test alarm through every sink, and say how each did.")
    var testAlarm = false

    @Flag(name: .long, help: "Write the commented configuration; to FILE, or to the usual place.")
    var writeConfig = false

    @Flag(name: .long, help: "With --write-config: replace a file that is there.")
    var force = false

    @Flag(name: .long, help: "Every key of the configuration: what is permitted, its standard, option and variable.")
    var listKeys = false

    @Argument(help: ArgumentHelp("With --write-config: where to; - for standard output.", valueName: "FILE"))
    var file: String?

    func run() async throws {
        guard file == nil || writeConfig else {
            throw Failure.usage("\(harmless(file ?? "", limit: 60)) is one word too many: it goes with --write-config")
        }
        guard [testAlarm, writeConfig, listKeys].count(where: { $0 }) <= 1 else {
            throw Failure.usage("choose one of --test-alarm, --write-config and --list-keys")
        }
        if writeConfig { return try CommentedFile.write(to: file, named: data.config, force: force) }
        if listKeys { return KeyList.show(json: data.json) }
        if testAlarm { return try await AlarmTrial(data: data, provider: namedProvider).run() }
        let findings = await Examination(
            data: data, namedProvider: namedProvider, baseURL: baseUrl, online: online
        ).findings()
        var output = Output()
        if data.json {
            output.json(
                .object([
                    ("well", .boolean(!findings.contains { $0.grade == .bad })),
                    ("findings", .array(findings.map(\.json))),
                ]))
        } else {
            output.findings(findings)
        }
        output.flush()
        if findings.contains(where: { $0.grade == .bad }) { throw Failure.silent(Exit.unwell) }
    }
}

/// The table of keys for people and for scripts.
enum KeyList {
    static func show(json: Bool) {
        var output = Output()
        if json {
            output.json(.array(SettingKey.all.map(\.json)))
        } else {
            var table = TextTable(["key", "standard", "option", "variable"])
            for key in SettingKey.all {
                table.add([key.name, key.standard?.toml ?? "-", key.flag ?? "-", key.variable])
            }
            output.table(table)
            output.line("kintsugi doctor --write-config - shows each with its sentence and what is permitted")
        }
        output.flush()
    }
}

extension SettingKey {
    fileprivate var json: JSONValue {
        .object([
            ("key", .text(name)), ("meaning", .text(meaning)), ("permitted", .text(kind.permitted)),
            ("standard", standard.map { .text($0.toml) } ?? .null), ("flag", flag.map(JSONValue.text) ?? .null),
            ("variable", .text(variable)),
        ])
    }
}
