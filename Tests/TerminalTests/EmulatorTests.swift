import Terminal
import Testing

/// A terminal that was written to.
private func terminal(_ text: String, columns: Int = 10, rows: Int = 4) -> TerminalEmulator {
    var terminal = TerminalEmulator(columns: columns, rows: rows)
    terminal.feed(Array(text.utf8))
    return terminal
}

@Suite struct EmulatorTests {
    /// What is written, and what then stands on four rows of ten columns.
    private static let drawn: [(name: String, written: String, seen: String)] = [
        ("plain text wraps", "0123456789ab", "0123456789\nab\n\n"),
        ("the last column waits", "0123456789\r\nx", "0123456789\nx\n\n"),
        ("without wrapping it stays", "\u{1B}[?7l0123456789ab", "012345678b\n\n\n"),
        ("place", "\u{1B}[2;3Hx\u{1B}[4dy\u{1B}[1Gz", "\n  x\n\nz  y"),
        ("moves", "abc\u{1B}[2D\u{1B}[Bx\u{1B}[Ay\u{1B}[Cz", "aby z\n x\n\n"),
        ("moves end at the rim", "\u{1B}[99;99Hx\u{1B}[99A\u{1B}[99Dy", "y\n\n\n         x"),
        ("tabs", "\tx\u{1B}[Zy", "        y\n\n\n"),
        ("backspace", "ab\u{8}c", "ac\n\n\n"),
        ("erase right", "abcdef\u{1B}[3G\u{1B}[K", "ab\n\n\n"),
        ("erase left", "abcdef\u{1B}[3G\u{1B}[1K", "   def\n\n\n"),
        ("erase the line", "ab\r\ncd\u{1B}[2K", "ab\n\n\n"),
        ("erase below", "ab\r\ncd\r\nef\u{1B}[2;2H\u{1B}[J", "ab\nc\n\n"),
        ("erase above", "ab\r\ncd\r\nef\u{1B}[2;1H\u{1B}[1J", "\n d\nef\n"),
        ("erase all", "ab\r\ncd\u{1B}[2J", "\n\n\n"),
        ("erase characters", "abcdef\u{1B}[2G\u{1B}[3X", "a   ef\n\n\n"),
        ("repeat", "a\u{1B}[4b", "aaaaa\n\n\n"),
        ("insert characters", "abc\u{1B}[2G\u{1B}[2@", "a  bc\n\n\n"),
        ("delete characters", "abcdef\u{1B}[2G\u{1B}[2P", "adef\n\n\n"),
        ("insert mode", "abc\u{1B}[1G\u{1B}[4hxy\u{1B}[4lz", "xyzbc\n\n\n"),
        ("insert lines", "a\r\nb\r\nc\u{1B}[2H\u{1B}[L", "a\n\nb\nc"),
        ("delete lines", "a\r\nb\r\nc\u{1B}[1H\u{1B}[M", "b\nc\n\n"),
        ("scrolls at the end", "a\r\nb\r\nc\r\nd\r\ne", "b\nc\nd\ne"),
        ("scrolls in a region", "a\r\nb\r\nc\r\nd\u{1B}[2;3r\u{1B}[3H\n", "a\nc\n\nd"),
        ("scrolls back in a region", "a\r\nb\r\nc\r\nd\u{1B}[2;3r\u{1B}[2H\u{1B}M", "a\n\nb\nd"),
        ("scrolls up and down", "a\r\nb\u{1B}[S\u{1B}[2T", "\n\nb\n"),
        ("saves and restores", "ab\u{1B}7\u{1B}[4;4Hx\u{1B}8c", "abc\n\n\n   x"),
        ("line drawing", "\u{1B}(0lqk\u{1B}(Bq", "┌─┐q\n\n\n"),
        ("shift out and in", "\u{1B})0x\u{E}x\u{F}x", "x│x\n\n\n"),
        ("wide", "a字b", "a字b\n\n\n"),
        ("a wide one does not fit", "012345678字", "012345678\n字\n\n"),
        ("half of a wide one goes", "字\u{1B}[2Gx", " x\n\n\n"),
        ("marks join", "e\u{301}x", "e\u{301}x\n\n\n"),
        ("titles are passed over", "\u{1B}]0;title\u{7}a\u{1B}]8;;x\u{1B}\\b\u{1B}Pq\u{1B}\\c", "abc\n\n\n"),
        ("what is unknown is passed over", "a\u{1B}[>4;2m\u{1B}[18t\u{1B}[?1h\u{1B}=\u{1B}[1 qb", "ab\n\n\n"),
        ("reset", "abc\u{1B}cx", "x\n\n\n"),
    ]

