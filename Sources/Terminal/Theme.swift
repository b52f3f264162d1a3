/// A colour as a theme names it.
package enum ThemeColour: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case terminalDefault
    /// An index into the terminal's palette, 0 to 255.
    case indexed(UInt8)
    /// 24-bit; shown as the nearest of the 256-colour cube where the terminal has no more.
    case rgb(UInt8, UInt8, UInt8)
}

/// How one role looks.
package struct Style: Hashable, Sendable {
    package var foreground: ThemeColour
    package var background: ThemeColour
    /// Used where the terminal has 256 colours; nil: the nearest of them.
    package var foreground256: UInt8?
    package var background256: UInt8?
    /// Used where the terminal has 16 colours or 8; nil: the nearest of the terminal's 16.
    package var foreground16: UInt8?
    package var background16: UInt8?
    package var bold: Bool
    package var dim: Bool
    package var underline: Bool
    package var reverse: Bool

    package init(
        foreground: ThemeColour = .terminalDefault, background: ThemeColour = .terminalDefault,
        foreground256: UInt8? = nil, background256: UInt8? = nil, foreground16: UInt8? = nil,
        background16: UInt8? = nil, bold: Bool = false, dim: Bool = false,
        underline: Bool = false, reverse: Bool = false
    ) {
        self.foreground = foreground
        self.background = background
        self.foreground256 = foreground256
        self.background256 = background256
        self.foreground16 = foreground16
        self.background16 = background16
        self.bold = bold
        self.dim = dim
        self.underline = underline
        self.reverse = reverse
    }
}

/// Roles to styles.
package struct Theme: Hashable, Sendable {
    package var name: String
    /// A sentence of its author.
    package var note: String
    /// Whether it uses no colour at all.
    package var colourless: Bool
    private var styles: [Style]

    /// Roles that `styles` leaves out look like `text`, and a production frame like any other.
    package init(name: String, note: String = "", colourless: Bool = false, styles: [Role: Style] = [:]) {
        self.name = name
        self.note = note
        self.colourless = colourless
        let fallback = styles[.text] ?? Style()
        self.styles = Role.allCases.map { role in
            styles[role] ?? (role == .borderProduction ? styles[.border] : nil) ?? fallback
        }
    }

    package subscript(role: Role) -> Style { styles[role.ordinal] }

    /// How a cell of two halves looks: each is filled with the ground of its meaning, or with its ink where it has none.
    package func halves(_ role: Role, under: Role) -> Style {
        let (ink, ground) = (fill(role), fill(under))
        return Style(
            foreground: ink.colour, background: ground.colour, foreground256: ink.indexed,
            background256: ground.indexed, foreground16: ink.sixteen, background16: ground.sixteen)
    }

    private func fill(_ role: Role) -> (colour: ThemeColour, indexed: UInt8?, sixteen: UInt8?) {
        let style = self[role]
        return role != .text && style.background == .terminalDefault
            ? (style.foreground, style.foreground256, style.foreground16)
            : (style.background, style.background256, style.background16)
    }
}

extension Role {
    /// By the one byte that a case without a payload is: it is asked of every cell of a frame.
    private static let ordinals: [Int] = {
        var table = Array(repeating: 0, count: 256)
        for (place, role) in allCases.enumerated() { table[role.byte] = place }
        return table
    }()

    private var byte: Int { withUnsafeBytes(of: self) { Int($0[0]) } }

    /// The role's place in `allCases`.
    package var ordinal: Int { Self.ordinals[byte] }
}
