/// The table of keys. A new key is a row here and an entry of `all`: reading, errors, the commented file, `doctor` and the
/// documentation follow from it.
extension SettingKey {
    // MARK: source

    package static let provider = SettingKey(
        "source.provider", .word(["simulated", "finnhub"]), standard: .text("simulated"), flag: "--provider",
        variable: "KINTSUGI_PROVIDER", "Who answers: the simulated exchange, or Finnhub.")
    package static let baseURL = SettingKey(
        "source.base-url", .address, example: .text("https://finnhub.io/api/v1"), flag: "--base-url",
        variable: "KINTSUGI_BASE_URL",
        "Base address of the source; where none is named it is the vendor's. Goes with provider finnhub.")
    package static let symbols = SettingKey(
        "source.symbols", .symbols, example: .texts(["AAPL", "MSFT", "BINANCE:BTCUSDT"]), flag: "--symbols",
        variable: "KINTSUGI_SYMBOLS",
        "The symbols captured; where none are named, those of last time. One left out is kept, and expected no longer.")
    package static let capture = SettingKey(
        "source.capture", .word(["quotes", "candles"]), standard: .text("quotes"), flag: "--capture",
        variable: "KINTSUGI_CAPTURE", "How live capture asks.")
    package static let calendar = SettingKey(
        "source.calendar", .word(["XNYS", "24x7"]), example: .text("XNYS"), flag: "--calendar",
        variable: "KINTSUGI_CALENDAR", "Calendar of every symbol that is new; where none is named, by the symbol.")
    package static let start = SettingKey(
        "source.start", .start, example: .text("2026-03-03T14:25:00Z"), flag: "--start", variable: "KINTSUGI_START",
        "Market time to begin at, on a virtual clock; \"source\" takes the source's own.")
    package static let speed = SettingKey(
        "source.speed", .number(0...100_000), example: .number(60), flag: "--speed", variable: "KINTSUGI_SPEED",
        "Market seconds a real second: 60 with the simulated exchange, 1 with a real source.")
    package static let flaws = SettingKey(
        "source.flaws", .flaws, example: .texts(["drop-one"]), flag: "--flaw", variable: "KINTSUGI_FLAWS",
        "Flaws of the capture: drop-one with the simulated exchange, none with a real source.")
    package static let seed = SettingKey(
        "source.seed", .integer(0...Int.max), standard: .integer(1), flag: "--seed", variable: "KINTSUGI_SEED",
        "Seed of the simulated market and of the flaws.")
    package static let since = SettingKey(
        "source.since", .span(0...86_400 * 3_650), example: .seconds(86_400 * 5), flag: "--since",
        variable: "KINTSUGI_SINCE", "How far into the past a symbol that is new is expected.")
    package static let faults = SettingKey(
        "source.faults", .texts, example: .texts(["outage@10:30+20m"]), flag: "--fault", variable: "KINTSUGI_FAULTS",
        "Faults of the simulated exchange; kintsugi exchange --help names them.")

    // MARK: data, budget

    package static let dataDirectory = SettingKey(
        "data.directory", .path, example: .text("~/.local/share/kintsugi/finnhub"), flag: "--data",
        variable: "KINTSUGI_DATA", "The data directory; where none is named, one for each kind of source.")
    package static let callsPerMinute = SettingKey(
        "budget.calls-per-minute", .integer(1...1_000_000), standard: .integer(60),
        variable: "KINTSUGI_CALLS_PER_MINUTE", "Calls a minute the source allows, until its own headers tell.")
    package static let callsPerSecond = SettingKey(
        "budget.calls-per-second", .integer(1...1_000), standard: .integer(25), variable: "KINTSUGI_CALLS_PER_SECOND",
        "Calls a second of market time.")
    package static let callsInFlight = SettingKey(
        "budget.calls-in-flight", .integer(1...32), standard: .integer(32), variable: "KINTSUGI_CALLS_IN_FLIGHT",
        "Calls under way at once.")

    // MARK: audit, retry, settle, delivery

