import Pipeline
import Terminal

extension ConsoleState {
    func drawStream(_ grid: inout Grid, _ area: Area) {
        guard let status, area.rows > 0 else { return }
        if area.rows == 1 { return drawStreamLine(&grid, area, status) }
        let (head, below) = area.splitRows(1)
        grid.write(
            fitting(
                [rateSpans(status), lagSpans(status), quarantineSpans(status), peakSpans(status)], in: head.columns),
            column: head.column, row: head.row, limit: head.columns)
        let shardRows = min(status.streams.count, max(1, below.rows / 2))
        let (graph, list) = below.splitRows(below.rows - shardRows)
        drawGraph(&grid, graph, arrivals.columns(atMost: graph.columns, until: now.minute))
        drawShards(&grid, list, status.streams)
    }

    private func drawStreamLine(_ grid: inout Grid, _ area: Area, _ status: PipelineStatus) {
        let spans = rateSpans(status)
        let tail = lagSpans(status)
        let room = area.columns - spans.width - tail.width - 1
        var at = area.column
        if room >= 6 {
            let graph = Area(column: at, row: area.row, columns: min(room, 60), rows: 1)
            drawGraph(&grid, graph, arrivals.columns(atMost: graph.columns, until: now.minute))
            at = graph.endColumn + 1
        }
        grid.write(spans + tail, column: at, row: area.row, limit: area.endColumn - at)
    }

    private func rateSpans(_ status: PipelineStatus) -> [Span] {
        let window = arrivals.window == 60 ? "" : " \(Wording.span(Int64(arrivals.window) * 60))"
        return [Span("\(status.appendedPerMinute.last ?? 0)", .value), Span("/min\(window)", .dim)]
    }

    /// The height of the graph, so that it has a scale.
    private func peakSpans(_ status: PipelineStatus) -> [Span] {
        guard let most = arrivals.columns(atMost: 60, until: now.minute).max(), most > 0 else { return [] }
        return [Span("  highest ", .dim), Span("\(Wording.count(most))/min", .value)]
    }

    /// How far the lake is behind, as one number over all shards.
    func lagSpans(_ status: PipelineStatus) -> [Span] {
        let role: Role = status.lagSeconds > 900 ? .bad : status.lagSeconds > 300 ? .warning : .value
        return [
            Span("  lag ", .dim), Span(Wording.count(status.lagRecords), role),
            Span(status.lagRecords > 0 ? " · \(Wording.span(status.lagSeconds))" : "", .dim),
        ]
    }

    /// How much that arrived is not data, since start; nothing where all was.
    private func quarantineSpans(_ status: PipelineStatus) -> [Span] {
        guard status.lake.quarantined > 0 else { return [] }
        return [
            Span("  ⊘ ", .warning), Span(Wording.count(status.lake.quarantined), .value), Span(" quarantined", .dim),
        ]
    }

    /// Columns of eighth blocks, the newest at the right.
    func drawGraph(_ grid: inout Grid, _ area: Area, _ values: [Int]) {
        guard area.rows > 0, let most = values.max(), most > 0 else { return }
        let wide = area.columns >= values.count * 2 ? 2 : 1
        let shown = values.suffix(area.columns / wide)
        for (index, value) in shown.enumerated() {
            let column = area.endColumn - (shown.count - index) * wide
            let eighths = value == 0 ? 0 : max(1, value * area.rows * 8 / most)
            for row in 0..<area.rows {
                let text = blockText(eighths: eighths, row: row)
                let role: Role = (row + 1) * 8 >= eighths ? .graphPeak : .graph
                for offset in 0..<wide { grid[column + offset, area.endRow - 1 - row] = Cell(text, role) }
            }
        }
    }

    private func drawShards(_ grid: inout Grid, _ area: Area, _ shards: [ShardStatus]) {
        for (line, shard) in shards.prefix(area.rows).enumerated() {
            let row = area.row + line
            let waiting = max(0, shard.appended - shard.delivered)
            grid.write("\(shard.stream)-\(shard.shard)", column: area.column, row: row, role: .symbol, limit: 11)
            grid.writeRight(Wording.count(shard.appended), end: area.column + 20, row: row, role: .value)
            let (first, more) =
                waiting > 0
                ? (Span("+\(Wording.count(waiting))", .value), Span(" \(Wording.span(shard.oldestSeconds))", .dim))
                : (Span("✓", .good), Span(" in the lake", .dim))
            let lag = [first].followed(by: [[more]], in: area.columns - 21)
            grid.write(lag, column: area.column + 21, row: row, limit: area.columns - 21)
            if area.columns >= 50 {
                grid.writeRight(Wording.bytes(shard.bytes), end: area.endColumn, row: row, role: .dim)
            }
        }
    }
}
