import Configuration
import Testing

/// TOML as this program reads it: the forms of the specification, and a line for everything that is none.
struct TOMLReaderTests {
    private func read(_ text: String) -> (entries: [TOMLEntry], problems: [TOMLProblem]) {
        TOMLReader.read(Array(text.utf8))
    }

    /// What stands behind `a =`, and what it means; nil where it means nothing.
    private static let values: [(String, TOMLValue?)] = [
        ("\"x\"", .text("x")), ("'x\\n'", .text("x\\n")), ("\"\"", .text("")), ("''", .text("")),
        ("\"\\b\\t\\n\\f\\r\\\"\\\\\"", .text("\u{8}\t\n\u{C}\r\"\\")), ("\"\\u00e9\\U0001F600\"", .text("é😀")),
        ("\"é#=[\"", .text("é#=[")), ("\"\\ud800\"", nil), ("\"\\x41\"", nil), ("\"\\u00\"", nil), ("\"x", nil),
        ("'x", nil), ("\"\"\"x\"\"\"", nil), ("'''x'''", nil), ("\"\u{7}\"", nil), ("\"a\u{7F}\"", nil),
        ("0", .integer(0)), ("+7", .integer(7)), ("-7", .integer(-7)), ("1_000", .integer(1000)), ("007", nil),
        ("1__0", nil), ("_1", nil), ("1_", nil), ("0xfF", .integer(255)), ("0o17", .integer(15)), ("0b11", .integer(3)),
        ("0x", nil), ("0x-1", nil), ("-0x1", nil), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", nil), ("-9223372036854775808", .integer(.min)), ("--1", nil), ("+-1", nil),
        ("1.5", .number(1.5)), ("-0.25", .number(-0.25)), ("1e3", .number(1000)), ("1.5E-2", .number(0.015)),
        ("1e+2", .number(100)), ("1_0.5", .number(10.5)), (".5", nil), ("5.", nil), ("1e", nil), ("1.e3", nil),
        ("01.5", nil), ("inf", .number(.infinity)), ("-inf", .number(-.infinity)), ("0x1p3", nil), ("1.5.5", nil),
        ("true", .flag(true)), ("false", .flag(false)), ("TRUE", nil), ("yes", nil), ("nil", nil), ("", nil),
        ("1979-05-27", .moment("1979-05-27")), ("1979-05-27T07:32:00Z", .moment("1979-05-27T07:32:00Z")),
        ("07:32:00", .moment("07:32:00")), ("1979-05-27 07:32:00", nil),
        ("[]", .list([])), ("[1, \"x\",]", .list([.integer(1), .text("x")])),
        ("[[1], [2]]", .list([.list([.integer(1)]), .list([.integer(2)])])),
        ("[\n 1 # one\n ,\n\n 2\n]", .list([.integer(1), .integer(2)])), ("[1 2]", nil), ("[,]", nil),
        ("[1,,2]", nil), ("[", nil), ("[}", nil), ("[[}", nil), ("[{ a = 1 }]", nil), ("]", nil), ("}", nil),
        ("{", nil),
        ("{ b 1 }", nil), ("{ b = 1, }", nil), ("1 2", nil), ("\"x\" y", nil), ("= 1", nil),
    ]

    @Test(arguments: values) func valuesMeanWhatTheSpecificationSays(text: String, value: TOMLValue?) {
        let (entries, problems) = read("\na = \(text)\n")
        if let value {
            #expect(problems.isEmpty, "\(problems)")
            #expect(entries == [TOMLEntry(path: ["a"], value: value, line: 2)])
        } else {
            #expect(problems.count == 1 && (2...3).contains(problems[0].line), "\(entries) \(problems)")
        }
    }

    /// A text, and its entries as `path@line`; nil where it is none.
    private static let tables: [(String, [String]?)] = [
        ("a = 1\nb=2 # x", ["a@1", "b@2"]), ("a.b = 1\na . c = 2", ["a.b@1", "a.c@2"]),
        ("[s]\na = 1\n[ t . u ]\nb = 1", ["s.a@2", "t.u.b@4"]), ("[s]\r\na = 1\r\n", ["s.a@2"]),
        ("\u{FEFF}a = 1", ["a@1"]), ("\"a b\" = 1\n'c.d' = 2", ["a b@1", "c.d@2"]), ("\"\" = 1", ["@1"]),
        ("s = { a = 1, b.c = 2 }", ["s.a@1", "s.b.c@1"]), ("s = {}\n[t]", []), ("# only a remark", []), ("", []),
        ("[s]\n[s]", nil), ("a = 1\na = 2", nil), ("a = 1\n[a]", nil), ("[a]\nb = 1\n[a.b]", nil),
        ("a.b = 1\na = 2", nil), ("s = { a = 1, a = 2 }", nil), ("[[s]]", nil), ("[s", nil), ("[]", nil), ("[.", nil),
        ("[:", nil), ("[s]x", nil), ("[s]]", nil), ("a", nil), ("= 1", nil), ("a.. = 1", nil), (".a = 1", nil),
        ("a b = 1", nil), ("é = 1", nil), ("a = 1 b = 2", nil), ("\u{0}", nil), ("# \u{1}", nil), ("\r", nil),
        ("a.a.a.a.a.a.a.a.a = 1", nil),
    ]

    @Test(arguments: tables) func keysStandWhereTheyAreSaid(text: String, keys: [String]?) {
        let (entries, problems) = read(text)
        if let keys {
            #expect(problems.isEmpty, "\(problems)")
            #expect(entries.map { "\($0.path.joined(separator: "."))@\($0.line)" } == keys)
        } else {
            #expect(problems.count == 1, "\(text.debugDescription): \(entries) \(problems)")
        }
    }

    @Test func everyLineThatIsWrongIsTold() {
        let (entries, problems) = read("a = \nb = 1\nc\n[\nd = 2\ne = \"x\n")
        #expect(entries.map(\.path) == [["b"], ["d"]])
        #expect(problems.map(\.line) == [1, 3, 4, 6])
    }

    @Test func depthIsBounded() {
        #expect(read("a = " + String(repeating: "[", count: 200_000)).problems.count == 1)
        #expect(read("a = " + String(repeating: "{ a = ", count: 50_000)).problems.count == 1)
        #expect(read(String(repeating: "a.", count: 100_000) + "a = 1").problems.count == 1)
    }

    @Test func noTextWhateverEndsTheReader() {
        var state: UInt64 = 20_200_601
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let words = [
            "[source]", "speed", "=", "\"", "'''", "\"\"\"", "[", "]", "\n", ".", "{", "}", "#", "1", "true", "symbols",
            ",", "key", " ", "\\", "[[", "]]", "\r", "é", "console", "theme", "-", "1979-05-27", "0x", "_", "e5", "\\u",
            "\u{1B}", "\u{7F}", "+", "inf", ":", "a = ", "\na = [",
        ]
        for _ in 0..<20_000 {
            let text = (0..<next(24)).map { _ in words[next(words.count)] }.joined()
            let lines = text.utf8.count { $0 == 0x0A } + 1
            let (entries, problems) = read(text)
            #expect(entries.count + problems.count <= lines + text.utf8.count)
            for problem in problems {
                #expect((1...lines).contains(problem.line) && !problem.text.isEmpty, "\(text.debugDescription)")
            }
            #expect(problems.map(\.line) == problems.map(\.line).sorted())
        }
    }
}
