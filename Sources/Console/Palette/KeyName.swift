package import Terminal

/// Keys as a person writes and reads them: `r`, `space`, `^V`, `F5`, `PgUp`.
package enum KeyName {
    private static let named: [(name: String, key: Key)] = [
        ("space", .character(" ")), ("↑", .up), ("↓", .down), ("←", .left), ("→", .right), ("Home", .home),
        ("End", .end),
        ("PgUp", .pageUp), ("PgDn", .pageDown), ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("S-Tab", .backTab),
        ("Backspace", .backspace), ("Delete", .delete), ("Insert", .insert),
    ]
    private static let arrows: [String: Key] = ["up": .up, "down": .down, "left": .left, "right": .right]

    /// A key's name; of a paste there is none.
    package static func text(_ key: Key) -> String {
        if let known = named.first(where: { $0.key == key }) { return known.name }
        switch key {
        case .character(let character): return String(character)
        case .control(let letter): return "^\(String(letter).uppercased())"
        case .function(let number): return "F\(number)"
        default: return ""
        }
    }

    /// Reads a name, its case apart where it is longer than one character; nil where it is none.
    package static func key(_ text: String) -> Key? {
        let low = text.lowercased()
        if let known = named.first(where: { $0.name.lowercased() == low }) { return known.key }
        if text.count == 1, let character = text.first { return .character(character) }
        if let arrow = arrows[low] { return arrow }
        if low.hasPrefix("f"), let number = Int(low.dropFirst()), (1...24).contains(number) { return .function(number) }
        let letter = low.hasPrefix("^") ? low.dropFirst() : low.hasPrefix("ctrl-") ? low.dropFirst(5) : ""
        guard letter.count == 1, let control = letter.first, control.isASCII, control.isLetter else { return nil }
        return .control(control)
    }
}
