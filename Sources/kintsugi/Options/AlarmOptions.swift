import ArgumentParser
import Configuration

/// Where alarms go besides the console and their log.
struct AlarmOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Post alarms there as JSON. Others on this machine can read it here: rather set KINTSUGI_WEBHOOK.",
            valueName: "URL"))
    var webhook: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Ask this address after each clean audit of an hour (KINTSUGI_HEARTBEAT).", valueName: "URL")
    )
    var heartbeat: String?

    /// Nothing named.
    static var none: AlarmOptions {
        var options = AlarmOptions()
        (options.webhook, options.heartbeat) = (nil, nil)
        return options
    }

    /// The settings with what is named here in place of what file and environment say.
    func over(_ settings: Settings) throws -> Settings {
        var settings = settings
        for (key, text) in [(SettingKey.webhook, webhook), (.heartbeat, heartbeat)] {
            guard let text else { continue }
            do throws(SettingProblem) { try settings.put(key, text: text) } catch {
                throw Failure.usage(error.description)
            }
        }
        return settings
    }

    /// As words, for a process that shall do the same.
    var arguments: [String] {
        [("--webhook", webhook), ("--heartbeat", heartbeat)].flatMap { name, value in value.map { [name, $0] } ?? [] }
    }
}
