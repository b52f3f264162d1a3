import Configuration
import Foundation
import Pipeline
import Platform
import Terminal

/// Themes from the project's and the user's folder, over those the program carries itself. Read again it keeps the last
/// good one of a file that has become bad.
struct ThemeFiles: Sendable {
    /// A theme and the file it came from; nil where the program carries it.
    struct Entry: Hashable, Sendable {
        var theme: Theme
        var path: String?
    }

    /// Why a file, or a line of it, is refused.
    struct Problem: Hashable, Sendable, CustomStringConvertible {
        var path: String
        /// From 1; nil where it is about no line.
        var line: Int?
        var text: String

        var description: String {
            "\(harmless(path, limit: 300))\(line.map { ":\($0)" } ?? ""): \(harmless(text))"
        }
    }

    private(set) var entries: [Entry] = []
    private(set) var problems: [Problem] = []
    private var lastGood: [String: Theme] = [:]

    var themes: [Theme] { entries.map(\.theme) }

    /// Everything that can be read now.
    static func load() -> ThemeFiles {
        var files = ThemeFiles()
        files.read()
        return files
    }

    /// Where themes are looked for; a later folder's theme replaces an earlier one's of the same name. A program in its
    /// build folder finds those of the project it was built from.
    static let folders: [String] = {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let ancestors = (1...4).map { program.appendingPathComponent(String(repeating: "../", count: $0)) }
            .map { $0.standardizedFileURL.path }
            .filter { FileManager.default.fileExists(atPath: $0 + "/Package.swift") }
        return ancestors.map { $0 + "/themes" } + [
            program.appendingPathComponent("../share/kintsugi/themes").standardizedFileURL.path,
            HomePaths.current.config + "/themes",
        ]
    }()

    static let suffix = ".toml"
    private static let bytesMax = 1 << 18

    /// The theme of that name, or a sentence saying which there are.
    func named(_ name: String) throws -> Theme {
        if let theme = themes.first(where: { $0.name == name }) { return theme }
        let names = themes.map(\.name).joined(separator: ", ")
        throw Failure.usage("--theme \(harmless(name)) is not there: choose one of \(names)")
    }

    /// Reads all folders again.
    mutating func read() {
        let before = lastGood
        (entries, problems, lastGood) = (Theme.builtIn.map { Entry(theme: $0, path: nil) }, [], [:])
        for folder in Self.folders {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            for name in names where name.hasSuffix(Self.suffix) && !name.hasPrefix(".") {
                take("\(folder)/\(name)", before)
            }
        }
    }

    private mutating func take(_ path: String, _ before: [String: Theme]) {
        let (theme, problems) = Self.read(path)
        self.problems += problems
        guard let theme = theme ?? before[path] else { return }
        lastGood[path] = theme
        if let place = entries.firstIndex(where: { $0.theme.name == theme.name }) {
            entries[place] = Entry(theme: theme, path: path)
        } else {
            entries.append(Entry(theme: theme, path: path))
        }
    }

    /// One file: its theme, or everything that is wrong with it.
    private static func read(_ path: String) -> (Theme?, [Problem]) {
        let file: OrdinaryFile
        do throws(OrdinaryFile.Refusal) {
            // Gone since the folder was listed.
            guard let there = try OrdinaryFile.read(path, bytesMax: bytesMax) else { return (nil, []) }
            file = there
        } catch {
            return (nil, [Problem(path: path, text: error.description)])
        }
        let (entries, problems) = TOMLReader.read(file.bytes)
        guard problems.isEmpty else {
            return (nil, problems.map { Problem(path: path, line: $0.line, text: $0.text) })
        }
        var tree: [String: ThemeValue] = [:]
        for entry in entries {
            guard add(entry, entry.path[...], &tree) else {
                let text = "a theme holds texts, whole numbers, true and false"
                return (nil, [Problem(path: path, line: entry.line, text: text)])
            }
        }
        let (theme, complaints) = ThemeReader().examine(tree)
        let found = complaints.map { complaint in
            let line = complaint.place.isEmpty ? nil : entries.first { $0.path.starts(with: complaint.place) }?.line
            return Problem(path: path, line: line, text: complaint.description)
        }
        return found.isEmpty ? (theme, []) : (nil, found.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }

    /// Puts a value under its path; the reader of TOML has seen to it that nothing is both a value and a table. False where
    /// a theme holds no such value.
    private static func add(_ entry: TOMLEntry, _ path: ArraySlice<String>, _ tree: inout [String: ThemeValue]) -> Bool
    {
        guard let name = path.first else { return true }
        guard path.count == 1 else {
            var inner: [String: ThemeValue] = [:]
            if case .table(let table)? = tree[name] { inner = table }
            defer { tree[name] = .table(inner) }
            return add(entry, path.dropFirst(), &inner)
        }
        switch entry.value {
        case .text(let text): tree[name] = .text(text)
        case .integer(let number): tree[name] = .integer(number)
        case .flag(let flag): tree[name] = .flag(flag)
        case .number, .moment, .list: return false
        }
        return true
    }
}

extension [ThemeFiles.Problem] {
    /// What a person at the console is told of them; nil where there is nothing to say.
    var word: String? {
        guard let first else { return nil }
        let more = count > 1 ? " (and \(count - 1) more: kintsugi themes)" : ""
        return "theme refused, \(first)\(more)"
    }
}
