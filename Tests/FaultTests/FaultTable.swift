import Foundation

/// The table that says what the pipeline makes of each fault: Tests/Tables/faults.md, read as a person reads it.
struct FaultTable {
    /// One line of a table: its first cell without the backticks, and the others by their headings.
    struct Line {
        var name: String
        private var cells: [String: String]

        subscript(heading: String) -> String { cells[heading] ?? "there is no column \(heading)" }

        init(_ texts: [String], headings: [String]) {
            let parts = texts[0].split(separator: "`", omittingEmptySubsequences: false)
            name = parts.count > 1 ? String(parts[1]) : texts[0]
            cells = Dictionary(zip(headings, texts)) { first, _ in first }
        }
    }

    /// The lines of the table under a heading.
    static func lines(under heading: String) throws -> [Line] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Tables/faults.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        let section = text.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") } ?? ""
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
        guard let headings = rows.first else { return [] }
        return rows.dropFirst(2).map { Line($0, headings: headings) }
    }
}