    package static let batchAge = SettingKey(
        "audit.batch-age", .span(0...3_600), standard: .seconds(300), variable: "KINTSUGI_BATCH_AGE",
        "Slots past their grace wait this long for company before a repair begins.")
    package static let batchSlots = SettingKey(
        "audit.batch-slots", .integer(1...10_000), standard: .integer(30), variable: "KINTSUGI_BATCH_SLOTS",
        "So many slots past their grace do not wait any longer.")
    package static let executions = SettingKey(
        "audit.executions", .integer(1...16), standard: .integer(4), variable: "KINTSUGI_EXECUTIONS",
        "Executions the auditor has under way at once.")
    package static let retryInterval = SettingKey(
        "retry.interval", .span(1...3_600), standard: .seconds(1), variable: "KINTSUGI_RETRY_INTERVAL",
        "Pause before the first retry of a repair.")
    package static let retryRate = SettingKey(
        "retry.backoff-rate", .number(1...10), standard: .number(2), variable: "KINTSUGI_RETRY_BACKOFF_RATE",
        "Each pause is this many times the one before.")
    package static let retryAttempts = SettingKey(
        "retry.attempts", .integer(1...10), standard: .integer(4), variable: "KINTSUGI_RETRY_ATTEMPTS",
        "Tries in all, the first among them; when they are spent there is an alarm.")
    package static let retryDelayMax = SettingKey(
        "retry.delay-max", .span(1...86_400), example: .seconds(60), variable: "KINTSUGI_RETRY_DELAY_MAX",
        "No pause is longer than this.")
    package static let retryJitter = SettingKey(
        "retry.jitter", .word(["none", "full"]), standard: .text("none"), variable: "KINTSUGI_RETRY_JITTER",
        "full draws each pause evenly from nothing to its whole length.")
    package static let settleDelay = SettingKey(
        "settle.delay", .span(0...86_400), standard: .seconds(1_800), variable: "KINTSUGI_SETTLE_DELAY",
        "How long after a session's end each symbol is asked once more for it.")
    package static let deliveryAge = SettingKey(
        "delivery.age", .span(1...600), standard: .seconds(30), variable: "KINTSUGI_DELIVERY_AGE",
        "A record waits at most this long for its object in the lake.")
    package static let deliveryBytes = SettingKey(
        "delivery.bytes", .integer(65_536...67_108_864), standard: .integer(1_048_576),
        variable: "KINTSUGI_DELIVERY_BYTES", "An object is closed when its records reach so many bytes.")

    // MARK: alarms, log

    package static let webhook = SettingKey(
        "alarms.webhook", .address, example: .text("https://hooks.example/path"), flag: "--webhook",
        variable: "KINTSUGI_WEBHOOK",
        "Alarms are posted there as JSON, and again until they are taken. Its path may be a secret and is never shown.")
    package static let heartbeat = SettingKey(
        "alarms.heartbeat", .address, example: .text("https://ping.example/id"), flag: "--heartbeat",
        variable: "KINTSUGI_HEARTBEAT",
        "Asked after each clean audit of an hour, for a service that tells you when it hears nothing.")
    package static let alarmMinimum = SettingKey(
        "alarms.minimum", .word(["info", "ticket", "page"]), standard: .text("info"),
        variable: "KINTSUGI_ALARM_MINIMUM", "What is less severe is not posted.")
    package static let logBytes = SettingKey(
        "log.bytes", .integer(65_536...1_073_741_824), standard: .integer(8_388_608), variable: "KINTSUGI_LOG_BYTES",
        "A file of the log is put aside when it reaches so many bytes.")
    package static let logFiles = SettingKey(
        "log.files", .integer(0...100), standard: .integer(5), variable: "KINTSUGI_LOG_FILES",
        "So many full files of the log are kept.")

    // MARK: console

    package static let theme = SettingKey(
        "console.theme", .name, standard: .text("kintsugi"), flag: "--theme", variable: "KINTSUGI_THEME",
        "Theme to begin with.")
    package static let color = SettingKey(
        "console.color", .word(["auto", "none", "16", "256", "truecolor"]), standard: .text("auto"), flag: "--color",
        variable: "KINTSUGI_COLOR", "How many colours; auto asks the terminal, and NO_COLOR.")
    package static let operatorName = SettingKey(
        "console.name", .name, example: .text("alice"), flag: "--as", variable: "KINTSUGI_OPERATOR",
        "The operator's name in the log; where none is named, the login and the SSH peer.")
    package static let readOnly = SettingKey(
        "console.read-only", .flag, standard: .flag(false), flag: "--read-only", variable: "KINTSUGI_READ_ONLY",
        "Look, and order nothing.")
    package static let surviveHangup = SettingKey(
        "console.survive-hangup", .flag, example: .flag(true), flag: "--survive-hangup",
        variable: "KINTSUGI_SURVIVE_HANGUP",
        "Capture goes on when the console is left or its line drops: true with a real source, false with the simulated one."
    )

    /// Every key, section by section, in the order of the commented file.
    package static let all: [SettingKey] = [
        provider, baseURL, symbols, capture, calendar, start, speed, flaws, seed, since, faults,
        dataDirectory,
        callsPerMinute, callsPerSecond, callsInFlight,
        batchAge, batchSlots, executions,
        retryInterval, retryRate, retryAttempts, retryDelayMax, retryJitter,
        settleDelay,
        deliveryAge, deliveryBytes,
        webhook, heartbeat, alarmMinimum,
        logBytes, logFiles,
        theme, color, operatorName, readOnly, surviveHangup,
    ]

    /// What each section is about, in the order of the commented file.
    package static let sections: [(name: String, meaning: String)] = [
        ("source", "Who answers, for which symbols, and how it is asked."),
        ("data", "Where everything is kept."),
        ("budget", "Calls to the source: live capture, repairs and questions of settling share them."),
        ("audit", "When the auditor mends what is missing."),
        ("retry", "How often and how patiently a repair is tried again."),
        ("settle", "Asking once more after the close, because vendors correct bars."),
        ("delivery", "From the stream into the lake."),
        ("alarms", "Where alarms go besides the console and alarms.ndjson of the data directory."),
        ("log", "What an owner writes down in log/kintsugi.log of its data directory."),
        ("console", "How the console looks, and who sits before it."),
    ]
}
