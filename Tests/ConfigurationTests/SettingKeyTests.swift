import Configuration
import Pipeline
import Testing

/// The table of keys, and what follows from it.
struct SettingKeyTests {
    @Test func everyKeyIsOneOfItsKindAndDocumented() {
        var names: [String] = []
        var variables: [String] = []
        for key in SettingKey.all {
            #expect(!names.contains(key.name) && !variables.contains(key.variable), "\(key.name) stands twice")
            names.append(key.name)
            variables.append(key.variable)
            #expect(SettingKey.sections.contains { $0.name == key.section }, "\(key.name) has no section")
            #expect(key.meaning.hasSuffix(".") && key.meaning.count > 15, "\(key.name) is not documented")
            #expect(key.variable.hasPrefix("KINTSUGI_"), "\(key.name)")
            #expect(key.name.utf8.allSatisfy { $0 == 0x2D || $0 == 0x2E || (0x61...0x7A).contains($0) }, "\(key.name)")
            #expect((key.standard == nil) != (key.example == nil), "\(key.name): a standard or else an example")
            #expect(!key.kind.permitted.isEmpty)
        }
        for section in SettingKey.sections {
            #expect(SettingKey.all.contains { $0.section == section.name }, "[\(section.name)] is empty")
        }
    }

    @Test func theCommentedFileSaysNothing() {
        let text = ConfigurationText.commented(keyFile: "/home/ana/.config/kintsugi/finnhub.key")
        let (settings, problems) = ConfigurationReaderTests.reader.read(Array(text.utf8))
        #expect(settings == Settings() && problems.isEmpty, "\(problems)")
        for key in SettingKey.all {
            #expect(text.contains("\n#\(key.entry) = "), "\(key.name)")
            #expect(text.contains(key.variable), "\(key.name)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test func theCommentedFileWithoutItsRemarksSaysTheStandards() {
        let text = ConfigurationText.commented(keyFile: "finnhub.key")
        let bare = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
        }.joined(separator: "\n")
        let (settings, problems) = ConfigurationReaderTests.reader.read(Array(bare.utf8))
        #expect(problems.isEmpty, "\(problems)")
        for key in SettingKey.all { #expect(settings[key] == key.standard ?? key.example, "\(key.name)") }
    }

    @Test func theStandardsAreThoseOfThePipeline() {
        let untouched = PipelineSettings(
            source: "simulated", sourceTitle: "", simulated: true, universe: Universe(), capture: .quotes)
        var written = untouched
        written.retry.attemptsMax = 1
        written.batchSlots = 1
        written.callsPerMinute = 1
        written.settleDelay = .seconds(1)
        var settings = Settings()
        let environment = SettingKey.all.filter { $0.standard != nil }.map { ($0.variable, Self.text($0.standard)) }
        #expect(settings.take(environment: Dictionary(uniqueKeysWithValues: environment)).isEmpty)
        settings.apply(to: &written)
        #expect(String(describing: written) == String(describing: untouched))
    }

    @Test func theEnvironmentBeatsTheFile() {
        var settings = ConfigurationReaderTests.reader.read(Array("[source]\nspeed = 2\nseed = 3".utf8)).settings
        let problems = settings.take(environment: [
            "KINTSUGI_SPEED": "4", "KINTSUGI_SYMBOLS": "AAPL, MSFT", "KINTSUGI_READ_ONLY": "yes", "KINTSUGI_SINCE": "",
        ])
        #expect(problems.isEmpty)
        #expect(settings.number(.speed) == 4 && settings.origin(of: .speed) == .environment)
        #expect(settings.integer(.seed) == 3 && settings.origin(of: .seed) == .file)
        #expect(settings.texts(.symbols) == ["AAPL", "MSFT"] && settings.flag(.readOnly) == true)
        #expect(settings.named.map(\.name) == ["source.symbols", "source.speed", "source.seed", "console.read-only"])
    }

    @Test func aWrongVariableIsNamedWithWhatIsPermitted() {
        for key in SettingKey.all {
            var settings = Settings()
            let problems = settings.take(environment: [key.variable: "\u{1B}\u{7F}"])
            #expect(problems.count == 1, "\(key.name)")
            #expect(problems.first?.place == key.variable)
            #expect(problems.first?.text.contains(key.kind.permitted) == true, "\(problems)")
            #expect(settings[key] == nil)
        }
        let strangers = Settings.strangers(environment: ["KINTSUGI_SPED": "1", "KINTSUGI_CONFIG": "x", "SPEED": "1"])
        #expect(strangers.map(\.name) == ["KINTSUGI_SPED"] && strangers.first?.nearest == "KINTSUGI_SPEED")
    }

    @Test func whatIsPermittedBeginsAndEndsWhereItSays() {
        for key in SettingKey.all {
            guard case .integer(let range) = key.kind else { continue }
            for (text, fits) in [
                (String(range.lowerBound), true), (String(range.upperBound), true),
                (String(range.lowerBound - 1), false), ("9223372036854775808", false), ("", true), ("1e3", false),
            ] {
                var settings = Settings()
                #expect(settings.take(environment: [key.variable: text]).isEmpty == fits, "\(key.name) \(text)")
            }
        }
    }

    @Test func theNearestWordIsTheOneAPersonMeant() {
        let words = SettingKey.all.map(\.name)
        for word in words {
            #expect(NearestWord.of(word, among: words) == word)
            for place in word.indices.dropFirst(8) {
                var shorter = word
                shorter.remove(at: place)
                #expect(NearestWord.of(shorter, among: words) != nil, "\(shorter)")
            }
        }
        #expect(NearestWord.of("zzzzzzzzzzzz", among: words) == nil)
        #expect(NearestWord.of("", among: ["a"]) == "a")
        #expect(NearestWord.of("aduit", among: ["audio", "audit"]) == "audit")
    }

    /// A value as the environment has it.
    private static func text(_ value: SettingValue?) -> String {
        switch value {
        case .text(let text): text
        case .texts(let texts): texts.joined(separator: ",")
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .flag(let value): String(value)
        case .seconds(let seconds): SettingValue.span(seconds)
        case nil: ""
        }
    }
}
