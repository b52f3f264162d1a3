/// What of a cell is inked by a character that is drawn rather than written, so that lines meet and blocks touch in
/// whatever font a picture is looked at with.
enum GlyphShape: Hashable, Sendable {
    /// A part of the cell, in shares of its width and height, inked as strongly as said (1: fully).
    case block(x: Double, y: Double, width: Double, height: Double, strength: Double)
    /// Thin lines from the middle to the sides named; `isRound`: one bow between the two.
    case lines(Arms, isRound: Bool)

    struct Arms: OptionSet, Hashable, Sendable {
        let rawValue: Int
        static let up = Arms(rawValue: 1)
        static let right = Arms(rawValue: 2)
        static let down = Arms(rawValue: 4)
        static let left = Arms(rawValue: 8)
    }

    private static let arms: [Character: Arms] = [
        "─": [.left, .right], "│": [.up, .down], "┌": [.right, .down], "┐": [.left, .down], "└": [.up, .right],
        "┘": [.up, .left], "├": [.up, .right, .down], "┤": [.up, .down, .left], "┬": [.right, .down, .left],
        "┴": [.up, .right, .left], "┼": [.up, .right, .down, .left], "╴": .left, "╵": .up, "╶": .right, "╷": .down,
    ]
    private static let bows: [Character: Arms] = [
        "╭": [.right, .down], "╮": [.left, .down], "╰": [.up, .right], "╯": [.up, .left],
    ]

    /// Nil for what is written in letters.
    init?(_ character: Character) {
        if let arms = Self.arms[character] {
            self = .lines(arms, isRound: false)
            return
        }
        if let bow = Self.bows[character] {
            self = .lines(bow, isRound: true)
            return
        }
        guard let scalar = character.unicodeScalars.first?.value else { return nil }
        let eighths = Double(scalar & 0xF) / 8
        switch scalar {
        case 0x2580: self = .block(x: 0, y: 0, width: 1, height: 0.5, strength: 1)
        case 0x2581...0x2588: self = .block(x: 0, y: 1 - eighths, width: 1, height: eighths, strength: 1)
        case 0x2589...0x258F: self = .block(x: 0, y: 0, width: 2 - eighths, height: 1, strength: 1)
        case 0x2590: self = .block(x: 0.5, y: 0, width: 0.5, height: 1, strength: 1)
        case 0x2591...0x2593: self = .block(x: 0, y: 0, width: 1, height: 1, strength: 2 * eighths)
        case 0x2594: self = .block(x: 0, y: 0, width: 1, height: 0.125, strength: 1)
        case 0x2595: self = .block(x: 0.875, y: 0, width: 0.125, height: 1, strength: 1)
        default: return nil
        }
    }

    /// Whether several of them side by side are one wider shape.
    var continues: Bool {
        switch self {
        case .block(let x, _, let width, _, _): x == 0 && width == 1
        case .lines(let arms, let isRound): arms == [.left, .right] && !isRound
        }
    }
}
