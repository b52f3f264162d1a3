import Configuration
import Pipeline
import Testing

/// What the reader makes of a text: values, and problems with their lines.
struct ConfigurationReaderTests {
    static let reader = ConfigurationReader(file: "config.toml", keyFile: "finnhub.key")

    private func problems(_ text: String) -> [String] { Self.reader.read(Array(text.utf8)).problems.map(\.description) }
    private func settings(_ text: String) -> Settings { Self.reader.read(Array(text.utf8)).settings }

    @Test func valuesOfEveryKindAreRead() {
        let text = """
            [source]
            provider = "finnhub"
            symbols = [
              "AAPL", # the first
              "BINANCE:BTCUSDT",
            ]
            speed = 60
            seed = 7
            since = "5d"
            [retry]
            backoff-rate = 1.5
            [console]
            read-only = true
            """
        let settings = settings(text)
        #expect(problems(text).isEmpty)
        #expect(settings.text(.provider) == "finnhub")
        #expect(settings.texts(.symbols) == ["AAPL", "BINANCE:BTCUSDT"])
        #expect(settings.number(.speed) == 60)
        #expect(settings.integer(.seed) == 7)
        #expect(settings.seconds(.since) == 5 * 86_400)
        #expect(settings.number(.retryRate) == 1.5)
        #expect(settings.flag(.readOnly) == true)
        #expect(settings.text(.theme) == nil)
        #expect(settings.origin(of: .speed) == .file && settings.origin(of: .theme) == nil)
    }

    @Test func theSameIsReadFromDottedKeysAndTablesInOneLine() {
        #expect(settings("source.speed = 2").number(.speed) == 2)
        #expect(settings("source = { speed = 2, seed = 3 }").integer(.seed) == 3)
        #expect(settings("\u{FEFF}[source]\r\nspeed = 2\r\n").number(.speed) == 2)
    }

    /// A text, and what the one problem it has must say, its line first.
    private static let single: [(text: String, line: Int, words: [String])] = [
        ("[source]\nprovder = \"finnhub\"", 2, ["source.provder", "did you mean source.provider?"]),
        ("\n[sorce]\nspeed = 1", 3, ["[sorce]", "did you mean [source]?"]),
        ("[mars]\nspeed = 1", 2, ["[mars]", "there are source, data"]),
        ("speed = 1", 1, ["outside its section", "[source]"]),
        ("[budget]\ntheme = \"kintsugi\"", 2, ["budget.theme", "did you mean console.theme?"]),
        ("[console]\ncolour = \"auto\"", 2, ["did you mean console.color?"]),
        ("[settle]\nzzzzzzzz = 1", 2, ["[settle] has delay"]),
        ("[source]\n\nspeed = 200000", 3, ["source.speed", "200000", "a number from 0 to 100000"]),
        ("[source]\nspeed = \"fast\"", 2, ["\"fast\"", "a number from 0 to 100000"]),
        ("[source]\nspeed = nan", 2, ["nan", "a number from 0 to 100000"]),
        ("[source]\nspeed = inf", 2, ["inf", "a number from 0 to 100000"]),
        ("[source]\nseed = -1", 2, ["-1", "a whole number from 0"]),
        ("[source]\nseed = 1.5", 2, ["1.5", "a whole number from 0"]),
        ("[source]\nsymbols = \"AAPL\"", 2, ["\"AAPL\"", "a list of symbols"]),
        ("[source]\nsymbols = []", 2, ["a list of symbols"]),
        ("[source]\nsymbols = [\"../x\"]", 2, ["../x", "a list of symbols"]),
        ("[source]\nsymbols = [1, 2]", 2, ["a list that holds more than texts"]),
        ("[source]\nprovider = \"bloomberg\"", 2, ["\"bloomberg\"", "\"simulated\" or \"finnhub\""]),
        ("[source]\nprovider = { a = 1 }", 2, ["source.provider.a", "did you mean"]),
        ("[source]\nbase-url = \"ftp://x\"", 2, ["source.base-url", "an http or https address"]),
        ("[source]\nflaws = [\"drop-all\"]", 2, ["drop-all", "drop-one[:RATE]"]),
        ("[source]\nsince = \"5 days\"", 2, ["\"5 days\"", "a span such as"]),
        ("[source]\nstart = 2019-02-11T14:25:00Z", 2, ["a time without quotes", "\"source\""]),
        ("[console]\nread-only = \"yes\"", 2, ["\"yes\"", "true or false"]),
        ("[data]\ndirectory = \"data\"", 2, ["an absolute path"]),
        ("[data]\ndirectory = \"/a\\u0000b\"", 2, ["\\u{0}", "an absolute path"]),
        ("[console]\nname = \"\\u001b[2J\"", 2, ["\\u{1b}", "1 to 64 characters"]),
        ("[source]\nspeed = 1\nspeed = 2", 3, ["source.speed stands twice, first on line 2"]),
        ("[source]\nseed = 99999999999999999999", 2, ["999999", "within 64 bits"]),
        ("[source]\nprovider = finnhub", 2, ["finnhub", "a text stands in quotes"]),
        ("[source]\nspeed = 1\n\u{0}", 3, ["a byte 0"]),
    ]

    @Test(arguments: single) func oneProblemIsSaidWithItsLine(text: String, line: Int, words: [String]) {
        let problems = problems(text)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.hasPrefix("config.toml:\(line): ") == true, "\(problems)")
        for word in words { #expect(problems.first?.contains(word) == true, "\(problems)") }
        #expect(problems.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } })
    }

    @Test func aKeyIsRefusedWhereverItStandsAndNeverSaid() {
        for place in [
            "key", "source.key", "source.api_key", "token", "[source]\napi-token", "[finnhub]\nkey", "[a]\npassword",
        ] {
            let problems = problems("\(place) = \"S3CR3TKEY\"")
            #expect(problems.contains { $0.contains("finnhub.key") && $0.contains("0600") }, "\(place): \(problems)")
            #expect(!problems.joined().contains("S3CR3T"), "\(place): \(problems)")
        }
        let named = problems("[source]\nbase-url = \"http://ana:S3CR3TKEY@127.0.0.1\"")
        #expect(named.count == 1 && !named.joined().contains("S3CR3T"), "\(named)")
    }

    @Test func allProblemsAreToldInTheOrderOfTheirLines() {
        let problems = problems("[console]\ntheme = 1\n[source]\nspeed = -1\nprovder = 2\n[audit]\nbatch-age = 5")
        #expect(problems.map { $0.prefix(14) } == [2, 4, 5, 7].map { "config.toml:\($0): ".prefix(14) }, "\(problems)")
    }

    @Test func noMoreThanTenProblemsAreTold() {
        let many = problems("[source]\n" + (1...30).map { "wrong\($0) = 1\n" }.joined())
        #expect(many.count == 11)
        #expect(many.last == "config.toml: 20 more like these")
    }

    @Test func whatIsNoTextIsRefusedBeforeItIsRead() {
        #expect(Self.reader.read([]).problems.isEmpty)
        let large = [UInt8](repeating: 0x23, count: ConfigurationReader.bytesMax + 1)
        #expect(Self.reader.read(large).problems.map(\.text) == ["larger than 256 KB: is it a configuration?"])
        #expect(Self.reader.read([0x5B, 0xFF, 0xFE, 0x0A]).problems.first?.text.hasPrefix("not UTF-8") == true)
    }
}
