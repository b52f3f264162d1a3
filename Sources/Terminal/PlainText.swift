/// What stands for a character beyond ASCII where the locale cannot show it; states stay apart from each other.
private let plainTexts: [String: String] = [
    "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
    "━": "=", "┄": "-", "╌": "-", "▸": ">", "▹": ">", "◂": "<", "▲": "^", "▼": "v", "●": "*", "○": "o", "◆": "*",
    "◇": "o",
    "╱": "/", "·": ".", "…": ".", "×": "x", "±": "%", "✓": "v", "✗": "x", "–": "-", "█": "#", "▓": "#", "▒": "+",
    "░": ":", "▁": "_", "▂": "_", "▃": ".", "▄": "-", "▅": "=", "▆": "=", "▇": "#", "▏": "|", "▎": "|", "▍": "|",
    "▌": "|", "▐": "|", "▋": "#", "▊": "#", "▉": "#", "→": ">", "←": "<", "↑": "^", "↓": "v", "↵": "<", "⋯": ".",
    "⏸": "=", "▪": "*", "▀": "-", "’": "'",
]

extension Grid {
    /// The same frame in ASCII, for a locale that shows nothing else.
    package var plain: Grid {
        var result = self
        for row in 0..<rows {
            for column in 0..<columns {
                let text = self[column, row].text
                guard let byte = text.utf8.first, byte >= 128 else { continue }
                result[column, row].text = plainTexts[text] ?? "?"
            }
        }
        return result
    }
}
