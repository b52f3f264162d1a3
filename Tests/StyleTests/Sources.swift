import Foundation

/// The package's own files, found relative to this one.
enum Tree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File {
        /// Relative to the package: `Sources/Pipeline/CellReader.swift`.
        let path: String
        let text: String
        let lines: [Substring]
        /// `Pipeline`.
        var room: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        /// Lines with their numbers from 1, without comments and without what stands in quotes.
        let code: [(number: Int, text: String)]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            var inText = false
            var code: [(number: Int, text: String)] = []
            for (place, line) in lines.enumerated() {
                let fences = line.components(separatedBy: "\"\"\"").count - 1
                if !inText, fences == 0 { code.append((place + 1, Self.bare(line))) }
                if fences % 2 == 1 { inText.toggle() }
            }
            self.code = code
        }

        /// The line without comment and without the contents of its string literals.
        private static func bare(_ line: Substring) -> String {
            var result = ""
            var quoted = false
            var previous: Character = " "
            for character in line {
                if character == "\"", previous != "\\" {
                    quoted.toggle()
                    result.append(character)
                } else if !quoted {
                    if character == "/", previous == "/" {
                        result.removeLast()
                        return result
                    }
                    result.append(character)
                }
                previous = character == "\\" && previous == "\\" ? " " : character
            }
            return result
        }
    }

    /// The Swift files under a folder, sorted.
    static func files(_ folder: String) -> [File] {
        let base = root.appending(path: folder)
        guard let found = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return found.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
            guard let text = try? String(contentsOf: base.appending(path: name), encoding: .utf8) else { return nil }
            return File(path: "\(folder)/\(name)", text: text)
        }
    }

    static let sources = files("Sources")
    /// The rooms: folders of Sources.
    static var rooms: [String] { Set(sources.map(\.room)).sorted() }
}

extension String {
    /// Whether the word stands in it, not as part of a longer one.
    func holds(word: String) -> Bool {
        var rest = self[...]
        while let found = rest.range(of: word) {
            let before = found.lowerBound == startIndex ? " " : self[index(before: found.lowerBound)]
            let after = found.upperBound == endIndex ? " " : self[found.upperBound]
            if !Self.isName(before), !Self.isName(after) || !(word.last.map(Self.isName) ?? false) { return true }
            rest = self[found.upperBound...]
        }
        return false
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
