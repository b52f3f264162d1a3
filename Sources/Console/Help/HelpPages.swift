import Terminal

/// One line of the help as it is drawn.
struct HelpLine: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Never the last of a column: what it heads follows it.
        case heading
        /// The first line of an entry; of one whose text is long, more follow.
        case entry
        case more
        /// Between two sections; never the first of a column.
        case blank
    }

    var kind: Kind
    var spans: [Span] = []
}

/// The help as pages of columns, as many as a box of that size can hold. A value: drawn and leafed through elsewhere.
struct HelpPages: Hashable, Sendable {
    /// Columns of the screen that one column of the help takes.
    let columnWidth: Int
    /// Pages, their columns, their lines.
    let pages: [[[HelpLine]]]

    static let gap = 3

    /// Fills columns one after the other. `width` and `rows` are what is inside of the box.
    init(_ sections: [HelpSection], width: Int, rows: Int) {
        let across = min(3, max(1, (width + Self.gap) / (54 + Self.gap)))
        let columnWidth = max(1, (width - Self.gap * (across - 1)) / across)
        let keys = Self.keyColumns(sections, in: columnWidth)
        let blocks = sections.map { Self.lines(of: $0, width: columnWidth, keyColumns: keys) }
        var height = max(1, rows)
        var columns = Self.columns(blocks, rows: height)
        // What has room on one page stands in columns of about the same height.
        while columns.count <= across, height > 1 {
            let lower = Self.columns(blocks, rows: height - 1)
            guard lower.count <= across else { break }
            (columns, height) = (lower, height - 1)
        }
        self.columnWidth = columnWidth
        pages = stride(from: 0, to: max(1, columns.count), by: across).map { first in
            Array(columns.dropFirst(first).prefix(across))
        }
    }

    /// The rows that the highest column needs.
    var rows: Int { pages.joined().map(\.count).max() ?? 0 }
    /// The columns of the screen that the widest page needs.
    var width: Int {
        let across = pages.map(\.count).max() ?? 1
        return across * columnWidth + (across - 1) * Self.gap
    }

    private static func keyColumns(_ sections: [HelpSection], in width: Int) -> Int {
        let longest = sections.flatMap(\.entries).map(\.key.width).max() ?? 0
        return min(longest + 2, max(6, width / 3))
    }

    private static func lines(of section: HelpSection, width: Int, keyColumns: Int) -> [[HelpLine]] {
        var blocks = section.entries.map { entry -> [HelpLine] in
            let texts = wrapped(entry.text, to: max(1, width - keyColumns))
            return texts.enumerated().map { place, text in
                let key = place == 0 ? entry.key : []
                let margin = String(repeating: " ", count: max(place == 0 ? 1 : 0, keyColumns - key.width))
                return HelpLine(kind: place == 0 ? .entry : .more, spans: key + [Span(margin + text, .dialog)])
            }
        }
        let heading = wrapped(section.title, to: width).map { HelpLine(kind: .heading, spans: [Span($0, .dialogKey)]) }
        if !blocks.isEmpty { blocks[0].insert(contentsOf: heading, at: 0) }
        return blocks
    }

    /// An entry stands in one column, and a heading with its first entry, wherever that is possible.
    private static func columns(_ sections: [[[HelpLine]]], rows: Int) -> [[HelpLine]] {
        var columns: [[HelpLine]] = []
        var column: [HelpLine] = []
        func close() {
            if column.last?.kind == .blank { column.removeLast() }
            if !column.isEmpty { columns.append(column) }
            column = []
        }
        for section in sections {
            if !column.isEmpty, column.count < rows { column.append(HelpLine(kind: .blank)) }
            for block in section {
                if column.count + block.count > rows { close() }
                // A column too low for a heading and what it heads goes without.
                let hasHeading = block.count { $0.kind == .heading } < rows
                for line in block where hasHeading || line.kind != .heading {
                    if column.count == rows { close() }
                    column.append(line)
                }
            }
        }
        close()
        return columns
    }
}
