/// A value in a theme file, whatever format the file has.
package enum ThemeValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case flag(Bool)
    case table([String: ThemeValue])
}

/// Why a theme cannot be used: one sentence that names the role and the reason.
package struct ThemeComplaint: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
    /// The names of the tables and the key it is about, from the top; empty where something is missing there.
    package var place: [String]

    package init(_ description: String, at place: [String] = []) {
        self.description = description
        self.place = place
    }
}

/// Reads a theme out of a tree of values.
///
/// `name`, `note` and `colourless` stand at the top; `roles` holds a table for each role with `fg`, `bg` (a hex colour, an
/// index from 0 to 255, a name or `default`), `fg256`, `bg256`, `fg16`, `bg16` (an index), `bold`, `dim`, `underline`, `reverse`. What a role
/// leaves out of `fg` and `bg` it takes from `text`.
package struct ThemeReader {
    private var complaints: [ThemeComplaint] = []

    package init() {}

    /// The theme, or the first sentence saying what is wrong with the tree.
    package func read(_ tree: [String: ThemeValue]) throws(ThemeComplaint) -> Theme {
        let (theme, complaints) = examine(tree)
        if let first = complaints.first { throw first }
        return theme
    }

    /// The theme as far as it can be read, and everything that is wrong with the tree; with any complaint the theme is not
    /// to be used.
    package func examine(_ tree: [String: ThemeValue]) -> (theme: Theme, complaints: [ThemeComplaint]) {
        var reader = self
        let theme = reader.theme(tree)
        return (theme, reader.complaints)
    }

    private mutating func theme(_ tree: [String: ThemeValue]) -> Theme {
        for key in tree.keys.sorted() where !["name", "note", "colourless", "roles"].contains(key) {
            complain("a theme has no entry \(shown(key)): name, note, colourless and roles are known", at: [key])
        }
        var name = ""
        if case .text(let text)? = tree["name"], isName(text) {
            name = text
        } else {
            let wanted = "a theme needs a name of at most 40 letters, digits, - and _, in quotes"
            complain(wanted, at: tree["name"] == nil ? [] : ["name"])
        }
        var note = ""
        switch tree["note"] {
        case .text(let text)?: note = text
        case nil: break
        default: complain("the note is a text in quotes", at: ["note"])
        }
        switch tree["colourless"] {
        case .flag?, nil: break
        default: complain("colourless is true or false", at: ["colourless"])
        }
        var roles: [String: ThemeValue] = [:]
        if case .table(let table)? = tree["roles"] {
            roles = table
        } else {
            complain("a theme needs a section [roles]", at: tree["roles"] == nil ? [] : ["roles"])
        }
        return Theme(name: name, note: note, colourless: tree["colourless"] == .flag(true), styles: styles(roles))
    }

    private mutating func complain(_ text: String, at place: [String]) {
        complaints.append(ThemeComplaint(text, at: place))
    }

    /// Names are typed at the command line.
    private func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
            }
    }

    private func shown(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(40).map {
                $0.isASCII && $0.value > 0x20 && $0.value != 0x7F ? Character($0) : "?"
            })
    }

    private mutating func styles(_ roles: [String: ThemeValue]) -> [Role: Style] {
        for key in roles.keys.sorted() where Role(rawValue: key) == nil {
            complain("there is no role \(shown(key))", at: ["roles", key])
        }
        let base = style(roles["text"], role: .text, base: Style())
        var styles: [Role: Style] = [.text: base]
        // Only the colours of plain text are inherited: a bold text must not make everything bold.
        let inherited = Style(
            foreground: base.foreground, background: base.background, foreground256: base.foreground256,
            background256: base.background256, foreground16: base.foreground16, background16: base.background16)
        for role in Role.allCases where role != .text && roles[role.rawValue] != nil {
            styles[role] = style(roles[role.rawValue], role: role, base: inherited)
        }
        return styles.merging(
            Role.allCases.filter { $0 != .borderProduction || roles[Role.border.rawValue] == nil }.map {
                ($0, inherited)
            }
        ) { known, _ in known }
    }

    private mutating func style(_ value: ThemeValue?, role: Role, base: Style) -> Style {
        guard let value else { return base }
        let place = ["roles", role.rawValue]
        guard case .table(let entries) = value else {
            complain("role \(role.rawValue): it must be a table such as { fg = \"#d4af37\" }", at: place)
            return base
        }
        var style = base
        if entries["fg"] != nil { (style.foreground256, style.foreground16) = (nil, nil) }
        if entries["bg"] != nil { (style.background256, style.background16) = (nil, nil) }
        for key in entries.keys.sorted() {
            if let entry = entries[key], Self.apply(entry, key: key, to: &style) { continue }
            let wanted = Self.wanted[key].map { "\(key) wants \($0)" } ?? "\(shown(key)) is no part of a style"
            complain("role \(role.rawValue): \(wanted)", at: place + [key])
        }
        return style
    }

    private static let wanted: [String: String] = {
        let colour = "a colour: \"#rrggbb\", 0 to 255, a name such as \"bright-blue\", or \"default\""
        let few = "a whole number from 0 to 15"
        let many = "a whole number from 0 to 255"
        return [
            "fg": colour, "bg": colour, "fg256": many, "bg256": many, "fg16": few, "bg16": few, "bold": "true or false",
            "dim": "true or false",
            "underline": "true or false", "reverse": "true or false",
        ]
    }()

    /// Whether the entry was understood and taken.
    private static func apply(_ entry: ThemeValue, key: String, to style: inout Style) -> Bool {
        switch (key, entry) {
        case ("fg", let value):
            guard let colour = colour(value) else { return false }
            style.foreground = colour
        case ("bg", let value):
            guard let colour = colour(value) else { return false }
            style.background = colour
        case ("fg256", .integer(let index)) where (0...255).contains(index): style.foreground256 = UInt8(index)
        case ("bg256", .integer(let index)) where (0...255).contains(index): style.background256 = UInt8(index)
        case ("fg16", .integer(let index)) where (0...15).contains(index): style.foreground16 = UInt8(index)
        case ("bg16", .integer(let index)) where (0...15).contains(index): style.background16 = UInt8(index)
        case ("bold", .flag(let on)): style.bold = on
        case ("dim", .flag(let on)): style.dim = on
        case ("underline", .flag(let on)): style.underline = on
        case ("reverse", .flag(let on)): style.reverse = on
        default: return false
        }
        return true
    }

    private static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red",
        "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ]

    private static func colour(_ value: ThemeValue) -> ThemeColour? {
        switch value {
        case .integer(let index): return (0...255).contains(index) ? .indexed(UInt8(index)) : nil
        case .text("default"): return .terminalDefault
        case .text("gold"): return .rgb(0xD4, 0xAF, 0x37)
        case .text(let text):
            if let index = names.firstIndex(of: text) { return .indexed(UInt8(index)) }
            return hex(text)
        case .flag, .table: return nil
        }
    }

    private static func hex(_ text: String) -> ThemeColour? {
        guard text.first == "#", text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16),
            text.dropFirst().allSatisfy(\.isHexDigit)
        else { return nil }
        return .rgb(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
}
