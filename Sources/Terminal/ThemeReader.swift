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

    package init(_ description: String) { self.description = description }
}

/// Reads a theme out of a tree of values.
///
/// `name`, `note` and `colourless` stand at the top; `roles` holds a table for each role with `fg`, `bg` (a hex colour, an
/// index from 0 to 255, a name or `default`), `fg16`, `bg16` (0 to 15), `bold`, `dim`, `underline`, `reverse`. What a role
/// leaves out of `fg` and `bg` it takes from `text`.
package struct ThemeReader {
    package init() {}

    /// The theme, or a sentence saying what is wrong with the tree.
    package func read(_ tree: [String: ThemeValue]) throws(ThemeComplaint) -> Theme {
        for key in tree.keys.sorted() where !["name", "note", "colourless", "roles"].contains(key) {
            throw ThemeComplaint("A theme has no entry \(key): name, note, colourless and roles are known.")
        }
        guard case .text(let name)? = tree["name"], !name.isEmpty else {
            throw ThemeComplaint("A theme needs a name.")
        }
        guard case .table(let roles)? = tree["roles"] else {
            throw ThemeComplaint("The theme \(name) needs a table of roles.")
        }
        var note = ""
        if case .text(let text)? = tree["note"] { note = text }
        let styles = try self.styles(roles, theme: name)
        return Theme(name: name, note: note, colourless: tree["colourless"] == .flag(true), styles: styles)
    }

    private func styles(
        _ roles: [String: ThemeValue], theme: String
    ) throws(ThemeComplaint) -> [Role: Style] {
        for key in roles.keys.sorted() where Role(rawValue: key) == nil {
            throw ThemeComplaint("The theme \(theme) styles the role \(key), which does not exist.")
        }
        let base = try style(roles["text"], role: .text, theme: theme, base: Style())
        var styles: [Role: Style] = [.text: base]
        // Only the colours of plain text are inherited: a bold text must not make everything bold.
        let inherited = Style(
            foreground: base.foreground, background: base.background, foreground16: base.foreground16,
            background16: base.background16)
        for role in Role.allCases where role != .text {
            styles[role] = try style(roles[role.rawValue], role: role, theme: theme, base: inherited)
        }
        return styles
    }

    private func style(
        _ value: ThemeValue?, role: Role, theme: String, base: Style
    ) throws(ThemeComplaint) -> Style {
        guard let value else { return base }
        func complain(_ reason: String) -> ThemeComplaint {
            ThemeComplaint("The theme \(theme), role \(role.rawValue): \(reason).")
        }
        guard case .table(let entries) = value else {
            throw complain("it must be a table such as { fg = \"#d4af37\" }")
        }
        var style = base
        if entries["fg"] != nil { style.foreground16 = nil }
        if entries["bg"] != nil { style.background16 = nil }
        for key in entries.keys.sorted() {
            guard let entry = entries[key], Self.apply(entry, key: key, to: &style) else {
                throw complain("\(key) is not a colour, number or mark that a theme may hold")
            }
        }
        return style
    }

    /// Whether the entry was understood and taken.
    private static func apply(_ entry: ThemeValue, key: String, to style: inout Style) -> Bool {
        switch (key, entry) {
        case ("fg", let value):
            guard let colour = colour(value) else { return false }
            style.foreground = colour
        case ("bg", let value):
            guard let colour = colour(value) else { return false }
            style.background = colour
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
