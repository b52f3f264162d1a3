import Engine
import Pipeline
import Terminal

/// The partition under the cursor with what is known of it.
struct InspectorSubject: Sendable {
    var member: UniverseMember
    var hour: Hour
    var verdicts: VerdictMasks
    var cell: StoredCell
    /// The reader's answer, where it has come and is about this partition.
    var inspection: Inspection?
}

extension ConsoleState {
    var inspectorSubject: InspectorSubject? {
        guard let symbol = cursor.symbol, let member = members[symbol], let column = cursorColumn else { return nil }
        let hour = inspectorHour(column)
        guard let cell = cells.cell(symbol, hour), let verdicts = verdicts(member, hour) else { return nil }
        let known = inspected.flatMap { $0.symbol == symbol && $0.minutes == hour.minutes ? $0.inspection : nil }
        return InspectorSubject(member: member, hour: hour, verdicts: verdicts, cell: cell, inspection: known)
    }

    /// `AAPL Mon 11 Feb 11:00–12:00 ET`
    var inspectorTitle: [Span] {
        guard let symbol = cursor.symbol, let member = members[symbol], let column = cursorColumn else { return [] }
        let own = exchangeClock(member.calendar)
        let hour = inspectorHour(column)
        let end = own.clock(Minute(hour.minutes.upperBound.index))
        return [
            Span(symbol.text, .strong),
            Span("\(own.day(hour.firstMinute)) \(own.clock(hour.firstMinute))–\(end)", .text),
            Span(own.zone, .dim),
        ]
    }

    func drawInspector(_ grid: inout Grid, _ area: Area) {
        guard let subject = inspectorSubject else {
            grid.write(
                "nothing loaded under the cursor", column: area.column, row: area.row, role: .dim, limit: area.columns)
            return
        }
        let beside = area.columns >= 104
        let titleRows = layout.shape == .wide ? 0 : 1
        let (left, rest) =
            beside ? area.splitColumns(62) : area.splitRows(area.rows < 10 ? 2 + titleRows : area.rows / 2)
        var head = left
        if layout.shape != .wide {
            let (line, below) = left.splitRows(1)
            grid.write(
                inspectorTitle.flatMap { [$0, Span(" ")] }, column: line.column, row: line.row, limit: line.columns)
            head = below
        }
        drawMinutes(&grid, head, subject)
        drawFindings(&grid, rest, subject)
    }

    /// The ruler, the strip of verdicts and the prices above each other, one column a minute.
    private func drawMinutes(_ grid: inout Grid, _ area: Area, _ subject: InspectorSubject) {
        drawRuler(&grid, column: area.column, row: area.row, limit: area.columns)
        guard area.rows > 1 else { return }
        drawVerdicts(&grid, subject, column: area.column, row: area.row + 1, limit: area.columns)
        let prices = Area(
            column: area.column, row: area.row + 2, columns: min(60, area.columns),
            rows: area.rows >= 16 ? min(20, area.rows - 5) : min(10, area.rows - 2))
        drawPrices(&grid, prices, subject)
        if prices.endRow + 1 < area.endRow { drawMinuteLegend(&grid, area, row: prices.endRow + 1) }
    }

    /// What the glyphs of the strip mean, where there is room below it.
    private func drawMinuteLegend(_ grid: inout Grid, _ area: Area, row: Int) {
        let parts = minuteMeanings.dropFirst().map { glyph, word, _ in
            [Span(glyph.text, glyph.role), Span(" \(word)  ", .dim)]
        }
        var left = parts[...]
        for row in row..<area.endRow where !left.isEmpty {
            var line: [[Span]] = []
            while let next = left.first, (line + [next]).flatMap(\.self).withoutBlankEnd.width <= area.columns {
                line.append(next)
                left.removeFirst()
            }
            guard !line.isEmpty else { return }
            grid.write(line.flatMap(\.self), column: area.column, row: row, limit: area.columns)
        }
    }

    func drawRuler(_ grid: inout Grid, column: Int, row: Int, limit: Int) {
        for minute in stride(from: 0, to: min(60, limit), by: 10) {
            grid.write(
                "╵\(Wording.two(minute))", column: column + minute, row: row, role: .heading, limit: limit - minute)
        }
    }

