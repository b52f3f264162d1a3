import Foundation
import Testing

/// The tables beside the tests say only what a test tries.
struct TableTests {
    private struct Line {
        var file: String
        var cells: [String]
    }

    /// The rows of every table under a heading that ends in `test`.
    private static var rows: [Line] {
        let folder = Tree.root.appending(path: "Tests/Tables")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var rows: [Line] = []
        for name in names.sorted() where name.hasSuffix(".md") {
            let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
            var isTested = false
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                guard line.hasPrefix("|") else {
                    isTested = false
                    continue
                }
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                if cells.last == "test" {
                    isTested = true
                } else if isTested, cells.first?.hasPrefix("---") == false {
                    rows.append(Line(file: name, cells: cells))
                }
            }
        }
        return rows
    }

    @Test func everyRowNamesATestThatThereIs() {
        let tests = Tree.files("Tests").map(\.text)
        let rows = Self.rows
        #expect(rows.count >= 30, "the tables were found")
        for row in rows {
            guard let name = row.cells.last, row.cells.count >= 3 else {
                Issue.record("\(row.file): \(row.cells)")
                continue
            }
            #expect(tests.contains { $0.contains("func \(name)(") }, "\(row.file) names \(name)")
        }
    }
}
