import Pipeline
import Terminal

/// Where the parts of the audit panel stand while it shows the whole machine.
struct AuditDivision: Hashable, Sendable {
    /// Which execution is shown, how far it is, and what it waits for.
    var head: Area
    var graph: AuditGraph
    var machine: Area
    var list: Area
}

/// Columns a list of executions wants beside the machine, and rows below it.
private let listColumns = 54
private let listRows = 2
private let headRows = 3

extension ConsoleState {
    /// How the panel is divided where somebody looks at it and the machine has room; nil where it is folded to a line.
    func auditDivision(_ area: Area) -> AuditDivision? {
        guard focus == .audit || fullScreen == .audit, area.columns >= AuditGraph.table(gap: 0).columns.width else {
            return nil
        }
        let isBeside = area.columns >= AuditGraph.table(gap: 0).columns.width + 2 + listColumns
        let room = area.rows - headRows - (isBeside ? 0 : listRows)
        // Room to breathe is used where a list of some length is left.
        let airy = AuditGraph.table(gap: 1)
        let graph = airy.rows + (isBeside ? 0 : 4) <= room ? airy : AuditGraph.table(gap: 0)
        guard graph.rows <= room else { return nil }
        let width = graph.columns.width
        let (left, right) = isBeside ? area.splitColumns(width + 2) : (area, area)
        let (head, below) = left.splitRows(headRows)
        let (machine, rest) = below.splitRows(graph.rows)
        let list = isBeside ? right : rest.rows > 3 ? rest.splitRows(1).rest : rest
        return AuditDivision(head: head, graph: graph, machine: machine, list: list)
    }

    /// The execution that is shown: the chosen one while the panel has the focus, else one that is under way, else the last.
    private var shownExecution: ExecutionStatus? {
        let executions = status?.executions ?? []
        return chosenExecution ?? executions.first { !$0.state.isEnd } ?? executions.first
    }

    func drawMachine(_ grid: inout Grid, _ division: AuditDivision, _ status: PipelineStatus) {
        let shown = shownExecution
        for (line, spans) in headLines(shown, width: division.head.columns).prefix(division.head.rows).enumerated() {
            grid.write(
                spans, column: division.head.column, row: division.head.row + line, limit: division.head.columns)
        }
        division.graph.draw(&grid, division.machine, shown)
    }

    private func headLines(_ execution: ExecutionStatus?, width: Int) -> [[Span]] {
        guard let execution else { return [[Span("○ idle", .dim)]] }
        guard !execution.state.isEnd else { return [[Span("\(execution.id)  ", .strong)] + endSpans(execution)] }
        let took = (now - execution.began).seconds
        let name = [
            Span("\(execution.id)  ", .strong), Span(execution.state.title, .busy),
            Span(" · attempt \(execution.attempt) of \(execution.attemptsMax)", .text),
            Span(" · \(execution.trigger) · for \(Wording.span(took))", .dim),
        ]
        let waits =
            execution.waitsFor.isEmpty ? [] : [[Span("waits for ", .dim), Span(execution.waitsFor, .warning)]]
        return [name, bar(execution, width: width)] + waits
    }
}