    /// One glyph a minute; each verdict has its own.
    func drawVerdicts(_ grid: inout Grid, _ subject: InspectorSubject, column: Int, row: Int, limit: Int) {
        let busy = repairing[subject.member.symbol]?[subject.hour.index] ?? 0
        for offset in 0..<min(60, limit) {
            grid[column + offset, row] = minuteCell(subject, offset, busy: busy)
        }
    }

    private func minuteCell(_ subject: InspectorSubject, _ offset: Int, busy: UInt64) -> Cell {
        let bit: UInt64 = 1 << UInt64(offset)
        if busy & bit & (subject.verdicts.missing | subject.verdicts.unrepairable) != 0 {
            return Cell("~", .cellRepairing)
        }
        switch subject.verdicts.verdict(at: offset) {
        case nil: return Cell(" ", .text)
        case .missing: return Cell("○", .cellMissing)
        case .unrepairable: return Cell("!", .cellUnrepairable)
        case .pending: return Cell("┄", .cellPending)
        case .quiet: return Cell("·", .cellQuiet)
        case .present:
            if subject.cell.fresh & bit != 0 { return Cell("◆", .cellHealed) }
            if subject.verdicts.healed & bit != 0 { return Cell("╱", .cellSeam) }
            if subject.verdicts.sampled & bit != 0 { return Cell("▁", .heat8) }
            return Cell(isColourless ? "█" : " ", .heat8)
        }
    }

    /// Prices as columns of eighth blocks, gold where the bar was repaired.
    private func drawPrices(_ grid: inout Grid, _ area: Area, _ subject: InspectorSubject) {
        guard area.rows > 0, let bars = subject.inspection?.bars, !bars.isEmpty else { return }
        guard let scale = PriceScale(bars.map(\.close).filter(\.isFinite)) else { return }
        let first = subject.hour.firstMinute.index
        for bar in bars where bar.minute >= first && bar.minute < first + 60 && bar.close.isFinite {
            let offset = Int(bar.minute - first)
            guard offset < area.columns else { continue }
            let eighths = 3 + Int(scale.share(bar.close) * Double(area.rows * 8 - 3))
            let healed = bar.provenance.purpose == "repair"
            for row in 0..<area.rows {
                let top = (row + 1) * 8 >= eighths
                let role: Role = healed ? .gold : top ? .graphPeak : .graph
                grid[area.column + offset, area.endRow - 1 - row] = Cell(blockText(eighths: eighths, row: row), role)
            }
        }
    }

    /// What was found: verdicts, reasons, provenance, facts, in the order of their weight.
    private func drawFindings(_ grid: inout Grid, _ area: Area, _ subject: InspectorSubject) {
        var lines = [countLine(subject, width: area.columns)]
        if let inspection = subject.inspection {
            lines += priceLine(inspection)
            lines += reasonLines(subject, inspection)
            lines += quarantineLines(inspection, width: area.columns)
            lines += acknowledgementLines(subject, inspection)
            lines += provenanceLines(inspection, width: area.columns)
            lines += inspection.derived.map { derivedLine($0, width: area.columns) }
            if !inspection.revisions.isEmpty {
                lines.append([
                    Span("≡ ", .value),
                    Span("\(Wording.count(inspection.revisions.count, "earlier value")) kept", .dim),
                ])
            }
        } else {
            lines.append([Span("reading …", .dim)])
        }
        for (line, spans) in lines.prefix(area.rows).enumerated() {
            let more = line == area.rows - 1 && lines.count > area.rows
            let shown = more ? [Span("… \(lines.count - area.rows + 1) more: 5 z", .dim)] : spans
            grid.write(shown, column: area.column, row: area.row + line, limit: area.columns)
        }
    }

    /// The counts that have room, the least needed left out whole.
    private func countLine(_ subject: InspectorSubject, width: Int) -> [Span] {
        let counts = subject.verdicts.counts
        var spans = [Span("\(counts.present)", .value), Span(" of \(counts.expected) present", .dim)]
        let parts: [(Int, String, Role)] = [
            (counts.missing, "missing", .bad), (counts.unrepairable, "unrepairable", .bad),
            (counts.healed, "healed", .gold),
            (counts.quiet, "quiet", .good), (counts.pending, "pending", .dim), (counts.sampled, "sampled", .dim),
        ]
        for (count, word, role) in parts where count > 0 {
            let more = [Span(" · ", .dim), Span("\(count) \(word)", role)]
            if spans.width + more.width <= width { spans += more }
        }
        return spans
    }

