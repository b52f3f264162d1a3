import Foundation
import Terminal
import Testing

@testable import Platform

@Suite struct GlyphTests {
    /// As `wcwidth` of a UTF-8 locale answers, for the few scalars used here.
    private func width(_ scalar: UInt32) -> Int32 {
        switch scalar {
        case ..<0x20, 0x7F..<0xA0: -1
        case 0x300..<0x370, 0x200B...0x200F, 0x202A...0x202E, 0xFE00...0xFE0F, 0x2066...0x2069: 0
        case 0x4E00..<0xA000, 0x1F300..<0x1FB00: 2
        default: 1
        }
    }

    private func shown(_ text: String, unicode: Bool = true) -> String {
        String(
            String.UnicodeScalarView(
                Glyph.scalars(of: text, unicode: unicode, width: width).compactMap(Unicode.Scalar.init)))
    }

    @Test func textStandsAsItIs() {
        for text in ["a", "é", "e\u{301}", "漢", "█", "◆", " ", ""] { #expect(shown(text) == text) }
    }

    @Test func nothingThatSpeaksToTheTerminalPasses() {
        for value in Array(UInt32(0)..<0x20) + Array(0x7F..<0xA0) + [0x202E, 0x200B, 0x2066, 0xFEFF] {
            guard let scalar = Unicode.Scalar(value), value != 0xFEFF else { continue }
            #expect(shown(String(Character(scalar))) == "?")
            #expect(!shown("a" + String(Character(scalar))).unicodeScalars.contains(scalar))
        }
        #expect(shown("👩\u{200D}🔧") == "👩")
        #expect(shown("⚠\u{FE0F}") == "⚠")
        #expect(shown("a" + String(repeating: "\u{301}", count: 50)).unicodeScalars.count == 5)
    }

    @Test func withoutUnicodeEverythingIsOnePrintableASCIICharacter() {
        for value in UInt32(0)...0x1_1000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let alike = AsciiLook.of(scalar)
            guard (0x20...0x7E).contains(alike) else {
                Issue.record("\(value) became \(alike)")
                return
            }
        }
        let pairs = [
            "─": "-", "│": "|", "┌": "+", "┼": "+", "╭": "+", "═": "=", "█": "#", "░": ".", "▁": "_", "▇": "*",
            "◆": "*",
            "·": ".", "…": ".", "▸": ">", "←": "<", "↑": "^", "↓": "V", "×": "x", "✓": "v", "⠀": " ", "⣿": "#",
            "漢": "?",
            "–": "-", "▀": "\"", "▄": "o", "~": "~", "\u{1B}": "?",
        ]
        for (text, alike) in pairs { #expect(shown(text, unicode: false) == alike, "\(text)") }
    }

    /// Signs of which one or another stands in the same place: without Unicode, and perhaps without colours, they are all
    /// that tells what is so.
    @Test func whatCanStandInTheSamePlaceIsToldApart() {
        let places = [
            "a cell": " 123456789+~!◆╱·┄≡?█■", "the share in a cell": "░▒▓█", "a minute": " █○!~◆╱▁·┄",
            "two symbols on a row": " █▀▄·", "beside a cell: cursor, mark": "▐▌[]", "an execution": "✓◆…✗○●",
            "an alarm": "·●▲✓◌", "a line of the log": "◆▲·", "a line of the inspector": "○╱⊘◌◆Σ≡…",
            "a flaw": "■□", "the market": "●○", "the machine": "✓●○▲▼◀▶─│", "a stream": "✓+⊘",
            "an edge of a list": "↑↓ ", "a graph": " ▁▂▃▄▅▆▇█", "rows of facts": "↑↓◆/",
        ]
        for (place, signs) in places.sorted(by: { $0.key < $1.key }) {
            var taken: [String: Character] = [:]
            for sign in signs {
                let alike = shown(String(sign), unicode: false)
                #expect(taken[alike] == nil, "\(place): \(sign) and \(taken[alike] ?? " ") are both \(alike)")
                taken[alike] = sign
            }
        }
    }

    /// Every sign that a frame of the console was seen to hold has a look-alike.
    @Test func noSignOfTheConsoleIsAQuestionMark() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/Console")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var signs: Set<Unicode.Scalar> = ["⊘", "□", "■", "◌", "▼", "✗"]
        for file in files { signs.formUnion(try String(contentsOf: file, encoding: .utf8).unicodeScalars) }
        #expect(signs.count > 90, "\(files.count) files")
        for sign in signs where sign.value > 0x7E {
            #expect(AsciiLook.of(sign) != 0x3F, "\(sign) has no look-alike")
        }
    }

    @Test func onlyWhatDiffersIsPut() {
        var first = Grid(columns: 7, rows: 3)
        #expect(FrameDiff.changes(from: nil, to: first) == Array(0..<21))
        #expect(FrameDiff.changes(from: Grid(columns: 3, rows: 7), to: first) == Array(0..<21))
        #expect(FrameDiff.changes(from: first, to: first).isEmpty)
        // For every cell: a change of text or of role is seen there and nowhere else.
        for place in 0..<21 {
            for cell in [Cell("x"), Cell(" ", .gold)] {
                var next = first
                next[place % 7, place / 7] = cell
                #expect(FrameDiff.changes(from: first, to: next) == [place])
                #expect(FrameDiff.changes(from: next, to: first) == [place])
            }
        }
        first[0, 0] = Cell("a")
        #expect(FrameDiff.changes(from: Grid(columns: 0, rows: 0), to: Grid(columns: 0, rows: 0)).isEmpty)
    }
}
