/// What stands in a cell, as the terminal is to be told. Pure.
enum Glyph {
    /// A spacing scalar and up to four combining ones; empty for the right half of a wide grapheme. Whatever cannot be
    /// shown, or could speak to the terminal, becomes a question mark.
    static func scalars(of text: String, unicode: Bool, width: (UInt32) -> Int32) -> [UInt32] {
        guard let first = text.unicodeScalars.first else { return [] }
        guard unicode else { return [AsciiLook.of(first)] }
        var shown = [first.value]
        if first.value < 0x20 || first.value == 0x7F || width(first.value) <= 0 { shown = [0x3F] }
        for scalar in text.unicodeScalars.dropFirst() where shown.count < 5 {
            let properties = scalar.properties
            // Variation selectors change the width in some terminals and not in others.
            guard width(scalar.value) == 0, !properties.isVariationSelector else { continue }
            guard properties.generalCategory != .format, properties.generalCategory != .control else { continue }
            shown.append(scalar.value)
        }
        return shown
    }
}

/// Look-alikes for a terminal that shows nothing but ASCII. Two signs that can stand in the same place have two.
enum AsciiLook {
    /// The scalar itself where it is printable ASCII, else what resembles it, else a question mark.
    static func of(_ scalar: Unicode.Scalar) -> UInt32 {
        if (0x20...0x7E).contains(scalar.value) { return scalar.value }
        if let known = table[scalar] { return known.value }
        return block(scalar.value).value
    }

    private static func block(_ value: UInt32) -> Unicode.Scalar {
        switch value {
        // Rounded and double corners, crossings, tees: all that is neither a plain line along nor down.
        case 0x2500...0x257F: "+"
        // Eighths from below, thinner to thicker, then eighths from the left, thicker to thinner.
        case 0x2581...0x2588: [".", ".", ":", "-", "=", "+", "*", "#"][Int(value - 0x2581)]
        case 0x2589...0x258F: ["#", "#", "=", "=", "-", "|", "|"][Int(value - 0x2589)]
        case 0x2596...0x259F: "%"
        case 0x2800...0x28FF: [" ", ".", ":", "-", "=", "+", "*", "#", "#"][(value & 0xFF).nonzeroBitCount]
        default: "?"
        }
    }

    private static let table: [Unicode.Scalar: Unicode.Scalar] = {
        let groups: [(Unicode.Scalar, String)] = [
            ("-", "─━┄┅┈┉╌╍╴╶╸╺╼╾–—‐‑−◌"), ("=", "═≡"), ("|", "│┃┆┇┊┋╎╏║╵╷╹╻╽╿¦▕"), ("\"", "▀“”„″"), ("_", "▁□"),
            ("#", "█▉"), ("%", "▓"), (":", "▒"), (".", "░·…⋯∙‥"), ("(", "▐"), (")", "▌"), ("<", "←◀◂◁◄‹«≤⟨"),
            (">", "→▶▸▷►›»≥⟩➜"), ("^", "↑▲▴△"), ("V", "↓▼▾▽"), ("v", "✓✔"), ("*", "◆◇♦◈★☆•✦✱∗"), ("o", "○◦°▄"),
            ("@", "●◉⟳↻↺"), ("x", "×✕✗✘⊘"), ("X", "■╳"), ("+", "†"), ("~", "≈∼∿"), ("'", "‘’′"), ("s", "Σ"),
            ("u", "µμ"), ("/", "╱÷"), ("\\", "╲"), ("!", "⚠¡"), ("$", "£€¥"), ("D", "ΔΩ"),
            (" ", "\u{A0}\u{2007}\u{2009}\u{202F}\u{3000}"),
        ]
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (plain, alike) in groups {
            for scalar in alike.unicodeScalars { table[scalar] = plain }
        }
        return table
    }()
}