    private func priceLine(_ inspection: Inspection) -> [[Span]] {
        guard let first = inspection.bars.first, let last = inspection.bars.last else { return [] }
        let from = first.open ?? first.close
        let change = from > 0 ? (last.close / from - 1) * 100 : 0
        let hundredths = change.isFinite ? Int((abs(min(1e9, max(-1e9, change))) * 100).rounded()) : 0
        let sign = change < 0 ? "-" : "+"
        let percent = "\(sign)\(hundredths / 100).\(Wording.two(hundredths % 100)) %"
        return [
            [
                Span(Wording.price(from), .value), Span(" → ", .dim), Span(Wording.price(last.close), .value),
                Span("  \(percent)", change < 0 ? .warning : .good),
            ]
        ]
    }

    /// Where and why slots are lost, and then those that were: `○ lost: flaw 11:03 11:17–11:19 · 2 attempts`.
    private func reasonLines(_ subject: InspectorSubject, _ inspection: Inspection) -> [[Span]] {
        let own = exchangeClock(subject.member.calendar)
        let held = subject.verdicts.present | subject.verdicts.quiet
        var reasons: [(reason: String, isLost: Bool, minutes: [Int64], attempts: Int)] = []
        for note in inspection.notes where !note.reason.isEmpty {
            let offset = note.minute - subject.hour.firstMinute.index
            let isLost = !(0..<60).contains(offset) || held & (1 << UInt64(offset)) == 0
            if let index = reasons.firstIndex(where: { $0.reason == note.reason && $0.isLost == isLost }) {
                reasons[index].minutes.append(note.minute)
                reasons[index].attempts = max(reasons[index].attempts, note.attempts)
            } else {
                reasons.append((note.reason, isLost, [note.minute], note.attempts))
            }
        }
        // What is still lost calls for somebody; what is back does not.
        return (reasons.filter(\.isLost) + reasons.filter { !$0.isLost }).map { reason, isLost, minutes, attempts in
            let known = LossReason(rawValue: reason)
            // The only word of them that names a part of the program.
            let words = (known?.words ?? harmless(reason, limit: 40)) + (known == .breakerOpen ? " (source out)" : "")
            let tries = attempts > 0 ? " · \(Wording.count(attempts, "attempt"))" : ""
            return [
                Span(isLost ? "○ " : "╱ ", isLost ? .warning : .gold), Span(isLost ? "lost: " : "was lost: ", .dim),
                Span("\(words) ", .text),
                Span(Self.runs(minutes, own), .dim), Span(tries, .dim),
            ]
        }
    }

    /// Which repair brought what: `◆ 11:03 11:17 by exec-17, attempt 1, 12:05`.
    private func provenanceLines(_ inspection: Inspection, width: Int) -> [[Span]] {
        guard let symbol = cursor.symbol, let member = members[symbol] else { return [] }
        let own = exchangeClock(member.calendar)
        var repairs: [(from: Provenance, minutes: [Int64])] = []
        for bar in inspection.bars where bar.provenance.purpose != "live" {
            if let index = repairs.firstIndex(where: {
                $0.from.object == bar.provenance.object && $0.from.execution == bar.provenance.execution
            }) {
                repairs[index].minutes.append(bar.minute)
            } else {
                repairs.append((bar.provenance, [bar.minute]))
            }
        }
        return repairs.map { from, minutes in
            let received = MarketTime(microseconds: from.received)
            let by = from.execution.isEmpty ? "" : " by \(harmless(from.execution, limit: 24)), attempt \(from.attempt)"
            let what = [
                Span("◆ ", .gold), Span("\(harmless(from.purpose, limit: 12)) ", .gold),
                Span(Self.runs(minutes, own), .text),
                Span("\(by), \(own.near(received, now: now))", .dim),
            ]
            // Half of a name opens nothing.
            return what.followed(by: [[Span("  \(harmless(from.object, limit: 80))", .dim)]], in: width)
        }
    }

