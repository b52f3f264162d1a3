import Foundation
import Terminal
import Testing

/// A small frame with everything a picture must know: a frame, wide letters, blocks, styles, what XML minds.
private var sample: Grid {
    var grid = Grid(columns: 24, rows: 5)
    grid.frame(grid.area, role: .border)
    grid.write("┤1 A&B <x> \"q\"├", column: 2, row: 0, role: .title)
    grid.write("字 gold", column: 2, row: 1, role: .gold)
    grid.write("▁▃█░▌", column: 12, row: 1, role: .graph)
    grid.fill(Area(column: 2, row: 2, columns: 6, rows: 1), with: Cell(" ", .heat8))
    grid.write("3", column: 5, row: 2, role: .heat4)
    grid.write("two  pieces", column: 9, row: 2, role: .dim)
    grid.write(" page ", column: 2, row: 3, role: .page)
    return grid
}

/// Compares with the file under `Tests/Golden`; the environment variable `RECORD` writes it anew.
private func expectGolden(_ seen: String, _ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/Terminal")
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(seen.utf8).write(to: file)
    }
    let wanted = try String(contentsOf: file, encoding: .utf8)
    guard seen != wanted else { return }
    let difference = zip(seen.split(separator: "\n"), wanted.split(separator: "\n")).first { $0 != $1 }
    Issue.record("\(name) differs:\nseen   \(difference?.0 ?? "-")\nwanted \(difference?.1 ?? "-")")
}

@Suite struct PictureTests {
    private let painting = Painting(sample, theme: .kintsugi)

    @Test func picturesAreAsTheyWere() throws {
        try expectGolden(painting.text + "\n", "picture.txt")
        try expectGolden(painting.ansi(depth: .truecolor) + "\n", "picture.ansi")
        try expectGolden(painting.svg(title: "A & B"), "picture.svg")
    }

    @Test func aTerminalShowsTheTextAgainAsItWas() {
        for theme in Theme.builtIn {
            let painting = Painting(sample, theme: theme)
            var terminal = TerminalEmulator(columns: 24, rows: 5)
            terminal.feed(Array(painting.ansi(depth: .truecolor).replacing("\n", with: "\r\n").utf8))
            for row in 0..<5 {
                for column in 0..<24 {
                    var wanted = painting[column, row]
                    (wanted.style.foreground16, wanted.style.background16) = (nil, nil)
                    // A letter's colour where there is no letter is nobody's concern.
                    let seen = terminal.screen[column, row]
                    #expect(seen.text == wanted.text, "\(theme.name) \(column) \(row)")
                    if wanted.text != " " || wanted.style.background != .terminalDefault {
                        #expect(seen.style == wanted.style, "\(theme.name) \(column) \(row)")
                    }
                }
            }
        }
    }

    @Test func withoutColoursThereAreNone() {
        let text = Painting(sample, theme: .mono).ansi(depth: .none)
        for sequence in text.split(separator: "\u{1B}").dropFirst() {
            let numbers = sequence.dropFirst().prefix { $0 != "m" }.split(separator: ";")
            #expect(numbers.allSatisfy { ["0", "1", "2", "4", "7"].contains($0) }, "\(numbers)")
        }
    }

    @Test func thePictureIsWellFormedAndHasNoScript() throws {
        var grid = sample
        grid.write("<script>&\"'", column: 1, row: 3)
        let svg = Painting(grid, theme: .kintsugi).svg(title: "<title>\u{1}&")
        let parser = XMLWalker(svg)
        #expect(parser.isWellFormed)
        #expect(Set(parser.elements) == ["svg", "title", "style", "rect", "g", "path", "text"])
        #expect(!svg.contains("href"))
    }

    @Test func everyPieceOfTextStandsOnItsColumns() throws {
        let svg = painting.svg(title: "t")
        #expect(svg.contains("x=\"18\" y=\"31.5\" textLength=\"63\">字 gold</text>"))
        #expect(svg.contains("textLength=\"27\">two</text>"))
        #expect(svg.contains("textLength=\"54\">pieces</text>"))
        #expect(svg.contains("viewBox=\"0 0 240 114\""))
    }

    @Test func thePictureIsFramedWithTheGroundAtItsRim() {
        var dialog = sample
        dialog.fill(Area(column: 1, row: 1, columns: 22, rows: 3), with: Cell(" ", .dialog))
        dialog.write("┤x├", column: 2, row: 0, role: .page)
        #expect(Painting(dialog, theme: .kintsugi).rimGround == Style())
        dialog.tint(dialog.area, role: .heat8)
        #expect(Painting(dialog, theme: .kintsugi).rimGround == Style(background: .indexed(23)))
        #expect(Painting(Grid(columns: 0, rows: 0), theme: .kintsugi).rimGround == Style())
    }

    @Test func recordingsAreCutWhereCharactersEnd() throws {
        var cast = Asciicast(columns: 80, rows: 24, title: "a \"b\"")
        let bytes = Array("\u{1B}[1m▁é\r\n\u{7F}".utf8)
        cast.write(bytes.prefix(6), at: 5)
        cast.write(bytes.dropFirst(6), at: 1_250)
        let lines = cast.text.split(separator: "\n")
        #expect(
            lines[0]
                == "{\"version\":2,\"width\":80,\"height\":24,\"idle_time_limit\":2,\"title\":\"a \\\"b\\\"\","
                + "\"env\":{\"TERM\":\"xterm-256color\"}}")
        #expect(lines[1] == "[0.005,\"o\",\"\\u001b[1m\"]")
        #expect(lines[2] == "[1.250,\"o\",\"▁é\\r\\n\\u007f\"]")
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
}

/// Walks through the small part of XML that pictures use.
private struct XMLWalker {
    var elements: [String] = []
    var isWellFormed = true

    init(_ text: String) {
        var open: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            let words = rest[..<start]
            if words.contains(">") || !Self.isEscaped(words) { isWellFormed = false }
            guard let end = rest[start...].firstIndex(of: ">") else { break }
            let tag = rest[rest.index(after: start)..<end]
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { isWellFormed = false }
            } else {
                let name = String(tag.prefix { $0.isLetter })
                elements.append(name)
                if tag.count(where: { $0 == "\"" }) % 2 == 1 { isWellFormed = false }
                if !tag.hasSuffix("/") { open.append(name) }
            }
            rest = rest[rest.index(after: end)...]
        }
        if !open.isEmpty || elements.isEmpty { isWellFormed = false }
    }

    private static func isEscaped(_ text: Substring) -> Bool {
        text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            ["amp;", "lt;", "gt;", "quot;"].contains { part.hasPrefix($0) }
        }
    }
}
