/// Makes a scalable picture of a painting: rectangles for grounds, lines and blocks as shapes, letters as text in whatever
/// monospaced font is there, each piece stretched to the columns it takes. No script, nothing from outside.
struct SVGPicture {
    private static let cellWidth = 9.0
    private static let cellHeight = 18.0
    private static let margin = 12.0
    private static let baseline = 13.5
    private static let fonts = "'DejaVu Sans Mono','SF Mono',Menlo,Consolas,'Liberation Mono',monospace"

    /// How a piece of text is written.
    private struct Lettering: Hashable {
        var colour: String
        var isBold: Bool
        var isUnderlined: Bool
    }

    private struct Ink: Hashable {
        var colour: String
        var strength: Double
    }

    private let painting: Painting
    private let colours: PictureColours
    private var grounds: [String] = []
    private var letterings: [Lettering] = []
    private var texts: [String] = []
    /// Shapes by ink, in the order in which the inks first appear.
    private var fills: [(ink: Ink, path: String)] = []
    private var strokes: [(ink: Ink, path: String)] = []

    init(_ painting: Painting, colours: PictureColours) {
        self.painting = painting
        self.colours = colours
    }

    /// The whole file. `title` is said to those who do not see it.
    mutating func file(title: String, ground: Palette.RGB) -> String {
        for row in 0..<painting.rows { draw(row, ground: ground) }
        let width = Double(painting.columns) * Self.cellWidth + 2 * Self.margin
        let height = Double(painting.rows) * Self.cellHeight + 2 * Self.margin
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" "
                + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" role=\"img\">",
            "<title>\(Self.escaped(title))</title>", "<style>", "text{font:14.95px \(Self.fonts)}",
        ]
        for (place, lettering) in letterings.enumerated() {
            let bold = lettering.isBold ? ";font-weight:bold" : ""
            let line = lettering.isUnderlined ? ";text-decoration:underline" : ""
            lines.append(".c\(place){fill:\(lettering.colour)\(bold)\(line)}")
        }
        lines.append("</style>")
        lines.append("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"\(ground.hex)\"/>")
        lines.append("<g transform=\"translate(\(Self.number(Self.margin)) \(Self.number(Self.margin)))\">")
        lines += grounds
        for (ink, path) in fills {
            let strength = ink.strength < 1 ? " fill-opacity=\"\(Self.number(ink.strength))\"" : ""
            lines.append("<path fill=\"\(ink.colour)\"\(strength) d=\"\(path)\"/>")
        }
        for (ink, path) in strokes {
            lines.append("<path fill=\"none\" stroke=\"\(ink.colour)\" d=\"\(path)\"/>")
        }
        return (lines + texts + ["</g>", "</svg>"]).joined(separator: "\n") + "\n"
    }

    // MARK: Drawing

    private mutating func draw(_ row: Int, ground: Palette.RGB) {
        var pending: (colour: Palette.RGB, column: Int, end: Int)?
        for run in painting.runs(row) {
            let shown = colours.shown(run.style).ground
            if let last = pending, last.colour == shown, last.end == run.column {
                pending?.end = run.column + run.columns
                continue
            }
            fill(pending, row, ground)
            pending = (shown, run.column, run.column + run.columns)
        }
        fill(pending, row, ground)
        for run in painting.runs(row) { write(run, row) }
    }

    private mutating func fill(_ run: (colour: Palette.RGB, column: Int, end: Int)?, _ row: Int, _ ground: Palette.RGB)
    {
        guard let run, run.colour != ground else { return }
        grounds.append(
            "<rect x=\"\(Self.number(Double(run.column) * Self.cellWidth))\" "
                + "y=\"\(Self.number(Double(row) * Self.cellHeight))\" "
                + "width=\"\(Self.number(Double(run.end - run.column) * Self.cellWidth))\" "
                + "height=\"\(Self.number(Self.cellHeight))\" fill=\"\(run.colour.hex)\"/>")
    }

    /// One run: its letters in pieces without two blanks in a row, its shapes among the others of their ink.
    private mutating func write(_ run: PaintedRun, _ row: Int) {
        var piece = ""
        var start = run.column
        var column = run.column
        var shape: (shape: GlyphShape, column: Int, count: Int)?
        let colour = colours.shown(run.style).letter.hex
        for character in run.text {
            let next = GlyphShape(character)
            if let last = shape, next != last.shape || !last.shape.continues || last.column + last.count != column {
                add(last, row, colour)
                shape = nil
            }
            if let next {
                shape = shape.map { ($0.shape, $0.column, $0.count + 1) } ?? (next, column, 1)
            }
            let isBlank = next != nil || character == " "
            if isBlank, piece.isEmpty || next != nil || piece.hasSuffix(" ") {
                put(piece, run.style, colour, start, row)
                piece = ""
            } else {
                if piece.isEmpty { start = column }
                piece.append(character)
            }
            column += max(1, characterWidth(character))
        }
        add(shape, row, colour)
        put(piece, run.style, colour, start, row)
    }

    private mutating func put(_ piece: String, _ style: Style, _ colour: String, _ column: Int, _ row: Int) {
        var piece = piece[...]
        while piece.last == " " { piece.removeLast() }
        guard !piece.isEmpty else { return }
        let lettering = Lettering(colour: colour, isBold: style.bold, isUnderlined: style.underline)
        let place = letterings.firstIndex(of: lettering) ?? letterings.count
        if place == letterings.count { letterings.append(lettering) }
        let columns = textWidth(piece)
        texts.append(
            "<text class=\"c\(place)\" x=\"\(Self.number(Double(column) * Self.cellWidth))\" "
                + "y=\"\(Self.number(Double(row) * Self.cellHeight + Self.baseline))\" "
                + "textLength=\"\(Self.number(Double(columns) * Self.cellWidth))\">\(Self.escaped(String(piece)))</text>"
        )
    }

    private mutating func add(_ shape: (shape: GlyphShape, column: Int, count: Int)?, _ row: Int, _ colour: String) {
        guard let shape else { return }
        let left = Double(shape.column) * Self.cellWidth
        let top = Double(row) * Self.cellHeight
        switch shape.shape {
        case .block(let x, let y, let width, let height, let strength):
            let path = [
                "M", Self.number(left + x * Self.cellWidth), " ", Self.number(top + y * Self.cellHeight), "h",
                Self.number((width + Double(shape.count - 1)) * Self.cellWidth), "v",
                Self.number(height * Self.cellHeight), "h",
                Self.number(-(width + Double(shape.count - 1)) * Self.cellWidth), "z",
            ].joined()
            Self.join(path, Ink(colour: colour, strength: strength), &fills)
        case .lines(let arms, let isRound):
            let path = isRound ? Self.bow(arms, left, top) : Self.lines(arms, left, top, count: shape.count)
            Self.join(path, Ink(colour: colour, strength: 1), &strokes)
        }
    }

    private static func join(_ path: String, _ ink: Ink, _ paths: inout [(ink: Ink, path: String)]) {
        if let place = paths.firstIndex(where: { $0.ink == ink }) {
            paths[place].path += path
        } else {
            paths.append((ink, path))
        }
    }

    private static func lines(_ arms: GlyphShape.Arms, _ left: Double, _ top: Double, count: Int) -> String {
        let (middle, centre) = (number(left + cellWidth / 2), number(top + cellHeight / 2))
        if arms == [.left, .right] { return "M\(number(left)) \(centre)h\(number(Double(count) * cellWidth))" }
        if arms == [.up, .down] { return "M\(middle) \(number(top))v\(number(cellHeight))" }
        var path = ""
        if arms.contains(.up) { path += "M\(middle) \(centre)v\(number(-cellHeight / 2))" }
        if arms.contains(.right) { path += "M\(middle) \(centre)h\(number(cellWidth / 2))" }
        if arms.contains(.down) { path += "M\(middle) \(centre)v\(number(cellHeight / 2))" }
        if arms.contains(.left) { path += "M\(middle) \(centre)h\(number(-cellWidth / 2))" }
        return path
    }

    /// From one side to the other, bent in the middle.
    private static func bow(_ arms: GlyphShape.Arms, _ left: Double, _ top: Double) -> String {
        let (middle, centre) = (left + cellWidth / 2, top + cellHeight / 2)
        let side = arms.contains(.right) ? cellWidth / 2 : -cellWidth / 2
        let end = arms.contains(.down) ? cellHeight / 2 : -cellHeight / 2
        let bend = end > 0 ? cellWidth / 2 : -cellWidth / 2
        return [
            "M", number(middle + side), " ", number(centre), "Q", number(middle), " ", number(centre), " ",
            number(middle), " ", number(centre + bend), "V", number(centre + end),
        ].joined()
    }

    // MARK: Writing

    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Harmless within the file: what means something to a reader of XML is named, what may not stand in it is left out.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default:
                let isForbidden = scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
                if !isForbidden { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}

extension Painting {
    /// The picture as one SVG file, 9 by 18 points a cell. `title` names it for those who do not see it; `ground` is the
    /// style whose background lies under everything, usually that of plain text.
    package func svg(title: String, ground: Style = Style(), colours: PictureColours = .dark) -> String {
        var picture = SVGPicture(self, colours: colours)
        return picture.file(title: title, ground: colours.shown(ground).ground)
    }
}
