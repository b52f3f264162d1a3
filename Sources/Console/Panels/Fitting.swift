import Terminal

/// A text in lines of at most so many columns, broken between words; a longer word is broken in itself.
func wrapped(_ text: String, to width: Int) -> [String] {
    let width = max(1, width)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        var word = word
        if !line.isEmpty, textWidth(line) + 1 + textWidth(String(word)) > width {
            lines.append(line)
            line = ""
        }
        while textWidth(String(word)) > width, word.count > 1 {
            lines.append(String(word.prefix(width)))
            word = word.dropFirst(width)
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
}

/// The parts that have room one after the other, each whole; of the others, nothing.
func fitting(_ parts: [[Span]], in width: Int) -> [Span] {
    var spans: [Span] = []
    var used = 0
    for part in parts {
        let needed = part.width
        // Of the blanks at its end none is needed.
        guard used + needed <= width || used + part.withoutBlankEnd.width <= width else { continue }
        spans += part
        used += needed
    }
    return spans.withoutBlankEnd
}

extension [Span] {
    /// With those of the parts behind it that have room, each whole.
    func followed(by parts: [[Span]], in width: Int) -> [Span] {
        parts.reduce(self) { $0.width + $1.width <= width ? $0 + $1 : $0 }
    }

    /// The same without the blanks that part it from what would have followed.
    var withoutBlankEnd: [Span] {
        var spans = self
        while let last = spans.last?.text.last, last == " " { spans[spans.count - 1].text.removeLast() }
        return spans
    }
}
