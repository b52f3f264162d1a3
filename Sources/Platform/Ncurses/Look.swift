import CNcurses
import Terminal

/// A style as one terminal shows it: numbers of its palette (-1 for its own colour) and attributes. Pure.
struct Look: Hashable {
    var foreground: Int32
    var background: Int32
    /// `KNC_BOLD` and its like, or-ed.
    var attributes: Int32

    init(_ style: Style, depth: ColourDepth) {
        let style = style.reduced(to: depth)
        foreground = Self.number(style.foreground, depth)
        background = Self.number(style.background, depth)
        attributes = 0
        if style.bold { attributes |= Int32(KNC_BOLD) }
        if style.dim { attributes |= Int32(KNC_DIM) }
        if style.underline { attributes |= Int32(KNC_UNDERLINE) }
        if style.reverse { attributes |= Int32(KNC_REVERSE) }
    }

    private static func number(_ colour: ThemeColour, _ depth: ColourDepth) -> Int32 {
        switch colour {
        case .terminalDefault: -1
        // With 24 bits the numbers 0 to 7 still mean the terminal's own eight.
        case .indexed(let index) where depth == .truecolor && index >= 8: direct(Palette.colour(index))
        case .indexed(let index): Int32(index)
        case .rgb(let red, let green, let blue): direct(Palette.RGB(red, green, blue))
        }
    }

    private static func direct(_ colour: Palette.RGB) -> Int32 {
        // 8 is as good as black, and no number that means something else.
        max(8, Int32(colour.red) << 16 | Int32(colour.green) << 8 | Int32(colour.blue))
    }
}

/// Pairs of colours by number, given out once each and never taken back: ncurses has no way to.
struct PairTable {
    private struct Colours: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// Greatest number to give out.
    let pairMax: Int
    private var pairs: [Colours: Int32] = [:]

    /// A table for a terminal with so many pairs; 4,096 are enough for every theme at once.
    init(pairsOfTerminal: Int) {
        pairMax = min(4096, pairsOfTerminal - 1)
    }

    /// The pair of two colours; `define` is called once for each new one. 0, the terminal's own colours, where there
    /// is no more room or the terminal refuses.
    mutating func pair(_ look: Look, define: (_ pair: Int32, _ foreground: Int32, _ background: Int32) -> Bool) -> Int32
    {
        let colours = Colours(foreground: look.foreground, background: look.background)
        if colours.foreground < 0 && colours.background < 0 { return 0 }
        if let known = pairs[colours] { return known }
        guard pairs.count < pairMax else { return 0 }
        let next = Int32(pairs.count + 1)
        // A refusal takes a number too, so that it is asked only once.
        let taken = define(next, colours.foreground, colours.background)
        pairs[colours] = taken ? next : 0
        return taken ? next : 0
    }
}
