import Terminal

/// Where the help stands on the screen and what stands in it.
private struct HelpBox {
    var area: Area
    var inner: Area
    var pages: HelpPages
}

extension ConsoleState {
    /// What the keys do while the help is open: leaf, all of it, close.
    mutating func pressInHelp(_ key: Key, panel: ConsolePanel?, page: Int) -> [ConsoleEffect] {
        let count = helpPageCount(panel)
        let page = min(page, count - 1)
        switch keyMap.action(for: key) {
        case .help: overlay = panel == nil ? .nothing : .help(nil, page: 0)
        case .moveDown, .pageDown, .moveRight, .mark:
            // After the panel's own help comes that of all.
            let isLast = page + 1 >= count
            overlay = isLast && panel != nil ? .help(nil, page: 0) : .help(panel, page: min(page + 1, count - 1))
        case .moveUp, .pageUp, .moveLeft: overlay = .help(panel, page: max(0, page - 1))
        case .firstRow, .oldest: overlay = .help(panel, page: 0)
        case .lastRow, .newest: overlay = .help(panel, page: count - 1)
        case .repaint: return [.repaint]
        case .suspend: return [.suspend]
        default: if !key.isPaste { overlay = .nothing }
        }
        return []
    }

    /// The line of hints stays in sight: it says how to leaf.
    private func helpBox(_ panel: ConsolePanel?) -> HelpBox {
        let hasHints = layout.hints.rows > 0
        let screen = Area(column: 0, row: 0, columns: columns, rows: hasHints ? rows - 1 : rows)
        let isFramed = screen.rows >= 7 && hasHints
        let margin = isFramed ? (columns >= 60 ? 3 : 2) : 0
        let edge = isFramed ? (screen.rows >= 30 ? 2 : 1) : 0
        let most = screen.inset(columns: margin, rows: edge)
        // A line for how to leaf where no frame and no hints say it.
        let spare = isFramed ? 0 : 1
        let widest = columns >= 118 ? most.columns : min(most.columns, 76)
        let pages = HelpPages(helpSections(panel), width: widest, rows: max(1, most.rows - spare))
        let area = screen.centred(
            columns: min(widest, pages.width) + 2 * margin, rows: min(screen.rows, pages.rows + 2 * edge + spare))
        let inner = area.inset(columns: margin, rows: edge)
        return HelpBox(area: area, inner: inner, pages: pages)
    }

    func helpPageCount(_ panel: ConsolePanel?) -> Int { helpBox(panel).pages.pages.count }

    func drawHelp(_ grid: inout Grid, _ panel: ConsolePanel?, page: Int) {
        let box = helpBox(panel)
        let count = box.pages.pages.count
        let page = min(page, count - 1)
        let place = count > 1 ? "\(page + 1) of \(count)" : ""
        let name = panel?.title ?? "all keys"
        let titles =
            count > 1 ? ["Help · \(name) · page \(place)", "\(name) \(place)", place] : ["Help · \(name)", name]
        let room = box.area.columns - 6
        let title = titles.first { textWidth($0) <= room } ?? ""
        grid.fill(box.area, with: Cell(" ", .dialog))
        if box.area.row < box.inner.row {
            grid.frame(box.area, role: .dialog)
            grid.write(
                " \(title) ", column: box.area.column + 2, row: box.area.row, role: .dialogKey,
                limit: box.area.columns - 4)
        } else {
            let more = count > 1 || panel != nil ? [Span("↓", .dialogKey), Span(" more ", .dialog)] : []
            let spans = [Span("\(place) ", .dialogKey)] + more + [Span("Esc", .dialogKey)]
            grid.write(spans, column: 0, row: box.area.endRow - 1, limit: columns)
        }
        for (place, lines) in box.pages.pages[page].enumerated() {
            let column = box.inner.column + place * (box.pages.columnWidth + HelpPages.gap)
            for (row, line) in lines.enumerated() {
                grid.write(line.spans, column: column, row: box.inner.row + row, limit: box.pages.columnWidth)
            }
        }
    }

    /// How to go on in the help; what has no room is left out whole, the least needed first.
    func helpHints(_ panel: ConsolePanel?, width: Int) -> [Span] {
        let count = helpPageCount(panel)
        var parts: [(key: String, word: String)] = []
        if count > 1 { parts += [("↓", "next page"), ("↑", "page before")] }
        if panel != nil { parts.append((firstLabel(.help), "all keys")) }
        parts.append(("Esc", "closes"))
        var spans = parts.map { [Span($0.key, .key), Span(" \($0.word)  ", .hint)] }
        if count > 1, spans.joined().width - 2 > width { spans.remove(at: 1) }
        return spans.flatMap(\.self).withoutBlankEnd
    }
}
