import Pipeline
import Terminal

extension ConsoleState {
    /// The line of the palette, in place of the hints.
    func commandSpans(_ line: CommandLine) -> [Span] {
        let said = line.complaint.isEmpty ? [] : [Span("  \(line.complaint)", .warning)]
        return [Span(":", .key), Span(line.text, .strong), Span("▏", .cursor)] + said
    }

    /// What may be typed, over the line.
    func drawPalette(_ grid: inout Grid, _ line: CommandLine) {
        let names = completions(of: line.text)
        let offers = paletteOffers
        let isFirst = !line.text.contains(" ")
        // Where not both have room, what a verb does helps more than how its argument is written.
        let isNarrow = columns < 70
        var lines: [[Span]] = names.map { name in
            let offer = isFirst ? offers.first { $0.name == name } : nil
            return [
                Span(Wording.padded(name, to: isNarrow ? 14 : 20) + " ", .dialogKey),
                Span(isNarrow ? "" : Wording.padded(offer?.argument ?? "", to: 22), .dialog),
                Span(offer?.help ?? "", .dialog),
                Span(offer.map { $0.keys.isEmpty ? "" : "  \($0.keys)" } ?? "", .dialogKey),
            ]
        }
        if lines.isEmpty, !isFirst, let verb = PaletteVerb(rawValue: String(line.text.prefix { $0 != " " })) {
            lines = [[Span("\(verb.rawValue) \(verb.argument)", .dialogKey), Span("  \(verb.help)", .dialog)]]
        }
        guard !lines.isEmpty, rows >= 8, columns >= 30 else { return }
        let shown = min(lines.count, max(3, rows / 3))
        let area = Area(
            column: 1, row: rows - 1 - shown - 1, columns: min(columns - 2, 100), rows: shown + 1)
        grid.fill(area, with: Cell(" ", .dialog))
        let more = lines.count > shown ? "  \(lines.count - shown) more" : ""
        grid.write(
            " Tab completes, ↑ ↓ history\(more)", column: area.column, row: area.row, role: .dialog, limit: area.columns
        )
        for (index, spans) in lines.prefix(shown).enumerated() {
            grid.write(spans, column: area.column + 1, row: area.row + 1 + index, limit: area.columns - 2)
        }
    }
}