    private func derivedLine(_ row: DerivedRow, width: Int) -> [Span] {
        let own = exchangeClock(cursor.symbol.flatMap { members[$0]?.calendar } ?? .xnys)
        let role: Role =
            row.completeness == "whole" || row.completeness == "settled"
            ? .good : row.completeness == "holed" ? .warning : .dim
        var spans = [
            Span("Σ ", .heading), Span(Wording.padded(row.span.rawValue, to: 8), .text),
            Span("\(own.clock(Minute(row.start))) ", .dim), Span(row.completeness, role),
            Span(" \(row.present + row.quiet)/\(row.expected)", .value),
        ]
        if let current = isCurrent(row) {
            spans.append(current ? Span(" current", .dim) : Span(" to be rebuilt", .warning))
        }
        var more: [[Span]] = []
        if let vwap = row.vwap { more.append([Span(" vwap \(Wording.price(vwap))", .dim)]) }
        if row.healed > 0 { more.append([Span(" · ", .dim), Span("\(row.healed) healed", .gold)]) }
        if let rose = row.rose, let fell = row.fell { more.append([Span(" ↑\(rose) ↓\(fell)", .dim)]) }
        return spans.followed(by: more, in: width)
    }

    /// `11:03 11:17–11:19`, at most four runs.
    static func runs(_ minutes: [Int64], _ clock: ExchangeClock) -> String {
        var runs: [(Int64, Int64)] = []
        for minute in minutes.sorted() {
            if let last = runs.last, last.1 + 1 >= minute {
                runs[runs.count - 1].1 = minute
            } else {
                runs.append((minute, minute))
            }
        }
        let words = runs.prefix(4).map { from, to in
            from == to ? clock.clock(Minute(from)) : "\(clock.clock(Minute(from)))–\(clock.clock(Minute(to)))"
        }
        return words.joined(separator: " ") + (runs.count > 4 ? " +\(runs.count - 4)" : "")
    }

    /// The compact shape's three lines: which partition, its minutes, why it has holes.
    func drawStrip(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0 else { return }
        var heading = inspectorTitle.flatMap { [$0, Span(" ")] }
        guard let subject = inspectorSubject else {
            grid.write(heading, column: area.column, row: area.row, limit: area.columns)
            return
        }
        heading += [Span(" ")] + countLine(subject, width: area.columns - heading.width - 1)
        grid.write(heading, column: area.column, row: area.row, limit: area.columns)
        guard area.rows > 1 else { return }
        let wide = min(60, area.columns)
        drawVerdicts(&grid, subject, column: area.column, row: area.row + 1, limit: wide)
        guard area.rows > 2 else { return }
        drawRuler(&grid, column: area.column, row: area.row + 2, limit: wide)
        drawWhy(
            &grid, Area(column: area.column + wide + 1, row: area.row + 1, columns: area.columns - wide - 1, rows: 2),
            subject)
    }

    /// Beside the minutes why some were lost, and what brought them back. One that is too long for its line takes both.
    private func drawWhy(_ grid: inout Grid, _ area: Area, _ subject: InspectorSubject) {
        guard area.columns >= 8, let inspection = subject.inspection else { return }
        let width = area.columns
        let why =
            reasonLines(subject, inspection) + quarantineLines(inspection, width: width)
            + provenanceLines(inspection, width: width)
        guard let first = why.first else { return }
        let text = first.map(\.text).joined()
        if first.width > area.columns, area.columns < 40 {
            let lines = wrapped(text, to: area.columns)
            for (line, text) in lines.prefix(area.rows).enumerated() {
                let shown = line == area.rows - 1 ? lines.dropFirst(line).joined(separator: " ") : text
                grid.write([Span(shown)], column: area.column, row: area.row + line, limit: area.columns)
            }
            grid.write([first[0]], column: area.column, row: area.row, limit: area.columns)
            return
        }
        for (line, spans) in why.prefix(area.rows).enumerated() {
            grid.write(spans, column: area.column, row: area.row + line, limit: area.columns)
        }
    }
}
