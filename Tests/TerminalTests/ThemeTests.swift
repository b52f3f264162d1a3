import Foundation
import Terminal
import Testing

/// Reads the small part of TOML that theme files use.
private func tree(ofFile name: String) throws -> [String: ThemeValue] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "themes/\(name).toml"), encoding: .utf8)
    var top: [String: ThemeValue] = [:]
    var roles: [String: ThemeValue] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") && !line.hasPrefix("[") {
        let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if parts[1].hasPrefix("{") {
            var table: [String: ThemeValue] = [:]
            for pair in parts[1].dropFirst().dropLast().split(separator: ",") {
                let entry = pair.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
                table[entry[0]] = value(entry[1])
            }
            roles[parts[0]] = .table(table)
        } else {
            top[parts[0]] = value(parts[1])
        }
    }
    top["roles"] = .table(roles)
    return top
}

private func value(_ text: String) -> ThemeValue {
    if let number = Int(text) { return .integer(number) }
    if text == "true" || text == "false" { return .flag(text == "true") }
    return .text(String(text.dropFirst().dropLast()))
}

/// The WCAG 2.2 definitions: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance and #dfn-contrast-ratio.
private enum WCAG {
    static func luminance(_ colour: Palette.RGB) -> Double {
        let linear = [colour.red, colour.green, colour.blue].map { value in
            let share = Double(value) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    static func contrast(_ one: Palette.RGB, _ two: Palette.RGB) -> Double {
        let (one, two) = (luminance(one), luminance(two))
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }
}

/// The two terminals that themes are measured on: xterm's own colours on black, and those of the pictures.
private let terminals = [
    PictureColours(
        foreground: Palette.colour(7), background: Palette.colour(0), sixteen: (UInt8(0)...15).map(Palette.colour)),
    .dark,
]

/// Every theme of the project by its file.
private func themes() throws -> [Theme] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "themes").path).sorted()
    return try names.filter { $0.hasSuffix(".toml") }.map {
        try ThemeReader().read(try tree(ofFile: String($0.dropLast(5))))
    }
}

private let heats: [Role] = [.heat0, .heat1, .heat2, .heat3, .heat4, .heat5, .heat6, .heat7, .heat8]

struct ThemeTests {
    @Test func aRoleKnowsItsPlace() {
        #expect(Role.allCases.map(\.ordinal) == Array(Role.allCases.indices))
    }

