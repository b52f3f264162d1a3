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

/// Relative luminance of an index of the 256 colours above the first 16.
private func luminance(_ colour: ThemeColour) -> Double? {
    guard case .indexed(let index) = colour, index >= 16 else { return nil }
    let levels: [Double] = [0, 95, 135, 175, 215, 255]
    let parts: [Double]
    if index >= 232 {
        parts = Array(repeating: Double(8 + 10 * (Int(index) - 232)), count: 3)
    } else {
        let cube = Int(index) - 16
        parts = [levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]]
    }
    let linear = parts.map { pow(($0 / 255 + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

private let heats: [Role] = [.heat0, .heat1, .heat2, .heat3, .heat4, .heat5, .heat6, .heat7, .heat8]

struct ThemeTests {
    @Test func everyFileReads() throws {
        for name in ["kintsugi", "mono", "washi", "high-contrast"] {
            let theme = try ThemeReader().read(try tree(ofFile: name))
            #expect(theme.name == name)
            #expect(!theme.note.isEmpty)
        }
    }

    @Test func builtInThemesAreTheirFiles() throws {
        for theme in Theme.builtIn { #expect(try ThemeReader().read(try tree(ofFile: theme.name)) == theme) }
    }

    @Test func heatsDifferInLuminanceOneWay() throws {
        for name in ["kintsugi", "washi", "high-contrast"] {
            let theme = try ThemeReader().read(try tree(ofFile: name))
            let levels = heats.compactMap { luminance(theme[$0].background) }
            #expect(levels.count == 9)
            let rising = zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
            let falling = zip(levels, levels.dropFirst()).allSatisfy { $0 > $1 }
            #expect(rising || falling, "\(name): \(levels)")
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
