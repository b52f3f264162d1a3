import Terminal
import Testing

@testable import Platform

@Suite struct LookTests {
    @Test func everyColourOfThePaletteIsNearestToItself() {
        for index in UInt8(16)...255 {
            let colour = Palette.colour(index)
            #expect(Palette.colour(Palette.nearest256(colour)) == colour)
        }
        for index in UInt8(0)...15 { #expect(Palette.nearest16(Palette.colour(index)) == index) }
    }

    @Test func noOtherColourIsNearerThanTheNearest() {
        for step in 0..<4096 {
            // 16 levels of each channel, not only those of the cube.
            let wanted = Palette.RGB(UInt8(step & 15) * 17, UInt8(step >> 4 & 15) * 17, UInt8(step >> 8) * 17)
            let found = Palette.nearest256(wanted)
            let seen = OKLab(wanted)
            let least = (UInt8(16)...255).map { OKLab(Palette.colour($0)).distance(to: seen) }.min()
            #expect(found >= 16 && OKLab(Palette.colour(found)).distance(to: seen) == least)
        }
        #expect(Palette.nearest256(.init(255, 0, 0)) == 196)
        #expect(Palette.nearest256(.init(118, 118, 118)) == 243)
        #expect(Palette.nearest16(.init(250, 10, 10)) == 9)
    }

    /// The values are those of the colour space's author: https://bottosson.github.io/posts/oklab/
    @Test func coloursAreSeenAsTheirAuthorSays() {
        for (colour, lightness, greenRed, blueYellow) in [
            (Palette.RGB(255, 255, 255), 1.0, 0.0, 0.0), (.init(0, 0, 0), 0, 0, 0),
            (.init(255, 0, 0), 0.628, 0.225, 0.126), (.init(0, 255, 0), 0.866, -0.234, 0.179),
            (.init(0, 0, 255), 0.452, -0.032, -0.312),
        ] {
            let seen = OKLab(colour)
            #expect(abs(seen.lightness - lightness) < 0.001, "\(colour.hex)")
            #expect(abs(seen.greenRed - greenRed) < 0.001 && abs(seen.blueYellow - blueYellow) < 0.001)
        }
        // Weighted sums of squares took the dim blue for a purple, and the frame's teal for a grey.
        #expect(Palette.nearest256(.init(129, 161, 193)) == 110)
        #expect(Palette.nearest256(.init(47, 86, 97)) == 23)
    }

    @Test func aThemesOwnIndexIsTakenWhereThereAre256() {
        let style = Style(
            foreground: .rgb(255, 255, 255), background: .rgb(0, 17, 43), background256: 17, background16: 4)
        #expect(Look(style, depth: .indexed256).background == 17)
        #expect(Look(style, depth: .sixteen).background == 4)
        #expect(Look(style, depth: .truecolor).background == 0x00112B)
        let halves = Theme(name: "t", styles: [.heat0: style, .heat8: Style(background256: 60)])
            .halves(.heat0, under: .heat0)
        #expect(Look(halves, depth: .indexed256).background == 17 && Look(halves, depth: .indexed256).foreground == 17)
    }

    @Test func aStyleFollowsTheDepth() {
        let gold = Style(
            foreground: .rgb(255, 215, 0), background: .indexed(236), foreground16: 11, bold: true, underline: true)
        let expected: [(ColourDepth, Int32, Int32)] = [
            (.none, -1, -1), (.eight, 3, 0), (.sixteen, 11, 8), (.indexed256, 220, 236),
            (.truecolor, 0xFFD700, 0x303030),
        ]
        for (depth, foreground, background) in expected {
            let look = Look(gold, depth: depth)
            #expect((look.foreground, look.background) == (foreground, background), "\(depth)")
            #expect(look.attributes == 5)
        }
    }

    @Test func theTerminalsOwnColoursStayItsOwn() {
        for depth in [ColourDepth.none, .eight, .sixteen, .indexed256, .truecolor] {
            let look = Look(Style(reverse: true), depth: depth)
            #expect((look.foreground, look.background, look.attributes) == (-1, -1, 8))
        }
    }

    @Test func noTextVanishesWhereColoursBecomeFew() {
        for index in UInt8(0)...255 {
            for ground in UInt8(0)...255 where ground != index {
                for depth in [ColourDepth.eight, .sixteen] {
                    let look = Look(Style(foreground: .indexed(index), background: .indexed(ground)), depth: depth)
                    guard look.foreground != look.background else {
                        Issue.record("\(index) on \(ground) at \(depth)")
                        return
                    }
                }
            }
        }
    }

    @Test func twentyFourBitNumbersNeverMeanAnotherColour() {
        for blue in UInt8(0)...16 {
            let look = Look(Style(foreground: .rgb(0, 0, blue)), depth: .truecolor)
            #expect(look.foreground >= 8)
        }
        #expect(Look(Style(foreground: .indexed(7)), depth: .truecolor).foreground == 7)
        #expect(Look(Style(foreground: .indexed(15)), depth: .truecolor).foreground == 0xFFFFFF)
    }

    @Test func pairsAreDefinedOnceAndEndAtTheBound() {
        var table = PairTable(pairsOfTerminal: 64)
        var defined: [Int32] = []
        for round in 0..<2 {
            for index in UInt8(0)..<100 {
                let look = Look(Style(foreground: .indexed(index)), depth: .indexed256)
                let pair = table.pair(look) { pair, _, _ in
                    defined.append(pair)
                    return pair != 7
                }
                #expect(pair == (index < 63 && index != 6 ? Int32(index) + 1 : 0), "round \(round)")
            }
        }
        #expect(defined == Array(1...63))
        #expect(PairTable(pairsOfTerminal: 65_536).pairMax == 4096)
        var none = PairTable(pairsOfTerminal: 0)
        #expect(none.pair(Look(Style(foreground: .indexed(1)), depth: .sixteen)) { _, _, _ in true } == 0)
    }

    @Test func theWishForColoursNeverExceedsTheTerminal() {
        func depth(_ choice: ColourChoice, _ colours: Int, direct: Bool = false, noColour: String? = nil) -> ColourDepth
        {
            choice.depth(colours: colours, direct: direct, environment: noColour.map { ["NO_COLOR": $0] } ?? [:])
        }
        for (colours, most) in [(0, ColourDepth.none), (8, .eight), (16, .sixteen), (88, .sixteen), (256, .indexed256)]
        {
            for choice in ColourChoice.allCases { #expect(depth(choice, colours) <= most) }
            #expect(depth(.auto, colours) == most)
            #expect(depth(.auto, colours, noColour: "1") == .none)
            #expect(depth(.auto, colours, noColour: "") == most)
            // What is asked for by name outweighs the environment.
            #expect(depth(.truecolor, colours, noColour: "1") == most)
        }
        #expect(depth(.auto, 1 << 24, direct: true) == .truecolor)
        #expect(depth(.sixteen, 256) == .sixteen)
        #expect(ColourChoice(rawValue: "256") == .indexed256)
    }
}