    @Test func everyFileReads() throws {
        let themes = try themes()
        let wanted = [
            "colour-blind-safe", "gruvbox", "high-contrast", "kintsugi", "mono", "nord", "solarized", "terminal",
            "washi",
        ]
        #expect(themes.map(\.name) == wanted)
        for theme in themes { #expect(!theme.note.isEmpty) }
    }

    @Test func builtInThemesAreTheirFiles() throws {
        for theme in Theme.builtIn { #expect(try ThemeReader().read(try tree(ofFile: theme.name)) == theme) }
    }

    @Test func heatsDifferInLuminanceOneWay() throws {
        for theme in try themes() where !theme.colourless {
            for terminal in terminals {
                for depth in [ColourDepth.truecolor, .indexed256, .sixteen] {
                    let levels = heats.map {
                        WCAG.luminance(terminal.shown(theme[$0].reduced(to: depth)).ground)
                    }
                    let steps = zip(levels, levels.dropFirst())
                    let isOneWay = steps.allSatisfy { $0 <= $1 } || steps.allSatisfy { $0 >= $1 }
                    #expect(isOneWay, "\(theme.name) at \(depth): \(levels)")
                    // Fewer colours make neighbours alike; the colours a theme names are each their own.
                    let few = theme.name == "terminal" || depth == .sixteen
                    let different = few ? 3 : depth == .truecolor ? 9 : 6
                    #expect(Set(levels).count >= different, "\(theme.name) at \(depth): \(levels)")
                }
            }
        }
    }

    /// Lines of frames are no text; what a cell or a graph says is a sign, and a sign or a dim word wants 3:1.
    @Test func everyTextCanBeReadOnItsGround() throws {
        let lines: Set<Role> = [.border, .borderFocused, .borderProduction]
        let signs: Set<Role> = [
            .dim, .graph, .graphPeak, .cellHealed, .cellSeam, .cellRepairing, .cellUnrepairable, .cellPending,
            .cellQuiet, .cellMissing,
        ]
        for theme in try themes() where !theme.colourless {
            for role in Role.allCases where !lines.contains(role) {
                let wanted = signs.contains(role) || heats.contains(role) ? 3 : 4.5
                for terminal in terminals {
                    for depth in [ColourDepth.truecolor, .indexed256, .sixteen, .eight] {
                        // Sixteen colours are the terminal's own, and few: a text is then as a sign.
                        let wanted = depth < .indexed256 ? min(wanted, 3) : wanted
                        let (letter, ground) = terminal.shown(theme[role].reduced(to: depth))
                        let contrast = WCAG.contrast(letter, ground)
                        #expect(contrast >= wanted, "\(theme.name) \(role) at \(depth): \(contrast)")
                    }
                }
            }
        }
    }

    @Test func theBlindToColourSeeYellowAndBlueAlone() throws {
        let theme = try ThemeReader().read(try tree(ofFile: "colour-blind-safe"))
        for role in Role.allCases {
            for colour in [theme[role].foreground, theme[role].background] {
                let shown = PictureColours.dark.shown(colour, isBackground: false)
                // Red above green, or green far above both others, would be told from its neighbours by hue alone.
                #expect(Int(shown.red) - Int(shown.green) < 128, "\(role) \(shown.hex)")
                #expect(Int(shown.green) - max(Int(shown.red), Int(shown.blue)) < 32, "\(role) \(shown.hex)")
            }
        }
    }

    @Test func theTerminalsThemeHasItsSixteenOnly() throws {
        let theme = try ThemeReader().read(try tree(ofFile: "terminal"))
        for role in Role.allCases {
            for colour in [theme[role].foreground, theme[role].background] {
                switch colour {
                case .terminalDefault: break
                case .indexed(let index): #expect(index < 16, "\(role)")
                case .rgb: Issue.record("\(role) has a colour of its own")
                }
            }
        }
    }

    @Test func realDataHasAFrameOfItsOwnOrTheSame() throws {
        for theme in try themes() { #expect(theme[.borderProduction] != theme[.border], "\(theme.name)") }
        let silent = try ThemeReader().read([
            "name": .text("t"), "roles": .table(["border": .table(["fg": .integer(30)])]),
        ])
        #expect(silent[.borderProduction] == silent[.border])
    }

    @Test func everythingWrongIsToldWithItsPlace() {
        let (_, complaints) = ThemeReader().examine([
            "name": .text("a b"), "colourless": .integer(1), "colour": .integer(2),
            "roles": .table([
                "gold": .table(["fg": .integer(256), "blink": .flag(true)]), "golden": .table([:]),
                "dim": .text("grey"),
            ]),
        ])
        #expect(
            complaints.map(\.place) == [
                ["colour"], ["name"], ["colourless"], ["roles", "golden"], ["roles", "dim"],
                ["roles", "gold", "blink"],
                ["roles", "gold", "fg"],
            ])
        #expect(complaints.last?.description.hasPrefix("role gold: fg wants a colour: \"#rrggbb\", 0 to 255") == true)
    }

    @Test func previewsShowEveryState() throws {
        for theme in try themes() {
            let grid = ThemePreview.grid(theme)
            let roles = Set(grid.cells.map(\.role))
            // Nothing else has the look of a cell whose glyph is its share's.
            #expect(Set(Role.allCases).subtracting(roles).isEmpty, "\(theme.name)")
            #expect(grid.line(0).hasPrefix("╭─┤1 \(theme.name)├─"))
            #expect(grid.text.contains("present  8 7 6 5 4 3 2 1") || theme.colourless)
        }
    }

    @Test func aColourlessThemeHasNoColours() throws {
        let theme = try ThemeReader().read(try tree(ofFile: "mono"))
        #expect(theme.colourless)
        for role in Role.allCases {
            #expect(theme[role].foreground == .terminalDefault && theme[role].background == .terminalDefault)
        }
    }

    @Test func complaintsNameTheRole() {
        let wrong: [(String, ThemeValue)] = [
            ("fg", .text("#12345")), ("fg", .text("#zzzzzz")), ("fg", .integer(256)), ("bg", .text("goldish")),
            ("fg16", .integer(16)), ("bold", .integer(1)), ("blink", .flag(true)), ("fg", .text("#+12345")),
        ]
        for (key, value) in wrong {
            let tree: [String: ThemeValue] = ["name": .text("t"), "roles": .table(["gold": .table([key: value])])]
            let complaint = #expect(throws: ThemeComplaint.self) { try ThemeReader().read(tree) }
            #expect(complaint?.description.contains("role gold") == true)
            #expect(complaint?.description.contains(key) == true)
        }
        let unknown: [String: ThemeValue] = ["name": .text("t"), "roles": .table(["golden": .table([:])])]
        let complaint = #expect(throws: ThemeComplaint.self) { try ThemeReader().read(unknown) }
        #expect(complaint?.description.contains("golden") == true)
        #expect(throws: ThemeComplaint.self) { try ThemeReader().read(["roles": .table([:])]) }
        #expect(throws: ThemeComplaint.self) { try ThemeReader().read(["name": .text("t")]) }
    }

    @Test func whatARoleLeavesOutComesFromText() throws {
        let theme = try ThemeReader().read([
            "name": .text("t"),
            "roles": .table([
                "text": .table(["bg": .text("#102030"), "fg": .integer(250), "bold": .flag(true)]),
                "gold": .table(["fg": .text("gold")]),
            ]),
        ])
        #expect(theme[.gold].background == .rgb(0x10, 0x20, 0x30))
        #expect(theme[.gold].foreground == .rgb(0xD4, 0xAF, 0x37))
        #expect(!theme[.gold].bold)
        #expect(theme[.dim].foreground == .indexed(250))
    }
}
