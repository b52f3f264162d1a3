extension Painting {
    /// The picture as lines for a terminal of that depth: select-graphic-rendition sequences and nothing else, each line
    /// ending as it began. Where a style says nothing it leaves the terminal as it is.
    package func ansi(depth: ColourDepth) -> String {
        (0..<rows).map { ansiLine($0, depth) }.joined(separator: "\n")
    }

    private func ansiLine(_ row: Int, _ depth: ColourDepth) -> String {
        var line = ""
        var present = Style()
        let runs = runs(row).map { run in
            var run = run
            run.style = run.style.reduced(to: depth)
            return run
        }
        for (index, run) in runs.enumerated() {
            var text = run.text
            // Blanks at the end of a line that show nothing are not written.
            if index == runs.count - 1, run.style.background == .terminalDefault, !run.style.reverse,
                !run.style.underline
            {
                while text.last == " " { text.removeLast() }
            }
            guard !text.isEmpty else { continue }
            if run.style != present {
                line += run.style.sequence
                present = run.style
            }
            line += text
        }
        return present == Style() ? line : line + "\u{1B}[0m"
    }
}

extension Style {
    /// The sequence that sets this style and takes back any other.
    fileprivate var sequence: String {
        var numbers = ["0"]
        if bold { numbers.append("1") }
        if dim { numbers.append("2") }
        if underline { numbers.append("4") }
        if reverse { numbers.append("7") }
        numbers += Self.numbers(foreground, base: 30) + Self.numbers(background, base: 40)
        return "\u{1B}[\(numbers.joined(separator: ";"))m"
    }

    private static func numbers(_ colour: ThemeColour, base: Int) -> [String] {
        switch colour {
        case .terminalDefault: []
        case .indexed(let index) where index < 8: ["\(base + Int(index))"]
        case .indexed(let index) where index < 16: ["\(base + 52 + Int(index))"]
        case .indexed(let index): ["\(base + 8)", "5", "\(index)"]
        case .rgb(let red, let green, let blue): ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
        }
    }
}
