@testable import Terminal
import Testing

struct DrawingTests {
    @Test func widthsOfGraphemes() {
        #expect(textWidth("abc") == 3)
        #expect(textWidth("日本") == 4)
        #expect(textWidth("e\u{301}") == 1)
        #expect(textWidth("한") == 2)
        #expect(textWidth("👩‍👩‍👧") == 2)
        #expect(textWidth("⚠\u{FE0F}") == 2)
        #expect(textWidth("─◆╱·") == 4)
        #expect(textWidth("\u{1B}\u{7}\u{200B}") == 0)
    }

    @Test func clippingNeverExceedsItsColumns() {
        let texts = ["", "a", "abcdef", "日本語です", "a日b本c", "e\u{301}e\u{301}e\u{301}"]
        for text in texts {
            for columns in 0...12 {
                let cut = clipped(text, to: columns)
                #expect(textWidth(cut) <= columns)
                if textWidth(text) <= columns { #expect(cut == text) }
            }
        }
    }

    @Test func controlsAreRefused() {
        for value in [UInt32](0..<0x20) + [0x7F, 0x85, 0x9B] {
            guard let scalar = Unicode.Scalar(value) else { continue }
            var grid = Grid(columns: 5, rows: 1)
            grid.write("a\(Character(scalar))b", column: 0, row: 0)
            #expect(grid.line(0) == "a?b", "U+\(value)")
        }
    }

    @Test func nothingIsDrawnOutsideOrHalf() {
        for column in -4...8 {
            for limit in 0...8 {
                var grid = Grid(columns: 6, rows: 2)
                grid.write("a日本x", column: column, row: 0, limit: limit)
                #expect(grid.cells.count == 12)
                #expect(grid.line(1).isEmpty)
                for at in 0..<6 where characterWidth(Character(grid[at, 0].text.isEmpty ? "x" : grid[at, 0].text)) == 2
                {
                    #expect(grid[at + 1, 0].text.isEmpty && at + 1 < 6)
                }
            }
        }
    }

    @Test func fillingOverHalfAWideGraphemeLeavesNone() {
        var grid = Grid(columns: 8, rows: 1)
        grid.write("日本日本", column: 0, row: 0)
        grid.fill(Area(column: 1, row: 0, columns: 4, rows: 1), with: Cell("x"))
        #expect(grid.cells.map(\.text) == [" ", "x", "x", "x", "x", " ", "本", ""])
    }

    @Test func areasSplitWithoutLossOrOverlap() {
        let area = Area(column: 3, row: 2, columns: 10, rows: 7)
        for count in -2...12 {
            let (top, rest) = area.splitRows(count)
            #expect(top.rows + rest.rows == area.rows && top.endRow == rest.row)
            let (left, right) = area.splitColumns(count)
            #expect(left.columns + right.columns == area.columns && left.endColumn == right.column)
        }
    }
}

/// Plain scalars are measured and written without a look at graphemes: what is plain must be one column by itself.
struct PlainScalarTests {
    private static let plain = (0..<0x3000).compactMap { (value: UInt32) in
        Unicode.Scalar(value).flatMap { isPlain($0.value) ? $0 : nil }
    }

    @Test func eachIsAGraphemeOfOneColumn() {
        #expect(Self.plain.count > 1_500)
        for scalar in Self.plain {
            #expect(characterWidth(Character(scalar)) == 1, "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test func noneJoinsItsNeighbour() {
        let step = 37
        for (index, scalar) in Self.plain.enumerated() {
            for other in stride(from: index % step, to: Self.plain.count, by: step) {
                let pair = String(scalar) + String(Self.plain[other])
                if pair.count != 2 { Issue.record("\(pair.unicodeScalars.map(\.value))") }
            }
        }
    }

    @Test func whatFollowsMayStillJoin() {
        #expect(textWidth("A\u{301}─") == 2)
        #expect(textWidth("↔\u{FE0F}") == 2)
        var grid = Grid(columns: 4, rows: 1)
        grid.write("─A\u{301}x", column: 0, row: 0)
        #expect(grid.cells.map(\.text) == ["─", "A\u{301}", "x", " "])
    }
}

struct CellTests {
    @Test func aTextComesBackAsItWas() {
        for text in ["", " ", "a", "─", "日", "e\u{301}", "⚠\u{FE0F}", "\u{10FFFF}", "\u{FFFD}"] {
            var cell = Cell(text, .gold, under: .dim)
            #expect(cell.text == text && cell.role == .gold && cell.under == .dim)
            #expect(cell.isEmpty == text.isEmpty && cell.isSingle == (text.unicodeScalars.count == 1))
            cell.text = "x"
            #expect(cell == Cell("x", .gold, under: .dim) && cell != Cell(text, .gold, under: .dim))
        }
        #expect(Cell("e\u{301}").scalar == 0x65 && Cell("").scalar == 0)
    }

    @Test func ofALongGraphemeNothingIsLeftThatJoinsItsNeighbour() {
        #expect(Cell("👨🏽‍🚀").text == "👨")
        #expect(Cell("👩‍👩‍👧").text == "👩")
        #expect(Cell("a\u{301}\u{327}").text == "a\u{301}")
    }

    /// Frames are compared byte by byte.
    @Test func itIsSmallAndHasNeitherReferenceNorGap() {
        #expect(MemoryLayout<Cell>.stride == 8)
        #expect(MemoryLayout<UInt32>.size + MemoryLayout<UInt16>.size + 2 * MemoryLayout<Role?>.size == 8)
        #expect(_isPOD(Cell.self))
    }
}