    @Test func eachSequenceDoesItsWork() {
        for (name, written, seen) in Self.drawn {
            #expect(terminal(written).screen.text == seen, "\(name)")
        }
    }

    @Test func thePiecesDoNotMatter() {
        for (name, written, seen) in Self.drawn {
            var one = TerminalEmulator(columns: 10, rows: 4)
            for byte in Array(written.utf8) { one.feed([byte]) }
            #expect(one.screen.text == seen, "\(name)")
        }
    }

    @Test func stylesAreTaken() {
        let styles: [(String, Style)] = [
            ("1;2;4;7", Style(bold: true, dim: true, underline: true, reverse: true)),
            ("1;4;7;22;24;27", Style()),
            ("31;42", Style(foreground: .indexed(1), background: .indexed(2))),
            ("95;103", Style(foreground: .indexed(13), background: .indexed(11))),
            ("38;5;220;48;5;23", Style(foreground: .indexed(220), background: .indexed(23))),
            ("38;2;1;2;3", Style(foreground: .rgb(1, 2, 3))),
            ("38:5:7;48:2::4:5:6", Style(foreground: .indexed(7), background: .rgb(4, 5, 6))),
            ("31;39", Style()), ("41;49", Style()), ("1;", Style()),
        ]
        for (numbers, style) in styles {
            #expect(terminal("\u{1B}[\(numbers)mx").screen[0, 0].style == style, "\(numbers)")
        }
        let erased = terminal("\u{1B}[44mab\u{1B}[K\u{1B}[0m").screen
        #expect(erased[9, 0] == PaintedCell(" ", Style(background: .indexed(4))))
    }

    @Test func theAlternateScreenGivesTheOtherBack() {
        var one = terminal("shell\u{1B}[?1049h\u{1B}[?25l\u{1B}[Hfull")
        #expect(one.isAlternate && !one.showsCursor)
        #expect(one.screen.line(0) == "full")
        one.feed(Array("\u{1B}[?1049l\u{1B}[?25hx".utf8))
        #expect(!one.isAlternate && one.showsCursor)
        #expect(one.screen.line(0) == "shellx")
    }

    @Test func synchronizedUpdatesAreCounted() {
        var one = terminal("\u{1B}[?2026hab")
        #expect(one.isUpdating && one.updates == 0)
        one.feed(Array("c\u{1B}[?2026l".utf8))
        #expect(!one.isUpdating && one.updates == 1)
    }

    @Test func anotherSizeKeepsTheTopLeft() {
        var one = terminal("0123456789\r\nab\u{1B}[4;10H")
        one.resize(columns: 4, rows: 2)
        one.feed(Array("x".utf8))
        #expect(one.screen.text == "0123\nab x")
        one.resize(columns: 6, rows: 3)
        #expect(one.screen.text == "0123\nab x\n")
    }

    @Test func noBytesWhateverBreakIt() {
        var state: UInt64 = 7
        var one = TerminalEmulator(columns: 7, rows: 3)
        for round in 0..<60_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let byte = UInt8(truncatingIfNeeded: state >> 33)
            // Often something that begins a sequence, so that their insides are reached.
            one.feed(round % 5 == 0 ? [0x1B, 0x5B] : [round % 3 == 0 ? byte & 0x3F | 0x30 : byte])
            if round % 997 == 0 { one.resize(columns: Int(byte % 9), rows: Int(byte % 5)) }
        }
        one.feed(Array("\u{1B}cwell".utf8))
        one.resize(columns: 10, rows: 1)
        one.feed(Array("\u{1B}[?7h\u{18}\u{1B}c\u{1B}[Hwell".utf8))
        #expect(one.screen.text == "well")
    }
}
