extension Style {
    /// The same style with no more colours than a terminal of that depth has. What is left are the terminal's own
    /// colours and indices below 8, 16 or 256; 24-bit colours stay only at `truecolor`. The fallbacks are used up.
    package func reduced(to depth: ColourDepth) -> Style {
        var style = self
        (style.foreground16, style.background16) = (nil, nil)
        (style.foreground256, style.background256) = (nil, nil)
        switch depth {
        case .none: (style.foreground, style.background) = (.terminalDefault, .terminalDefault)
        case .eight, .sixteen:
            style.foreground = Self.sixteen(foreground, foreground16)
            style.background = Self.sixteen(background, background16)
            if depth == .eight { style.foldToEight() }
            if style.foreground == style.background, foreground != background,
                case .indexed(let ground) = style.background
            {
                // Two colours became one: the text must stay readable.
                style.foreground = .indexed(ground == 0 || ground == 4 ? 7 : 0)
            }
        case .indexed256:
            style.foreground = Self.indexed(foreground, foreground256)
            style.background = Self.indexed(background, background256)
        case .truecolor: break
        }
        return style
    }

    /// Eight colours know no bright ones: bold stands for a bright letter, and a bright ground becomes its plain one.
    private mutating func foldToEight() {
        if foreground == .indexed(8), background == .terminalDefault {
            // A bold black cannot be seen on the black that many terminals have.
            foreground = .terminalDefault
            dim = true
        }
        if case .indexed(let index) = foreground, index >= 8 {
            foreground = .indexed(index - 8)
            bold = true
        }
        if case .indexed(let index) = background, index >= 8 { background = .indexed(index - 8) }
    }

    private static func sixteen(_ colour: ThemeColour, _ fallback: UInt8?) -> ThemeColour {
        if let fallback { return .indexed(min(fallback, 15)) }
        return switch colour {
        case .terminalDefault: .terminalDefault
        case .indexed(let index) where index < 16: colour
        case .indexed(let index): .indexed(Palette.nearest16(Palette.colour(index)))
        case .rgb(let red, let green, let blue): .indexed(Palette.nearest16(Palette.RGB(red, green, blue)))
        }
    }

    private static func indexed(_ colour: ThemeColour, _ fallback: UInt8?) -> ThemeColour {
        if let fallback { return .indexed(fallback) }
        guard case .rgb(let red, let green, let blue) = colour else { return colour }
        return .indexed(Palette.nearest256(Palette.RGB(red, green, blue)))
    }
}
