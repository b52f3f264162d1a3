/// What the terminal's own colours look like in a picture, where there is no terminal.
package struct PictureColours: Hashable, Sendable {
    package var foreground: Palette.RGB
    package var background: Palette.RGB
    /// The first sixteen of the palette.
    package var sixteen: [Palette.RGB]

    /// A dark terminal whose sixteen can all be told from its background.
    package static let dark = PictureColours(
        foreground: .init(212, 212, 212), background: .init(18, 18, 20),
        sixteen: [
            .init(18, 18, 20), .init(196, 60, 60), .init(127, 176, 105), .init(212, 167, 44),
            .init(58, 104, 190), .init(176, 122, 203), .init(79, 179, 179), .init(200, 200, 200),
            .init(112, 112, 120), .init(255, 122, 112), .init(166, 217, 138), .init(255, 215, 95),
            .init(130, 170, 255), .init(215, 160, 240), .init(134, 224, 224), .init(255, 255, 255),
        ])

    package init(foreground: Palette.RGB, background: Palette.RGB, sixteen: [Palette.RGB]) {
        self.foreground = foreground
        self.background = background
        self.sixteen = sixteen
    }

    /// A colour as it is seen.
    package func shown(_ colour: ThemeColour, isBackground: Bool) -> Palette.RGB {
        switch colour {
        case .terminalDefault: isBackground ? background : foreground
        case .indexed(let index) where Int(index) < sixteen.count: sixteen[Int(index)]
        case .indexed(let index): Palette.colour(index)
        case .rgb(let red, let green, let blue): Palette.RGB(red, green, blue)
        }
    }

    /// Letter and ground of a style as they are seen: exchanged where it is reversed, the letter nearer to its ground where
    /// it is dim.
    package func shown(_ style: Style) -> (letter: Palette.RGB, ground: Palette.RGB) {
        var letter = shown(style.foreground, isBackground: false)
        var ground = shown(style.background, isBackground: true)
        if style.reverse { swap(&letter, &ground) }
        if style.dim { letter = letter.mixed(with: ground) }
        return (letter, ground)
    }
}

extension Palette.RGB {
    /// Two thirds of this colour and one of another.
    fileprivate func mixed(with other: Palette.RGB) -> Palette.RGB {
        func mix(_ one: UInt8, _ two: UInt8) -> UInt8 { UInt8((2 * Int(one) + Int(two)) / 3) }
        return Palette.RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}
